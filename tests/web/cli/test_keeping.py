"""Snapshots deleted, retired, published, scored; people erased: what is done, what is only said, what the exit code is."""

from datetime import UTC, datetime

import polars as pl
import pytest

import prep
from prep.snapshot import SnapshotStore
from web.checks import profile_of_snapshot


@pytest.fixture
def two(labeled):
    """Two snapshots of a project: the first tagged v1, the second the latest."""
    labeled("snapshot", "intents", "--tag", "v1")
    labeled.items(13)
    labeled.answers(13)
    labeled("snapshot", "intents")
    return labeled


def ids(terminal):
    return [one["id"] for one in terminal("snapshots", "intents", "--json").data]


def test_a_snapshot_is_deleted_only_when_its_name_is_typed_and_verify_knows_it(two):
    latest, _ = ids(two)
    ended = two("delete", f"intents@{latest[:12]}", "--reason", "a mistake")
    assert ended.code == 2
    assert "Say --confirm intents" in ended.err
    assert two("delete", f"intents@{latest[:12]}", "--reason", "a mistake", "--confirm", "intents").code == 0
    checked = two("verify", "--json")
    assert (checked.code, checked.data["problems"]) == (0, [])
    assert checked.data["gaps"][0][1] == latest
    assert "taken away on purpose: deleted" in two("verify").out


def test_a_tagged_snapshot_is_not_deleted(two):
    ended = two("delete", "intents@v1", "--reason", "a mistake", "--confirm", "intents")
    assert ended.code == 2
    assert "is tagged v1" in ended.err


def test_a_record_that_the_log_knows_nothing_of_is_found(two):
    latest, _ = ids(two)
    SnapshotStore(two.workspace / "snapshots").delete(
        f"intents@{latest}", reason="behind its back", at=datetime.now(UTC)
    )
    checked = two("verify", "--json")
    assert checked.code == 1
    assert "the log says nothing of it" in checked.data["problems"][0]


def test_a_policy_says_first_what_it_would_let_go(two):
    two.items(14)
    two.answers(14)
    two("snapshot", "intents")
    said = two("retain", "intents", "--keep-last", "1", "--json").data
    assert [one["keep"] for one in said["snapshots"]] == [True, False, True]
    assert len(ids(two)) == 3
    two("retain", "intents", "--keep-last", "1", "--do")
    assert len(ids(two)) == 2
    assert two("verify").code == 0
    assert two("retain", "intents").code == 2


def test_an_item_is_erased_from_every_snapshot_and_from_the_database(two):
    key = prep.load("intents@v1", workspace=two.workspace)["id"][0]
    before = ids(two)
    said = two("erase", "intents", "--item", key, "--reason", "request 17", "--json").data
    assert (said["done"], set(said["found"])) == (False, set(before))
    assert ids(two) == before
    assert two("erase", "intents", "--item", key, "--reason", "request 17", "--confirm", "intents").code == 0
    assert key not in prep.load("intents@v1", workspace=two.workspace)["id"].to_list()
    assert not set(before) & set(ids(two))
    assert two("verify", "--json").data["problems"] == []
    assert two("snapshot", "intents").code == 0
    assert two("verify").code == 0
    assert key not in prep.load("intents", workspace=two.workspace)["id"].to_list()


def test_what_was_derived_of_an_erased_item_goes_too(labeled):
    (labeled.workspace / "pipelines").mkdir()
    (labeled.workspace / "pipelines" / "tidy.toml").write_text(
        '[sources]\nraw = {}\n[[steps]]\nverb = "normalize_text"\n'
    )
    secret = "my name is Zoë Quitzow"
    path = labeled.file("more.csv", f"id,text\nq1,  {secret}  \nq2,  another  one \n")
    assert labeled("import", "intents", str(path), "--id", "id", "--pipeline", "tidy").code == 0
    answers = labeled.file("given.csv", "task,worker,label\nq1,ann,refund\nq2,ann,refund\n")
    assert labeled("import-answers", "intents", str(answers)).code == 0
    labeled("snapshot", "intents", "--tag", "v1")
    profile_of_snapshot(labeled.workspace, "intents@v1")
    assert secret in kept(labeled.workspace)
    assert labeled("erase", "intents", "--item", "q1", "--reason", "request 18", "--confirm", "intents").code == 0
    assert "Quitzow" not in kept(labeled.workspace)
    assert labeled("verify", "--json").data["problems"] == []


def kept(workspace):
    """All that the workspace's folders hold beside the database, as text."""
    found = []
    for path in workspace.rglob("*"):
        if path.suffix == ".parquet":
            found.append(str(pl.read_parquet(path).to_dicts()))
        elif path.is_file() and not path.name.startswith("assay.db"):
            found.append(path.read_bytes().decode(errors="replace"))
    return "\n".join(found)


def test_an_annotator_is_erased_by_name(two):
    name = prep.load("intents@v1", table="annotations", workspace=two.workspace)["annotator"][0]
    assert two("erase", "intents", "--annotator", name, "--reason", "left", "--confirm", "intents").code == 0
    assert name not in prep.load("intents@v1", table="annotations", workspace=two.workspace)["annotator"].to_list()
    assert two("verify", "--json").data["problems"] == []


def test_rubbish_is_listed_and_taken_away(two):
    (two.workspace / "snapshots" / "intents" / "notes.txt").write_text("mine")
    assert list(two("gc", "--older-than", "-1", "--json").data["files"]) == ["intents/notes.txt"]
    assert two("verify").code == 1
    two("gc", "--older-than", "-1", "--do")
    assert two("verify").code == 0


def test_a_snapshot_is_published_and_loaded_from_there(two, tmp_path):
    ended = two("publish", "intents@v1", f"file://{tmp_path}/there/snapshots", "--tag", "v1")
    assert ended.code == 0, ended.err
    there = prep.load("intents@v1", workspace=tmp_path / "there")
    assert there.equals(prep.load("intents@v1", workspace=two.workspace))


def test_a_snapshot_says_how_ready_it_is(two):
    ended = two("readiness", "intents@v1")
    assert ended.code == 1
    assert "of 7 points" in ended.out
    assert "Data 5" in ended.out
    rules = two.file("rules.yml", "schema_type: dataframe\nversion: 0.22\ncolumns:\n  text:\n    dtype: str\n")
    two(
        "snapshot",
        "intents",
        "--schema",
        rules,
        "--pseudonyms",
        "--attest",
        "Data 3=measured in March",
        "--forbid",
        "age",
    )
    found = {one["name"]: one["state"] for one in two("readiness", "intents", "--json").data["tests"]}
    assert (found["Data 1"], found["Data 3"], found["Data 4"], found["Data 5"]) == (
        "automatic",
        "by hand",
        "automatic",
        "automatic",
    )
    assert two("snapshot", "intents", "--attest", "nonsense").code == 2


def test_a_leak_is_refused_shown_and_allowed_for_a_reason(labeled):
    labeled("snapshot", "intents")
    how = ("export", "intents", "-o", labeled.folder / "out.parquet", "--splits", "train=0.5,test=0.5")
    ended = labeled(*how)
    assert ended.code == 1
    assert "nearly the same text" in ended.out
    assert "--allow-leak REASON" in ended.err
    assert not (labeled.folder / "out.parquet").exists()
    assert labeled(*how, "--allow-leak", "only a trial").code == 0
    assert labeled("log", "--action", "export", "--json").data[0]["detail"]["options"]["allow_leak"] == "only a trial"
