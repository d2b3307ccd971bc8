"""What a person has of the desk on the server: their keys, their day, and a limit that no person meets."""

import pytest


def test_keys_are_kept_with_the_person_and_clashes_are_refused_in_words(office):
    ann = office.sign_in("annotator")
    assert ann.put("/api/v1/me/desk", json={"keys": {"skip": ["x"]}, "at_once": True}).status_code == 200
    refused = ann.put("/api/v1/me/desk", json={"keys": {"skip": ["f"]}})
    assert refused.status_code == 400
    assert "'f' would both skip and mark as unsure" in refused.json()["error"]["message"]
    kept = office.sign_in("annotator").get("/api/v1/me/desk").json()
    assert (kept["keys"]["skip"], kept["at_once"]) == (["x"], True)
    assert office.sign_in("manager").get("/api/v1/me/desk").json()["keys"]["skip"] == ["s"]
    assert ann.put("/api/v1/me/desk", json={}).json()["keys"]["skip"] == ["s"]


def test_the_day_is_told_in_answers_and_in_time_at_work_without_the_breaks(office):
    ann = office.sign_in("annotator")
    held = ann.post("/api/v1/projects/mood/desk/hand-out", json={"hold": 4}).json()["assignments"]
    for place, one in enumerate(held):
        office.clock.forward(600)  # ten minutes went by, of which the desk counted 20 to 40 seconds
        body = {
            "assignment": one["assignment"],
            "key": f"k{place}",
            "answer": "good",
            "active_ms": 20_000 + 5_000 * place,
        }
        assert ann.post("/api/v1/projects/mood/desk/submit", json=body).status_code == 200
    today = ann.get("/api/v1/projects/mood/desk/today").json()
    assert today == {"answers": 4, "seconds": 110.0, "median_seconds": 27.5}
    later = ann.get(f"/api/v1/projects/mood/desk/today?since={office.clock.now - 1_000}").json()
    assert later["answers"] == 1


@pytest.fixture
def settings():
    return {"answers_per_minute": 60}


def test_more_answers_than_a_person_can_give_are_put_off_and_none_is_lost(office):
    ann = office.sign_in("annotator")
    replies = []
    for place in range(14):
        (held, *_) = ann.post("/api/v1/projects/mood/desk/hand-out", json={}).json()["assignments"]
        body = {"assignment": held["assignment"], "key": f"k{place}", "answer": "good", "hold": 1}
        replies.append(ann.post("/api/v1/projects/mood/desk/submit", json=body))
    refused = [reply for reply in replies if reply.status_code == 429]
    assert refused
    assert all(1 <= int(reply.headers["retry-after"]) <= 11 for reply in refused)
    assert "nothing of it is lost" in refused[0].json()["error"]["message"]
    mine = ann.get("/api/v1/projects/mood/desk/mine").json()["annotations"]
    assert len(mine) == len(replies) - len(refused)
