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


def test_a_requeue_is_taken_back_on_the_page_as_far_as_nobody_has_the_items(team, read):
    assert "asked once more" not in read(team.manager.get("/projects/mood/annotators/cy").text)
    team.send("annotators/cy/decide", decision="requeue", reason="a second look")
    waiting = team.sql("SELECT count(*) FROM requeued")
    assert f"Take back the {waiting} items asked once more" in team.see("annotators/cy")
    said = team.follow(team.send("annotators/cy/decide", decision="withdraw", reason="a talk made it clear"))
    assert f"{waiting} items are not asked once more after all." in said
    assert "a talk made it clear" in team.see("annotators/cy")
    assert "Take back the" not in team.see("annotators/cy")
    team.send("annotators/cy/decide", 409, decision="withdraw", reason="once more")


def test_a_requeue_is_taken_back_by_the_api(team):
    api = "/api/v1/projects/mood"

    def decide(decision):
        return team.manager.post(f"{api}/annotators/cy/decisions", json={"decision": decision, "reason": "a look"})

    opened = decide("requeue").json()["items_opened"]
    assert team.manager.get(f"{api}/decisions").json()["asked_once_more"] == {"cy": opened}
    assert decide("withdraw").json() == {
        "annotator": "cy",
        "decision": "withdraw",
        "items_opened": 0,
        "items_withdrawn": opened,
    }
    assert team.manager.get(f"{api}/decisions").json()["asked_once_more"] == {}
    assert decide("withdraw").status_code == 409


def test_a_decision_is_shown_with_the_guideline_it_was_made_under(team):
    team.manager.post("/api/v1/projects/mood/guidelines", json={"body": "Do it well.", "note": "first"})
    team.send("annotators/cy/decide", decision="retrain", reason="sarcasm")
    version = team.sql("SELECT max(version) FROM guidelines")
    assert f"under guideline v{version}" in team.see("annotators/cy")
    assert "to read again" in team.see("annotators/cy")
    assert team.manager.get("/api/v1/projects/mood/decisions").json()["decisions"][0]["guideline_version"] == version


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
    assert made.json() == {"annotator": "bob", "decision": "pause", "items_opened": 0, "items_withdrawn": 0}
    found = team.manager.get(f"{api}/decisions").json()
    assert (found["paused"], found["decisions"][0]["reason"]) == (["bob"], "a talk first")
    assert team.manager.post(
        f"{api}/annotators/bob/decisions", json={"decision": "fire", "reason": "x"}
    ).status_code in {400, 422}
    assert team.manager.get(f"{api}/disputes").json() == {"disputes": []}
    assert team.manager.get(f"{api}/overlap").json()["overlap"]["items"] > 0
