"""one_hot: categories as columns of 0 and 1."""

import polars as pl
import pytest

import prep

FRAME = pl.DataFrame({"id": [1, 2, 3], "c": ["red", "blue", None]})


def test_each_category_is_a_column_in_the_order_of_the_alphabet():
    assert prep.one_hot(FRAME, "c").to_dict(as_series=False) == {
        "id": [1, 2, 3],
        "c_blue": [0, 1, 0],
        "c_red": [1, 0, 0],
    }


def test_missing_has_a_column_when_asked_and_the_original_stays_when_asked():
    frame = prep.one_hot(FRAME, "c", missing=True, keep=True)
    assert frame.columns == ["id", "c", "c_blue", "c_red", "c_missing"]
    assert frame["c_missing"].to_list() == [0, 0, 1]


def test_a_category_not_seen_in_training_has_all_zeros():
    fitted = prep.step("one_hot", columns="c").fit(FRAME)
    assert fitted.run(pl.DataFrame({"c": ["green", "red"]})).frame.rows() == [(0, 0), (0, 1)]


def test_whole_numbers_and_booleans_are_categories_and_fractions_are_not():
    assert prep.one_hot(pl.DataFrame({"n": [2, 10]}), "n").columns == ["n_2", "n_10"]
    with pytest.raises(prep.PrepError, match="Put numbers into classes first"):
        prep.one_hot(pl.DataFrame({"x": [0.5]}), "x")


def test_too_many_categories_are_refused():
    with pytest.raises(prep.PrepError, match="more than 100 categories"):
        prep.one_hot(pl.DataFrame({"c": [str(n) for n in range(101)]}), "c")


def test_a_column_that_is_there_already_is_not_overwritten():
    with pytest.raises(prep.PrepError, match="'c_red', but there is one"):
        prep.one_hot(FRAME.with_columns(c_red=pl.lit(1)), "c")
