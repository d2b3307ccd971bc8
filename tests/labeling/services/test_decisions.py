"""What a person decides about an annotator, and that it takes effect and stands in the log with its reason."""

import json

import pytest

from labeling.errors import Conflict, NotFound, Unusable
from labeling.services import decisions, guidelines, work
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


@pytest.fixture
def retrained(world, team):
    """Bob, who has read v1, holds an item and is asked to read again."""
    world.publish(team)
    world.add_items(team, 4, first=6)
    bob = the(world, "bob")
    world.store.write(guidelines.acknowledge, project=team, member=bob, version=1)
    held = world.desk(team, bob).assignments[0].assignment
    decide(world, team, "retrain", reason="Look at sarcasm once more.")
    return bob, held


def the(world, name):
    return world.one("SELECT id FROM members WHERE name = :name", name=name)


def test_who_is_to_read_again_is_told_so_in_the_managers_words_with_the_very_next_answer(world, team, retrained):
    bob, held = retrained
    desk = world.submit(team, bob, held)
    assert (desk.state, desk.assignments, desk.saved.counted) == ("guideline", [], True)
    assert (desk.told.decision, desk.told.reason) == ("retrain", "Look at sarcasm once more.")
    assert desk.told.guideline_version == 1


def test_an_answer_given_before_reading_again_keeps_the_guideline_it_was_given_under(world, team, retrained):
    world.submit(team, *retrained)
    assert world.one("SELECT guideline_version FROM annotations ORDER BY id DESC LIMIT 1") == 1


def test_reading_again_is_asked_once_and_work_goes_on_afterwards(world, team, retrained):
    bob, _ = retrained
    for _ in range(2):
        world.store.write(guidelines.acknowledge, project=team, member=bob, version=1)
    desk = world.desk(team, bob)
    assert (desk.state, desk.told) == ("working", None)
    assert world.actions().count("acknowledge") == 2  # the first reading and this one


def test_reading_a_newer_guideline_is_reading_again(world, team, retrained):
    world.publish(team, "Do it better.", "second")
    bob, _ = retrained
    world.store.write(guidelines.acknowledge, project=team, member=bob, version=2)
    assert world.desk(team, bob).state == "working"


@pytest.mark.parametrize("decision", ["pause", "retrain"])
def test_nothing_is_renewed_for_an_annotator_who_is_stopped_so_that_the_open_desk_asks_why(world, team, decision):
    world.publish(team)
    world.add_items(team, 1, first=6)
    bob = the(world, "bob")
    world.store.write(guidelines.acknowledge, project=team, member=bob, version=1)
    held = world.desk(team, bob).assignments[0].assignment
    renew = {"project": team, "member": bob, "assignments": [held]}
    assert world.store.write(work.renew, **renew).keys() == {held}
    decide(world, team, decision)
    assert world.store.write(work.renew, **renew) == {}


def test_who_is_paused_hears_why_until_resumed_also_when_more_was_decided_since(world, team):
    world.publish(team)
    bob = the(world, "bob")
    decide(world, team, "pause", reason="Let us talk.")
    decide(world, team, "retrain", reason="And read it.")
    assert world.desk(team, bob).told.reason == "Let us talk."
    decide(world, team, "resume", reason="We talked.")
    assert world.desk(team, bob).told.reason == "And read it."


def test_a_new_guideline_is_not_told_in_the_words_of_an_old_decision(world, team, retrained):
    bob, _ = retrained
    world.store.write(guidelines.acknowledge, project=team, member=bob, version=1)
    world.publish(team, "Do it better.", "second")
    assert (world.desk(team, bob).state, world.desk(team, bob).told) == ("guideline", None)


def test_a_decision_keeps_the_guideline_version_that_stood_when_it_was_made(world, team):
    decide(world, team, "pause")
    world.publish(team)
    world.publish(team, "Do it better.", "second")
    decide(world, team, "resume")
    with world.store.read() as connection:
        found = [(one.decision, one.guideline_version) for one in stored.listing(connection, team)]
    assert found == [("resume", 2), ("pause", 0)]
    detail = world.sql("SELECT detail FROM log WHERE action = 'decide' ORDER BY id")[-1][0]
    assert json.loads(detail)["guideline_version"] == 2


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


def wanted(world):
    return [many for (many,) in world.sql("SELECT wanted FROM items ORDER BY id")]


def test_a_requeue_can_be_withdrawn_and_leaves_items_and_tally_as_they_were(world, team):
    before = world.everything("log", "log_head", "decisions", "returned")
    decide(world, team, "requeue")
    assert decide(world, team, "withdraw", reason="a talk made it clear") == 6
    assert world.everything("log", "log_head", "decisions", "returned") == before
    assert world.desk(team, world.member(team, name="cyd")).assignments == []
    detail = json.loads(world.sql("SELECT detail FROM log WHERE action = 'decide' ORDER BY id")[-1][0])
    assert (detail["decision"], detail["reason"], detail["items"]) == ("withdraw", "a talk made it clear", 6)


def test_what_somebody_has_taken_already_stays_asked_once_more(world, team):
    decide(world, team, "requeue")
    cyd = world.member(team, name="cyd")
    held = world.desk(team, cyd, hold=2).assignments
    world.submit(team, cyd, held[0].assignment, hold=2)  # one answered, and two leased
    assert decide(world, team, "withdraw") == 3
    assert sorted(wanted(world)) == [2, 2, 2, 3, 3, 3]
    for _ in range(2):
        desk = world.desk(team, cyd, hold=2)
        assert world.submit(team, cyd, desk.assignments[0].assignment, hold=2).saved.counted
    assert world.one("SELECT done_count FROM tallies") == 6


def test_two_requeues_of_one_item_are_withdrawn_one_by_one(world, team):
    decide(world, team, "requeue", "ann")
    decide(world, team, "requeue", "bob")
    assert wanted(world) == [4] * 6
    assert decide(world, team, "withdraw", "ann") == 6
    assert wanted(world) == [3] * 6
    decide(world, team, "withdraw", "bob")
    assert wanted(world) == [2] * 6


def test_withdrawn_items_can_be_requeued_again_and_new_answers_too(world, team):
    decide(world, team, "requeue")
    decide(world, team, "withdraw")
    assert decide(world, team, "requeue") == 6
    world.add_items(team, 2, first=6)
    world.work_to_the_end(team, the(world, "bob"), "b")
    assert decide(world, team, "requeue") == 2


def test_withdrawing_when_nothing_waits_is_refused_and_says_why(world, team):
    with pytest.raises(Conflict, match="none was, or somebody has each of them already"):
        decide(world, team, "withdraw")
    decide(world, team, "requeue")
    world.work_to_the_end(team, world.member(team), "c")
    with pytest.raises(Conflict, match="none was, or somebody has each of them already"):
        decide(world, team, "withdraw")


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
