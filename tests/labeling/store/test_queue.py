"""The queue for review: those first of which one more answer would tell most, found through its own index."""

import pytest

from labeling.answers import Answers
from labeling.consensus.engine import consensus as compute
from labeling.services import adjudication
from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus
from labeling.store import answers, consensus, consensus_reads

SAID = {"i0": "aaa", "i1": "aab", "i2": "abb", "i3": "aaa", "i4": "bab", "i5": "bbb"}


@pytest.fixture
def judged(world):
    """Six items answered by three, who differ on three of them, and a consensus."""
    project = world.project(count=8, options={"labels": ["a", "b"]}).id
    rows = [
        {"item": item, "annotator": f"w{place}", "label": label}
        for item, labels in SAID.items()
        for place, label in enumerate(labels)
    ]
    rows += [{"item": "i6", "annotator": "w0", "label": "a"}, {"item": "i6", "annotator": "w1", "label": "b"}]
    import_answers(world.store, project=project, rows=rows, actor=None)
    run_consensus(world.store, project=project, actor=None)
    return world, project


def queue(world, project, **more):
    with world.store.read() as connection:
        return consensus.disagreements(connection, project, **more)


def test_only_items_whose_answers_differ_are_in_it_and_those_that_tell_most_come_first(judged):
    found = queue(*judged)
    assert {one.key for one in found} == {"i1", "i2", "i4", "i6"}
    assert [one.information for one in found] == sorted((one.information for one in found), reverse=True)
    assert all(one.information > 0 for one in found)


def test_what_an_answer_would_tell_is_what_the_consensus_says_it_is(judged):
    world, project = judged
    with world.store.read() as connection:
        given = answers.columns(connection, project)
    table = Answers.from_columns(given.number, given.annotator, given.label, labels=["a", "b"])
    computed = compute(table)
    wanted = dict(zip(computed.answers.items.tolist(), computed.information.tolist(), strict=True))
    assert all(one.information == pytest.approx(wanted[one.item], abs=1e-6) for one in queue(world, project))


def test_page_after_page_gives_the_same_items_as_one_page(judged):
    whole, pages, after = queue(*judged), [], None
    while page := queue(*judged, after=after, limit=1):
        pages += page
        after = (page[-1].information, page[-1].item)
    assert pages == whole


def test_an_item_that_was_ruled_on_leaves_it(judged):
    world, project = judged
    world.store.write(adjudication.adjudicate, project=project, item="i6", answer="a", reason="So it is.", actor=None)
    assert "i6" not in {one.key for one in queue(world, project)}
    assert "i6" in {one.key for one in queue(world, project, with_ruled=True)}


def test_it_is_read_through_its_own_index(judged):
    world, project = judged
    with world.store.read() as connection:
        statements = []
        raw = connection.connection.dbapi_connection
        raw.set_trace_callback(statements.append)
        consensus.disagreements(connection, project)
        raw.set_trace_callback(None)
        steps = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statements[-1]}")]
    assert any("ix_agreed_queue (project_id=? AND information>?)" in step for step in steps), steps


def test_what_the_consensus_is_unlike_is_counted_as_it_is_listed(judged):
    world, project = judged
    with world.store.read() as connection:
        counts = consensus_reads.counts(connection, project)
        listed = {why: consensus_reads.differing(connection, project, why) for why in counts}
    assert {why: len(rows) for why, rows in listed.items()} == counts
    assert [one.key for one in listed["drawn"]] == ["i6"]
    assert all(one.answer != one.majority for one in listed["majority"])
    assert all(one.models_unlike > 0 for one in listed["models"])
