"""Any frame in, the same kind out."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import columns_of, like, to_kind, to_polars

FRAME = pl.DataFrame({"id": ["a", "b"], "n": [1, None], "b": [True, None], "s": [{"x": 1}, None], "l": [[1], None]})


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_a_frame_comes_back_unchanged_from_every_kind(kind):
    assert_frame_equal(to_polars(to_kind(FRAME, kind)), FRAME)


@given(
    st.lists(
        st.tuples(st.integers(-(2**63), 2**63 - 1) | st.none(), st.booleans() | st.none(), st.text("aé") | st.none())
    )
)
def test_whole_numbers_and_booleans_with_gaps_go_through_pandas_unharmed(rows):
    frame = pl.DataFrame(rows, schema={"n": pl.Int64, "b": pl.Boolean, "t": pl.String}, orient="row")
    assert to_polars(to_kind(frame, "pandas")).rows() == frame.rows()


@pytest.mark.parametrize("frame", [FRAME, FRAME.lazy(), FRAME.to_arrow(), FRAME.to_pandas()])
def test_the_same_kind_comes_out(frame):
    assert type(like(to_polars(frame), frame)) is type(frame)


def test_the_index_of_a_pandas_frame_stays():
    frame = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    assert list(like(to_polars(frame), frame).index) == ["x", "y"]


def test_names_are_known_without_reading_rows():
    assert columns_of(pl.DataFrame({"a": [1], "b": [2]}).lazy()) == ["a", "b"]


@pytest.mark.parametrize("thing", [5, "text", None, [1, 2], object()])
def test_what_is_no_table_is_refused(thing):
    with pytest.raises(UnusableFrame):
        to_polars(thing)


def test_a_column_is_no_table():
    with pytest.raises(UnusableFrame, match="is one column"):
        to_polars(pa.array([1]))


def test_columns_of_one_name_are_refused():
    with pytest.raises(UnusableFrame, match="There are 2 columns named 'a'"):
        to_polars(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_mixed_values_in_a_column_are_refused():
    with pytest.raises(UnusableFrame, match="values of one type"):
        to_polars(pd.DataFrame({"a": [1, "x"]}))


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(UnusableParameter, match="polars, pandas, pyarrow"):
        to_kind(FRAME, "duckdb")
