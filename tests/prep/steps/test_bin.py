"""bin: numbers in classes."""

import numpy as np
import polars as pl
import pytest

import prep


def classes(values, **parameters):
    return prep.bin(pl.DataFrame({"v": values}), "v", **parameters)["v_bin"].to_list()


def test_a_class_holds_its_lower_bound_and_the_last_its_upper_one_too():
    assert classes([0.0, 17.9, 18.0, 65.0, 66.0, -1.0], edges=[0, 18, 65]) == [
        "[0, 18)",
        "[0, 18)",
        "[18, 65]",
        "[18, 65]",
        "> 65",
        "< 0",
    ]


def test_classes_have_names_when_given():
    assert classes([1, 20, 99], edges=[0, 18, 65], labels=["minor", "adult"]) == ["minor", "adult", "> 65"]


def test_missing_and_nan_are_in_no_class():
    assert classes([None, float("nan"), 1.0], edges=[0, 2]) == [None, None, "[0, 2]"]


def test_classes_of_one_width():
    assert classes([0, 4, 5, 10], count=2, how="width") == ["[0, 5)", "[0, 5)", "[5, 10]", "[5, 10]"]


def test_classes_of_as_many_rows_each():
    found = classes(list(range(100)), count=4)
    assert sorted(map(found.count, set(found))) == [25, 25, 25, 25]


def test_quantile_edges_are_numpys():
    values = np.random.default_rng(3).normal(size=200)
    fitted = prep.step("bin", columns="v", count=5).fit(pl.DataFrame({"v": values}))
    assert fitted.fitted["v"] == pytest.approx(np.quantile(values, np.linspace(0, 1, 6)))


def test_edges_that_are_equal_fall_together():
    assert set(classes([1, 1, 1, 1, 5], count=4)) == {"[1, 5]"}


def test_a_column_that_does_not_vary_is_one_class():
    assert classes([3, 3, None], count=4) == ["3", "3", None]


def test_edges_learned_in_training_hold_when_serving():
    fitted = prep.step("bin", columns="v", count=2, how="width").fit(pl.DataFrame({"v": [0, 10]}))
    assert fitted.run(pl.DataFrame({"v": [1, 99]})).frame["v_bin"].to_list() == ["[0, 5)", "> 10"]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"edges": [1], "count": None},
        {"edges": [1, 1]},
        {"edges": [0, 1], "count": 2},
        {"count": 0},
        {"edges": [0, 1], "labels": ["a", "b"]},
    ],
)
def test_parameters_without_meaning_are_refused(parameters):
    with pytest.raises(prep.PrepError, match="bin"):
        prep.step("bin", columns="v", **parameters)
