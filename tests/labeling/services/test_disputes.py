"""An annotator stands by an answer; where the item is gold, its gold may be wrong. Nobody learns which it is."""

import pytest

from labeling.errors import Conflict, NotFound, Unusable
from labeling.services import decisions
from labeling.store import decisions as stored


@pytest.fixture
def answered(world):
    """A project with a gold item (i0, gold is b) that ann answered with a, and one that is none; by item key."""
    project = world.project(count=12, gold_rate=0.5, overlap=1).id
    world.gold(project, "i0", answer="b")
    ann = world.member(project, name="ann")
    world.work_to_the_end(project, ann)
    rows = world.sql(
        "SELECT i.key, a.id FROM assignments a JOIN items i ON i.id = a.item_id WHERE a.state = 'submitted'"
    )
    return project, ann, dict(rows)


def dispute(world, project, member, assignment, reason="The guideline says so in its second part."):
    return world.store.write(decisions.dispute, project=project, member=member, assignment=assignment, reason=reason)


def settle(world, project, number, *, accept, answer="We looked again."):
    world.store.write(
        decisions.settle_dispute, project=project, dispute=number, accept=accept, answer=answer, actor=world.root
    )


def test_any_answer_may_be_stood_by_and_the_reply_does_not_tell_gold_from_another(world, answered):
    project, ann, held = answered
    assert "i0" in held
    numbers = [dispute(world, project, ann, held[key]) for key in ("i0", "i5")]
    assert numbers == [1, 2]


def test_an_accepted_dispute_takes_the_gold_back_and_tells_the_annotator(world, answered):
    project, ann, held = answered
    number = dispute(world, project, ann, held["i0"])
    with world.store.read() as connection:
        (found,) = stored.disputes(connection, project, is_open=True)
    assert (found.key, found.said, found.gold, found.annotator) == ("i0", "a", "b", "ann")
    settle(world, project, number, accept=True)
    assert world.one("SELECT count(*) FROM gold") == 0
    with world.store.read() as connection:
        (told,) = stored.disputes(connection, project, member=ann)
    assert (told.outcome, told.answer) == ("accepted", "We looked again.")


def test_an_upheld_dispute_leaves_the_gold(world, answered):
    project, ann, held = answered
    settle(world, project, dispute(world, project, ann, held["i0"]), accept=False)
    assert world.one("SELECT count(*) FROM gold") == 1
    with pytest.raises(Conflict, match="decided already"):
        dispute(world, project, ann, held["i0"])


def test_the_reason_may_be_mended_while_nobody_has_decided(world, answered):
    project, ann, held = answered
    assert dispute(world, project, ann, held["i0"]) == dispute(world, project, ann, held["i0"], "Rather because …")
    assert world.one("SELECT reason FROM disputes") == "Rather because …"


def test_what_is_not_ones_own_or_not_answered_cannot_be_disputed(world, answered):
    project, _, held = answered
    other = world.member(project, name="bob")
    with pytest.raises(NotFound):
        dispute(world, project, other, held["i0"])
    with pytest.raises(Unusable):
        dispute(world, project, other, held["i0"], " ")


def test_a_dispute_is_decided_once(world, answered):
    project, ann, held = answered
    number = dispute(world, project, ann, held["i0"])
    settle(world, project, number, accept=False)
    with pytest.raises(Conflict):
        settle(world, project, number, accept=True)
    with pytest.raises(NotFound):
        settle(world, project, 999, accept=True)
