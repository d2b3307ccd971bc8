"""From the gates to a frozen snapshot and its export."""

import io
import json
import re

import pytest

pytestmark = pytest.mark.slow


def test_a_dataset_is_checked_frozen_tagged_compared_verified_and_taken_away(team):
    page = team.see("datasets")
    assert "Yes: 25 items" in page
    assert "10 gold: its answer was known before" in page
    assert "The first rows, as they would be written" in page
    assert "on disk, about" in page
    page = team.follow(team.send("datasets/freeze", tag="v1"))
    assert "v1" in page
    listed = team.manager.get("/projects/mood/datasets").text
    snapshot = re.findall(r'data-href="/projects/mood/datasets/([0-9a-f]+)"', listed)[0]
    page = team.see(f"datasets/{snapshot}")
    assert "Tagged v1." in page
    assert "of 7 points of the ML Test Score" in page
    assert "Every byte is as it was written." in team.send(f"datasets/{snapshot}/verify", 200)

    form = {"format": "jsonl", "splits": "1", "train": "80", "validation": "10", "test": "10", "seed": "0"}
    team.follow(team.send(f"datasets/{snapshot}/export", **form))
    page = team.manager.get(f"/projects/mood/datasets/{snapshot}").text
    address = page.split("datasets/exports/")[1].split('"')[0]
    exported = team.manager.get(f"/projects/mood/datasets/exports/{address}")
    rows = [json.loads(line) for line in io.StringIO(exported.text)]
    assert len(rows) == 25
    assert {row["split"] for row in rows} <= {"train", "validation", "test"}

    team.send("disagreements", item="i10", answer="good", reason="Warm.")
    team.follow(team.send("datasets/freeze"))
    page = team.see("datasets/v1/diff?with=v1")
    assert "Nothing: both hold the same items." in page


def test_a_reviewer_reads_datasets_and_takes_them_away_and_freezes_and_tags_nothing(team, read):
    team.follow(team.send("datasets/freeze", tag="v1"))
    reviewer = team.office.sign_in("reviewer")
    at = "/projects/mood/datasets"
    assert "Freeze 25 items" not in read(reviewer.get(at).text)
    page = reviewer.get(f"{at}/v1").text
    assert f"{at}/" in page
    assert "/tag" not in page
    started = reviewer.post(f"{at}/v1/export", data={"format": "jsonl", "seed": "0"})
    address = started.headers["location"]
    for _ in range(60):
        reply = reviewer.get(address)
        if reply.status_code == 303:
            break
    made = reviewer.get(f"{at}/v1").text.split("datasets/exports/")[1].split('"')[0]
    taken = reviewer.get(f"{at}/exports/{made}")
    assert len(taken.text.splitlines()) == 25
    assert reviewer.post(f"{at}/freeze").status_code == 403
    assert reviewer.post(f"{at}/v1/tag", data={"tag": "v2"}).status_code == 403


def test_a_confidence_that_is_none_is_refused(team):
    assert "Give a confidence from 0 to 1" in team.see("datasets?min_confidence=2", 400)


def test_shares_that_do_not_make_a_hundred_and_unknown_snapshots_are_refused(team):
    team.see("datasets/123456abcdef", 404)
    team.follow(team.send("datasets/freeze", tag="v1"))
    form = {"format": "jsonl", "splits": "1", "train": "80", "validation": "10", "test": "5", "seed": "0"}
    assert "They sum to 95" in team.send("datasets/v1/export", 400, **form)


def test_an_empty_project_says_what_to_do_next(office, read):
    admin = office.sign_in("admin")
    given = {"title": "T", "name": "t", "question": "Q?", "kind": "choice", "choice.labels": "a\nb", "overlap": "3"}
    admin.post("/projects/new", data=given)
    assert "Nothing to freeze yet" in read(admin.get("/projects/t/datasets").text)


def test_what_changed_is_shown_and_a_manager_who_types_the_name_deletes_a_snapshot(team):
    team.follow(team.send("datasets/freeze", tag="v1"))
    for item, answer in (("i10", "good"), ("i10", "bad"), ("i11", "good"), ("i12", "bad")):
        team.send("disagreements", item=item, answer=answer, reason="Warm.")
    team.follow(team.send("datasets/freeze", tag="v2"))
    page = team.see("datasets/v2/diff?with=v1")
    assert "Labels before and after" in page
    assert "Changed: " in page
    team.follow(team.send("datasets/freeze", tag="v2", pseudonyms="1"))
    listed = team.manager.get("/projects/mood/datasets").text
    ids = re.findall(r'data-href="/projects/mood/datasets/([0-9a-f]+)"', listed)
    assert "This cannot be undone" in team.see(f"datasets/{ids[1]}/delete")
    assert "not the project" in team.send(f"datasets/{ids[1]}/delete", 400, typed="moood", reason="a mistake")
    assert "tagged v1" in team.send("datasets/v1/delete", 400, typed="mood", reason="a mistake")
    team.send(f"datasets/{ids[1]}/delete", typed="mood", reason="a mistake")
    page = team.see("datasets")
    assert "Taken away" in page
    assert "a mistake" in page
    reviewer = team.office.sign_in("reviewer")
    assert reviewer.post("/projects/mood/datasets/v1/delete", data={"typed": "mood", "reason": "x"}).status_code == 403
