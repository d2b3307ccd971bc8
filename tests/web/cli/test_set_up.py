"""Workspaces, projects, members, guidelines."""

import io
import json
import stat
import subprocess
import sys

import pytest

from labeling.kinds import kinds


def test_init_makes_a_workspace_whose_secret_nobody_else_can_read(assay):
    assert (assay.workspace / "assay.db").is_file()
    assert stat.S_IMODE((assay.workspace / "secret").stat().st_mode) == 0o600


def test_init_again_changes_nothing(assay):
    assay.project()
    again = assay("init", assay.workspace, here=False)
    assert again.code == 0
    assert "was there already" in again.out
    assert [one["name"] for one in assay("project", "list", "--json").data] == ["intents"]


def test_init_can_make_the_first_admin(assay):
    ended = assay("init", assay.folder / "other", "--admin", "mira", here=False)
    assert "/invite/" in ended.out


def test_a_command_finds_the_workspace_above_it(assay, monkeypatch):
    inside = assay.workspace / "snapshots"
    monkeypatch.chdir(inside)
    assert assay("project", "list", here=False).code == 0


def test_outside_any_workspace_the_error_says_how_to_make_one(assay):
    ended = assay("project", "list", here=False)
    assert ended.code == 3
    assert "assay init" in ended.err


def test_a_secret_that_others_can_read_is_refused_with_the_command_that_mends_it(assay):
    (assay.workspace / "secret").chmod(0o644)
    ended = assay("project", "list")
    assert ended.code == 4
    assert "chmod 600" in ended.err


def test_a_project_is_made_listed_and_shown(assay):
    assay.project("intents", "--overlap", 2, "--gold-rate", 0.1)
    shown = assay("project", "show", "intents", "--json").data
    assert (shown["overlap"], shown["gold_rate"], shown["kind"]) == (2, 0.1, "choice")
    assert "refund, delivery, praise" in assay("project", "show", "intents").out


def test_options_of_a_kind_come_from_a_file(assay):
    scale = assay.file("scale.json", json.dumps({"low": 1, "high": 5}))
    ended = assay("project", "create", "stars", "--kind", "rating", "--options", scale, "-q", "How many?", "--json")
    assert ended.data["options"]["high"] == 5


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--labels", "a,a"], 2, "repeats label 1"),
        (["--labels", "a"], 2, "at least two labels"),
        ([], 2, "--labels a,b,c"),
        (["--labels", "a,b", "--options", "x.json"], 2, "not both"),
        (["--options", "nowhere.json"], 3, "no file"),
        (["--labels", "a,b", "--overlap", "0"], 2, "overlap"),
        (["--labels", "a,b", "--gold-rate", "2"], 2, "gold"),
        (["--labels", "a,b", "--kind", "choise"], 3, "Did you mean 'choice'"),
    ],
)
def test_a_project_that_makes_no_sense_is_refused(assay, arguments, code, says):
    ended = assay("project", "create", "x", "-q", "What?", *arguments)
    assert (ended.code, says in ended.err) == (code, True), ended.err
    assert assay("project", "list", "--json").data == []


def test_options_that_are_no_json_name_the_line(assay):
    ended = assay("project", "create", "x", "-q", "What?", "--options", assay.file("o.json", '{\n"low": }'))
    assert ended.code == 2
    assert "row 2" in ended.err.lower()


def test_a_name_that_is_taken_is_a_conflict(assay):
    assay.project()
    ended = assay("project", "create", "intents", "--labels", "a,b", "-q", "What?")
    assert ended.code == 4


def test_a_misspelt_project_is_not_found_and_the_near_one_is_named(assay):
    assay.project()
    ended = assay("project", "show", "intnts")
    assert (ended.code, "Did you mean 'intents'?" in ended.err) == (3, True)


def test_a_new_member_gets_an_invite_and_a_role(assay):
    assay.project()
    made = assay("member", "add", "ann", "--project", "intents", "--json").data
    assert "/invite/" in made["invite"]
    listed = assay("member", "list", "--project", "intents", "--json").data
    assert [(one["name"], one["roles"], one["state"]) for one in listed] == [
        ("ann", ["annotator"], "has not taken the invite")
    ]


def test_a_password_can_be_piped_in(assay, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\n"))
    assert assay("member", "add", "bob", "--password-stdin", "--json").data["invite"] is None
    assert assay("member", "list", "--json").data[0]["state"] == "can sign in"


@pytest.mark.parametrize(("piped", "says"), [("", "holds no password"), ("short\n", "at least 10")])
def test_a_password_that_is_missing_or_short_makes_no_member(assay, monkeypatch, piped, says):
    monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
    ended = assay("member", "add", "bob", "--password-stdin")
    assert (ended.code, says in ended.err) == (2, True)
    assert assay("member", "list", "--json").data == []


def test_a_role_in_a_project_that_is_not_there_makes_no_member(assay):
    assert assay("member", "add", "ann", "--project", "nowhere").code == 3
    assert assay("member", "list", "--json").data == []


def test_an_unknown_role_makes_no_member(assay):
    assay.project()
    assert assay("member", "add", "ann", "--project", "intents", "--role", "boss").code == 2
    assert assay("member", "list", "--json").data == []


def test_removing_takes_the_role_and_then_the_way_in(assay):
    assay.project()
    assay("member", "add", "ann", "--project", "intents")
    assert assay("member", "remove", "ann", "--project", "intents").code == 0
    assert assay("member", "list", "--project", "intents", "--json").data == []
    assay("member", "remove", "ann")
    assert assay("member", "list", "--json").data[0]["state"] == "disabled"


def test_the_last_admin_stays(assay):
    assay("member", "add", "mira", "--admin")
    ended = assay("member", "remove", "mira")
    assert (ended.code, "last admin" in ended.err) == (4, True)


def test_guideline_versions_are_published_listed_and_compared(assay):
    assay.project()
    assay("guideline", "publish", "intents", assay.file("g.md", "# One\n\nold line\n"))
    done = assay("guideline", "publish", "intents", assay.file("g.md", "# One\n\nnew line\n"), "--note", "clearer")
    assert "v2" in done.out
    assert [one["version"] for one in assay("guideline", "list", "intents", "--json").data] == [2, 1]
    compared = assay("guideline", "diff", "intents").out
    assert "-old line" in compared
    assert "+new line" in compared


@pytest.mark.parametrize(
    ("content", "code", "says"), [("", 2, "empty"), (b"\xff\xfe\x00x", 2, "UTF-8"), ("  \n", 2, "empty")]
)
def test_a_guideline_that_cannot_be_read_is_refused(assay, content, code, says):
    assay.project()
    ended = assay("guideline", "publish", "intents", assay.file("g.md", content))
    assert (ended.code, says in ended.err) == (code, True), ended.err


def test_a_later_guideline_needs_a_note(assay):
    assay.project()
    assay("guideline", "publish", "intents", assay.file("g.md", "one"))
    assert assay("guideline", "publish", "intents", assay.file("g.md", "two")).code == 2


def test_text_from_the_data_cannot_style_the_terminal(assay):
    assay.project("x", "--title", "[red]bold[/red] \x1b[31m")
    shown = assay("project", "show", "x").out
    assert "[red]bold[/red]" in shown
    assert "\x1b" not in shown


def test_a_reader_that_goes_away_is_no_error(assay):
    command = f"{sys.executable} -c 'from web.cli import main; main()' log -w {assay.workspace} --json | true"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_a_rating_without_its_scale_is_told_what_a_scale_looks_like(assay):
    ended = assay("project", "create", "stars", "--kind", "rating", "-q", "How friendly?")
    assert ended.code == 2
    assert '{"low": 1, "high": 5}' in ended.err


def test_a_kind_that_nobody_knows_is_answered_with_those_there_are(assay):
    ended = assay("project", "create", "x", "--kind", "zzzzz", "--labels", "a,b", "-q", "What?")
    assert f"There are: {', '.join(sorted(kinds()))}" in ended.err


def test_init_tells_scripts_where_it_is_and_how_the_admin_gets_in(assay):
    made = assay("init", assay.folder / "other", "--admin", "mira", "--json", here=False).data
    assert (made["was_there"], made["admin"]) == (False, "mira")
    assert "/invite/" in made["invite"]
    assert made["workspace"].endswith("/other")
