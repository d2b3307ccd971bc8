"""A consensus begins from what the last one learned, says so, and comes to what one from nothing comes to."""

import json

import numpy as np
import pytest

from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus
from labeling.store import consensus as reads
from labeling.store import figures

ITEMS, ANNOTATORS, LABELS = 240, 12, ("a", "b", "c")


def crowd(items=ITEMS, seed=3):
    """Five answers an item by annotators who differ in skill."""
    rng = np.random.default_rng(seed)
    skill = rng.beta(5, 2, ANNOTATORS)
    for item in range(items):
        truth = rng.integers(3)
        for who in rng.choice(ANNOTATORS, 5, replace=False):
            label = truth if rng.random() < skill[who] else rng.integers(3)
            yield {"item": f"i{item}", "annotator": f"p{who}", "label": LABELS[label]}


@pytest.fixture
def project(world):
    return world.project(count=ITEMS).id


@pytest.fixture
def give(world, project):
    rows = list(crowd())

    def give(first, stop):
        import_answers(world.store, project=project, rows=rows[first:stop], actor=None)

    return give


def run(world, project, **asked):
    return run_consensus(world.store, project=project, actor=None, **asked)


def agreed(world):
    rows = world.sql("SELECT item_id, answer, confidence, posterior FROM agreed ORDER BY item_id")
    return [row[:2] for row in rows], np.array([row[2] for row in rows])


def test_the_first_run_begins_from_nothing_and_the_next_from_what_it_learned(world, project, give):
    give(0, 900)
    first = run(world, project)
    give(900, 1200)
    second = run(world, project)
    assert (first.diagnostics["began_from"], second.diagnostics["began_from"]) == (None, first.id)
    assert second.diagnostics["warm"]
    assert max(one["iterations"] for one in second.diagnostics["members"]) >= 1


def test_begun_from_the_last_or_from_nothing_comes_to_the_same(world, project, give):
    for first in range(0, 1200, 150):
        give(first, first + 150)
        run(world, project)
    labels, sure = agreed(world)
    fresh = run(world, project, fresh=True)
    again, sure_again = agreed(world)
    assert fresh.diagnostics["began_from"] is None
    assert np.mean([one == other for one, other in zip(labels, again, strict=True)]) >= 0.995
    assert np.abs(sure - sure_again).max() < 0.02


def test_where_nothing_has_changed_the_run_stands(world, project, give):
    give(0, 600)
    first, before = run(world, project), world.everything()
    assert run(world, project) == first
    assert world.everything() == before


@pytest.mark.parametrize("asked", [{"fresh": True}, {"seed": 1}, {"method": "majority"}])
def test_another_method_or_seed_or_a_fresh_one_is_computed_anew(world, project, give, asked):
    give(0, 600)
    first = run(world, project)
    assert run(world, project, **asked).id > first.id


@pytest.mark.parametrize("change", ["gold", "other gold", "no gold", "labels"])
def test_what_a_consensus_depends_on_makes_it_anew(world, project, give, change):
    from labeling.services import gold, projects

    give(0, 600)
    world.gold(project, "i1")
    first = run(world, project)
    if change == "labels":
        options = {"labels": [*LABELS, "d"]}
        world.store.write(projects.change_project, project=project, options=options, actor=None)
    elif change == "no gold":
        world.store.write(gold.remove_gold, project=project, item_key="i1", actor=None)
    else:
        world.gold(project, "i2" if change == "gold" else "i1", answer="b")
    assert run(world, project).id > first.id


def test_two_runs_from_nothing_are_the_same_to_the_last_digit(world, project, give):
    give(0, 1200)
    found = []
    for _ in range(2):
        run(world, project, fresh=True)
        found.append(world.sql("SELECT item_id, answer, confidence, margin, posterior FROM agreed ORDER BY item_id"))
    assert found[0] == found[1]


def test_when_half_as_many_answers_have_come_it_begins_from_nothing(world, project, give):
    give(0, 600)
    run(world, project)
    give(600, 1000)
    assert run(world, project).diagnostics["began_from"] is None


def test_a_method_that_learns_nothing_leaves_what_was_learned(world, project, give):
    give(0, 900)
    first = run(world, project)
    run(world, project, method="majority")
    give(900, 1000)
    assert run(world, project).diagnostics["began_from"] == first.id


def test_what_was_learned_that_cannot_be_read_is_passed_over(world, project, give):
    give(0, 900)
    first = run(world, project)
    world.store.write(lambda tx: figures.keep_start(tx.connection, project, first.id, b"of another release"))
    give(900, 1000)
    second = run(world, project)
    assert (second.diagnostics["began_from"], second.diagnostics["warm"]) == (None, False)


def test_what_was_learned_is_kept_once_a_project(world, project, give):
    for first in (0, 400, 500):
        give(first, first + 100)
        run(world, project, fresh=True)
    assert world.one("SELECT count(*) FROM consensus_starts") == 1
    with world.store.read() as connection:
        assert figures.start(connection, project)[0] == reads.latest(connection, project).id


def test_the_record_of_a_run_is_plain_json(world, project, give):
    give(0, 300)
    run(world, project)
    told = json.loads(world.one("SELECT diagnostics FROM consensus_runs"))
    assert told["digest"]
