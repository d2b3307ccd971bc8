"""Handing out: never beyond the overlap, never twice to one, and what comes back is seen again."""

import pytest

from labeling.errors import NotAllowed, NotFound
from labeling.model import Desk
from labeling.services import guidelines, items, projects, work

TAKEN = "SELECT taken FROM items WHERE key = :key"


def held_items(world, desk: Desk) -> list[str]:
    numbers = [held.assignment for held in desk.assignments]
    query = "SELECT key FROM items JOIN assignments a ON a.item_id = items.id WHERE a.id = :number"
    return [world.one(query, number=number) for number in numbers]


def test_an_annotator_is_handed_as_many_items_as_they_may_hold(world):
    project = world.project(count=9).id
    desk = world.desk(project, world.member(project), hold=3)
    assert desk.state == "working"
    assert len({held.assignment for held in desk.assignments}) == 3


def test_asking_twice_changes_nothing(world):
    project = world.project(count=9).id
    member = world.member(project)
    assert world.desk(project, member, hold=2).assignments == world.desk(project, member, hold=2).assignments


@pytest.mark.parametrize(("hold", "given"), [(-5, 1), (0, 1), (1, 1), (10, 10), (99, work.MOST_HELD)])
def test_holding_has_its_limits(world, hold, given):
    project = world.project(count=20).id
    assert len(world.desk(project, world.member(project), hold).assignments) == given


def test_who_holds_more_than_asked_for_is_shown_all_of_it_and_given_no_more(world):
    project = world.project(count=9).id
    member = world.member(project)
    before = world.desk(project, member, hold=4)
    assert world.desk(project, member, hold=1).assignments == before.assignments


def test_an_item_goes_to_no_more_annotators_than_it_wants(world):
    project = world.project(count=1, overlap=2).id
    states = [world.desk(project, member).state for member in world.annotators(project, 3)]
    assert states == ["working", "working", "finished"]
    assert world.one(TAKEN, key="i0") == 2


def test_an_item_goes_to_nobody_twice(world):
    project = world.project(count=5, overlap=3).id
    assert world.work_to_the_end(project, world.member(project)) == 5
    assert world.one("SELECT count(*) FROM assignments") == 5


@pytest.mark.parametrize("hold", [1, 2, 7])
def test_every_item_gets_all_its_answers_when_as_many_annotators_work_to_the_end(world, hold):
    project = world.project(count=13, overlap=3).id
    for member in world.annotators(project, 3):
        assert world.work_to_the_end(project, member, hold=hold) == 13
    assert world.sql("SELECT DISTINCT answered, taken, wanted FROM items") == [(3, 3, 3)]


def test_items_come_in_another_order_than_they_came_in(world):
    project = world.project(count=30).id
    keys = held_items(world, world.desk(project, world.member(project), hold=10))
    assert keys != sorted(keys, key=lambda key: int(key[1:]))


def test_the_oldest_held_comes_first(world):
    project = world.project(count=5).id
    member = world.member(project)
    first = world.desk(project, member).assignments[0].assignment
    world.clock.pass_minutes(1)
    assert world.desk(project, member, hold=2).assignments[0].assignment == first


def test_only_the_fields_that_the_project_shows_are_handed_out_in_its_order(world):
    project = world.project(show=["text", "missing", "title"]).id
    rows = [{"id": 1, "secret": "x", "title": "T", "text": "B"}]
    items.import_items(world.store, project=project, rows=rows, actor=None)
    (held,) = world.desk(project, world.member(project)).assignments
    assert held.fields == [{"name": "text", "value": "B"}, {"name": "title", "value": "T"}]


def test_who_has_no_role_is_refused(world):
    project = world.project(count=1).id
    with pytest.raises(NotAllowed, match="no role"):
        world.desk(project, world.member())


def test_an_unknown_project_is_not_found(world):
    with pytest.raises(NotFound):
        world.desk(99, world.member())


def test_items_that_come_in_later_are_handed_out_to_who_had_finished(world):
    project = world.project(count=3).id
    member = world.member(project)
    world.work_to_the_end(project, member)
    world.add_items(project, 2, first=3)
    assert world.work_to_the_end(project, member) == 2


def test_a_project_without_items_says_so(world):
    project = world.project().id
    assert world.desk(project, world.member(project)).state == "no_items"


def test_a_closed_project_hands_nothing_out_and_a_reopened_one_does(world):
    project = world.project(count=3).id
    member = world.member(project)
    before = world.desk(project, member)
    world.store.write(projects.close_project, project=project, actor=world.root)
    assert (world.desk(project, member).state, world.desk(project, member).assignments) == ("closed", [])
    world.store.write(projects.reopen_project, project=project, actor=world.root)
    assert world.desk(project, member).assignments == before.assignments


def test_a_new_guideline_stands_before_the_next_item_until_it_is_acknowledged(world):
    project = world.project(count=3).id
    member = world.member(project)
    world.publish(project)
    desk = world.desk(project, member)
    assert (desk.state, desk.assignments, desk.guideline.version) == ("guideline", [], 1)
    world.store.write(guidelines.acknowledge, project=project, member=member, version=1)
    assert world.desk(project, member).state == "working"


def test_more_overlap_opens_finished_items_to_others_but_to_nobody_twice(world):
    project = world.project(count=4, overlap=1).id
    first, second = world.annotators(project, 2)
    world.work_to_the_end(project, first)
    assert world.desk(project, second).state == "finished"
    world.store.write(projects.change_project, project=project, overlap=2, actor=world.root)
    assert world.work_to_the_end(project, first) == 0
    assert world.work_to_the_end(project, second) == 4


def test_less_overlap_hands_out_no_more_and_keeps_what_is_there(world):
    project = world.project(count=3, overlap=3).id
    first, second = world.annotators(project, 2)
    world.work_to_the_end(project, first)
    world.store.write(projects.change_project, project=project, overlap=1, actor=world.root)
    assert world.desk(project, second).state == "finished"
    assert world.sql("SELECT item_count, done_count, answer_count FROM tallies") == [(3, 3, 3)]


def test_whoever_has_had_all_that_is_open_is_not_led_through_it_again(world):
    project = world.project(count=50, overlap=1).id
    first, second = world.annotators(project, 2)
    world.work_to_the_end(project, first)
    world.store.write(projects.change_project, project=project, overlap=3, actor=world.root)
    world.desk(project, first)
    last = world.one("SELECT max(rank) FROM items")
    assert world.one("SELECT rank_cursor FROM seats WHERE member_id = :m", m=first) == last
    assert world.work_to_the_end(project, second) == 50


def test_progress_counts_ones_own_answers_and_what_can_still_come(world):
    project = world.project(count=6, overlap=2).id
    first, second = world.annotators(project, 2)
    desk = world.desk(project, first)
    assert (desk.progress.done, desk.progress.left) == (0, 6)
    desk = world.submit(project, first, desk.assignments[0].assignment)
    assert (desk.progress.done, desk.progress.left) == (1, 5)
    assert world.desk(project, second).progress.left == 6


def test_a_skipped_item_is_not_left(world):
    project = world.project(count=6).id
    member = world.member(project)
    held = world.desk(project, member).assignments[0].assignment
    desk = world.store.write(work.skip, project=project, member=member, assignment=held, reason="other", hold=1)
    assert (desk.progress.done, desk.progress.left) == (0, 5)


def test_nothing_is_left_when_others_have_done_it_all(world):
    project = world.project(count=4, overlap=1).id
    first, second = world.annotators(project, 2)
    world.work_to_the_end(project, first)
    assert world.desk(project, second).progress.left == 0
