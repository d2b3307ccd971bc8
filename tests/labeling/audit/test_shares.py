"""Intervals of shares, against Newcombe's table and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from labeling.audit import below_threshold, wilson
from labeling.audit.shares import at_least, wilson_bounds
from labeling.errors import Unusable


@pytest.mark.parametrize(
    ("correct", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_newcombes_table_of_1998(correct, n, low, high):
    assert wilson(correct, n) == pytest.approx((low, high), abs=5e-5)


@given(n=st.integers(1, 500), share=st.floats(0, 1), confidence=st.floats(0.5, 0.999))
def test_wilsons_interval_is_scipys(n, share, confidence):
    correct = round(share * n)
    other = stats.binomtest(correct, n).proportion_ci(confidence, method="wilson")
    assert wilson(correct, n, confidence) == pytest.approx((other.low, other.high), abs=1e-9)


def test_wilsons_interval_of_nothing_is_everything():
    assert wilson(0, 0) == (0.0, 1.0)


def test_many_intervals_at_once_are_those_of_one_at_a_time():
    low, high = wilson_bounds(np.array([0.0, 3, 7]), np.array([0.0, 10, 7]))
    assert list(zip(low, high, strict=True)) == [wilson(0, 0), wilson(3, 10), wilson(7, 7)]


@pytest.mark.parametrize(("correct", "n"), [(3, 2), (-1, 2)])
def test_more_right_than_seen_is_refused(correct, n):
    with pytest.raises(Unusable):
        wilson(correct, n)


@given(n=st.integers(1, 200), correct=st.integers(0, 200), threshold=st.floats(0.05, 0.95))
def test_the_probability_of_being_below_is_the_beta_distributions(n, correct, threshold):
    correct = min(correct, n)
    expected = stats.beta(0.5 + correct, 0.5 + n - correct).cdf(threshold)
    assert below_threshold(correct, n, threshold) == pytest.approx(expected, abs=1e-9)


def test_the_probability_of_being_below_grows_as_answers_go_wrong():
    chances = [below_threshold(correct, 20, 0.7) for correct in range(21)]
    assert chances == sorted(chances, reverse=True)
    assert (chances[0] > 0.999, chances[20] < 0.001) == (True, True)


@given(n=st.integers(1, 100), count=st.integers(0, 101), chance=st.floats(0.01, 0.99))
def test_a_binomial_tail_is_scipys(n, count, chance):
    found = at_least(np.array([float(count)]), np.array([float(n)]), chance)[0]
    assert found == pytest.approx(stats.binom(n, chance).sf(count - 1), abs=1e-9)
