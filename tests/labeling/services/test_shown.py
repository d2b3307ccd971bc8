"""What the desk changes for one assignment: drawn at hand-out, kept, and standing with the answer."""

import json
from collections import Counter

import pytest

from labeling.services import projects, work
from labeling.store import answers

LABELS = ["a", "b", "c", "d"]


def shuffled(world, by="assignment", **values):
    return world.project(options={"labels": LABELS, "shuffle": by}, **values)


def orders(world, project, member, count) -> list[list[str]]:
    """The orders of so many items, as the annotator sees them."""
    found = []
    desk = world.desk(project, member)
    for _ in range(count):
        found.append(desk.assignments[0].shown["order"])
        desk = world.submit(project, member, desk.assignments[0].assignment)
    return found


def test_without_the_option_nothing_is_shown_otherwise(world):
    project = world.project(count=1)
    ann = world.member(project.id)
    (held,) = world.desk(project.id, ann).assignments
    assert held.shown is None


def test_every_item_has_an_order_of_its_own_and_every_place_comes_about_as_often(world):
    project = shuffled(world, count=80)
    ann = world.member(project.id)
    seen = orders(world, project.id, ann, 80)
    assert all(sorted(order) == LABELS for order in seen)
    firsts = Counter(order[0] for order in seen)
    assert set(firsts) == set(LABELS)
    assert max(firsts.values()) < 40


def test_by_annotator_the_order_stays_and_is_another_for_others(world):
    project = shuffled(world, "annotator", count=3, overlap=6)
    mine = {tuple(order) for order in orders(world, project.id, world.member(project.id), 3)}
    assert len(mine) == 1
    theirs = {tuple(orders(world, project.id, world.member(project.id), 1)[0]) for _ in range(5)}
    assert len(theirs | mine) > 1


def test_asking_again_shows_the_same_order(world):
    project = shuffled(world, count=2)
    ann = world.member(project.id)
    assert world.desk(project.id, ann, 2).assignments == world.desk(project.id, ann, 2).assignments


def test_an_item_let_go_comes_back_in_the_same_order(world):
    project = shuffled(world, count=1, overlap=1)
    ann = world.member(project.id)
    (before,) = world.desk(project.id, ann).assignments
    world.store.write(work.release, project=project.id, member=ann, assignments=[before.assignment])
    (after,) = world.desk(project.id, ann).assignments
    assert (after.assignment, after.shown) == (before.assignment, before.shown)


def test_the_answer_and_each_revision_keep_what_was_shown(world):
    project = shuffled(world, count=1)
    ann = world.member(project.id)
    (held,) = world.desk(project.id, ann).assignments
    world.submit(project.id, ann, held.assignment, "b")
    world.store.write(
        work.revise, project=project.id, member=ann, assignment=held.assignment, answer="c", key="x", revision=1
    )
    kept = [json.loads(text) for (text,) in world.sql("SELECT shown FROM annotations ORDER BY revision")]
    assert kept == [held.shown, held.shown]
    with world.store.read() as connection:
        assert answers.columns(connection, project.id).shown == [held.shown]


def test_an_item_shown_again_has_a_new_order_and_the_first_answer_keeps_its_own(world):
    project = shuffled(world, count=60, overlap=1, again_rate=0.2)
    ann = world.member(project.id)
    world.work_to_the_end(project.id, ann)
    pairs = world.sql(
        "SELECT first.shown, again.shown FROM annotations again JOIN annotations first "
        "ON first.assignment_id = again.assignment_id AND first.revision = 1 WHERE again.revision = -1"
    )
    assert len(pairs) > 3
    assert any(first != again for first, again in pairs)


def test_gold_is_drawn_as_any_other_item(world):
    project = shuffled(world, count=30, gold_rate=0.5)
    world.gold(project.id, *(f"i{n}" for n in range(10)))
    world.work_to_the_end(project.id, world.member(project.id))
    rows = world.sql("SELECT i.pool, a.shown FROM assignments a JOIN items i ON i.id = a.item_id")
    assert {pool for pool, _ in rows} == {"work", "gold"}
    assert all(sorted(json.loads(shown)["order"]) == LABELS for _, shown in rows)


def test_switching_it_off_changes_nothing_of_what_was_handed_out(world):
    project = shuffled(world, count=2)
    ann = world.member(project.id)
    (held,) = world.desk(project.id, ann).assignments
    world.store.write(projects.change_project, project=project.id, actor=None, options={"labels": LABELS})
    desk = world.submit(project.id, ann, held.assignment)
    assert world.one("SELECT shown FROM annotations") == json.dumps(held.shown)
    assert desk.assignments[0].shown is None


@pytest.mark.parametrize("by", ["sometimes", 1, ["assignment"]])
def test_an_unknown_way_to_shuffle_is_refused_in_words(world, by):
    from labeling.errors import Unusable

    with pytest.raises(Unusable, match='Give "assignment" or "annotator"'):
        shuffled(world, by)
