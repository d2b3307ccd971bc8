"""clip_outliers and flag_outliers: values beyond the usual."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep

NAN = float("nan")


def clipped(values, **parameters):
    return prep.clip_outliers(pl.DataFrame({"v": values}), "v", **parameters)["v"].to_list()


def flagged(values, **parameters):
    return prep.flag_outliers(pl.DataFrame({"v": values}), "v", **parameters)["v_is_outlier"].to_list()


def test_tukeys_fences_by_hand():
    # The quartiles of 1, 2, 3, 4, 100 are 2 and 4: fences at 2 - 1.5 * 2 and 4 + 1.5 * 2.
    assert clipped([1, 2, 3, 4, 100]) == [1, 2, 3, 4, 7]
    assert clipped([1, 2, 3, 4, 100], k=3) == [1, 2, 3, 4, 10]


def test_median_absolute_deviations_by_hand():
    # Median 3, deviations 2 1 0 1 97, their median 1: bounds at 3 -+ 3 * 1.4826.
    assert clipped([1, 2, 3, 4, 100], method="mad") == [1, 2, 3, 4, pytest.approx(7.4478)]


def test_quantiles():
    values = list(range(101))
    assert clipped(values, method="quantile", low=0.05, high=0.9) == [float(min(max(one, 5), 90)) for one in values]


def test_bounds_are_numpys_quantiles():
    values = np.random.default_rng(1).normal(size=501)
    low, high = np.quantile(values, [0.25, 0.75])
    assert clipped(values.tolist()) == pytest.approx(
        np.clip(values, low - 1.5 * (high - low), high + 1.5 * (high - low))
    )


def test_each_group_has_bounds_of_its_own():
    frame = pl.DataFrame({"g": ["a"] * 5 + ["b"] * 5, "v": [1, 2, 3, 4, 100, 101, 102, 103, 104, 1]})
    assert prep.flag_outliers(frame, "v", by="g")["v_is_outlier"].to_list() == [False] * 4 + [True] + [False] * 4 + [
        True
    ]


def test_missing_stays_missing_and_nan_is_no_outlier():
    assert flagged([1.0, 2.0, 3.0, None, NAN, 90.0]) == [False, False, False, None, None, True]
    assert clipped([1.0, 2.0, 3.0, None, 90.0])[3] is None


def test_bounds_learned_in_training_hold_when_serving():
    fitted = prep.step("flag_outliers", columns="v").fit(pl.DataFrame({"v": [1, 2, 3, 4]}))
    assert fitted.run(pl.DataFrame({"v": [2, 50, 60]})).frame["v_is_outlier"].to_list() == [False, True, True]


def test_a_column_of_nothing_stays_so():
    assert clipped([None, None]) == [None, None]


def test_the_report_names_the_bounds():
    assert "v: usual from -1 to 7" in str(prep.clip_outliers.run(pl.DataFrame({"v": [1, 2, 3, 4, 100]}), "v").change)


@pytest.mark.parametrize(
    "parameters", [{"k": 0}, {"low": 0.9, "high": 0.1}, {"low": -1}, {"method": "quantile", "k": 2}]
)
def test_parameters_without_meaning_are_refused(parameters):
    with pytest.raises(prep.PrepError):
        prep.step("clip_outliers", **parameters)


def test_text_is_refused_with_a_cure_and_a_taken_name_too():
    with pytest.raises(prep.PrepError, match="holds text. Cast it first"):
        prep.clip_outliers(pl.DataFrame({"v": ["a"]}), "v")
    with pytest.raises(prep.PrepError, match="'v_is_outlier', but there is one"):
        prep.flag_outliers(pl.DataFrame({"v": [1], "v_is_outlier": [1]}), "v")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.sampled_from(["iqr", "mad", "quantile"]))
def test_clipping_never_moves_a_value_that_is_not_flagged(values, method):
    marks = flagged(values, method=method)
    assert all(
        now == before
        for now, before, mark in zip(clipped(values, method=method), values, marks, strict=True)
        if not mark
    )
