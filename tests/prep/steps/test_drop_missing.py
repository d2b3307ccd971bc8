"""drop_missing: rows in which something is missing."""

import polars as pl
import pytest

import prep

FRAME = pl.DataFrame({"a": [1, None, 3, None], "b": [1.0, 2.0, float("nan"), None], "c": ["x", "y", "z", None]})


def kept(**parameters):
    return prep.drop_missing(FRAME, **parameters)["c"].to_list()


def test_a_row_with_anything_missing_goes():
    assert kept() == ["x"]


def test_only_the_columns_named_count():
    assert kept(columns="a") == ["x", "z"]


def test_nan_is_missing():
    assert kept(columns="b") == ["x", "y"]


def test_only_rows_with_all_missing_go_when_asked():
    assert kept(how="all") == ["x", "y", "z"]


def test_rows_with_enough_values_stay():
    assert kept(at_least=2) == ["x", "y", "z"]
    assert kept(at_least=3) == ["x"]


def test_the_report_shows_a_dropped_row():
    change = prep.drop_missing.run(FRAME, "a").change
    assert (change.rows_in, change.rows_out) == (4, 2)
    assert "dropped row 1: a=missing, b=2.0, c=y" in str(change)


def test_a_count_below_one_is_refused():
    with pytest.raises(prep.PrepError, match="at_least is 1 or more"):
        prep.step("drop_missing", at_least=0)
