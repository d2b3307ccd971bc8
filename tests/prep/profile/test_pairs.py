"""How strongly columns go together, against scipy and worked examples."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from prep.profile import profile_of
from prep.profile.pairs import correlation_ratio, cramer_v


def strengths(frame):
    return {(one.first, one.second, one.measure): one.value for one in profile_of(frame).pairs}


def test_correlations_are_those_of_scipy_over_the_rows_that_have_both():
    chance = np.random.default_rng(3)
    x, y = chance.normal(size=200), chance.integers(0, 5, 200)
    found = strengths(pl.DataFrame({"x": [*x, None], "y": [*(x + y), 3.0]}))
    assert found["x", "y", "pearson"] == pytest.approx(stats.pearsonr(x, x + y).statistic)
    assert found["x", "y", "spearman"] == pytest.approx(stats.spearmanr(x, x + y).statistic)


def test_cramers_v_is_scipys_with_the_bias_taken_off():
    table = np.array([[30, 10, 5], [8, 25, 12]])
    n, (r, c) = table.sum(), table.shape
    phi2 = stats.chi2_contingency(table, correction=False).statistic / n
    least = phi2 - (r - 1) * (c - 1) / (n - 1)
    wanted = np.sqrt(least / min(r - (r - 1) ** 2 / (n - 1) - 1, c - (c - 1) ** 2 / (n - 1) - 1))
    assert cramer_v(table) == pytest.approx(wanted)
    assert cramer_v(table) < stats.contingency.association(table)
    assert cramer_v(np.array([[5, 5]])) is None


def test_the_correlation_ratio_of_the_textbook():
    """Algebra, geometry, statistics: 45, 70, 29, 15, 21 / 40, 20, 30, 42 / 65, 95, 80, 70, 85, 73 give η² = 6780/9640."""
    groups = np.repeat([0, 1, 2], [5, 4, 6])
    scores = np.array([45, 70, 29, 15, 21, 40, 20, 30, 42, 65, 95, 80, 70, 85, 73.0])
    assert correlation_ratio(groups, scores) ** 2 == pytest.approx(6780 / 9640)
