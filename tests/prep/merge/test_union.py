"""`union`: tables under one another, columns by name, types widened without loss."""

from datetime import date, datetime

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prep
from prep.engines import engine_of
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import columns_of

ENGINES = ["polars", "polars-lazy", "pandas", "pyarrow", "duckdb"]
OLD = pl.DataFrame({"id": [1, 2], "n": [2, None], "city": ["Köln", None]})
NEW = pl.DataFrame({"n": [0.5], "id": [3], "note": ["x"]})
ROWS = [(1, 2.0, "Köln", None), (2, None, None, None), (3, 0.5, None, "x")]


@pytest.mark.parametrize("engine", [*ENGINES, "spark"])
def test_columns_are_found_by_name_and_the_missing_are_gaps_on_every_engine(engine, on, plain):
    made = prep.union(on(engine)(OLD), on(engine)(NEW))
    assert engine_of(made) == engine
    assert columns_of(made) == ["id", "n", "city", "note"]
    assert plain(made) == ROWS


@pytest.mark.parametrize("engine", ENGINES)
def test_the_table_of_a_row_can_be_kept(engine, on, plain):
    made = prep.union({"old": on(engine)(OLD), "new": on(engine)(NEW)}, source="table")
    assert [row[-1] for row in plain(made)] == ["old", "old", "new"]


def test_frames_without_names_are_numbered():
    assert prep.union(OLD, NEW, source="table")["table"].to_list() == ["1", "1", "2"]


def test_the_report_says_which_column_came_from_where():
    change = prep.union.run({"old": OLD, "new": NEW}).change
    assert change.rows_in == change.rows_out == 3
    assert change.facts["columns"]["n"] == {"from": {"old": "Int64", "new": "Float64"}, "type": "Float64"}
    assert change.facts["columns"]["note"] == {"from": {"new": "String"}, "type": "String"}
    assert change.facts["rows"] == {"old": 2, "new": 1}
    assert "note: only in new; a gap in old" in change.notes


@pytest.mark.parametrize(
    ("first", "second", "wide"),
    [
        (pl.Int8, pl.Int32, pl.Int32),
        (pl.UInt8, pl.Int8, pl.Int16),
        (pl.UInt32, pl.Int8, pl.Int64),
        (pl.UInt64, pl.Int8, pl.Int64),
        (pl.UInt8, pl.UInt32, pl.UInt32),
        (pl.Float32, pl.Float64, pl.Float64),
        (pl.Int64, pl.Float32, pl.Float64),
        (pl.String, pl.Categorical, pl.String),
        (pl.Enum(["a"]), pl.Enum(["b"]), pl.String),
        (pl.Date, pl.Datetime("us"), pl.Datetime("us")),
        (pl.Datetime("ms"), pl.Datetime("us"), pl.Datetime("us")),
        (pl.Datetime("us", "UTC"), pl.Datetime("us", "Europe/Berlin"), pl.Datetime("us", "UTC")),
        (pl.Decimal(10, 2), pl.Int64, pl.Decimal(38, 2)),
        (pl.Null, pl.String, pl.String),
        (pl.List(pl.Int8), pl.List(pl.Int64), pl.List(pl.Int64)),
        (pl.Duration("ms"), pl.Duration("us"), pl.Duration("us")),
    ],
)
def test_two_types_become_the_narrowest_that_holds_both(first, second, wide):
    frames = pl.DataFrame(schema={"c": first}), pl.DataFrame(schema={"c": second})
    assert prep.union(*frames).schema["c"] == wide
    assert prep.union(*reversed(frames)).schema["c"] == wide


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (["x"], [1], "Column 'c' holds text in 'a' and whole numbers in 'b'.*Cast one of them first, or rename it"),
        ([True], [1], "booleans in 'a' and whole numbers"),
        ([1.5], ["1.5"], "decimal numbers in 'a' and text"),
        ([2**53 + 1], [0.5], "1 value of 'c' in 'a' is too long for a float, such as 9007199254740993"),
        ([date(2024, 1, 1)], ["2024-01-01"], "dates in 'a' and text"),
        (
            [datetime(2024, 1, 1)],
            pl.Series([datetime(2024, 1, 1)]).dt.replace_time_zone("UTC"),
            "without a zone in 'a'",
        ),
        ([{"x": 1}], [{"y": "z"}], "Struct"),
    ],
)
def test_types_of_which_none_holds_both_are_refused_with_the_cure(first, second, says):
    with pytest.raises(UnusableFrame, match=says):
        prep.union({"a": pl.DataFrame({"c": first}), "b": pl.DataFrame({"c": second})})


def test_a_missing_column_can_be_refused():
    with pytest.raises(UnusableFrame, match="Table '1' has no column 'note'. Add it"):
        prep.union(OLD, NEW, missing="refuse")


def test_names_that_differ_by_case_are_refused_unless_they_are_said_to_be_one():
    other = pl.DataFrame({"ID": [9]})
    with pytest.raises(UnusableFrame, match="'id' in table '1' and 'ID' in '2' differ only by case"):
        prep.union(OLD.select("id"), other)
    result = prep.union.run(OLD.select("id"), other, ignore_case=True)
    assert result.frame.to_dict(as_series=False) == {"id": [1, 2, 9]}
    assert "id: spelt 'ID' in 2" in result.change.notes


def test_names_that_differ_by_case_within_a_table_are_refused():
    with pytest.raises(UnusableFrame, match="Table '1' has columns 'a' and 'A'. Rename one"):
        prep.union(pl.DataFrame({"a": [1], "A": [2]}))


def test_a_source_column_that_is_there_already_is_refused():
    with pytest.raises(UnusableParameter, match="a column 'ID' already"):
        prep.union(OLD, NEW, source="ID")


def test_no_table_at_all_is_refused():
    for nothing in ((), ({},)):
        with pytest.raises(UnusableParameter, match="no table to begin with"):
            prep.union(*nothing)


def test_repeated_names_are_refused():
    with pytest.raises(UnusableFrame, match="2 columns named 'a'"):
        prep.union(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_what_is_no_table_is_refused():
    with pytest.raises(UnusableFrame, match="is no table"):
        prep.union(OLD, [1, 2])


def test_pandas_whole_numbers_stay_such_beside_gaps():
    made = prep.union(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [True]}))
    assert [str(kind) for kind in made.dtypes] == ["Int64", "boolean"]


@pytest.mark.parametrize("engine", ENGINES)
def test_tables_without_rows_give_their_columns(engine, on, plain):
    made = prep.union(on(engine)(OLD.head(0)), on(engine)(NEW.head(0)))
    assert (columns_of(made), plain(made)) == (["id", "n", "city", "note"], [])


def test_a_lazy_frame_stays_lazy_and_is_not_run():
    def boom(frame):
        raise RuntimeError(frame)

    lazy = OLD.lazy().map_batches(boom, schema=OLD.schema)
    assert isinstance(prep.union(lazy, OLD.lazy()), pl.LazyFrame)


TABLES = st.lists(
    st.fixed_dictionaries({"a": st.lists(st.integers().filter(lambda n: abs(n) < 2**53) | st.none(), max_size=4)})
    | st.fixed_dictionaries({"a": st.lists(st.floats(allow_nan=False), max_size=4)})
    | st.fixed_dictionaries({"b": st.lists(st.text("aé") | st.none(), max_size=4)}),
    min_size=3,
    max_size=3,
)
TYPES = {"a": pl.Float64, "b": pl.String}


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_it_does_not_matter_in_which_order_unions_are_made(tables):
    def read(table):
        name, values = next(iter(table.items()))
        is_whole = name == "a" and all(isinstance(value, int | None) for value in values)
        return pl.DataFrame(table, schema={name: pl.Int64 if is_whole else TYPES[name]})

    x, y, z = map(read, tables)
    left, right = prep.union(prep.union(x, y), z), prep.union(x, prep.union(y, z))
    assert left.rows() == right.rows() == prep.union(x, y, z).rows()


def test_a_list_of_tables_is_as_good_as_the_tables():
    a, b = pl.DataFrame({"id": [1]}), pl.DataFrame({"id": [2]})
    assert prep.union([a, b], source="from").rows() == prep.union(a, b, source="from").rows() == [(1, "1"), (2, "2")]
    with pytest.raises(prep.PrepError, match="no table to begin with"):
        prep.union([])
