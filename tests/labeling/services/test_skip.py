"""Skipping: the item goes to somebody else, with the reason on record."""

import pytest

from labeling.errors import Closed, LeaseOver, Stale, Unusable
from labeling.model import SKIP_REASONS
from labeling.services import projects, work


def holding(world):
    project = world.project(count=2, overlap=1).id
    member = world.member(project)
    return project, member, world.desk(project, member).assignments[0].assignment


def skip(world, project, member, assignment, reason="other", **values):
    return world.store.write(work.skip, project=project, member=member, assignment=assignment, reason=reason, **values)


@pytest.mark.parametrize("reason", SKIP_REASONS)
def test_a_skip_keeps_its_reason_and_note_and_brings_the_next_item(world, reason):
    project, member, held = holding(world)
    desk = skip(world, project, member, held, reason, note="no sound", hold=1)
    assert desk.state == "working"
    row = world.sql("SELECT state, reason, note FROM assignments WHERE id = :id", id=held)
    assert row == [("skipped", reason, "no sound")]


def test_a_skip_gives_the_slot_back(world):
    project, member, held = holding(world)
    skip(world, project, member, held)
    assert (
        world.one("SELECT sum(taken) FROM items JOIN assignments a ON a.item_id = items.id WHERE a.id = :i", i=held)
        == 0
    )


def test_skipping_twice_is_skipping_once(world):
    project, member, held = holding(world)
    skip(world, project, member, held, hold=1)
    before = world.everything()
    skip(world, project, member, held, hold=1)
    assert world.everything() == before


def test_an_unknown_reason_is_refused_with_the_known_ones(world):
    project, member, held = holding(world)
    before = world.everything()
    with pytest.raises(Unusable, match="broken_item"):
        skip(world, project, member, held, "boring")
    assert world.everything() == before


def test_an_answered_item_cannot_be_skipped(world):
    project, member, held = holding(world)
    world.submit(project, member, held)
    with pytest.raises(Stale, match="answered already"):
        skip(world, project, member, held)


def test_nobody_skips_for_another(world):
    project, _, held = holding(world)
    with pytest.raises(LeaseOver):
        skip(world, project, world.member(project), held)


def test_a_closed_project_takes_no_skip(world):
    project, member, held = holding(world)
    world.store.write(projects.close_project, project=project, actor=world.root)
    with pytest.raises(Closed):
        skip(world, project, member, held)


def test_an_item_whose_lease_ran_out_gives_its_slot_back_only_once(world):
    project, member, held = holding(world)
    world.clock.pass_minutes(60)
    world.store.write(work.reclaim, project=project)
    skip(world, project, member, held)
    assert world.one("SELECT min(taken) FROM items") == 0
