"""drop_duplicates: rows that say the same, once."""

import polars as pl
import pytest

import prep

FRAME = pl.DataFrame(
    {
        "id": [1, 1, 2, 1, None, None],
        "at": [3, None, 1, 5, 2, 2],
        "x": [None, "b", "c", "d", "e", "f"],
    }
)


def kept(frame=FRAME, **parameters):
    return prep.drop_duplicates(frame, **parameters)["x"].to_list()


@pytest.mark.parametrize(
    ("parameters", "left"),
    [
        ({"columns": "id"}, [None, "c", "e"]),
        ({"columns": "id", "keep": "last"}, ["c", "d", "f"]),
        ({"columns": "id", "keep": "most_complete"}, ["c", "d", "e"]),
        ({"columns": "id", "keep": "newest", "time": "at"}, ["c", "d", "e"]),
        ({"columns": "id", "keep": "oldest", "time": "at"}, [None, "c", "e"]),
        ({"columns": "id", "keep": "none"}, ["c"]),
        ({}, [None, "b", "c", "d", "e", "f"]),
    ],
)
def test_the_row_that_is_asked_for_stays_and_rows_stay_in_order(parameters, left):
    assert kept(**parameters) == left


def test_missing_values_are_equal_and_so_are_null_and_nan():
    assert kept(pl.DataFrame({"k": [None, float("nan"), 1.0], "x": ["a", "b", "c"]}), columns="k") == ["a", "c"]


def test_rows_equal_in_all_columns_are_one():
    assert prep.drop_duplicates(pl.DataFrame({"a": [1, 1], "b": ["x", "x"]})).height == 1


def test_the_index_and_types_of_pandas_stay():
    frame = FRAME.to_pandas().set_index("x", drop=False).assign(kind=lambda one: one["x"].astype("category"))
    left = prep.drop_duplicates(frame, "id", keep="last")
    assert left.index.to_list() == ["c", "d", "f"]
    assert str(left["kind"].dtype) == "category"


def test_the_report_counts_rows():
    change = prep.drop_duplicates.run(FRAME, "id").change
    assert (change.rows_in, change.rows_out) == (6, 3)
    assert str(change) == "drop_duplicates: 6 -> 3 rows"


def test_time_goes_with_newest_and_oldest():
    with pytest.raises(prep.PrepError, match="go together"):
        prep.step("drop_duplicates", keep="newest")


def test_lists_are_not_compared():
    with pytest.raises(prep.PrepError, match="does not compare lists"):
        prep.drop_duplicates(pl.DataFrame({"a": [[1]]}))
