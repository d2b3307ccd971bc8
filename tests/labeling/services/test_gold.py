"""Gold: mixed in by rate, once to everybody, and not to be told from another item."""

import dataclasses

import pytest

from labeling.errors import Conflict, NotFound, Unusable
from labeling.services import gold, projects, work

GOLD = [f"i{number}" for number in range(10)]


def with_gold(world, count=60, rate=0.3, overlap=2, keys=GOLD):
    project = world.project(count=count, gold_rate=rate, overlap=overlap).id
    world.gold(project, *keys)
    return project


def is_gold(world, assignment) -> bool:
    query = "SELECT pool = 'gold' FROM items JOIN assignments a ON a.item_id = items.id WHERE a.id = :id"
    return bool(world.one(query, id=assignment))


def hold_gold(world, project, member) -> int:
    """Work until a gold item is held; its assignment."""
    desk = world.desk(project, member)
    while not is_gold(world, desk.assignments[0].assignment):
        desk = world.submit(project, member, desk.assignments[0].assignment)
    return desk.assignments[0].assignment


def shape(value):
    """What of a reply is not the item's own content or number."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return type(value).__name__


def test_a_gold_item_is_no_part_of_what_is_to_be_labeled(world):
    with_gold(world)
    assert world.sql("SELECT item_count, done_count FROM tallies") == [(50, 0)]


def test_gold_comes_at_about_its_rate(world):
    project = with_gold(world, count=400, rate=0.25, keys=[f"i{number}" for number in range(100)])
    member = world.member(project)
    desk, golden = world.desk(project, member), 0
    for _ in range(200):
        golden += is_gold(world, desk.assignments[0].assignment)
        desk = world.submit(project, member, desk.assignments[0].assignment)
    assert 30 <= golden <= 70  # 50 are expected; beyond 3.3 standard deviations


def test_without_a_rate_no_gold_comes(world):
    project = with_gold(world, rate=0.0)
    assert world.work_to_the_end(project, world.member(project)) == 50


def test_every_annotator_may_get_every_gold_item_once_whatever_the_overlap(world):
    project = with_gold(world, count=200, rate=0.5, overlap=1, keys=GOLD[:2])
    seen = []
    for member in world.annotators(project, 3):
        desk = world.desk(project, member)
        for _ in range(20):
            desk = world.submit(project, member, desk.assignments[0].assignment)
        query = "SELECT count(*) FROM annotations n JOIN items ON items.id = n.item_id WHERE pool = 'gold' AND member_id = :m"
        seen.append(world.one(query, m=member))
    assert seen == [2, 2, 2]


def test_when_gold_is_used_up_work_goes_on(world):
    project = with_gold(world, count=12, rate=0.5)
    assert world.work_to_the_end(project, world.member(project)) >= 2
    assert world.one("SELECT min(answered) FROM items WHERE pool = 'work'") == 1


def test_gold_alone_is_not_handed_out(world):
    project = with_gold(world, count=10)
    assert world.desk(project, world.member(project)).state == "no_items"


def test_the_desk_of_a_gold_item_has_the_shape_of_any_other(world):
    project = with_gold(world)
    member = world.member(project)
    desk, shapes = world.desk(project, member), {}
    for _ in range(30):
        held = desk.assignments[0].assignment
        golden = is_gold(world, held)
        desk = world.submit(project, member, held, "b")
        shapes.setdefault(golden, []).append(shape(dataclasses.asdict(desk)))
    assert set(shapes) == {True, False}
    assert all(one == shapes[True][0] for one in shapes[True] + shapes[False])


def test_progress_goes_down_by_one_for_a_gold_item_as_for_any_other(world):
    project = with_gold(world, overlap=1)
    member = world.member(project)
    desk = world.desk(project, member)
    left = [desk.progress.left]
    while desk.assignments and left[-1] > 12:
        desk = world.submit(project, member, desk.assignments[0].assignment)
        left.append(desk.progress.left)
    assert left == list(range(left[0], left[-1] - 1, -1))


def test_what_is_left_is_never_less_than_what_comes(world):
    project = with_gold(world, overlap=1)
    member = world.member(project)
    desk = world.desk(project, member)
    left = []
    while desk.assignments:
        left.append(desk.progress.left)
        desk = world.submit(project, member, desk.assignments[0].assignment)
    assert all(said >= len(left) - place for place, said in enumerate(left))


def test_an_answer_to_a_gold_item_always_counts_even_after_its_lease(world):
    project = with_gold(world, keys=GOLD[:1], rate=0.5)
    member = world.member(project)
    held = hold_gold(world, project, member)
    world.clock.pass_minutes(60)
    world.store.write(work.reclaim, project=project)
    assert world.submit(project, member, held).saved.counted is True


def test_a_gold_item_whose_lease_ran_out_comes_again(world):
    project = with_gold(world, count=300, keys=GOLD[:1], rate=0.5)
    member = world.member(project)
    held = hold_gold(world, project, member)
    world.clock.pass_minutes(60)
    world.store.write(work.reclaim, project=project)
    assert hold_gold(world, project, member) == held


def test_what_comes_after_a_release_tells_no_gold_item_from_another(world):
    project = with_gold(world, count=300, rate=0.3, keys=[f"i{number}" for number in range(60)])
    member = world.member(project)
    desk, came_back = world.desk(project, member), {True: [], False: []}
    for _ in range(60):
        held = desk.assignments[0].assignment
        world.store.write(work.release, project=project, member=member, assignments=[held])
        desk = world.desk(project, member)
        came_back[is_gold(world, held)].append(desk.assignments[0].assignment == held)
        while desk.assignments[0].assignment != held:  # a gold item may be drawn before it, whatever it is
            assert is_gold(world, desk.assignments[0].assignment)
            desk = world.submit(project, member, desk.assignments[0].assignment)
        desk = world.submit(project, member, held)
    assert all(len(some) > 8 and sum(some) / len(some) > 0.45 for some in came_back.values())


def test_a_released_gold_item_comes_back_to_nobody_else(world):
    project = with_gold(world, count=300, rate=0.5, keys=GOLD[:1])
    first, second = world.annotators(project, 2)
    held = hold_gold(world, project, first)
    world.store.write(projects.change_project, project=project, actor=world.root, gold_rate=0.0)
    world.store.write(work.release, project=project, member=first, assignments=[held])
    world.work_to_the_end(project, second)
    assert world.desk(project, first).assignments[0].assignment == held
    assert world.one("SELECT count(*) FROM assignments JOIN items i ON i.id = item_id WHERE pool = 'gold'") == 1


def test_gold_made_later_reaches_those_who_have_had_gold_before(world):
    project = with_gold(world, count=300, rate=0.5, keys=GOLD[:5])
    member = world.member(project)
    desk = world.desk(project, member)
    for _ in range(40):
        desk = world.submit(project, member, desk.assignments[0].assignment)
    waiting = world.sql("SELECT key FROM items i WHERE taken = 0 AND pool = 'work' ORDER BY rank DESC LIMIT 12")
    early = world.sql("SELECT key FROM items WHERE pool = 'work' AND taken = 0 ORDER BY rank LIMIT 12")
    world.gold(project, *{key for (key,) in waiting + early})
    for _ in range(100):
        desk = world.submit(project, member, desk.assignments[0].assignment)
    query = "SELECT count(*) FROM items WHERE pool = 'gold' AND id NOT IN (SELECT item_id FROM annotations)"
    assert world.one(query) == 0


def test_a_skipped_gold_item_does_not_come_again(world):
    project = with_gold(world, count=100, keys=GOLD[:1], rate=0.5)
    member = world.member(project)
    held = hold_gold(world, project, member)
    world.store.write(work.skip, project=project, member=member, assignment=held, reason="other")
    world.work_to_the_end(project, member)
    assert world.one("SELECT state FROM assignments WHERE id = :id", id=held) == "skipped"


def test_an_item_on_a_desk_can_become_gold_and_the_answer_still_counts(world):
    project = world.project(count=1, overlap=1).id
    member = world.member(project)
    held = world.desk(project, member).assignments[0].assignment
    world.gold(project, "i0")
    assert world.submit(project, member, held).saved.counted is True
    assert world.sql("SELECT item_count, done_count, answer_count FROM tallies") == [(0, 0, 0)]


def test_gold_taken_back_is_work_again_with_the_answers_it_has(world):
    project = with_gold(world, count=100, rate=0.5, keys=GOLD[:1], overlap=2)
    first, second, third = world.annotators(project, 3)
    for member in (first, second, third):
        world.submit(project, member, hold_gold(world, project, member))
    world.store.write(gold.remove_gold, project=project, item_key="i0", actor=world.root)
    assert world.sql("SELECT pool, wanted, taken, answered FROM items WHERE key = 'i0'") == [("work", 3, 3, 3)]
    assert world.one("SELECT item_count FROM tallies") == 100


def test_gold_taken_back_is_handed_out_to_those_who_had_passed_it(world):
    project = world.project(count=3, overlap=1).id
    world.gold(project, "i0")
    member = world.member(project)
    world.work_to_the_end(project, member)
    world.store.write(gold.remove_gold, project=project, item_key="i0", actor=world.root)
    assert world.work_to_the_end(project, member) == 1


@pytest.mark.parametrize(
    ("answers", "error", "words"),
    [
        ({"i1": "a", "i2": "zz"}, Unusable, "item 'i2'"),
        ({"i1": "a", "nope": "a"}, NotFound, "'nope'"),
        ({}, Unusable, "no gold answer"),
    ],
)
def test_wrong_gold_is_refused_whole(world, answers, error, words):
    project = world.project(count=3).id
    before = world.everything()
    with pytest.raises(error, match=words):
        world.store.write(gold.set_gold, project=project, answers=answers, actor=world.root)
    assert world.everything() == before


def test_an_item_that_is_no_gold_cannot_be_taken_back(world):
    project = world.project(count=3).id
    with pytest.raises(NotFound, match="gold item"):
        world.store.write(gold.remove_gold, project=project, item_key="i1", actor=world.root)


def test_a_label_that_only_gold_uses_cannot_be_taken_away(world):
    project = world.project(count=3).id
    world.gold(project, "i0", answer="c")
    with pytest.raises(Conflict, match="'c'"):
        world.store.write(projects.change_project, project=project, options={"labels": ["a", "b"]}, actor=None)
