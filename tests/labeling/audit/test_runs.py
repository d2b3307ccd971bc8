"""Straight-lining and patterns: the chance of a run against Feller's and the exact one, and what sorted items excuse."""

import numpy as np
import pytest

from labeling.audit import audit, run_chance


def exact(n, p, r):
    """P(a run of r successes in n trials), by the recursion over where the first such run ends."""
    none = [1.0] * (n + 1)
    for k in range(r, n + 1):
        none[k] = none[k - 1] - (p**r if k == r else (1 - p) * p**r * none[k - r - 1])
    return 1 - none[n]


@pytest.mark.parametrize(("n", "p", "r"), [(100, 0.5, 9), (200, 0.3, 6), (500, 0.7, 20), (1000, 0.5, 12)])
def test_the_chance_of_a_run_is_near_the_exact_one(n, p, r):
    assert run_chance(r, n, p) == pytest.approx(exact(n, p, r), rel=0.1)


def answers_of(said, truth):
    """dan's answers beside those of three who are nearly always right."""
    rng = np.random.default_rng(2)
    items = len(truth)
    rest = [np.where(rng.random(items) < 0.92, truth, (truth + 1) % 4) for _ in range(3)]
    return {
        "item": np.tile(np.arange(items), 4),
        "annotator": np.repeat(["ann", "bob", "cyd", "dan"], items),
        "label": np.concatenate([*rest, said]),
    }


def test_the_longest_run_and_its_label_are_told():
    said = np.array([0, 1, 1, 1, 2, 1, 1, 3] * 3)
    one = audit(answers_of(said, said)).of("dan")
    assert (one.longest_run, one.run_label) == (3, 1)


def test_twenty_times_the_same_in_a_row_speaks(evidence):
    truth = np.random.default_rng(0).integers(0, 4, 120)
    said = truth.copy()
    said[40:60] = 2
    found = audit(answers_of(said, truth))
    assert evidence(found, "dan") == {"order"}
    assert "20 times 2 in a row" in str(found.of("dan").signals[0]) or found.of("dan").longest_run > 20


def test_a_run_that_the_items_call_for_is_no_signal():
    """The table is sorted by truth: everybody has runs of thirty, and is right."""
    truth = np.repeat(np.arange(4), 30)
    found = audit(answers_of(truth, truth))
    assert found.of("dan").longest_run == 30
    assert not found.of("dan").signals


def test_labels_that_come_round_again_are_seen_and_the_lag_is_told(evidence):
    truth = np.random.default_rng(0).integers(0, 4, 120)
    found = audit(answers_of(np.tile([0, 1, 2], 40), truth))
    assert "order" in evidence(found, "dan")
    assert found.of("dan").period == 3


def test_one_who_favours_a_label_makes_no_pattern(evidence):
    rng = np.random.default_rng(8)
    truth = rng.integers(0, 4, 300)
    said = np.where(rng.random(300) < 0.6, 1, truth)
    assert "order" not in evidence(audit(answers_of(said, truth)), "dan")


def test_under_twenty_answers_nothing_is_said_of_runs():
    said = np.zeros(19, dtype=int)
    assert audit(answers_of(said, said)).of("dan").run_chance is None


def test_the_order_of_work_is_the_time_where_there_is_one():
    answers = {"item": [1, 2, 3, 4], "annotator": ["ann"] * 4, "label": ["x", "y", "x", "y"], "time": [1, 3, 2, 4]}
    assert audit(answers)[0].longest_run == 2
