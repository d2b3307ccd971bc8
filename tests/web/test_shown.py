"""The order of labels drawn for an assignment, through the doors: the desk's page and API, the audit, a snapshot."""

import json
import re

from labeling import dataset
from labeling.services import consensus, guidelines, items, members, projects, work
from labeling.services.answers import import_answers
from prep.snapshot import SnapshotStore
from web import figures


def shuffle(office, by="assignment", labels=("good", "bad")):
    options = {"labels": list(labels), "shuffle": by}
    office.store.write(projects.change_project, project=office.project.id, actor=None, options=options)


def test_the_page_itself_has_the_order_that_was_drawn_and_keys_follow_the_place(office):
    shuffle(office, labels=("good", "bad", "odd", "new", "old"))
    ann = office.sign_in("annotator")
    page = ann.get("/projects/mood/desk").text
    (held, *_) = ann.post("/api/v1/projects/mood/desk/hand-out", json={}).json()["assignments"]
    assert sorted(held["shown"]["order"]) == ["bad", "good", "new", "odd", "old"]
    assert re.findall(r'name="answer" value="(\w+)"', page) == held["shown"]["order"]
    assert re.findall(r'name="answer"[^>]* data-key="(\w)"', page) == ["1", "2", "3", "4", "5"]
    hues = dict(re.findall(r'hue-(\d)"><input type="radio" name="answer" value="(\w+)"', page))
    assert hues == {"0": "good", "1": "bad", "2": "odd", "3": "new", "4": "old"}


def test_ones_own_answers_come_back_as_they_were_shown(office):
    shuffle(office)
    ann = office.sign_in("annotator")
    (held, *_) = ann.post("/api/v1/projects/mood/desk/hand-out", json={}).json()["assignments"]
    body = {"assignment": held["assignment"], "key": "k", "answer": "bad", "shown": {"order": ["forged"]}}
    assert ann.post("/api/v1/projects/mood/desk/submit", json=body).status_code == 200
    (mine,) = ann.get("/api/v1/projects/mood/desk/mine").json()["annotations"]
    assert mine["shown"] == held["shown"]


def test_every_assignment_on_the_wire_has_the_same_fields_gold_or_not(office):
    for by in ("", "assignment"):
        shuffle(office, by)
        name = f"a{by}"
        who = office.store.write(members.create_member, name=name, actor=None).id
        office.store.write(projects.set_role, project=office.project.id, member=who, role="annotator", actor=None)
        desk = office.store.write(work.hand_out, project=office.project.id, member=who, hold=10)
        shapes = {(type(held.shown), tuple(sorted(held.shown or ()))) for held in desk.assignments}
        assert len(shapes) <= 1


def pick(office, name: str, picks):
    """Somebody answers everything, choosing by what is shown."""
    who = office.store.write(members.create_member, name=name, actor=None).id
    where = {"project": office.project.id, "member": who}
    office.store.write(projects.set_role, role="annotator", actor=None, **where)
    office.store.write(guidelines.acknowledge, version=1, **where)
    desk = office.store.write(work.hand_out, hold=1, **where)
    while desk.assignments:
        (held,) = desk.assignments
        text = held.fields[0]["value"]
        answer = picks(text, held.shown["order"])
        desk = office.store.write(
            work.submit, assignment=held.assignment, answer=answer, key=f"{name}{held.assignment}", hold=1, **where
        )


def truth(text: str, _: list[str]) -> str:
    return "good" if int(text.rpartition(" ")[2]) % 2 else "bad"


def test_who_always_picks_the_first_place_is_found_by_the_audit(office):
    shuffle(office)
    pick(office, "first", lambda _, order: order[0])
    pick(office, "fair", truth)
    audited = figures.Source(office.store, office.project).audit()
    standing = {one.annotator: one for one in audited.standings}
    assert (standing["first"].place, standing["first"].place_picked) == (1, standing["first"].placed)
    assert any("in place 1, though the order is random" in str(one) for one in standing["first"].signals)
    assert not any("in place" in str(one) for one in standing["fair"].signals)


def test_a_snapshot_says_what_was_shown_and_where_the_answer_stood(office):
    shuffle(office)
    pick(office, "second", lambda _, order: order[1])
    consensus.run_consensus(office.store, project=office.project.id, method="majority", seed=1, actor=None)
    frozen = dataset.freeze(
        office.store, workspace=office.path, project=office.project.id, choices=dataset.Choices(), actor=None
    )
    rows = SnapshotStore(office.path / "snapshots").get(f"mood@{frozen.snapshot.id}").load("annotations")
    assert set(rows["position"].to_list()) == {2}
    assert all(
        json.loads(shown)["order"][1] == label for shown, label in zip(rows["shown"], rows["label"], strict=True)
    )


def test_the_sides_of_a_pair_are_numbered_before_an_item_is_handed_out(office):
    project = office.store.write(
        projects.create_project,
        name="duel",
        question="Which?",
        kind="pairwise",
        options={"fields": ["a", "b"]},
        actor=None,
    )
    items.import_items(office.store, project=project.id, rows=[{"id": "1", "a": "x", "b": "y"}], actor=None)
    office.store.write(guidelines.publish, project=project.id, body="# Be fair", actor=None)
    who = office.people["annotator"]
    office.store.write(projects.set_role, project=project.id, member=who, role="annotator", actor=None)
    page = office.sign_in("annotator").get("/projects/duel/desk").text
    assert re.findall(r'value="(a|b)" data-json.*?<b>(\d)</b>', page) == [("a", "1"), ("b", "2")]


def test_a_reviewer_reads_the_words_of_a_span_in_the_queue_and_in_the_consensus(office):
    project = office.store.write(
        projects.create_project, name="names", question="Who?", kind="spans", options={"labels": ["person"]}, actor=None
    )
    items.import_items(office.store, project=project.id, rows=[{"id": "1", "text": "Ann met Bob Dylan"}], actor=None)
    office.store.write(
        projects.set_role, project=project.id, member=office.people["reviewer"], role="reviewer", actor=None
    )
    said = {"ann": [[0, 3, "person"]], "bob": [[0, 3, "person"], [8, 11, "person"]], "cid": [[0, 3, "person"]]}
    rows = [{"item": "1", "annotator": who, "label": spans} for who, spans in said.items()]
    import_answers(office.store, project=project.id, rows=rows, actor=None)
    consensus.run_consensus(office.store, project=project.id, actor=None)
    page = office.sign_in("reviewer").get("/projects/names/disagreements").text
    queue, room = page.split("</nav>", 2)[-2:] if page.count("</nav>") > 1 else page.split("</nav>")
    assert "“Ann” person · “Bob” person" in queue
    assert re.search(r"The consensus says\s+<strong[^>]*>“Ann” person</strong>", room)
