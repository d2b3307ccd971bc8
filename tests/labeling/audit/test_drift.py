"""CUSUM against a textbook's table, and drift against slides that were planted."""

import numpy as np
import pytest
from scipy import stats

from labeling.audit import audit, page_cusum
from labeling.audit.drift import drift_of, slide_chance
from labeling.audit.turns import Turns

MONTGOMERY = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08]
MONTGOMERY += [9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]
UPPER = {4: 1.16, 5: 2.82, 6: 2.50, 7: 0.04, 8: 1.00, 23: 1.79, 24: 2.79, 28: 4.47, 29: 5.28, 30: 5.30}


def test_the_sums_are_those_of_montgomerys_table():
    """Montgomery, Statistical Quality Control, table 9.2: target 10, K = ½, the upper side; it passes 5 at 29."""
    found = page_cusum(-np.array(MONTGOMERY), target=-10.0)
    assert {k: round(float(found[k - 1]), 2) for k in UPPER} == UPPER
    assert int(np.argmax(found > 5)) + 1 == 29


def test_everybodys_sum_is_that_of_their_own_values_in_standard_deviations():
    values = np.random.default_rng(2).normal(size=60) - np.repeat([0.0, 3.0], 30)
    found = drift_of(Turns(np.arange(60), np.array([0, 60])), values, people=1)
    sums = page_cusum((values - values.mean()) / values.std(), target=0.0)
    assert found.cusum[0] == pytest.approx(sums.max())
    assert found.alarm[0] == int(np.argmax(sums > 5))


def test_the_chance_of_a_slide_is_pearsons():
    values = np.random.default_rng(0).normal(size=50) - np.arange(50) / 60
    r = np.corrcoef(values, np.arange(50))[0, 1]
    expected = stats.pearsonr(values, np.arange(50), alternative="less").pvalue
    assert slide_chance(np.array([r]), np.array([50]))[0] == pytest.approx(expected)


def test_without_drift_a_small_chance_is_as_seldom_as_it_says():
    rng = np.random.default_rng(7)
    values = (rng.random((2000, 100)) < 0.8).astype(float)
    turns = Turns(np.arange(values.size), np.arange(0, values.size + 1, 100))
    chance = drift_of(turns, values.ravel(), people=2000).chance
    assert (chance < 0.05).mean() < 0.06
    assert (chance < 0.01).mean() < 0.015


def slid(at, *, before=0.95, after=0.55, items=200, seed=1):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, items)
    rest = [np.where(rng.random(items) < 0.92, truth, (truth + 1) % 3) for _ in range(3)]
    skill = np.where(np.arange(items) < at, before, after)
    said = np.where(rng.random(items) < skill, truth, (truth + rng.integers(1, 3, items)) % 3)
    return {
        "item": np.tile(np.arange(items), 4),
        "annotator": np.repeat(["ann", "bob", "cyd", "dan"], items),
        "label": np.concatenate([*rest, said]),
        "guideline_version": np.tile(np.where(np.arange(items) < at, 1, 2), 4),
    }


def test_where_the_work_became_worse_is_told(evidence):
    found = audit(slid(120))
    one = found.of("dan")
    assert "drift" in evidence(found, "dan")
    assert abs(one.drift_turn - 120) <= 25
    assert 0.2 < one.fall < 0.6
    assert one.alarm is not None


def test_one_who_was_always_bad_does_not_drift(evidence):
    found = audit(slid(0))
    assert "drift" not in evidence(found, "dan")
    assert "others" in evidence(found, "dan")


def test_one_who_becomes_better_does_not_drift(evidence):
    assert "drift" not in evidence(audit(slid(100, before=0.5, after=0.95)), "dan")


def test_under_forty_answers_nothing_is_said_of_drift():
    assert audit(slid(20, items=39)).of("dan").drift_chance is None


def test_the_work_is_shown_under_each_guideline_version():
    truth = dict.fromkeys(range(200), 0)
    one = audit(slid(120), gold=truth).of("dan")
    assert [(part.version, part.answers, part.gold_seen) for part in one.versions] == [(1, 120, 120), (2, 80, 80)]
    assert one.versions[0].excess > one.versions[1].excess
    assert one.versions[0].gold_right + one.versions[1].gold_right == one.gold_right
