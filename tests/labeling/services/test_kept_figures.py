"""Figures that are kept: one for each thing asked, and none of a state that is past for ever."""

from labeling.services.figures import keep_figures
from labeling.store import figures


def kept(world, project, *names):
    with world.store.read() as connection:
        return [figures.read(connection, project, name) is not None for name in names]


def keep(world, project, state, *names):
    bodies = dict.fromkeys(names, "{}")
    world.store.write(keep_figures, project=project, state=state, answers=1, seconds=0.1, bodies=bodies)


def test_checks_of_one_state_stand_beside_each_other(world):
    project = world.project().id
    keep(world, project, 1, "check:a")
    keep(world, project, 1, "check:b")
    assert kept(world, project, "check:a", "check:b") == [True, True]


def test_checks_of_an_earlier_state_go_when_a_new_one_is_kept(world):
    project = world.project().id
    keep(world, project, 1, "check:a", "agreement")
    keep(world, project, 2, "check:b")
    assert kept(world, project, "check:a", "check:b", "agreement") == [False, True, True]


def test_another_project_keeps_its_own(world):
    first, second = world.project().id, world.project(name="other").id
    keep(world, first, 1, "check:a")
    keep(world, second, 2, "check:a")
    assert kept(world, first, "check:a") == [True]
