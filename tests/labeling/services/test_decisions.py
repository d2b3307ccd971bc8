"""What a person decides about an annotator, and that it takes effect and stands in the log with its reason."""

import json

import pytest

from labeling.errors import Conflict, NotFound, Unusable
from labeling.services import decisions, guidelines
from labeling.services.consensus import run_consensus
from labeling.store import answers, dataset_reads
from labeling.store import decisions as stored


@pytest.fixture
def team(world):
    """Two annotators, ann and bob, who have answered every item."""
    project = world.project(count=6).id
    for name in ("ann", "bob"):
        world.work_to_the_end(project, world.member(project, name=name), "a" if name == "ann" else "b")
    return project


def decide(world, project, decision, annotator="bob", reason="the audit page, and a talk"):
    return world.store.write(
        decisions.decide, project=project, annotator=annotator, decision=decision, reason=reason, actor=world.root
    )


def who_counts(world, project, **more):
    with world.store.read() as connection:
        return set(answers.columns(connection, project, **more).annotator)


def test_a_paused_annotator_is_handed_nothing_until_resumed(world):
    project = world.project(count=5).id
    bob = world.member(project, name="bob")
    held = world.desk(project, bob).assignments[0].assignment
    decide(world, project, "pause")
    assert (world.desk(project, bob).state, world.desk(project, bob).assignments) == ("paused", [])
    assert world.submit(project, bob, held).saved.counted  # what they held is not lost
    decide(world, project, "resume")
    assert world.desk(project, bob).state == "working"


def test_excluded_answers_count_for_no_consensus_and_stay_where_they_are(world, team):
    decide(world, team, "exclude")
    assert who_counts(world, team) == {"ann"}
    assert who_counts(world, team, with_excluded=True) == {"ann", "bob"}
    run = run_consensus(world.store, project=team, actor=None)
    assert run.answers == 6
    decide(world, team, "include")
    assert who_counts(world, team) == {"ann", "bob"}


def test_a_dataset_keeps_excluded_answers_but_does_not_count_them(world, team):
    decide(world, team, "exclude")
    with world.store.read() as connection:
        found = {(row.name, bool(row.counted)) for row in dataset_reads.every_annotation(connection, team)}
    assert found == {("ann", True), ("bob", False)}


def test_retraining_asks_for_the_guideline_again(world, team):
    with pytest.raises(Conflict, match="no guideline to read again"):
        decide(world, team, "retrain")
    world.publish(team)
    world.add_items(team, 2, first=6)
    (bob,) = (row[0] for row in world.sql("SELECT id FROM members WHERE name = 'bob'"))
    world.store.write(guidelines.acknowledge, project=team, member=bob, version=1)
    assert world.desk(team, bob).state == "working"
    decide(world, team, "retrain")
    assert world.desk(team, bob).state == "guideline"


def test_requeued_items_get_one_more_answer_from_somebody_else_and_only_once(world, team):
    assert decide(world, team, "requeue") == 6
    (bob,) = (row[0] for row in world.sql("SELECT id FROM members WHERE name = 'bob'"))
    assert world.desk(team, bob).assignments == []
    assert world.work_to_the_end(team, world.member(team, name="cyd")) == 6
    assert world.one("SELECT done_count FROM tallies") == 6
    with pytest.raises(Conflict, match="not asked once more already"):
        decide(world, team, "requeue")


def test_every_decision_has_its_reason_in_the_log_and_on_the_annotators_page(world, team):
    decide(world, team, "exclude", reason="copied from ann")
    (line,) = world.sql("SELECT subject, detail FROM log WHERE action = 'decide'")
    assert (line[0], json.loads(line[1])["reason"]) == ("bob", "copied from ann")
    with world.store.read() as connection:
        (found,) = stored.listing(connection, team)
        assert (found.annotator, found.decision, found.by) == ("bob", "exclude", "root")
        assert stored.states(connection, team) == {"bob": (False, True)}


@pytest.mark.parametrize("reason", ["", "   ", None, "x" * 2001])
def test_no_decision_goes_without_a_reason(world, team, reason):
    with pytest.raises(Unusable):
        decide(world, team, "pause", reason=reason)


@pytest.mark.parametrize(
    ("decision", "annotator", "error"),
    [
        ("fire", "bob", Unusable),
        ("pause", "nobody", NotFound),
        ("resume", "bob", Conflict),
    ],
)
def test_what_cannot_be_decided_is_refused_and_changes_nothing(world, team, decision, annotator, error):
    before = world.everything()
    with pytest.raises(error):
        decide(world, team, decision, annotator)
    assert world.everything() == before


def test_nothing_that_numbers_say_changes_an_annotators_standing_by_itself(world, team):
    """There is no caller of `decide` but a person's: services never call it."""
    run_consensus(world.store, project=team, actor=None)
    assert world.one("SELECT count(*) FROM decisions") == 0
