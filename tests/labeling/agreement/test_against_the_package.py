"""Alpha is what the krippendorff package gives, on random tables with missing answers and on many labels."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from labeling.agreement import krippendorff_alpha
from labeling.answers import Answers

LEVELS = ("nominal", "ordinal", "interval", "ratio")


def answers_of(table):
    rater, item = np.nonzero(~np.isnan(table))
    return Answers.from_columns(item, rater, table[rater, item])


@given(
    table=arrays(
        np.float64, st.tuples(st.integers(2, 6), st.integers(2, 25)), elements=st.sampled_from([np.nan, 1, 2, 3, 5, 9])
    ),
    level=st.sampled_from(LEVELS),
)
@settings(deadline=None)
def test_alpha_equals_the_package_to_twelve_digits(table, level):
    paired = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    if len(np.unique(paired[~np.isnan(paired)])) < 2:
        assert np.isnan(table).all() or krippendorff_alpha(answers_of(table), level=level).value is None
        return
    expected = krippendorff.alpha(table, level_of_measurement=level)
    assert krippendorff_alpha(answers_of(table), level=level, resamples=100).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_of_hundreds_of_different_numbers_equals_the_package(level):
    rng = np.random.default_rng(3)
    table = rng.integers(1, 90, (1, 1050)) + rng.integers(0, 60, (4, 1050)).astype(float)
    table[rng.random(table.shape) < 0.3] = np.nan
    found = krippendorff_alpha(answers_of(table), level=level)
    assert found.value == pytest.approx(krippendorff.alpha(table, level_of_measurement=level), abs=1e-12)
    assert found.low < found.value < found.high


def test_alpha_with_a_distance_of_ones_own_equals_the_package_with_it():
    rng = np.random.default_rng(4)
    table = rng.integers(0, 5, (3, 40)).astype(float)

    def metric(v1, v2, i1, i2, n_v, dtype=np.float64):
        return np.abs(v1 - v2).astype(dtype)

    found = krippendorff_alpha(answers_of(table), distance=lambda a, b: abs(a - b))
    assert found.value == pytest.approx(krippendorff.alpha(table, level_of_measurement=metric), abs=1e-12)


def test_labels_may_be_lists_where_a_distance_says_how_they_differ():
    said = [[1, 2], [1, 2], [3], [3, 4], [5], [6]]

    def jaccard(a, b):
        return 1 - len(set(a) & set(b)) / len(set(a) | set(b))

    found = krippendorff_alpha(
        {"item": [1, 1, 2, 2, 3, 3], "annotator": ["ann", "bob"] * 3, "label": said}, distance=jaccard
    )
    assert 0 < found.value < 1
