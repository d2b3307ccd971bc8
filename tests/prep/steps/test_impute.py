"""impute: missing values filled."""

from datetime import date

import polars as pl
import pytest

import prep

NAN = float("nan")


def filled(values, **parameters):
    return prep.impute(pl.DataFrame({"v": values}), "v", **parameters)["v"].to_list()


def test_a_constant():
    assert filled([1, None], how="constant", value=0) == [1, 0]
    assert filled(["a", None], how="constant", value="?") == ["a", "?"]
    assert filled([date(2026, 1, 1), None], how="constant", value="2026-01-31") == [date(2026, 1, 1), date(2026, 1, 31)]


def test_zero_and_false_and_empty_text_are_values():
    assert filled([1, None], how="constant", value=0)[1] == 0
    assert filled([True, None], how="constant", value=False) == [True, False]
    assert filled(["a", None], how="constant", value="") == ["a", ""]


def test_a_fraction_into_whole_numbers_makes_the_column_one_of_fractions():
    assert filled([1, None], how="constant", value=0.5) == [1.0, 0.5]


@pytest.mark.parametrize(
    ("values", "value"), [([1, None], "x"), (["a", None], 5), ([True, None], 1), ([date(2026, 1, 1)], "soon")]
)
def test_a_value_of_another_type_is_refused(values, value):
    with pytest.raises(prep.PrepError, match="impute"):
        filled(values, how="constant", value=value)


def test_mean_median_and_mode():
    assert filled([1.0, 3.0, None, 8.0], how="mean") == [1.0, 3.0, 4.0, 8.0]
    assert filled([1, 3, None, 100], how="median") == [1.0, 3.0, 3.0, 100.0]
    assert filled(["b", "a", "b", None], how="mode") == ["b", "a", "b", "b"]


def test_of_several_most_frequent_values_the_least_is_taken():
    assert filled(["b", "a", None], how="mode") == ["b", "a", "a"]


def test_nan_is_missing():
    assert filled([1.0, NAN, 3.0], how="mean") == [1.0, 2.0, 3.0]


def test_within_groups_and_a_group_with_nothing_stays_missing_and_is_told():
    frame = pl.DataFrame({"g": ["a", "a", "b", None, None], "v": [1.0, None, None, 5.0, None]})
    made, change = prep.impute.run(frame, "v", how="mean", by="g")
    assert made["v"].to_list() == [1.0, 1.0, None, 5.0, 5.0]
    assert "v: 1 groups have no value to fill in with" in change.notes


def test_groups_by_several_columns_are_not_mixed_up():
    frame = pl.DataFrame({"g": ["a", "a\x1f", "a"], "h": ["\x1fb", "b", "\x1fb"], "v": [1.0, 9.0, None]})
    assert prep.impute(frame, "v", how="mean", by=["g", "h"])["v"].to_list() == [1.0, 9.0, 1.0]


def test_forward_and_backward_go_by_time_and_not_by_place():
    frame = pl.DataFrame({"t": [3, 1, 2, None], "v": [None, "a", None, None]})
    assert prep.impute(frame, "v", how="forward", time="t")["v"].to_list() == ["a", "a", "a", None]
    frame = pl.DataFrame({"t": [3, 1, 2], "v": ["c", None, None]})
    assert prep.impute(frame, "v", how="backward", time="t")["v"].to_list() == ["c", "c", "c"]


def test_forward_stays_within_the_group():
    frame = pl.DataFrame({"g": ["a", "b", "a"], "t": [1, 2, 3], "v": [5, None, None]})
    assert prep.impute(frame, "v", how="forward", time="t", by="g")["v"].to_list() == [5, None, 5]


def test_an_indicator_says_what_was_missing():
    frame = prep.impute(pl.DataFrame({"v": [1, None]}), "v", how="constant", value=0, indicator=True)
    assert frame["v_was_missing"].to_list() == [False, True]


def test_only_training_rows_are_learned_from():
    frame = pl.DataFrame({"v": [1.0, 3.0, 100.0, None], "split": ["train", "train", "test", "test"]})
    assert prep.impute(frame, "v", how="mean", fit_where="split == 'train'")["v"].to_list() == [1.0, 3.0, 100.0, 2.0]


def test_filling_twice_is_filling_once():
    frame = pl.DataFrame({"v": [1.0, None, 4.0]})
    once = prep.impute(frame, "v", how="mean")
    assert prep.impute(once, "v", how="mean").equals(once)


@pytest.mark.parametrize(
    "parameters", [{"how": "constant"}, {"how": "mean", "value": 1}, {"how": "forward"}, {"how": "mean", "time": "v"}]
)
def test_parameters_that_do_not_go_together_are_refused(parameters):
    with pytest.raises(prep.PrepError, match="go together"):
        prep.step("impute", **parameters)


def test_text_has_no_mean():
    with pytest.raises(prep.PrepError, match="impute takes number; column 'v' holds text"):
        filled(["a"], how="mean")
