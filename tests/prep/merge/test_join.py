"""`join`: a promise on the keys, held on every engine."""

import random
from datetime import date, datetime

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import prep
from prep.engines import engine_of
from prep.errors import BrokenPromise, UnknownColumn, UnusableFrame, UnusableParameter

ENGINES = ["polars", "polars-lazy", "pandas", "pyarrow", "duckdb"]
HOWS = ["left", "inner", "right", "full", "semi", "anti"]

ORDERS = pl.DataFrame({"id": [1, 2, 3, 4], "customer": ["b", "a", None, "x"]})
CUSTOMERS = pl.DataFrame({"customer": ["a", "b", None], "city": ["Ulm", "Bonn", "Kiel"]})


def test_a_row_of_the_left_gets_the_values_of_its_key():
    assert prep.join(ORDERS, CUSTOMERS, on="customer").rows() == [
        (1, "b", "Bonn"),
        (2, "a", "Ulm"),
        (3, None, None),
        (4, "x", None),
    ]


@pytest.mark.parametrize(
    ("how", "rows"),
    [
        ("inner", [(1, "b", "Bonn"), (2, "a", "Ulm")]),
        ("right", [(2, "a", "Ulm"), (1, "b", "Bonn"), (None, None, "Kiel")]),
        (
            "full",
            [(1, "b", "Bonn"), (2, "a", "Ulm"), (3, None, None), (4, "x", None), (None, None, "Kiel")],
        ),
        ("semi", [(1, "b"), (2, "a")]),
        ("anti", [(3, None), (4, "x")]),
    ],
)
def test_each_way_of_joining_keeps_the_rows_it_is_named_for(how, rows):
    assert prep.join(ORDERS, CUSTOMERS, on="customer", how=how).rows() == rows


def test_the_report_counts_the_rows_without_a_partner_on_both_sides():
    change = prep.join.run(ORDERS, CUSTOMERS, on="customer").change
    assert change.facts == {
        "rows_left": 4,
        "unmatched_left": 2,
        "gaps_left": 1,
        "rows_right": 3,
        "unmatched_right": 1,
        "gaps_right": 1,
    }
    assert "left: 2 of 4 rows found no partner (1 has a gap in the key)" in str(change)


def test_the_rows_without_a_partner_are_at_hand():
    result = prep.join.run(ORDERS, CUSTOMERS, on="customer")
    assert result.unmatched_left.rows() == [(3, None), (4, "x")]
    assert result.unmatched_right.rows() == [(None, "Kiel")]


# --- the promise


def test_a_broken_promise_names_the_keys_and_how_often_they_stand():
    twice = pl.DataFrame({"customer": ["a", "b", "a", "b", "a"], "city": list("vwxyz")})
    with pytest.raises(BrokenPromise) as error:
        prep.join(ORDERS, twice, on="customer")
    assert "m:1 is broken: 2 keys stand more than once on the right" in str(error.value)
    assert "customer='a' (3 rows); customer='b' (2 rows)" in str(error.value)
    assert error.value.keys == [{"customer": "a", "rows": 3}, {"customer": "b", "rows": 2}]


@pytest.mark.parametrize("engine", [*ENGINES, "spark"])
def test_a_promise_is_held_on_every_engine(engine, on):
    twice = pl.DataFrame({"id": [1, 2, 2], "a": [1, 2, 3]})
    once = pl.DataFrame({"id": [1, 2], "b": [1, 2]})
    move = on(engine)
    with pytest.raises(BrokenPromise, match=r"id=2 \(2 rows\)"):
        prep.join(move(once), move(twice), on="id", promise="m:1")
    with pytest.raises(BrokenPromise, match="on the left: id=2"):
        prep.join(move(twice), move(once), on="id", promise="1:1")


def test_the_keys_named_are_capped_and_the_rest_counted():
    many = pl.DataFrame({"id": [*range(1000), *range(1000)]})
    with pytest.raises(BrokenPromise, match="1,000 keys stand more than once .*; and 995 more") as error:
        prep.join(many, many, on="id")
    assert len(error.value.keys) == 20


def test_gaps_may_repeat_under_any_promise():
    gaps = pl.DataFrame({"id": [None, None, 1], "a": [1, 2, 3]}, schema={"id": pl.Int64, "a": pl.Int64})
    made = prep.join(gaps, gaps.rename({"a": "b"}), on="id", promise="1:1")
    assert made.rows() == [(None, 1, None), (None, 2, None), (1, 3, 3)]


def test_a_key_of_several_columns_has_a_gap_where_one_of_them_has():
    left = pl.DataFrame({"a": [1, 1, None], "b": ["x", None, "x"], "v": [1, 2, 3]})
    right = pl.DataFrame({"a": [1, 1, None], "b": ["x", None, "x"], "w": [4, 5, 6]})
    assert prep.join(left, right, on=["a", "b"])["w"].to_list() == [4, None, None]


def test_all_equal_keys_on_both_sides_are_refused_with_the_number_of_rows_they_would_make():
    million = pl.select(pl.repeat(7, 1_000_000, dtype=pl.Int64).alias("id"))
    with pytest.raises(UnusableFrame, match=r"1,000,000,000,000 rows .* say most_rows=1000000000000"):
        prep.join(million, million, on="id", promise="m:m")


def test_a_lazy_explosion_is_refused_before_it_is_run():
    rows = pl.LazyFrame({"id": [7] * 4000})
    with pytest.raises(UnusableFrame, match="16,000,000 rows"):
        prep.join(rows, rows, on="id", promise="m:m")


def test_many_to_many_within_bounds_multiplies():
    left, right = pl.DataFrame({"id": [1, 1], "a": [1, 2]}), pl.DataFrame({"id": [1, 1], "b": [3, 4]})
    assert prep.join(left, right, on="id", promise="m:m").rows() == [(1, 1, 3), (1, 1, 4), (1, 2, 3), (1, 2, 4)]


def test_more_rows_than_asked_for_are_refused():
    frame = pl.DataFrame({"id": [1] * 10})
    with pytest.raises(UnusableFrame, match="100 rows"):
        prep.join(frame, frame, on="id", promise="m:m", most_rows=99)
    assert prep.join(frame, frame, on="id", promise="m:m", most_rows=100).height == 100


# --- types of keys


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([1, 2], [2.0, float("nan")]),
        (pl.Series([1, 2], dtype=pl.Int8), pl.Series([2, 3], dtype=pl.UInt64)),
        (["a", "b"], pl.Series(["b", "c"], dtype=pl.Categorical)),
        (["a", "b"], pl.Series(["b", "c"], dtype=pl.Enum(["b", "c"]))),
        ([date(2024, 1, 1), date(2024, 1, 2)], [datetime(2024, 1, 2), datetime(2024, 1, 3)]),
        (
            pl.Series([datetime(2024, 1, 1), datetime(2024, 1, 2)], dtype=pl.Datetime("ms")),
            pl.Series([datetime(2024, 1, 2), None], dtype=pl.Datetime("ns")),
        ),
        (pl.Series([1, 2]).cast(pl.Decimal(10, 2)), [2, 3]),
        (
            pl.Series([datetime(2024, 1, 1, 11), datetime(2024, 1, 1, 12)]).dt.replace_time_zone("UTC"),
            pl.Series([datetime(2024, 1, 1, 13), None]).dt.replace_time_zone("Europe/Berlin"),
        ),
    ],
)
@pytest.mark.parametrize("is_lazy", [False, True])
def test_keys_of_two_types_meet_where_no_value_is_lost(left, right, is_lazy):
    lefts, rights = pl.DataFrame({"k": left, "a": [1, 2]}), pl.DataFrame({"k": right, "b": [3, 4]})
    made = prep.join(lefts.lazy(), rights.lazy(), on="k").collect() if is_lazy else prep.join(lefts, rights, on="k")
    assert made["b"].to_list() == [None, 3]
    assert made["k"].dtype == lefts["k"].dtype


def test_a_column_of_nothing_matches_nothing():
    nothing = pl.DataFrame({"id": [None, None], "b": [1, 2]})
    assert prep.join(pl.DataFrame({"id": [1, 2]}), nothing, on="id")["b"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        ([1], ["1"], "'k' holds whole numbers on the left, 'k' holds text on the right. Cast one of them"),
        ([1], [1.5], "1 value of 'k' on the right is not whole, such as 1.5"),
        ([True], [1], "booleans on the left"),
        ([date(2024, 1, 1)], [datetime(2024, 1, 1, 5)], "not midnight, such as 2024-01-01 05:00:00. Cast the times"),
        ([datetime(2024, 1, 1)], pl.Series([datetime(2024, 1, 1)]).dt.replace_time_zone("UTC"), "have none"),
        ([[1]], [[1]], "cannot be a key"),
        (pl.Series([1], dtype=pl.Int64), pl.Series([2**64 - 1], dtype=pl.UInt64), "beyond the whole numbers"),
    ],
)
@pytest.mark.parametrize("is_lazy", [False, True])
def test_keys_that_do_not_meet_are_refused_with_the_cure(left, right, says, is_lazy):
    lefts, rights = pl.DataFrame({"k": left}), pl.DataFrame({"k": right})
    with pytest.raises(UnusableFrame, match=says):
        prep.join(lefts.lazy() if is_lazy else lefts, rights.lazy() if is_lazy else rights, on="k")


def test_the_report_says_how_keys_of_two_types_were_compared():
    change = prep.join.run(pl.DataFrame({"id": [1]}), pl.DataFrame({"id": [1.0]}), on="id").change
    assert "key 'id': whole numbers (left) and decimal numbers (right) were compared as whole numbers" in change.notes


# --- names


LEFT, RIGHT = pl.DataFrame({"id": [1, 2], "n": [None, 5]}), pl.DataFrame({"id": [1, 2], "n": [7, 8]})


def test_a_column_of_both_sides_is_refused_with_the_choices():
    with pytest.raises(UnusableFrame, match="Both sides have a column 'n'. Say overlap='suffix' to keep both"):
        prep.join(LEFT, RIGHT, on="id")


@pytest.mark.parametrize(
    ("overlap", "columns", "rows"),
    [
        ("suffix", ["id", "n_left", "n_right"], [(1, None, 7), (2, 5, 8)]),
        ("left", ["id", "n"], [(1, None), (2, 5)]),
        ("right", ["id", "n"], [(1, 7), (2, 8)]),
        ("fill", ["id", "n"], [(1, 7), (2, 5)]),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_column_of_both_sides_becomes_what_was_said(overlap, columns, rows, engine, on, plain):
    move = on(engine)
    made = prep.join(move(LEFT), move(RIGHT), on="id", overlap=overlap)
    assert prep.frames.columns_of(made) == columns
    assert plain(made) == rows


@pytest.mark.parametrize("is_lazy", [False, True])
def test_filling_that_would_lose_digits_is_refused(is_lazy):
    left, right = pl.DataFrame({"id": [1], "n": [2**53 + 1]}), pl.DataFrame({"id": [1], "n": [0.5]})
    with pytest.raises(UnusableFrame, match="'n' cannot be filled: 1 value of 'n' on the left is too long for a float"):
        prep.join(left.lazy() if is_lazy else left, right.lazy() if is_lazy else right, on="id", overlap="fill")


def test_names_that_differ_only_by_case_are_one_name():
    with pytest.raises(UnusableFrame, match="'n' and 'N' .names that differ only by case"):
        prep.join(LEFT, RIGHT.rename({"n": "N"}), on="id")


def test_keys_of_two_names_stand_once_under_the_name_of_the_left():
    made = prep.join(ORDERS, CUSTOMERS.rename({"customer": "who"}), left_on="customer", right_on="who", how="full")
    assert made.columns == ["id", "customer", "city"]


def test_a_wrong_key_names_the_nearest_column():
    with pytest.raises(UnknownColumn, match="There is no column 'custmer'. Did you mean 'customer'?"):
        prep.join(ORDERS, CUSTOMERS, on="custmer")


def test_a_key_in_other_letters_names_the_column():
    with pytest.raises(UnknownColumn, match="Did you mean 'id'?"):
        prep.join(ORDERS, ORDERS, on="ID")


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({}, "By which column"),
        ({"on": "id", "left_on": "id"}, "either on="),
        ({"left_on": ["id", "customer"], "right_on": "id"}, "2 columns and right_on= 1"),
        ({"on": "id", "how": "outer"}, "Say one of: left, inner"),
        ({"on": "id", "promise": "n:1"}, "Did you mean 'm:1'"),
        ({"on": "id", "overlap": "both"}, "Say one of: refuse"),
        ({"on": "id", "overlap": "suffix", "suffixes": ("", "")}, "would make two columns"),
        ({"on": ["id", "id"]}, "named twice"),
        ({"on": 5}, "join: on=5 is not known. Give text, a list of text or null"),
        ({"onn": "id"}, "join has no parameter 'onn'. Did you mean 'on'"),
        ({"on": "id", "overlap": "suffix", "suffixes": ("_a",)}, "suffixes=.'_a',. is not known. Give a list of 2"),
        ({"on": "id", "most_rows": -1}, "no number of rows"),
    ],
)
def test_parameters_without_a_meaning_are_refused(parameters, says):
    with pytest.raises(UnusableParameter, match=says):
        prep.join(ORDERS, ORDERS, **parameters)


def test_a_second_table_that_is_not_given_is_asked_for():
    with pytest.raises(UnusableParameter, match="missing a required argument: 'right'"):
        prep.join(ORDERS, on="id")


@pytest.mark.parametrize("thing", [None, 5, "orders.csv", pl.Series([1])])
def test_what_is_no_table_is_refused(thing):
    with pytest.raises(UnusableFrame, match="This is no table"):
        prep.join(ORDERS, thing, on="id")


def test_a_record_batch_comes_out_as_a_table():
    batch = pa.RecordBatch.from_pydict({"customer": ["b"]})
    assert prep.join(batch, CUSTOMERS, on="customer").to_pydict() == {"customer": ["b"], "city": ["Bonn"]}


def test_repeated_names_are_refused():
    with pytest.raises(UnusableFrame, match="2 columns"):
        prep.join(pd.DataFrame([[1, 2]], columns=["id", "id"]), ORDERS, on="id")


# --- engines


def generated(seed, rows, keys):
    draw = random.Random(seed)
    names = [f"k{n}" for n in range(keys)] + ["ü", "", None]
    return [draw.choice(names) for _ in range(rows)]


def sample():
    left = pl.DataFrame({"k": generated(1, 60, 30), "a": list(range(60)), "t": generated(3, 60, 5)})
    right = pl.DataFrame({"k": generated(2, 40, 30), "b": [n / 4 if n % 5 else None for n in range(40)]})
    return left, right


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("engine", ENGINES[1:])
def test_every_engine_gives_the_rows_of_polars_in_their_order(engine, how, on, plain):
    left, right = sample()
    wanted = prep.join.run(left, right, on="k", how=how, promise="m:m")
    move = on(engine)
    found = prep.join.run(move(left), move(right), on="k", how=how, promise="m:m")
    assert engine_of(found.frame) == engine
    assert plain(found.frame) == wanted.frame.rows()
    assert plain(found.unmatched_left) == wanted.unmatched_left.rows()
    assert plain(found.unmatched_right) == wanted.unmatched_right.rows()
    assert found.change.facts == wanted.change.facts


@pytest.mark.parametrize("how", ["full", "anti"])
def test_spark_gives_the_rows_of_polars_in_their_order(how, on, plain):
    left, right = sample()
    wanted = prep.join.run(left, right, on="k", how=how, promise="m:m")
    found = prep.join.run(on("spark")(left), on("spark")(right), on="k", how=how, promise="m:m")
    assert plain(found.frame) == wanted.frame.rows()
    assert found.change.facts == wanted.change.facts


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("empty", ["left", "right", "both"])
def test_a_table_without_rows_joins_like_any_other(how, engine, empty, on, plain):
    left, right = pl.DataFrame({"k": [1], "a": ["x"]}), pl.DataFrame({"k": [1], "b": ["y"]})
    left, right = left.head(empty == "right"), right.head(empty == "left")
    made = prep.join(on(engine)(left), on(engine)(right), on="k", how=how)
    kept = {"left": how in {"right", "full"}, "right": how in {"left", "full", "anti"}, "both": False}[empty]
    assert len(plain(made)) == kept


def test_pandas_whole_numbers_stay_such_beside_gaps():
    made = prep.join(pd.DataFrame({"id": [1, 2]}), pd.DataFrame({"id": [1], "n": [3], "b": [True]}), on="id")
    assert [str(made[name].dtype) for name in ("id", "n", "b")] == ["int64", "Int64", "boolean"]


def test_pandas_keeps_its_own_types_and_its_index_where_no_row_moves():
    left = pd.DataFrame({"id": [1, 2], "what": [{"x": 1}, "mixed"]}, index=["p", "q"])
    made = prep.join(left, pd.DataFrame({"id": [2], "b": pd.Categorical(["z"])}), on="id")
    assert list(made.index) == ["p", "q"]
    assert made["what"].to_list() == [{"x": 1}, "mixed"]
    assert made["b"].dtype == "category"


def test_pandas_gaps_do_not_match_each_other_as_they_do_in_its_own_merge():
    left, right = pd.DataFrame({"id": [1.0, None]}), pd.DataFrame({"id": [None, 1.0], "b": ["x", "y"]})
    assert left.merge(right, on="id")["b"].to_list() == ["y", "x"]
    assert prep.join(left, right, on="id", how="inner")["b"].to_list() == ["y"]


def test_frames_of_two_engines_in_memory_meet_on_that_of_the_left():
    made = prep.join(ORDERS.to_pandas(), CUSTOMERS.to_arrow(), on="customer")
    assert isinstance(made, pd.DataFrame)
    assert made["city"].to_list()[:2] == ["Bonn", "Ulm"]


def test_a_duckdb_table_is_not_brought_over_unasked(on):
    with pytest.raises(UnusableFrame, match="is a pandas table, and the first is a DuckDB one"):
        prep.join(on("duckdb")(ORDERS), CUSTOMERS.to_pandas(), on="customer")


def test_duckdb_tables_of_two_connections_are_refused(on):
    duckdb = pytest.importorskip("duckdb")
    with pytest.raises(UnusableFrame, match="another DuckDB connection than the first"):
        prep.join(on("duckdb")(ORDERS), duckdb.connect().from_arrow(CUSTOMERS.to_arrow()), on="customer")


def test_a_lazy_frame_stays_lazy():
    assert isinstance(prep.join(ORDERS.lazy(), CUSTOMERS, on="customer"), pl.LazyFrame)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_inputs_are_not_altered(engine, on, plain):
    left, right = on(engine)(ORDERS), on(engine)(CUSTOMERS)
    prep.join(left, right, on="customer", how="full")
    assert (plain(left), plain(right)) == (ORDERS.rows(), CUSTOMERS.rows())


# --- laws

KEYS = st.lists(st.integers(0, 6) | st.none(), max_size=12)


def keyed(keys, name):
    return pl.DataFrame({"k": keys, name: list(range(len(keys)))}, schema={"k": pl.Int64, name: pl.Int64})


@settings(max_examples=60, deadline=None)
@given(KEYS, st.lists(st.integers(0, 6), unique=True))
def test_a_left_join_that_keeps_its_promise_and_is_dropped_again_is_the_left(left, right):
    frame = keyed(left, "a")
    assert_frame_equal(prep.join(frame, keyed(right, "b"), on="k").drop("b"), frame)


@settings(max_examples=60, deadline=None)
@given(KEYS, KEYS)
def test_the_rows_are_those_of_the_definition(left, right):
    wanted = [(k, a, b) for a, k in enumerate(left) for b, other in enumerate(right) if k is not None and k == other]
    frames = keyed(left, "a"), keyed(right, "b")
    assert prep.join(*frames, on="k", how="inner", promise="m:m").rows() == wanted
    alone = [(k, a) for a, k in enumerate(left) if k is None or k not in right]
    assert prep.join(*frames, on="k", how="anti", promise="m:m").rows() == alone
    whole = prep.join(*frames, on="k", how="full", promise="m:m")
    assert whole.height == len(wanted) + len(alone) + len([k for k in right if k is None or k not in left])


@settings(max_examples=40, deadline=None)
@given(KEYS, KEYS, st.sampled_from(HOWS))
def test_a_lazy_join_gives_the_rows_of_an_eager_one(left, right, how):
    frames = keyed(left, "a"), keyed(right, "b")
    eager = prep.join(*frames, on="k", how=how, promise="m:m")
    assert_frame_equal(prep.join(*(one.lazy() for one in frames), on="k", how=how, promise="m:m").collect(), eager)


@pytest.mark.parametrize("engine", ["pandas", "pyarrow", "polars-lazy"])
def test_a_million_rows_come_out_alike(engine, on):
    rows = 1_000_000
    keys = pl.select(pl.int_range(rows).alias("n")).select(k=(pl.col("n") * 7_919) % 1_300_000, a="n")
    left = keys.with_columns(k=pl.when(pl.col("a") % 11 != 0).then("k"))
    right = keys.select("k", b=pl.col("a") / 3)[::-1].head(700_000)
    wanted = prep.join(left, right, on="k", how="full")
    found = prep.frames.to_polars(prep.join(on(engine)(left), on(engine)(right), on="k", how="full"))
    assert_frame_equal(found.with_columns(pl.col("k", "a").cast(pl.Int64)), wanted, check_exact=True)
