"""Confidence: tempered without gold, fitted with it, hidden where nothing identifies it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.answers import Answers
from labeling.consensus import calibration, consensus, methods
from labeling.consensus.confidence import fitted_power, sharpen, temper
from labeling.errors import UnusableAnswers


def test_the_calibration_error_of_a_worked_example():
    # Bin .6-.7: mean .65 against 1 of 2 right; bin .9-1: .95 against 2 of 3: (2·.15 + 3·|.95 − 2/3|)/5
    found = calibration([0.65, 0.65, 0.95, 0.95, 0.95], [1, 0, 1, 1, 0])
    assert found.ece == pytest.approx((2 * 0.15 + 3 * (0.95 - 2 / 3)) / 5)
    assert [(b.low, b.count, b.accuracy) for b in found.bins] == [(0.6, 2, 0.5), (0.9, 3, pytest.approx(2 / 3))]


def test_a_confidence_of_one_belongs_to_the_last_bin():
    assert calibration([1.0, 1.0], [1, 1]).bins[0].low == 0.9


@pytest.mark.parametrize(
    ("sure", "right", "said"),
    [([], [], "nothing|0 confidences"), ([0.5], [1, 0], "1 confidences and 2"), ([1.5], [1], "not between 0 and 1")],
)
def test_confidences_that_cannot_be_compared_are_refused(sure, right, said):
    with pytest.raises(UnusableAnswers, match=said):
        calibration(sure, right)


def test_a_hidden_confidence_is_refused_with_its_row():
    with pytest.raises(UnusableAnswers, match="Row 2, column 'confidence'"):
        calibration([0.5, float("nan")], [1, 0])


@given(st.floats(0.01, 0.99))
def test_one_answer_is_not_tempered(p):
    assert temper(np.array([[p, 1 - p]]), np.array([1]))[0, 0] == p


@given(st.floats(0.51, 0.999), st.integers(2, 50))
def test_tempering_takes_confidence_away_and_keeps_the_label(p, answers):
    tempered = temper(np.array([[p, 1 - p]]), np.array([answers]))[0, 0]
    assert 0.5 < tempered < p


def test_the_fitted_power_undoes_overconfidence():
    rng = np.random.default_rng(0)
    honest = rng.uniform(0.5, 0.99, 4000)
    truth = (rng.random(4000) > honest).astype(int)
    boastful = sharpen(np.stack([honest, 1 - honest], axis=1), 3.0)
    assert fitted_power(boastful, truth) == pytest.approx(1 / 3, rel=0.1)


@pytest.mark.parametrize("method", sorted(methods()))
def test_no_confidence_is_shown_where_every_item_has_one_answer(method):
    rows = [(item, f"a{item % 4}", "xy"[item % 2]) for item in range(60)]
    found = consensus(Answers.from_columns(*zip(*rows, strict=True)), method)
    assert np.all(np.isnan(found.confidence))
    assert "no item has two answers or more" in found.diagnostics.why_hidden


def test_no_confidence_is_shown_where_under_a_fifth_of_the_items_are_shared():
    rows = [(item, "a", "xy"[item % 2]) for item in range(60)] + [(item, "b", "xy"[item % 2]) for item in range(6)]
    found = consensus(Answers.from_columns(*zip(*rows, strict=True)))
    assert found.diagnostics.why_hidden.startswith("only 10% of the items")


@pytest.mark.parametrize(("classes", "each"), [(2, 3), (4, 5), (20, 4)])
def test_no_confidence_is_shown_for_pure_noise(classes, each):
    rng = np.random.default_rng(0)
    rows = [
        (item, who, int(rng.integers(classes))) for item in range(400) for who in rng.choice(60, each, replace=False)
    ]
    found = consensus(Answers.from_columns(*zip(*rows, strict=True)))
    assert found.diagnostics.confidence_shown is False
    assert "chance level" in found.diagnostics.why_hidden


def test_where_confidence_is_hidden_the_soft_labels_are_the_votes():
    rows = [(item, f"a{item % 4}", "xy"[item % 2]) for item in range(60)]
    found = consensus(Answers.from_columns(*zip(*rows, strict=True)))
    assert np.array_equal(found.posterior, found.counts)


def test_enough_gold_brings_the_confidence_back(crowd):
    known = crowd(300, 5, 2, 1, skill=(9.0, 1.0))
    found = consensus(known.answers, gold=known.gold(range(100)))
    assert found.diagnostics.confidence_shown
    assert not np.isnan(found.confidence).any()


@pytest.mark.parametrize("name", ["bluebirds", "rte", "s_dog", "cf", "d_product"])
def test_real_answers_have_a_confidence(real, name):
    assert consensus(real(name).answers).diagnostics.why_hidden == ""


def test_a_published_posterior_is_told_as_it_is_and_its_confidence_tempered(real):
    found = consensus(real("rte").answers, "dawid_skene")
    assert np.array_equal(found.posterior, found.fit.posterior)
    assert found.confidence.mean() < found.posterior.max(axis=1).mean()
