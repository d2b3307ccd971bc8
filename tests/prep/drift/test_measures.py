"""Distances and tests against scipy, published and worked values; then laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from prep.drift.measures import Steps, benjamini_hochberg, chi_square, js_distance, ks_distance, ks_p, psi

COUNTS = st.lists(st.integers(1, 50), min_size=3, max_size=3)
VALUES = st.lists(st.floats(-10, 10, width=16), min_size=2, max_size=30).map(np.array)


def test_psi_by_hand():
    """Ten bins of a tenth each against 8, 8, 9, 9, 10, 10, 10, 11, 12, 13 percent, summed by hand."""
    new = [0.08, 0.08, 0.09, 0.09, 0.10, 0.10, 0.10, 0.11, 0.12, 0.13]
    by_hand = 2 * 0.0044629 + 2 * 0.0010536 + 0.0009531 + 0.0036464 + 0.0078709
    assert psi([0.1] * 10, new) == pytest.approx(by_hand, abs=1e-6)


def test_an_empty_bin_counts_as_one_in_ten_thousand():
    assert psi([1, 0], [1, 1]) == pytest.approx((0.5 - 1) * math.log(0.5) + (0.5 - 1e-4) * math.log(0.5 / 1e-4))


def test_jensen_shannon_is_scipys():
    old, new = [10, 20, 0, 5], [3, 9, 9, 1]
    assert js_distance(old, new) == pytest.approx(jensenshannon(old, new, base=2))


@settings(deadline=None, max_examples=30)
@given(VALUES, VALUES)
def test_kolmogorov_smirnov_is_scipys(old, new):
    ours = ks_distance(Steps.of_values(old), Steps.of_values(new))
    theirs = stats.ks_2samp(old, new, method="asymp")
    assert ours == pytest.approx(theirs.statistic)
    assert ks_p(ours, len(old), len(new)) == pytest.approx(theirs.pvalue, abs=1e-9)


def test_of_quantiles_the_distance_is_at_most_a_hundredth_too_small():
    chance = np.random.default_rng(4)
    old, new = np.sort(chance.normal(size=5000)), chance.normal(0.3, size=3000)
    grid = old[[round(k * 4999 / 200) for k in range(201)]]
    exact = ks_distance(Steps.of_values(old), Steps.of_values(new))
    kept = ks_distance(Steps.of_quantiles(grid.tolist(), 5000), Steps.of_values(new))
    assert exact - 0.01 <= kept <= exact
    assert ks_distance(Steps.of_quantiles(grid.tolist(), 5000), Steps.of_values(old)) == 0


def test_chi_square_is_scipys_where_nothing_is_rare():
    wanted = stats.chi2_contingency([[30, 20, 50], [20, 40, 60]], correction=False)
    statistic, p, v = chi_square([30, 20, 50], [20, 40, 60])
    assert (statistic, p) == pytest.approx((wanted.statistic, wanted.pvalue))
    assert v == pytest.approx(stats.contingency.association(np.array([[30, 20, 50], [20, 40, 60]])))


def test_rare_sorts_are_pooled_and_a_rare_pair_is_tested_exactly():
    assert chi_square([50, 1, 2, 3], [50, 3, 2, 1]) == chi_square([50, 6], [50, 6])
    assert chi_square([3, 97], [0, 100])[1] == pytest.approx(stats.fisher_exact([[3, 97], [0, 100]]).pvalue)


def test_benjamini_and_hochberg_adjust_the_fifteen_p_of_their_paper():
    """Their example: at 5 % the four least of fifteen stand, where Bonferroni leaves three."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    adjusted = benjamini_hochberg(p)
    assert sum(one <= 0.05 for one in adjusted) == 4
    assert adjusted == pytest.approx(stats.false_discovery_control(p).tolist())


@given(COUNTS, COUNTS)
def test_distances_are_symmetric_and_zero_of_equal_shares(old, new):
    assert psi(old, new) == pytest.approx(psi(new, old))
    assert js_distance(old, new) == pytest.approx(js_distance(new, old))
    assert chi_square(old, new) == pytest.approx(chi_square(new, old))
    assert psi(old, [3 * n for n in old]) == pytest.approx(0)
    assert js_distance(old, [3 * n for n in old]) == pytest.approx(0, abs=1e-7)


def test_nothing_to_compare_is_no_number_and_no_alarm():
    assert math.isnan(psi([0, 0], [1, 1]))
    assert math.isnan(js_distance([0], [1]))
    assert chi_square([0, 0], [1, 1]) == (0.0, 1.0, 0.0)
    assert benjamini_hochberg([]) == []
