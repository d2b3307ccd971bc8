"""Accuracy, regret and calibration on the five real sets with gold."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.consensus import calibration, consensus

SETS = ("bluebirds", "rte", "s_dog", "cf", "d_product")
MEASURED = {
    # method: accuracy on each set, a tie counting as a fair draw
    "majority": (75.9, 89.7, 82.2, 88.2, 89.7),
    "dawid_skene": (89.8, 92.8, 84.3, 79.0, 94.0),
    "dawid_skene_map": (88.9, 92.8, 83.9, 86.3, 93.8),
    "hierarchical": (89.8, 92.9, 84.0, 89.3, 93.9),
    "strata": (88.0, 93.2, 84.0, 88.0, 93.5),
    "weighted_average": (75.9, 92.8, 83.1, 89.3, 91.9),
    "one_coin": (72.2, 92.5, 83.0, 89.3, 92.8),
    "auto": (88.0, 93.1, 84.0, 89.3, 93.8),
}
BEST_OF_16 = (89.8, 93.1, 84.3, 90.0, 94.0)
ONE_ITEM_OF_300 = 0.34


def decided(known, method):
    found = consensus(known.answers, method)
    return known.accuracy(found.fit.posterior if found.fit.decision is None else found.fit.decision)


@pytest.mark.parametrize("place", range(len(SETS)), ids=SETS)
@pytest.mark.parametrize("method", MEASURED)
def test_a_method_is_as_accurate_as_measured_elsewhere(real, method, place):
    assert decided(real(SETS[place]), method) == pytest.approx(MEASURED[method][place], abs=ONE_ITEM_OF_300)


def test_the_default_is_accurate_on_average_and_never_far_from_the_best(real):
    got = np.array([decided(real(name), "auto") for name in SETS])
    assert got.mean() >= 89.6
    assert (np.array(BEST_OF_16) - got).max() <= 2.0


@pytest.mark.parametrize("name", SETS)
def test_the_default_is_never_below_a_fair_majority(real, name):
    assert decided(real(name), "auto") >= decided(real(name), "majority")


def ece_of(known, method):
    found = consensus(known.answers, method)
    return calibration(found.confidence, found.label == known.truth).ece


def test_confidence_without_gold_means_what_it_says(real):
    errors = [ece_of(real(name), "auto") for name in SETS]
    assert np.mean(errors) <= 0.05
    assert max(errors) <= 0.07


@pytest.mark.parametrize("name", SETS)
def test_twenty_gold_items_leave_the_other_items_calibrated(real, name):
    known = real(name)
    some = np.random.default_rng(1).choice(len(known.truth), 40, replace=False)
    found = consensus(known.answers, gold=known.gold(some))
    others = ~found.is_gold
    assert calibration(found.confidence[others], (found.label == known.truth)[others]).ece <= 0.08


@pytest.mark.parametrize("name", SETS)
def test_an_annotators_skill_is_near_their_accuracy_on_gold(real, name):
    known = real(name)
    found = consensus(known.answers)
    graded = known.truth[known.answers.item] >= 0
    who, right = known.answers.annotator[graded], (known.answers.label == known.truth[known.answers.item])[graded]
    seen = np.bincount(who, minlength=len(known.answers.annotators))
    often = seen >= 15
    accuracy = np.bincount(who, right, len(seen))[often] / seen[often]
    skill, low, high = found.skill[often].T
    assert np.abs(skill - accuracy).mean() < 0.06
    assert np.mean((low <= accuracy) & (accuracy <= high)) > 0.8
