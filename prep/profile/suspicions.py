"""What looks suspicious in a profile, one function for each sort of doubt. Reads facts and a sample; changes nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from prep.profile.facts import ColumnFacts, Pair, Suspicion
from prep.profile.measure import moment, shown

PLACEHOLDERS = (-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 99.0, 999.0, 9999.0, 99999.0, 999999.0)
EPOCHS = {0.0: "1970-01-01", -2208988800e6: "1900-01-01", 253402214400e6: "9999-12-31", -62135596800e6: "0001-01-01"}
STAND_INS = frozenset(
    ["n/a", "na", "nan", "null", "none", "nil", "missing", "unknown", "undefined", "-", "--", "?", ".", "#n/a", "tbd", "todo", "xxx", "test"]
)  # fmt: skip
LEAK = 0.95
MOSTLY = 0.5
_NUMBER = r"^\s*[-+]?(\d+([.,]\d+)?|[.,]\d+)([eE][-+]?\d+)?\s*$"
_DATE = r"^\s*(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})([ T]\d{1,2}:\d{2}.*)?\s*$"
_ID = re.compile(r"(^|[_\W])(id|uuid|guid|key|hash|ssn|nr)$|[a-z]I[Dd]$", re.IGNORECASE)


def suspicions_of(
    columns: list[ColumnFacts],
    seen: Mapping[str, Mapping[str, Any]],
    sample: pl.DataFrame,
    pairs: list[Pair],
    *,
    duplicates: int | None,
    unreadable: Mapping[str, str],
    target: str | None,
    now: datetime,
) -> list[Suspicion]:
    """All doubts about a frame, by column."""
    found: list[Suspicion] = []
    if duplicates:
        found.append(Suspicion("", "duplicates", f"{_rows(duplicates)} repeat{'s' * (duplicates == 1)} an earlier one"))
    for column in columns:
        if column.name in unreadable:
            words = f"holds {unreadable[column.name]}, which no table reads; make them one type"
            found.append(Suspicion(column.name, "mixed_types", words))
            continue
        found += _of_any(column)
        if column.kind == "number":
            found += _of_number(column)
        elif column.kind == "time":
            found += _of_time(column, now)
        elif column.kind == "text" and column.values:
            found += _of_text(column, seen[column.name], sample.get_column(column.name).drop_nulls())
    if target is not None:
        found += _leaks(target, pairs)
    return found


def _of_any(column: ColumnFacts) -> Iterator[Suspicion]:
    if not column.rows:
        return
    if column.values == 0:
        yield Suspicion(column.name, "empty", "has no value in any row")
        return
    gone = column.rows - column.values
    if gone / column.rows > MOSTLY:
        yield Suspicion(column.name, "mostly_missing", f"is missing in {gone / column.rows:.0%} of the rows")
    if column.distinct == 1 and column.values > 1:
        value = column.top[0][0] if column.top else ""
        yield Suspicion(column.name, "constant", f"has one value only, {value!r}: it tells nothing")
    elif column.distinct and column.kind in {"text", "number"} and column.values >= 20:
        yield from _unique(column)
    if column.infinite:
        yield Suspicion(column.name, "infinite", f"is infinite in {_rows(column.infinite)}")


def _unique(column: ColumnFacts) -> Iterator[Suspicion]:
    distinct = column.distinct or 0
    is_float = column.kind == "number" and column.type.startswith(("Float", "Decimal"))
    share = distinct / column.values
    called_id = _ID.search(column.name) is not None
    if is_float or (share < 0.95 and not called_id):
        return
    if not column.distinct_is_exact:
        return
    every = distinct == column.values
    if every and (called_id or column.kind == "text"):
        if called_id or not column.is_prose:
            yield Suspicion(column.name, "id", "has another value in every row, like an id: not a feature")
    elif not every and share >= 0.95:
        repeats = column.values - distinct
        words = f"is nearly unique: {_rows(repeats)} repeat{'s' * (repeats == 1)} a value; if it is a key, it is broken"
        yield Suspicion(column.name, "near_unique", words)


def _of_number(column: ColumnFacts) -> Iterator[Suspicion]:
    points = column.quantiles
    if not points or column.least is None or column.greatest is None:
        return
    low, middle_half, high = points[50], points[150] - points[50], points[150]
    edges = {column.least, column.greatest, *points}
    counts = {float(value): n for value, n in _as_numbers(column.counts or dict(column.top)).items()}
    for value in PLACEHOLDERS:
        far = value < low - 3 * middle_half or value > high + 3 * middle_half
        lonely_sign = value < 0 and column.negative is not None and counts.get(value, 0) == column.negative
        often = counts.get(value, 0) >= 2 or (column.counts is None and value in points[:2] + points[-2:])
        if value in edges and often and (lonely_sign or far) and (value != -1.0 or lonely_sign):
            times = f" in {_rows(counts[value])}" if value in counts and column.counts is not None else ""
            yield Suspicion(column.name, "placeholder", f"holds {value:g}{times}, which may stand for missing")


def _as_numbers(counts: Mapping[str, int]) -> dict[float, int]:
    found = {}
    for text, count in counts.items():
        try:
            found[float(text)] = count
        except ValueError:
            continue
    return found


def _of_time(column: ColumnFacts, now: datetime) -> Iterator[Suspicion]:
    if column.greatest is not None and column.greatest > now.timestamp() * 1e6:
        yield Suspicion(column.name, "future", f"goes as far as {moment(column.greatest)}, which lies in the future")
    for value, told in EPOCHS.items():
        if value in {column.least, column.greatest} and (column.distinct or 0) > 2:
            yield Suspicion(column.name, "placeholder", f"holds {told}, which may stand for missing")


def _of_text(column: ColumnFacts, seen: Mapping[str, Any], looked: pl.Series) -> Iterator[Suspicion]:
    values = looked.filter(looked.str.strip_chars() != "")
    about = "" if len(looked) == column.values else "about "
    if seen["blank"]:
        yield Suspicion(column.name, "blank", f"is blank (only spaces, or nothing) in {about}{_rows(seen['blank'])}")
    if seen["padded"]:
        yield Suspicion(column.name, "padded", f"begins or ends with a space in {about}{_rows(seen['padded'])}")
    if len(values):
        numbers = int(values.str.contains(_NUMBER).sum())
        dates = int(values.str.contains(_DATE).sum())
        for told, count in (("numbers", numbers), ("dates", dates)):
            share = count / len(values)
            if share == 1:
                yield Suspicion(column.name, f"{told}_as_text", f"holds {told} written as text; cast it")
            elif share >= 0.5 or (share >= 0.02 and (column.words is None or told == "dates")):
                yield Suspicion(column.name, "mixed_types", f"mixes {told} ({share:.0%}) with other text")
    stand_ins = [
        (value, n) for value, n in (column.counts or dict(column.top)).items() if value.strip().lower() in STAND_INS
    ]
    if stand_ins:
        told = ", ".join(f"{value!r} ({_rows(n)})" for value, n in stand_ins[:3])
        yield Suspicion(column.name, "placeholder", f"holds {told}, which may stand for missing")
    yield from _spellings(column)


def _spellings(column: ColumnFacts) -> Iterator[Suspicion]:
    alike: dict[str, list[str]] = defaultdict(list)
    for value in column.counts or {}:
        alike[" ".join(value.lower().split())].append(value)
    several = [values for values in alike.values() if len(values) > 1]
    if several:
        told = "; ".join(" = ".join(repr(shown(value, "text")) for value in sorted(values)) for values in several[:3])
        yield Suspicion(column.name, "spellings", f"spells a value in several ways: {told}")


def _leaks(target: str, pairs: list[Pair]) -> Iterator[Suspicion]:
    told = set()
    for pair in pairs:
        if target in {pair.first, pair.second} and abs(pair.value) >= LEAK:
            other = pair.second if pair.first == target else pair.first
            if other not in told:
                told.add(other)
                words = f"all but tells the target {target!r} ({pair.measure} {pair.value:.2f}): would it be known beforehand?"
                yield Suspicion(other, "leaking_target", words)


def _rows(count: int) -> str:
    return f"{count:,} row{'s' if count != 1 else ''}"
