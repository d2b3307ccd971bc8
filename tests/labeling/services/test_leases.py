"""Leases: they last minutes, are renewed, given back, and come back by themselves."""

import pytest

from labeling.errors import NotAllowed
from labeling.services import projects, work

LEASE = 15


def lease_of_one_item(world, overlap=1):
    """The only item, held by the first of two annotators."""
    project = world.project(count=1, overlap=overlap, lease_minutes=LEASE).id
    first, second = world.annotators(project, 2)
    return project, first, second, world.desk(project, first).assignments[0].assignment


def state(world, assignment):
    return world.one("SELECT state FROM assignments WHERE id = :id", id=assignment)


def test_a_lease_ends_after_the_projects_minutes(world):
    project = world.project(count=1, lease_minutes=LEASE).id
    (held,) = world.desk(project, world.member(project)).assignments
    assert held.expires_at == world.clock.now + LEASE * 60_000


def test_a_lease_that_has_run_out_goes_to_the_next_who_asks(world):
    project, _, second, held = lease_of_one_item(world)
    assert world.desk(project, second).state == "finished"
    world.clock.pass_minutes(LEASE)
    assert world.desk(project, second).state == "working"
    assert state(world, held) == "expired"


def test_a_lease_holds_until_its_very_last_millisecond(world):
    project, _, second, _ = lease_of_one_item(world)
    world.clock.now += LEASE * 60_000 - 1
    assert world.desk(project, second).state == "finished"


def test_who_comes_back_late_keeps_what_nobody_took(world):
    project, first, _, held = lease_of_one_item(world)
    world.clock.pass_minutes(10 * LEASE)
    (again,) = world.desk(project, first).assignments
    assert (again.assignment, again.expires_at) == (held, world.clock.now + LEASE * 60_000)


def test_a_renewed_lease_lasts_on(world):
    project, first, second, held = lease_of_one_item(world)
    world.clock.pass_minutes(10)
    until = world.clock.now + LEASE * 60_000
    assert world.store.write(work.renew, project=project, member=first, assignments=[held]) == {held: until}
    world.clock.pass_minutes(10)
    assert world.desk(project, second).state == "finished"


def test_only_ones_own_living_leases_are_renewed(world):
    project, _, second, held = lease_of_one_item(world)
    assert world.store.write(work.renew, project=project, member=second, assignments=[held, 99]) == {}


def test_an_ended_lease_is_not_renewed(world):
    project, first, _, held = lease_of_one_item(world)
    world.submit(project, first, held)
    assert world.store.write(work.renew, project=project, member=first, assignments=[held]) == {}


def test_a_released_lease_goes_to_the_next_at_once(world):
    project, first, second, held = lease_of_one_item(world)
    assert world.store.write(work.release, project=project, member=first, assignments=[held]) == 1
    assert world.desk(project, second).state == "working"


def test_releasing_twice_is_releasing_once(world):
    project, first, _, held = lease_of_one_item(world)
    world.store.write(work.release, project=project, member=first, assignments=[held])
    before = world.everything()
    assert world.store.write(work.release, project=project, member=first, assignments=[held]) == 0
    assert world.everything() == before


def test_nobody_releases_for_another(world):
    project, _, second, held = lease_of_one_item(world)
    world.desk(project, second)
    before = world.everything()
    assert world.store.write(work.release, project=project, member=second, assignments=[held, -1, 2**40]) == 0
    assert world.everything() == before


def test_a_released_item_comes_back_to_who_released_it(world):
    project, first, _, held = lease_of_one_item(world)
    world.store.write(work.release, project=project, member=first, assignments=[held])
    (again,) = world.desk(project, first).assignments
    assert again.assignment == held
    assert world.one("SELECT count(*) FROM assignments") == 1


def test_an_item_that_came_back_is_seen_by_all_who_have_passed_it_and_may_have_it(world):
    project = world.project(count=3, overlap=1).id
    first, second, third = world.annotators(project, 3)
    held = world.desk(project, first).assignments[0].assignment
    assert [world.work_to_the_end(project, member) for member in (second, third)] == [2, 0]
    world.store.write(work.release, project=project, member=first, assignments=[held])
    assert world.work_to_the_end(project, third) == 1


def test_an_item_that_came_back_twice_is_seen_again_by_who_passed_it_the_first_time(world):
    project = world.project(count=1, overlap=2).id
    first, second = world.annotators(project, 2)
    held = [world.desk(project, member).assignments[0].assignment for member in (first, second)]
    world.store.write(work.release, project=project, member=second, assignments=[held[1]])
    world.desk(project, first)  # passes the returned item, for they hold it
    world.store.write(work.release, project=project, member=first, assignments=[held[0]])
    assert world.desk(project, first).state == "working"
    assert world.desk(project, second).state == "working"


def test_a_skipped_item_comes_back_to_others_and_not_to_who_skipped_it(world):
    project, first, second, held = lease_of_one_item(world)
    world.store.write(work.skip, project=project, member=first, assignment=held, reason="other", hold=1)
    assert world.desk(project, first).state == "finished"
    assert world.desk(project, second).state == "working"


def test_many_items_that_came_back_and_are_none_for_me_do_not_hide_the_one_that_is(world):
    project = world.project(count=60, overlap=1).id
    first, second = world.annotators(project, 2)
    for _ in range(6):
        numbers = [held.assignment for held in world.desk(project, first, hold=10).assignments]
        for number in numbers:
            world.store.write(work.skip, project=project, member=first, assignment=number, reason="other", hold=1)
    world.store.write(
        work.release,
        project=project,
        member=first,
        assignments=[held.assignment for held in world.desk(project, first, 10).assignments],
    )
    taken = world.work_to_the_end(project, first) + world.work_to_the_end(project, second)
    assert taken == 60


def test_reclaiming_takes_back_what_ran_out_and_logs_it(world):
    project, _, _, _ = lease_of_one_item(world)
    world.clock.pass_minutes(LEASE)
    assert world.store.write(work.reclaim, project=project) == 1
    assert world.actions()[-1] == "expire"
    assert world.store.write(work.reclaim, project=project) == 0


def test_who_lost_their_role_holds_nothing_up(world):
    project, first, second, held = lease_of_one_item(world)
    world.store.write(projects.set_role, project=project, member=first, role=None, actor=world.root)
    with pytest.raises(NotAllowed):
        world.store.write(work.renew, project=project, member=first, assignments=[held])
    world.clock.pass_minutes(LEASE)
    assert world.desk(project, second).state == "working"
