"""Items shown again to the same annotator: how consistent they are; what they said first stands."""

import pytest

from labeling.errors import Unusable
from labeling.services import projects, work
from labeling.store import answers


@pytest.fixture
def again(world):
    """A project that shows a fifth again, and an annotator; `go` answers up to so many items."""
    project = world.project(count=120, overlap=1, again_rate=0.2).id
    member = world.member(project, name="ann")

    def go(many, answer="a"):
        desk = world.desk(project, member)
        for _ in range(many):
            if not desk.assignments:
                break
            desk = world.submit(project, member, desk.assignments[0].assignment, answer)
        return desk

    return project, member, go


def shown_again(world):
    return world.one("SELECT count(*) FROM annotations WHERE revision < 0")


def test_about_the_share_asked_for_comes_again_and_no_item_twice(world, again):
    _, _, go = again
    go(100)
    count = shown_again(world)
    assert 8 <= count <= 30
    assert world.one("SELECT count(DISTINCT item_id) FROM annotations WHERE revision < 0") == count


def test_the_first_answer_stands_and_the_second_is_the_audits(world, again):
    project, _, go = again
    go(60, "a")
    go(40, "b")
    assert shown_again(world) > 0
    with world.store.read() as connection:
        stands = answers.columns(connection, project)
        both = answers.columns(connection, project, with_again=True)
    assert len(both) - len(stands) == shown_again(world)
    assert len(set(stands.item)) == len(stands)
    assert world.one("SELECT sum(answered) FROM items") == len(stands)
    assert world.one("SELECT max(taken) FROM items") == 1


def test_twenty_answers_lie_between_at_least(world, again):
    _, _, go = again
    go(100)
    rows = world.sql(
        "SELECT a.id, b.id FROM annotations a JOIN annotations b ON b.assignment_id = a.assignment_id "
        "WHERE a.revision = 1 AND b.revision < 0"
    )
    assert min(later - first for first, later in rows) >= 20


def lease_again(world, project, member, go):
    """Go on until an item is on the desk again; its assignment."""
    for _ in range(110):
        desk = go(1)
        held = desk.assignments[0].assignment
        if world.one("SELECT revision FROM assignments WHERE id = :id", id=held) > 0:
            return held
    raise AssertionError


def test_one_that_is_skipped_let_go_or_run_out_leaves_the_first_answer(world, again):
    project, member, go = again
    held = lease_again(world, project, member, go)
    world.store.write(work.skip, project=project, member=member, assignment=held, reason="other")
    assert world.one("SELECT state FROM assignments WHERE id = :id", id=held) == "submitted"
    held = lease_again(world, project, member, go)
    world.store.write(work.release, project=project, member=member, assignments=[held])
    assert world.one("SELECT state FROM assignments WHERE id = :id", id=held) == "submitted"
    held = lease_again(world, project, member, go)
    world.clock.pass_minutes(60)
    world.store.write(work.reclaim, project=project)
    assert world.one("SELECT state FROM assignments WHERE id = :id", id=held) == "submitted"
    assert world.one("SELECT min(answered = taken) FROM items WHERE answered > 0") == 1


def test_the_same_submit_twice_is_once(world, again):
    project, member, go = again
    held = lease_again(world, project, member, go)
    for _ in range(2):
        saved = world.submit(project, member, held, "c", key="once").saved
        assert (saved.assignment, saved.revision) == (held, 1)
    assert world.one("SELECT count(*) FROM annotations WHERE assignment_id = :id", id=held) == 2


def test_a_change_of_mind_afterwards_is_a_revision_of_the_first(world, again):
    project, member, go = again
    held = lease_again(world, project, member, go)
    world.submit(project, member, held, "c")
    world.store.write(work.revise, project=project, member=member, assignment=held, answer="b", key="r", revision=1)
    found = world.sql("SELECT revision, answer FROM annotations WHERE assignment_id = :id ORDER BY id", id=held)
    assert found == [(1, '"a"'), (-1, '"c"'), (2, '"b"')]


def test_without_the_setting_nothing_comes_again(world):
    project = world.project(count=60, overlap=1).id
    world.work_to_the_end(project, world.member(project))
    assert shown_again(world) == 0


@pytest.mark.parametrize("rate", [-0.1, 0.3, "often", True])
def test_a_share_that_is_none_is_refused(world, rate):
    with pytest.raises(Unusable, match="share shown again"):
        world.store.write(projects.change_project, project=world.project().id, actor=None, again_rate=rate)
