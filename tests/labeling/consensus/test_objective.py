"""What a method climbs never falls, and it says why it stopped."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.consensus import consensus, methods

CLIMBERS = [name for name, method in methods().items() if method.max_iterations > 0 and not name.startswith("auto")]


def worst_fall(objective):
    """The greatest fall from one iteration to the next, relative to the objective."""
    steps = np.diff(objective)
    return float(-(steps / np.abs(objective[1:])).min(initial=0.0))


@pytest.mark.parametrize("method", CLIMBERS)
@pytest.mark.parametrize("name", ["bluebirds", "rte", "s_dog", "cf", "d_product"])
def test_the_objective_never_falls_on_real_answers(real, method, name):
    found = consensus(real(name).answers, method, tolerance=0.0, max_iterations=60)
    assert worst_fall(np.array(found.fit.objective)) < 1e-7


@pytest.mark.parametrize("method", CLIMBERS)
@pytest.mark.parametrize(("items", "annotators", "classes", "each"), [(40, 6, 3, 3), (60, 40, 7, 2), (25, 4, 2, 4)])
def test_the_objective_never_falls_on_few_answers_with_some_known(crowd, method, items, annotators, classes, each):
    known = crowd(items, annotators, classes, each, seed=7)
    found = consensus(known.answers, method, tolerance=0.0, max_iterations=80, gold=known.gold(range(5)))
    assert worst_fall(np.array(found.fit.objective)) < 1e-7


@pytest.mark.parametrize("method", CLIMBERS)
def test_a_method_makes_no_more_iterations_than_asked(crowd, method):
    found = consensus(crowd(50, 8, 3, 4).answers, method, max_iterations=2, tolerance=0.0)
    assert found.diagnostics.iterations <= 2
    assert len(found.diagnostics.objective) == found.diagnostics.iterations


def test_a_coarse_tolerance_stops_sooner_and_says_so(crowd):
    answers = crowd(200, 10, 3, 4).answers
    coarse = consensus(answers, "dawid_skene", tolerance=1e-2).diagnostics
    fine = consensus(answers, "dawid_skene", tolerance=1e-9).diagnostics
    assert coarse.iterations < fine.iterations
    assert coarse.stopped == "the objective rose by less than 0.01 an answer"
