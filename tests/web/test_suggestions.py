"""Suggestions through the doors: file, page, API, command, the plain desk, what they do to answers, a snapshot."""

import json
import re

import pytest
from typer.testing import CliRunner

from labeling import dataset
from labeling.services import consensus, guidelines, members, projects, work
from labeling.services.suggestions import put_suggestions
from prep.snapshot import SnapshotStore
from tests.web.manage.conftest import words
from web import figures
from web.cli.commands import app

FILE = "item,answer,model,confidence\n" + "".join(f"i{n},{'good' if n % 2 else 'bad'},bert,0.8\n" for n in range(40))


def bring(office):
    rows = [{"item": f"i{n}", "answer": "good", "model": "bert", "confidence": 0.8} for n in range(40)]
    office.store.write(put_suggestions, project=office.project.id, rows=rows, actor=None)


def seat(office, name):
    """Somebody who has read the guideline."""
    who = office.store.write(members.create_member, name=name, actor=None).id
    where = {"project": office.project.id, "member": who}
    office.store.write(projects.set_role, role="annotator", actor=None, **where)
    office.store.write(guidelines.acknowledge, version=1, **where)
    return where


def follow(office, name, answer):
    """Answer every item: as suggested where that is seen, else `answer`."""
    where = seat(office, name)
    desk = office.store.write(work.hand_out, hold=1, **where)
    while desk.assignments:
        (held,) = desk.assignments
        given = held.suggestion["answer"] if held.suggestion else answer
        desk = office.store.write(
            work.submit, assignment=held.assignment, answer=given, key=f"{name}{held.assignment}", hold=1, **where
        )


def test_a_file_is_brought_in_on_the_page_and_told_of(office):
    manager = office.sign_in("manager")
    sent = manager.post(
        "/projects/mood/settings/import-suggestions", data={"model": ""}, files={"file": ("bert.csv", FILE)}
    )
    assert sent.status_code == 303
    for _ in range(100):
        reply = manager.get(sent.headers["location"])
        if reply.status_code == 303:
            break
    page = words(manager.get("/projects/mood/settings/suggestions").text)
    assert "40 items have a suggestion. None of them counts as an answer." in page
    assert "bert: 40 items" in page


def test_the_share_that_shows_none_is_set_on_the_page_and_nonsense_is_refused(office):
    bring(office)
    manager = office.sign_in("manager")
    assert manager.post("/projects/mood/settings/suggestions", data={"withheld": "35"}).status_code == 303
    with office.store.read() as connection:
        assert projects.projects.by_id(connection, office.project.id).withheld == pytest.approx(0.35)
    for nonsense in ("many", "95", ""):
        assert manager.post("/projects/mood/settings/suggestions", data={"withheld": nonsense}).status_code == 400
    assert manager.post("/projects/mood/settings/suggestions/remove").status_code == 303
    assert manager.get("/api/v1/projects/mood/suggestions").json()["items"] == 0


def test_the_api_takes_rows_and_refuses_all_for_one_bad_one(office):
    manager = office.sign_in("manager")
    good = {"item": "i1", "answer": "good", "model": "bert", "confidence": 0.5}
    refused = manager.post(
        "/api/v1/projects/mood/suggestions", json={"rows": [good, {**good, "item": "i2", "answer": "fine"}]}
    )
    assert refused.status_code == 400
    assert "There is no label 'fine'" in refused.json()["error"]["message"]
    assert manager.get("/api/v1/projects/mood/suggestions").json()["items"] == 0
    assert manager.post("/api/v1/projects/mood/suggestions", json={"rows": [good]}).json()["added"] == 1
    assert manager.delete("/api/v1/projects/mood/suggestions").json() == {"removed": 1}


def test_the_command_brings_a_file_in_and_says_what_there_is(office, tmp_path):
    file = tmp_path / "bert.csv"
    file.write_text(FILE)
    office.store.close()
    run = CliRunner().invoke(app, ["suggest", "mood", str(file), "--workspace", str(office.path)])
    assert "40 suggestions added" in run.output
    told = CliRunner().invoke(app, ["suggest", "mood", "--withhold", "0.5", "--json", "--workspace", str(office.path)])
    found = json.loads(told.output)
    assert (found["items"], found["withheld"], found["anchoring"]["shown"]) == (40, 0.5, 0)


def test_withheld_suggestions_are_not_on_the_wire(office):
    bring(office)
    office.store.write(projects.change_project, project=office.project.id, actor=None, withheld=0.5)
    ann = office.sign_in("annotator")
    held = ann.post("/api/v1/projects/mood/desk/hand-out", json={"hold": 10}).json()["assignments"]
    assert {tuple(sorted(one)) for one in held} == {("assignment", "expires_at", "fields", "shown", "suggestion")}
    assert {one["suggestion"] is None for one in held} == {True, False}
    hidden = next(one for one in held if one["suggestion"] is None)
    assert "bert" not in json.dumps(hidden)


def test_without_a_script_a_suggestion_is_accepted_by_its_own_button_and_not_by_submit(office):
    bring(office)
    office.store.write(projects.change_project, project=office.project.id, actor=None, withheld=0)
    ann = office.sign_in("annotator")
    page = ann.get("/projects/mood/desk").text
    assert "Suggested by bert, .80: good" in words(page).replace(" ,", ",").replace(" :", ":")
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert ann.post("/projects/mood/desk", data=fields | {"action": "submit"}).status_code == 400
    assert ann.post("/projects/mood/desk", data=fields | {"action": "accept"}).status_code == 303
    (mine,) = ann.get("/api/v1/projects/mood/desk/mine").json()["annotations"]
    assert (mine["answer"], mine["suggestion"]["model"]) == ("good", "bert")


def test_the_pull_of_suggestions_is_measured_by_model_on_the_page_and_by_the_api(office):
    bring(office)
    office.store.write(projects.change_project, project=office.project.id, actor=None, withheld=0.5, overlap=3)
    for name in ("ann", "bob", "cyd"):
        follow(office, name, "bad")
    found = figures.anchoring(office.store, office.project)
    whole = found[""]
    assert (whole.when_shown, whole.when_withheld, whole.difference) == (1.0, 0.0, 1.0)
    assert found["bert"] == whole
    manager = office.sign_in("manager")
    told = manager.get("/api/v1/projects/mood/suggestions").json()["anchoring"]
    assert told["verdict"].startswith("Annotators follow the suggestion")
    assert told["low"] > 0
    for path in ("settings/suggestions", "agreement"):
        assert "Annotators follow the suggestion" in words(manager.get(f"/projects/mood/{path}").text)


def test_a_snapshot_says_what_came_of_each_suggestion(office):
    bring(office)
    office.store.write(projects.change_project, project=office.project.id, actor=None, withheld=0.5)
    follow(office, "ann", "bad")
    where = seat(office, "bob")
    desk = office.store.write(work.hand_out, hold=10, **where)
    seen = next(one for one in desk.assignments if one.suggestion)
    office.store.write(work.submit, assignment=seen.assignment, answer="bad", key="b", hold=1, **where)
    consensus.run_consensus(office.store, project=office.project.id, method="majority", seed=1, actor=None)
    frozen = dataset.freeze(
        office.store,
        workspace=office.path,
        project=office.project.id,
        choices=dataset.Choices(with_gold=True),
        actor=None,
    )
    rows = SnapshotStore(office.path / "snapshots").get(f"mood@{frozen.snapshot.id}").load("annotations").to_dicts()
    fates = {(row["suggestion"], row["label"]) for row in rows}
    assert fates == {("accepted", "good"), ("withheld", "bad"), ("changed", "bad")}
    assert {(row["suggested"], row["suggested_by"], row["suggested_confidence"]) for row in rows} == {
        ('"good"', "bert", 0.8)
    }
