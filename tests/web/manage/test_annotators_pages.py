"""The pages on annotators and on overlap: sorted, judged on two signals, decided by a person with a reason."""

import pytest


@pytest.mark.parametrize("sort", ["name", "answers", "gold", "others", "skill", "pace", "signals", "nonsense"])
def test_the_table_can_be_sorted_by_what_it_shows(team, sort):
    page = team.see(f"annotators?sort={sort}")
    assert all(name in page for name in ("ann", "bob", "cy"))


def test_the_sorted_column_says_so_to_a_screen_reader(team):
    assert (
        'aria-sort="descending"><a href="/projects/mood/annotators?sort=answers"'
        in team.manager.get("/projects/mood/annotators?sort=answers").text
    )


def test_a_decision_needs_a_reason_and_what_was_typed_is_kept(team):
    page = team.send("annotators/cy/decide", 400, decision="pause", reason=" ")
    assert "There is no reason in it" in page
    assert team.sql("SELECT count(*) FROM decisions") == 0


def test_a_decision_stands_on_the_page_and_takes_effect(team):
    team.send("annotators/cy/decide", decision="exclude", reason="answers at random")
    page = team.see("annotators/cy")
    assert "answers at random" in page
    assert "excluded" in page
    assert "excluded" in team.see("annotators")
    assert "Include their answers again" in page
    team.send("annotators/cy/decide", 409, decision="exclude", reason="once more")


def test_an_annotator_that_is_not_there_cannot_be_decided_about(team):
    assert (
        team.manager.post(
            "/projects/mood/annotators/nobody/decide", data={"decision": "pause", "reason": "x"}
        ).status_code
        == 404
    )


def test_a_reviewer_sees_what_was_decided_and_has_no_form(team, read):
    team.send("annotators/cy/decide", decision="requeue", reason="a second look")
    page = team.office.sign_in("reviewer").get("/projects/mood/annotators/cy").text
    assert "a second look" in read(page)
    assert "Decide something" not in page


def test_overlap_says_how_many_answers_items_have(team):
    page = team.see("overlap")
    assert "Every item gets 3 answers" in page
    assert team.sql("SELECT count(*) FROM items WHERE answered = 3") > 0


def test_overlap_is_looked_at_in_a_job_and_says_what_was_saved(team):
    team.manager.patch("/api/v1/projects/mood", json={"overlap": 2, "overlap_most": 5, "target": 0.8})
    page = team.follow(team.send("overlap"))
    assert "answers saved so far" in page
    assert team.sql("SELECT count(*) FROM log WHERE action = 'route_overlap'") == 1


def test_a_fixed_overlap_is_not_looked_at(team):
    assert "gives every item 3 answers" in team.follow(team.send("overlap"))


def test_decisions_and_disputes_by_the_api(team):
    api = "/api/v1/projects/mood"
    made = team.manager.post(f"{api}/annotators/bob/decisions", json={"decision": "pause", "reason": "a talk first"})
    assert made.json() == {"annotator": "bob", "decision": "pause", "items_opened": 0}
    found = team.manager.get(f"{api}/decisions").json()
    assert (found["paused"], found["decisions"][0]["reason"]) == (["bob"], "a talk first")
    assert team.manager.post(
        f"{api}/annotators/bob/decisions", json={"decision": "fire", "reason": "x"}
    ).status_code in {400, 422}
    assert team.manager.get(f"{api}/disputes").json() == {"disputes": []}
    assert team.manager.get(f"{api}/overlap").json()["overlap"]["items"] > 0
