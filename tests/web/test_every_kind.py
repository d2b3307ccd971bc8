"""Every kind goes the whole line, from a form to an export; a new kind is taken through it by its own examples."""

import json

import pytest

from labeling import dataset, formats
from labeling.kinds import kinds
from labeling.services import gold, items, projects
from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus
from labeling.services.overlap import route_items
from labeling.store import consensus
from labeling.store import items as items_reads
from prep.snapshot import SnapshotStore
from web import breakdowns, figures, keeping
from web.breakdowns import By

ITEMS = 30
TABLES = ("csv", "jsonl", "parquet")
THINGS = {"left": "one thing", "middle": "another thing", "right": "a third thing"}
THINGS |= {"first": "the first", "second": "the second", "third": "the last"}
WHO = ("ann", "bob", "cid")
PAGES = (
    "overview", "items", "items/one?key=i0", "annotators", "annotators/ann", "agreement", "agreement/consensus",
    "agreement/consensus?unlike=drawn", "disagreements", "disagreements?item=i1", "guideline/edit",
    "settings", "settings/gold", "overlap", "my-work", "desk",
)  # fmt: skip


LINES = {name: (one, *next(iter(one.examples()))) for name, one in kinds().items()}
LINES["form of every kind"] = (kinds()["form"], *list(kinds()["form"].examples())[-1])


@pytest.fixture(params=LINES.values(), ids=list(LINES))
def made(request, office):
    """A project of that kind with items, answers by three that differ on some, gold, and a consensus."""
    one, raw, good, _ = request.param
    options = one.options(raw)
    answers = [one.dump(one.parse(wire, options)) for wire in good]
    store = office.store
    project = store.write(
        projects.create_project, name="line", question="Q?", kind=one.name, options=raw, overlap=3, seed=1, actor=None
    )
    for name in ("reviewer", "manager"):
        store.write(projects.set_role, project=project.id, member=office.people[name], role=name, actor=None)
    items.import_items(
        store,
        project=project.id,
        rows=[{"id": f"i{place}", "text": f"Ann met Bob on day {place}", **THINGS} for place in range(ITEMS)],
        actor=None,
    )
    rows = [
        {
            "item": f"i{place}",
            "annotator": who,
            "label": answers[(place + (who == "cid" and place % 3 == 1)) % len(answers)],
            "seconds": 4.0 + place % 5,
        }
        for place in range(ITEMS)
        for who in WHO
    ]
    import_answers(store, project=project.id, rows=rows, actor=None)
    store.write(
        gold.set_gold, project=project.id, answers={"i0": answers[0], "i3": answers[3 % len(answers)]}, actor=None
    )
    run_consensus(store, project=project.id, actor=None)
    return one, project, answers


def test_every_kind_is_agreed_on_and_its_agreement_and_annotators_are_measured(office, made):
    one, project, answers = made
    with office.store.read() as connection:
        run = consensus.latest(connection, project.id)
        counted = {json.dumps(answer): number for answer, number in consensus.label_counts(connection, project.id)}
        disputed = consensus.disagreements(connection, project.id)
        given = breakdowns.answers_of(connection, project)
    assert run.items == sum(counted.values()) == ITEMS - 2
    assert set(counted) <= {json.dumps(answer) for answer in answers}
    assert len(disputed) == sum(place % 3 == 1 for place in range(ITEMS))
    has_confidence = one.gives_confidence(project.options)
    for row in disputed:
        assert 0 < row.disagreement <= 1
        assert row.confidence is None or (has_confidence and 0 <= row.confidence <= 1)

    source = figures.Source(office.store, project)
    whole = source.agreement()
    assert whole.alpha.low < whole.alpha.value < whole.alpha.high
    assert 0 < whole.alpha.value < 1
    assert 0 < whole.percent.value < 1
    assert len(whole.pairs.pairs) == 3
    for name, compute in figures.TOGETHER.items():
        kept = keeping.dump(compute(source))
        assert keeping.dump(keeping.load(kept)) == kept, name
    asked = {"coefficient": "krippendorff_alpha", "resamples": 100, "seed": 0}
    has_labels = bool(one.consensus_labels(project.options) or one.parts(project.options))
    for by in (None, By.VERSION, By.PAIR, By.ANNOTATOR, By.DAY, *((By.LABEL,) if has_labels else ())):
        assert breakdowns.measured(given, project, by, asked)

    standings = source.audit().standings
    near = {standing.annotator: standing.agreement for standing in standings}
    assert min(near, key=near.get) == "cid", "who differs agrees least"
    assert all(standing.gold_seen == standing.gold_right == 2 for standing in standings)
    assert len(near) == len(WHO)


def test_every_page_of_every_kind_opens_and_its_answers_are_ruled_on_and_made_gold(office, made):
    one, project, answers = made
    manager, reviewer = office.sign_in("manager"), office.sign_in("reviewer")
    for path in PAGES:
        reply = manager.get(f"/projects/line/{path}")
        assert reply.status_code == 200, f"{path}: {reply.text[:2000]}"
    for path in ("agreement", "audit", "consensus", "consensus/unlike?why=drawn", "disagreements", "items", "items/i1"):
        reply = manager.get(f"/api/v1/projects/line/{path}")
        assert reply.status_code == 200, f"{path}: {reply.text[:2000]}"

    def rules(key, status=303, **said):
        reply = reviewer.post("/projects/line/disagreements", data={"item": key, "reason": "seen", **said})
        assert reply.status_code == status, reply.text

    values = one.form_values(one.parse(answers[1], project.options), project.options)
    with office.store.read() as connection:
        taken = next(each for each in items_reads.one(connection, project.id, "i10").annotations)
    rules("i4", answer=values)
    rules("i7", answer_json=json.dumps(answers[0]))
    rules("i10", take=str(taken.id))
    rules("i13", status=400)
    with office.store.read() as connection:
        ruled = consensus.rulings(connection, project.id)
    assert {key: answer for key, (answer, _) in ruled.items()} == {
        "i4": answers[1],
        "i7": answers[0],
        "i10": taken.answer,
    }

    given = {"answer": values} if one.without_script(project.options) else {"answer_json": json.dumps(answers[1])}
    reply = manager.post("/projects/line/settings/gold", data={"key": "i9", "note": "", **given})
    assert reply.status_code == 303, reply.text
    reply = manager.patch("/api/v1/projects/line", json={"overlap_most": 5})
    if one.gives_confidence(project.options):
        assert reply.status_code == 200, reply.text
        assert route_items(office.store, project=project.id, actor=None).settled >= 0
    else:
        assert reply.status_code == 400
        assert "has no confidence" in reply.text


def test_every_kind_is_frozen_written_out_in_every_format_and_its_answers_come_back(office, made):
    one, project, answers = made
    frozen = dataset.freeze(office.store, workspace=office.path, project=project.id, actor=None)
    snapshot = SnapshotStore(office.path / "snapshots").get(frozen.snapshot.ref)
    whole, given = snapshot.load("items"), snapshot.load("annotations")
    assert whole.height == ITEMS - 2
    columns = one.columns(project.options)
    assert set(columns) <= set(whole.columns)
    assert set(columns) <= set(given.columns)
    is_json = columns["label"] == "json"
    held = {json.dumps(json.loads(value) if is_json else value) for value in whole["label"].to_list()}
    assert held <= {json.dumps(answer) for answer in answers}
    has_confidence = one.gives_confidence(project.options)
    for name in (form.NAME for form in formats.every(one.name)):
        formats.export(snapshot, name, office.path / f"items.{name}", soft_labels=has_confidence and name in TABLES)
        if name in TABLES:
            target = office.path / f"answers.{name}"
            formats.export(snapshot, name, target, table="annotations")
            back = list(formats.read_long(str(target), name=target.name))
            done = import_answers(office.store, project=project.id, rows=back, actor=None)
            assert (done.added, done.changed) == (0, 0), f"{one.name} from {name}: {done}"
