"""A split that lets the test be seen in training is found, and says which rows."""

import datetime as dt

import polars as pl
import pytest

import prep
from prep.errors import Leak, UnknownColumn, UnusableParameter
from prep.leakage import leaks

CLEAN = pl.DataFrame(
    {
        "id": range(6),
        "text": [
            "where is my parcel",
            "cancel the order",
            "thank you so much",
            "the app crashes",
            "refund please",
            "wrong colour sent",
        ],
        "customer": [1, 1, 2, 3, 4, None],
        "at": [dt.date(2026, 1, n + 1) for n in range(6)],
        "split": ["train"] * 3 + ["validation"] + ["test"] * 2,
    }
)
SAME_KEY = CLEAN.tail(1).with_columns(id=pl.lit(0, pl.Int64), text=pl.lit("something else"))
HOW = {"text": "text", "group": "customer", "time": "at", "content": ["text"]}


def kinds(frame, **how):
    return [one.kind for one in leaks(frame, **(HOW | how)).findings]


def put(row, **values):
    return CLEAN.with_columns(
        pl.when(pl.col("id") == row).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def test_a_split_without_a_leak_is_clean_and_says_what_was_looked_for():
    report = leaks(CLEAN, **HOW)
    assert report.is_clean
    assert "No leak among 6 rows (train 3, validation 1, test 2)" in str(report)
    report.raise_if_any()


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        (pl.concat([CLEAN, SAME_KEY]), ["key"]),
        (put(5, text="cancel the order"), ["content", "near"]),
        (put(5, text="Cancel  the order!"), ["near"]),
        (put(5, customer=1), ["group"]),
        (put(2, at=dt.date(2026, 3, 1)), ["future"]),
    ],
    ids=["key", "content", "near", "group", "future"],
)  # fmt: skip
def test_each_kind_of_leak_is_found_alone(frame, found):
    assert kinds(frame, threshold=0.7) == found


def test_missing_values_leak_nothing():
    frame = CLEAN.with_columns(customer=pl.lit(None, pl.Int64), text=pl.when(pl.col("id") % 2 == 0).then("text"))
    assert kinds(frame) == []


def test_a_leak_says_which_rows_and_what_to_do():
    report = leaks(put(5, text="Cancel the order!"), text="text")
    assert report.findings[0].examples == [{"parts": ["test", "train"], "keys": [1, 5], "text": "cancel the order"}]
    assert "test and train: 1, 5 (text='cancel the order')" in str(report)
    with pytest.raises(Leak, match="2 rows have nearly the same text as a row of another part.*allow it with a reason"):
        report.raise_if_any()


@pytest.mark.parametrize("kind", [pl.DataFrame.lazy, pl.DataFrame.to_arrow, pl.DataFrame.to_pandas])
def test_every_engine_is_looked_at_alike(kind):
    frame = put(5, text="Cancel the order!").drop("customer", "at")
    assert leaks(kind(frame), text="text").as_dict() == leaks(frame, text="text").as_dict()


def test_rows_in_no_part_leak_nothing():
    assert kinds(put(5, text="cancel the order", split=None)) == []


def test_what_is_not_there_is_refused():
    with pytest.raises(UnknownColumn, match="Did you mean 'text'"):
        prep.leaks(CLEAN, text="txt")
    with pytest.raises(UnusableParameter, match=r"from 0\.3 to 1"):
        prep.leaks(CLEAN, text="text", threshold=0)
