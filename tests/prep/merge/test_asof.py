"""`asof`: each row meets the one that is nearest in time."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prep
from prep.engines import engine_of
from prep.errors import UnknownColumn, UnusableFrame, UnusableParameter

ENGINES = ["polars", "polars-lazy", "pandas", "pyarrow", "duckdb"]


def at(minute):
    return None if minute is None else datetime(2024, 3, 1, 12) + timedelta(minutes=minute)


TRADES = pl.DataFrame(
    {"at": [at(m) for m in (30, 5, None, 12, 20)], "who": ["a", "b", "a", None, "ü"], "paid": [1.0, 2.0, 3.0, 4.0, 5.0]}
)
QUOTES = pl.DataFrame(
    {
        "at": [at(m) for m in (29, 5, 31, None, 1, 29, 20)],
        "who": ["a", "b", "a", "a", None, "a", "b"],
        "bid": [10, 20, 30, 40, 50, 60, 70],
    }
)


def test_each_row_meets_the_latest_before_it():
    made = prep.asof(TRADES, QUOTES, on="at", by="who")
    assert made["bid"].to_list() == [60, 20, None, None, None]
    assert made.columns == ["at", "who", "paid", "bid"]


@pytest.mark.parametrize(
    ("parameters", "bids"),
    [
        ({"direction": "forward"}, [3, 1, None]),
        ({"direction": "nearest"}, [2, 1, 3]),
        ({"direction": "nearest", "tolerance": 1}, [None, 1, None]),
        ({"exact": False}, [2, None, 3]),
        ({"exact": False, "direction": "forward"}, [3, 2, None]),
        ({"tolerance": 0}, [None, 1, None]),
        ({"tolerance": 2.5}, [2, 1, None]),
    ],
)
@pytest.mark.parametrize("is_lazy", [False, True])
def test_direction_tolerance_and_exactness_say_which(parameters, bids, is_lazy):
    left, right = pl.DataFrame({"t": [12, 5, 20]}), pl.DataFrame({"t": [14, 10, 5], "bid": [3, 2, 1]})
    made = (
        prep.asof(left.lazy(), right.lazy(), on="t", **parameters)
        if is_lazy
        else prep.asof(left, right, on="t", **parameters)
    )
    assert made.lazy().collect()["bid"].to_list() == bids


@pytest.mark.parametrize("engine", ENGINES)
def test_of_several_rows_at_one_time_the_last_counts_and_of_two_equally_near_the_earlier(engine, on, plain):
    left = pl.DataFrame({"t": [2]})
    right = pl.DataFrame({"t": [3, 1, 1], "v": ["later", "first", "last"]})
    made = prep.asof(on(engine)(left), on(engine)(right), on="t", direction="nearest")
    assert plain(made) == [(2, "last")]


def test_the_time_that_was_met_can_be_kept():
    made = prep.asof(TRADES, QUOTES, on="at", by="who", matched="quoted")
    assert made["quoted"].to_list() == [at(29), at(5), None, None, None]


@pytest.mark.parametrize("tolerance", ["30s", timedelta(seconds=30), "0m30s"])
def test_a_tolerance_between_times_is_a_span(tolerance):
    assert prep.asof(TRADES, QUOTES, on="at", by="who", tolerance=tolerance)["bid"].to_list() == [
        None,
        20,
        None,
        None,
        None,
    ]


def test_the_report_says_how_many_met_none_and_how_many_gave_way():
    result = prep.asof.run(TRADES, QUOTES, on="at", by="who")
    assert result.change.facts == {
        "rows_left": 5, "rows_right": 7, "unmatched_left": 3, "gaps_left": 2, "gaps_right": 2, "ties_right": 1,
    }  # fmt: skip
    assert result.change.notes == (
        "left: 3 of 5 rows met none (2 have a gap in the time or in by)",
        "right: 2 rows with a gap in the time or in by cannot be met",
        "right: 1 row gave way to a later one at the same time",
    )
    assert result.unmatched_left["paid"].to_list() == [3.0, 4.0, 5.0]


@pytest.mark.parametrize(
    ("engine", "direction"),
    [
        *((engine, direction) for engine in ENGINES[1:] for direction in ("backward", "forward", "nearest")),
        ("spark", "nearest"),
    ],
)
def test_every_engine_gives_the_rows_of_polars_in_their_order(engine, direction, on, plain):
    asked = {"on": "at", "by": "who", "direction": direction, "tolerance": "10m", "matched": "met"}
    wanted = prep.asof.run(TRADES, QUOTES, **asked)
    found = prep.asof.run(on(engine)(TRADES), on(engine)(QUOTES), **asked)
    assert engine_of(found.frame) == engine
    assert naive(plain(found.frame)) == wanted.frame.rows()
    assert naive(plain(found.unmatched_left)) == wanted.unmatched_left.rows()
    assert found.change.facts == wanted.change.facts


def naive(rows):
    return [tuple(cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell for cell in row) for row in rows]


@pytest.mark.parametrize("engine", ENGINES)
def test_without_by_all_rows_are_in_one_line(engine, on, plain):
    left, right = pl.DataFrame({"t": [1.5, float("nan"), 9.0]}), pl.DataFrame({"t": [1, 8], "v": ["x", "y"]})
    made = prep.asof(on(engine)(left), on(engine)(right), on="t")
    assert [row[1] for row in plain(made)] == ["x", None, "y"]


def test_dates_and_times_meet_at_midnight():
    left, right = pl.DataFrame({"t": [datetime(2024, 1, 2, 8)]}), pl.DataFrame({"t": [date(2024, 1, 2)], "v": [1]})
    assert prep.asof(left, right, on="t")["v"].to_list() == [1]
    assert prep.asof(left.lazy(), right.lazy(), on="t", tolerance="7h").collect()["v"].to_list() == [None]


def test_nanoseconds_are_told_apart():
    left = pl.DataFrame({"t": pl.Series([1000, 999]).cast(pl.Datetime("ns"))})
    right = pl.DataFrame({"t": pl.Series([1000]).cast(pl.Datetime("ns")), "v": [1]})
    assert prep.asof(left, right, on="t")["v"].to_list() == [1, None]
    assert prep.asof(left.lazy(), right.lazy(), on="t").collect()["v"].to_list() == [1, None]


def test_times_of_two_names_are_both_kept():
    made = prep.asof(TRADES, QUOTES.rename({"at": "quoted"}), left_on="at", right_on="quoted", by="who")
    assert made.columns == ["at", "who", "paid", "quoted", "bid"]


def test_pandas_comes_out_with_its_index():
    left = pd.DataFrame({"t": [5, 1]}, index=["p", "q"])
    made = prep.asof(left, pd.DataFrame({"t": [1], "v": [7]}), on="t")
    assert (list(made.index), made["v"].to_list()) == (["p", "q"], [7, 7])


@pytest.mark.parametrize(
    ("right", "parameters", "error", "says"),
    [
        ({"t": ["1"]}, {}, UnusableFrame, "holds text, and the nearest cannot be told by it. Parse it"),
        ({"t": [at(1)]}, {}, UnusableFrame, "no type holds both"),
        ({"x": [1]}, {}, UnknownColumn, "no column 't'"),
        ({"t": [1]}, {"tolerance": "5m"}, UnusableParameter, "between numbers it is a number"),
        ({"t": [1]}, {"tolerance": -1}, UnusableParameter, "0 or more"),
        ({"t": [1]}, {"direction": "backwards"}, UnusableParameter, "Did you mean 'backward'"),
        ({"t": [1]}, {"by": "t"}, UnusableParameter, "cannot be both the time"),
        ({"t": [1]}, {"matched": "T"}, UnusableParameter, "a column 'T' already"),
        ({"t": [1], "n": [1]}, {"by": "m"}, UnknownColumn, "no column 'm'"),
    ],
)
def test_what_has_no_meaning_is_refused_with_the_cure(right, parameters, error, says):
    with pytest.raises(error, match=says):
        prep.asof(pl.DataFrame({"t": [1], "n": [2]}), pl.DataFrame(right), on="t", **parameters)


def test_times_with_and_without_a_zone_are_refused():
    with pytest.raises(UnusableFrame, match="without a zone in 'left'"):
        prep.asof(pl.DataFrame({"t": [at(1)]}), pl.DataFrame({"t": [datetime(2024, 1, 1, tzinfo=UTC)]}), on="t")


@pytest.mark.parametrize("tolerance", ["5 parsecs", "", 5, "m", True])
def test_a_tolerance_that_is_no_span_is_refused(tolerance):
    with pytest.raises(UnusableParameter, match="tolerance="):
        prep.asof(TRADES, QUOTES, on="at", by="who", tolerance=tolerance)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("empty", ["left", "right"])
def test_a_table_without_rows_is_like_any_other(engine, empty, on, plain):
    left, right = TRADES.head(5 * (empty == "right")), QUOTES.head(7 * (empty == "left"))
    made = prep.asof.run(on(engine)(left), on(engine)(right), on="at", by="who")
    assert len(plain(made.frame)) == left.height == made.change.facts["unmatched_left"]


ROWS = st.lists(st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 1)), max_size=8)


@settings(max_examples=80, deadline=None)
@given(ROWS, ROWS, st.sampled_from(["backward", "forward", "nearest"]), st.booleans(), st.none() | st.integers(0, 4))
def test_the_row_met_is_that_of_the_definition(left, right, direction, exact, tolerance):
    def read(rows, name):
        made = [(time, by, place) for place, (time, by) in enumerate(rows)]
        return pl.DataFrame(made, schema={"t": pl.Int64, "k": pl.Int64, name: pl.Int64}, orient="row")

    def met(time, by):
        near = []
        for place, (other, other_by) in enumerate(right):
            if None in (time, by, other, other_by) or by != other_by or (other == time and not exact):
                continue
            allowed = {"backward": other <= time, "forward": other >= time, "nearest": True}[direction]
            if allowed and (tolerance is None or abs(time - other) <= tolerance):
                near.append((abs(time - other), other, -place))
        return -min(near)[2] if near else None

    wanted = [(time, by, place, met(time, by)) for place, (time, by) in enumerate(left)]
    asked = {"on": "t", "by": "k", "direction": direction, "exact": exact, "tolerance": tolerance}
    frames = read(left, "a"), read(right, "b")
    assert prep.asof(*frames, **asked).rows() == wanted
    assert prep.asof(*(one.lazy() for one in frames), **asked).collect().rows() == wanted
