"""Frames as they come, and what it is for two to hold the same rows."""

import random
from datetime import datetime, timedelta

import polars as pl
from polars.testing import assert_frame_equal

from prep.frames import to_polars

ENGINES = ["polars-lazy", "pandas", "pyarrow", "duckdb", "spark"]
NAMES = [
    "Ana ",
    "  Zoë\u00a0Ruiz",
    "zoe ruiz",
    "Łukasz",
    "李雷",
    "ﬁn",
    "",
    " ",
    "n/a",
    "ana",
    "Ana",
    "fiancÃ©",
    "👩\u200d🚀 b",
    None,
    None,
]
AMOUNTS = ["1,234.5", "12", "-7", "(3)", "1,23", "", "abc", "1e3", "12 %", "€ 5", None]
DAYS = ["2026-01-05", "25/12/2026", "31/02/2026", "3/4/2026", "5 Jan 2026", "junk", "", None]
NOTES = [
    "write to ana@example.org or +49 30 1234567",
    "DE89 3704 0044 0532 0130 00 please",
    "card 4111 1111 1111 1111, host 10.0.0.1 and 2001:db8::1",
    "the quick brown fox jumps over the dog",
    "the quick  brown fox jumps over the dog!",
    "a-b-c",
    "a-b",
    "",
    None,
]


def rows(count, seed=7):
    """A frame with gaps, unicode, duplicates, NaN, and one column of nothing."""
    draw = random.Random(seed)
    start = datetime(2026, 1, 1, 8)  # noqa: DTZ001 # a time without a zone, as files hold them
    return pl.DataFrame(
        {
            "id": list(range(count)),
            "name": [draw.choice(NAMES) for _ in range(count)],
            "amount": [draw.choice(AMOUNTS) for _ in range(count)],
            "day": [draw.choice(DAYS) for _ in range(count)],
            "note": [draw.choice(NOTES) for _ in range(count)],
            "team": [draw.choice(["red", "blue", "grün", None]) for _ in range(count)],
            "part": [draw.choice(["train", "train", "test"]) for _ in range(count)],
            "x": [draw.choice([1.5, -2.0, 0.0, 3.25, 250.0, float("nan"), None]) for _ in range(count)],
            "n": [draw.choice([1, 2, 3, 900, None]) for _ in range(count)],
            "ok": [draw.choice([True, False, None]) for _ in range(count)],
            "at": [None if draw.random() < 0.1 else start + timedelta(hours=draw.randrange(50)) for _ in range(count)],
            "Weird Näme": [draw.choice([0, 1]) for _ in range(count)],
        },
        schema_overrides={
            "id": pl.Int64,
            "x": pl.Float64,
            "n": pl.Int64,
            "ok": pl.Boolean,
            "at": pl.Datetime("us"),
            "Weird Näme": pl.Int64,
        }
        | dict.fromkeys(["name", "amount", "day", "note", "team", "part"], pl.String),
    )


def same_rows(frame, expected, *, in_order, by="id"):
    """Row by row the same; on engines without an order of rows, in the order of `by`."""
    got, wanted = plain(to_polars(frame)), plain(expected)
    if not in_order:
        is_key = by in wanted.columns and wanted[by].n_unique() == wanted.height
        keys = [by] if is_key else wanted.columns
        got, wanted = got.sort(keys), wanted.sort(keys)
    assert_frame_equal(got, wanted, check_dtypes=True, rel_tol=1e-9)


def plain(frame):
    """Without what engines differ in: the width of numbers, NaN beside missing, the unit of times."""
    return pl.DataFrame([_plain(column) for column in frame])


def _plain(column):
    if column.dtype == pl.Null:
        return column.cast(pl.String)
    if column.dtype == pl.Date:  # pandas has times only
        return column.cast(pl.Datetime("us"))
    if column.dtype.is_integer():
        return column.cast(pl.Int64)
    if column.dtype.is_float():
        return column.cast(pl.Float64).fill_nan(None)
    return (
        column.dt.cast_time_unit("us").dt.replace_time_zone(None) if isinstance(column.dtype, pl.Datetime) else column
    )
