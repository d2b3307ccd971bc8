"""What is in a snapshot, and what drifted between two: found out by a job, kept, and shown without an engine."""

import shutil

import pytest

pytestmark = pytest.mark.slow


def test_a_snapshot_is_looked_into_once_and_compared_with_another(team):
    team.follow(team.send("datasets/freeze", tag="v1"))
    started = team.manager.get("/projects/mood/datasets/v1/profile")
    assert started.status_code == 303
    page = team.follow(started.headers["location"])
    assert "25 rows in" in page
    assert "What should be looked at? id has another value in every row" in page
    assert "What is in each column?" in page
    kept = list((team.office.path / "profiles").glob("profile-*.json"))
    assert len(kept) == 1
    assert "25 rows in" in team.see("datasets/v1/profile")  # at once: no job

    kept[0].write_text("{")  # what cannot be read is made again
    assert team.manager.get("/projects/mood/datasets/v1/profile").status_code == 303

    for item in ("i11", "i13", "i15"):
        team.send("disagreements", item=item, answer="bad", reason="Cold.")
    team.follow(team.send("datasets/freeze", tag="v2"))
    assert "Did anything drift" in team.see("datasets/v2")
    reply = team.manager.get("/projects/mood/datasets/v2/drift?with=v1")
    page = team.follow(reply.headers["location"])
    assert "How far is each column?" in page
    assert "25 rows then, 25 rows now" in page
    assert "Which rows changed?" in page
    team.see("datasets/v2/drift?with=v9", 404)
    team.see("datasets/v9/profile", 404)
    shutil.rmtree(team.office.path / "profiles")
    reviewer = team.office.sign_in("reviewer")
    assert reviewer.get("/projects/mood/datasets/v2/profile").status_code == 303
    annotator = team.office.sign_in("annotator")
    assert annotator.get("/projects/mood/datasets/v2/profile").status_code == 403
