"""Guidelines are written, previewed, published and compared."""

import pytest


def test_a_version_is_published_and_stands(team):
    team.send("guideline/edit", base="1", body="# Be fair\n\nLook thrice.", note="thrice", change="clarification")
    page = team.see("guideline")
    assert "Version 2 stands" in page
    assert "Look thrice." in page


def test_the_preview_is_made_harmless(team):
    reply = team.manager.post("/projects/mood/guideline/preview", data={"body": "*x* <img src=x onerror=alert(1)>"})
    assert reply.text == "<p><em>x</em> &lt;img src=x onerror=alert(1)&gt;</p>\n"


def test_a_preview_without_a_script_publishes_nothing(team):
    page = team.send("guideline/edit", 200, base="1", body="# Draft", note="", change="", act="preview")
    assert "Draft" in page
    assert team.sql("SELECT count(*) FROM guidelines") == 1


def test_somebody_elses_version_meanwhile_is_not_overwritten_unseen(team):
    team.send("guideline/edit", base="1", body="# Two", note="two", change="meaning")
    page = team.send("guideline/edit", 400, base="1", body="# Mine", note="mine", change="meaning")
    assert "Somebody has published v2 since you began" in page
    assert "# Mine" in page


def test_an_empty_guideline_is_refused_and_an_unknown_change_too(team):
    assert "The guideline is empty" in team.send("guideline/edit", 400, base="1", body=" ", note="x", change="meaning")
    assert "is no kind of change" in team.send("guideline/edit", 400, base="1", body="# B", note="x", change="odd")


def test_the_difference_says_which_lines(team):
    team.send("guideline/edit", base="1", body="# Be fair\n\nLook thrice.", note="thrice", change="clarification")
    page = team.see("guideline/diff?from=1&to=2")
    assert "1 line differs." in page
    assert "twice" in page
    assert "thrice" in page


def test_a_version_that_is_no_number_or_not_there_is_refused(team):
    team.see("guideline/diff?from=one&to=2", 400)
    team.see("guideline?version=9", 404)


def test_who_has_not_read_the_newest_is_named(team):
    assert "ann" in team.see("guideline").split("Who has read v1")[1]


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("from=1&to=99", 404, "There is no guideline version 99"),
        ("from=a", 400, "'a' is no version"),
        ("before=1&after=99", 400, "There is no parameter 'before' here. Those that there are: from, to."),
    ],
)
def test_a_difference_from_what_there_is_not_is_refused_in_words(team, query, status, says):
    assert says in team.see(f"guideline/diff?{query}", status)
