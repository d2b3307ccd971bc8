"""What a profile says of a frame: checked against numpy, scipy and plain Python, on every engine, and on bad input."""

import datetime as dt
import json
import math

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.errors import UnknownColumn, UnreadableFile, UnusableFrame, UnusableParameter
from prep.profile import Profile, measure, profile_of

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FRAME = pl.DataFrame(
    {
        "id": [f"M-{n}" for n in range(40)],
        "age": [20 + n % 13 for n in range(37)] + [None, -999, -999],
        "label": ["refund", "late", "late", None] * 10,
        "price": [1.5 * n for n in range(39)] + [float("inf")],
        "paid": [True, False] * 20,
        "text": [f"please help with order {n} and thanks" for n in range(40)],
        "at": [dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=n) for n in range(40)],
    }
)


def doubts(frame, **more):
    return {(one.column, one.what) for one in profile_of(frame, now=NOW, **more).suspicions}


def test_counts_ranges_and_moments_are_those_of_numpy():
    values = np.random.default_rng(1).normal(5, 2, 1000)
    found = profile_of({"x": [*values, None]})["x"]
    assert (found.rows, found.missing, found.distinct, found.distinct_is_exact) == (1001, 1, 1000, True)
    assert (found.least, found.greatest) == (values.min(), values.max())
    assert math.isclose(found.mean, values.mean())
    assert math.isclose(found.std, values.std(ddof=1))
    assert found.quantiles == np.sort(values)[[round(k * 999 / 200) for k in range(201)]].tolist()
    assert sum(bar.count for bar in found.bars) == 1000


def engines():
    yield "pandas", FRAME.to_pandas()
    yield "lazy", FRAME.lazy()
    yield "pyarrow", FRAME.to_arrow()
    duckdb = pytest.importorskip("duckdb")
    table = FRAME.to_arrow()
    yield "duckdb", duckdb.connect().from_arrow(table)


def test_every_engine_gives_the_same_facts():
    wanted = profile_of(FRAME, now=NOW)
    for name, frame in engines():
        found = profile_of(frame, now=NOW)
        for column in FRAME.columns:
            ours, theirs = wanted[column], found[column]
            same = ("kind", "missing", "nan", "distinct", "least", "greatest", "top", "words")
            told = [(one, getattr(ours, one), getattr(theirs, one)) for one in same]
            assert [one for one in told if one[1] != one[2]] == [], (name, column)
        assert found.duplicates == 0


def test_spark_gives_the_same_facts(spark):
    found = profile_of(spark.createDataFrame([("a", 1), ("b", None), ("a", 3)], "label string, n int"))
    assert (found["label"].counts, found["n"].missing, found["n"].greatest) == ({"a": 2, "b": 1}, 1, 3.0)


def test_what_is_suspicious_is_said_of_its_column_and_of_no_other():
    odd = FRAME.with_columns(
        one=pl.lit("same"),
        none=pl.lit(None),
        mixed=pl.Series(["12", "x"] * 20),
        later=pl.Series([dt.date(2026, 1, 2)] * 2 + [dt.date(2025, 1, 1)] * 38),
        near=pl.Series(["k0", *(f"k{n}" for n in range(39))]),
        copy=pl.col("paid").cast(pl.Int8),
        how=pl.Series(["Late", "late", "n/a", " on time", "late"] * 8),
        epoch=pl.Series([dt.date(1970, 1, 1)] * 2 + [dt.date(2025, 1, n % 28 + 1) for n in range(38)]),
    )
    assert doubts(odd, target="paid") == {
        ("id", "id"), ("age", "placeholder"), ("price", "infinite"), ("one", "constant"), ("none", "empty"),
        ("mixed", "mixed_types"), ("later", "future"), ("near", "near_unique"), ("copy", "leaking_target"),
        ("how", "spellings"), ("how", "placeholder"), ("how", "padded"), ("epoch", "placeholder"), ("mixed", "leaking_target"),
    }  # fmt: skip


def test_a_sound_table_has_no_doubts():
    chance = np.random.default_rng(0)
    frame = {
        "age": chance.integers(18, 90, 500),
        "score": chance.normal(size=500),
        "label": chance.choice(["a", "b"], 500),
    }
    assert doubts(frame, target="label") == set()


def test_repeated_rows_are_counted_as_polars_does():
    frame = pl.DataFrame({"a": [1, 1, 2, None, None], "b": ["x", "x", "x", None, None]})
    assert profile_of(frame).duplicates == frame.height - frame.unique().height == 2


def test_above_a_million_rows_estimates_are_near_and_say_so(monkeypatch):
    monkeypatch.setattr(measure, "EXACT_ROWS", 10_000)
    monkeypatch.setattr(measure, "SAMPLE", 5_000)
    chance = np.random.default_rng(2)
    frame = pl.DataFrame({"x": chance.normal(size=40_000), "id": np.arange(40_000), "k": chance.integers(0, 9, 40_000)})
    found = profile_of(frame)
    assert abs(found["x"].distinct / 40_000 - 1) < 0.1
    assert not found["x"].distinct_is_exact
    assert not found["x"].quantiles_are_exact
    assert abs(found["x"].quantiles[100]) < 0.1
    assert (found["id"].distinct, found["id"].distinct_is_exact, found.duplicates) == (40_000, True, 0)
    assert found["k"].counts == {str(k): n for k, n in found["k"].counts.items()}
    assert sum(found["k"].counts.values()) == 40_000
    assert 4_000 < found.looked_at < 6_000


VALUES = st.one_of(st.none(), st.integers(-5, 5), st.floats(allow_nan=True, allow_infinity=True, width=32))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(VALUES, st.one_of(st.none(), st.text(max_size=4))), max_size=30))
def test_counts_add_up_and_json_undoes_itself(rows):
    frame = pl.DataFrame(rows, schema={"x": pl.Float64, "t": pl.String}, orient="row", strict=False)
    found = profile_of(frame)
    for column in found.columns:
        assert column.rows == len(rows) >= column.missing + column.nan
        assert column.counts is None or sum(column.counts.values()) == len(rows) - column.missing - column.nan
        assert sum(bar.count for bar in column.bars) in {0, len(rows) - column.missing - column.nan - column.infinite}
    assert Profile.from_json(json.loads(json.dumps(found.as_json(), allow_nan=False))) == found


@pytest.mark.parametrize(
    ("frame", "rows", "columns"),
    [
        (pl.DataFrame(), 0, 0),
        (pl.DataFrame({"a": []}), 0, 1),
        (pl.DataFrame({"a": [None, None]}), 2, 1),
        (pl.DataFrame({"a": [[1], None], "b": [{"x": 1}, None], "c": [b"x", None]}), 2, 3),
        (pl.DataFrame({"a": ["x" * 3_000_000, "y"]}), 2, 1),
        (pl.DataFrame({"a": [1e308, -1e308, math.nan, math.inf]}), 4, 1),
        (pl.DataFrame({"a": pl.Series([0, 2**63], dtype=pl.UInt64), "b": pl.Series([1, 2], dtype=pl.Decimal(9, 2))}), 2, 2),
        (pl.DataFrame({"a": [dt.time(1), None], "b": [dt.timedelta(1), None], "c": [dt.date(9999, 12, 31), None]}), 2, 3),
        (pa.table({"a": pa.array([None, None], pa.null())}), 2, 1),
        (pd.DataFrame({"a": [1, "x"]}), 2, 1),
        (pd.DataFrame({"a": [pd.Timestamp("2025-01-01", tz="UTC"), pd.Timestamp("2025-01-01", tz="Asia/Tokyo")]}), 2, 1),
    ],
)  # fmt: skip
def test_odd_frames_have_a_profile_a_page_and_json(frame, rows, columns):
    from prep.profile.page import profile_page

    found = profile_of(frame, now=NOW)
    assert (found.rows, len(found.columns)) == (rows, columns)
    assert json.dumps(found.as_json(), allow_nan=False)
    assert profile_page(found).startswith("<!doctype html>")


def test_values_of_several_types_and_zones_are_named():
    frame = pd.DataFrame({"a": [1, "x", None], "b": ["y"] * 3})
    assert "1 int, 1 str" in str(profile_of(frame))


def test_repeated_names_no_table_and_an_unknown_target_are_refused():
    with pytest.raises(UnusableFrame, match="2 columns named 'a'"):
        profile_of(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(UnusableFrame):
        profile_of([1, 2])
    with pytest.raises(UnknownColumn, match="Did you mean 'label'"):
        profile_of(FRAME, target="lable")
    with pytest.raises(UnusableParameter, match="time zone"):
        profile_of(FRAME, now=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is refused


@pytest.mark.parametrize("found", [None, [], {"format": "x"}, {"format": "assay-profile/1", "name": "a"}])
def test_json_that_is_no_profile_is_refused(found):
    with pytest.raises(UnreadableFile):
        Profile.from_json(found)


def test_nothing_of_the_data_becomes_markup_and_the_policy_allows_no_script():
    from prep.profile.page import profile_page

    page = profile_page(profile_of({"<script>alert(1)</script>": ["<img onerror=x>"] * 3}, name="<b>"))
    assert "<script" not in page
    assert "<img" not in page
    assert "default-src 'none'; style-src 'sha256-" in page
    assert " style=" not in page
