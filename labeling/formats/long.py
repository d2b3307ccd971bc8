"""Answers given elsewhere, as a long table: a row each, under the field's own column names. Flat memory."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from typing import IO, TYPE_CHECKING, Any

from labeling.errors import Unusable, nearest

if TYPE_CHECKING:
    from prep.read import Table

NAMES: Mapping[str, tuple[str, ...]] = {
    "item": ("item", "task", "unit", "item_id", "task_id", "question", "id"),
    "annotator": ("annotator", "worker", "rater", "coder", "user", "performer", "annotator_id", "worker_id"),
    "label": ("label", "answer", "value", "category", "response"),
    "time": ("time", "submitted_at", "created_at", "timestamp", "submitted", "date"),
    "seconds": ("seconds", "lead_time", "duration"),
    "guideline_version": ("guideline_version", "guideline", "version"),
}
"""The names under which each column is found, in any case; of several that are there, the first counts."""

NEEDED = ("item", "annotator", "label")
_ROWS_AT_ONCE = 5_000
_LONGEST_TIME = 40  # characters; ISO 8601 with microseconds and a zone takes 32
_FIRST_MS = 100_000_000_000  # whole numbers from here on are milliseconds since 1970 (1973), below it seconds (5138)


class LongRows(Iterator[dict[str, Any]]):
    """The answers of a long table as they are read, one at a time.

    `unlabeled` counts the rows without a label that were passed over so far.
    """

    def __init__(self, read: Callable[[LongRows], Iterator[dict[str, Any]]]) -> None:
        self.unlabeled = 0
        self._rows = read(self)

    def __next__(self) -> dict[str, Any]:
        """The next answer."""
        return next(self._rows)


def read_long(
    source: Table | str | os.PathLike[str] | IO[bytes], *, name: str | None = None, encoding: str | None = None
) -> LongRows:
    r"""The answers of a file (csv, jsonl, parquet, COCO's json) or an open Table, one at a time, their columns under our names.

    Each has `item`, `annotator`, `label` and its `line`; `time` (milliseconds since 1970 UTC), `seconds` and `guideline_version`
    where the file has them and the row a value. A row without a label is no answer: it is passed over and
    counted in `unlabeled` of what is returned. A time is ISO 8601 (UTC where it says no zone) or a number of seconds or milliseconds since 1970.
    Raises UnreadableFile, naming the line, for a file that cannot be read and for an answer of nobody or to nothing;
    Unusable for a column that is missing, and behind the last row where none had a label.

    >>> import io
    >>> rows = read_long(io.BytesIO(b"Task,worker,label\nq1,ann,yes\nq2,ann,\n"), name="a.csv")
    >>> list(rows), rows.unlabeled
    ([{'item': 'q1', 'annotator': 'ann', 'label': 'yes', 'line': 2}], 1)
    """
    return LongRows(lambda rows: _read(rows, source, name, encoding))


def _read(
    rows: LongRows, source: Table | str | os.PathLike[str] | IO[bytes], name: str | None, encoding: str | None
) -> Iterator[dict[str, Any]]:
    from prep.read import Table, open_table

    if isinstance(source, str | os.PathLike) and str(name or source).lower().endswith(".json"):
        from labeling.formats.coco import answers_in

        drawn = answers_in(source)
        if drawn is not None:
            yield from drawn
            return
    opened = nullcontext(source) if isinstance(source, Table) else open_table(source, name=name, encoding=encoding)
    with opened as table:
        columns = find_columns(table.columns)
        labeled = False
        for batch in table.batches(_ROWS_AT_ONCE):
            for line, row in zip(batch.lines, batch, strict=True):
                answer = _answer(row, columns, table.name, line)
                if answer is None:
                    rows.unlabeled += 1
                else:
                    labeled = True
                    yield {**answer, "line": line}
    if rows.unlabeled and not labeled:
        raise Unusable(
            f"No row has a label: {rows.unlabeled:,} row{'s are' if rows.unlabeled > 1 else ' is'} empty there",
            column=columns["label"],
            cure="Fill the labels in; if another column holds them, call that one 'label' and this one otherwise.",
        )


def find_columns(there: list[str]) -> dict[str, str]:
    """Which column is which. Raises Unusable for one that is missing, naming the nearest.

    >>> find_columns(["Task", "worker", "label", "text"])
    {'item': 'Task', 'annotator': 'worker', 'label': 'label'}
    """
    spelt = {name.strip().lower(): name for name in reversed(there)}
    found = {}
    for ours, names in NAMES.items():
        theirs = next((spelt[name] for name in names if name in spelt), None)
        if theirs is not None:
            found[ours] = theirs
        elif ours in NEEDED:
            near = next(filter(None, (nearest(name, list(spelt)) for name in names)), None)
            raise Unusable(
                f"There is no column {ours!r} (nor {', '.join(names[1:])}); the columns are: {', '.join(there)}",
                cure=f"Did you mean {spelt[near]!r}? Rename it." if near else f"Name one of them {ours!r}.",
            )
    return found


def _answer(row: Mapping[str, Any], columns: Mapping[str, str], file: str, line: int) -> dict[str, Any] | None:
    label = row.get(columns["label"])
    if label is None or label == "":
        return None
    answer: dict[str, Any] = {}
    for ours in ("item", "annotator"):
        value = row.get(columns[ours])
        if value is None or not str(value).strip():
            raise _unreadable("is empty", file, line, columns[ours], f"Every answer needs its {ours}.")
        answer[ours] = value.strip() if isinstance(value, str) else value
    answer["label"] = label
    for ours in ("time", "seconds", "guideline_version"):
        value = row.get(columns[ours]) if ours in columns else None
        if value is not None and value != "":
            answer[ours] = _PARSERS[ours](value, file, line, columns[ours])
    return answer


def _time(value: Any, file: str, line: int, column: str) -> int:
    number = _as_number(value)
    if number is not None:
        return round(number if abs(number) >= _FIRST_MS else number * 1000)
    text = str(value).strip()
    try:
        if len(text) > _LONGEST_TIME:
            raise ValueError(text)  # noqa: TRY301 - fromisoformat makes a time of thousands of digits
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        cure = "Write it as 2026-01-31T14:02:00Z, or as seconds since 1970."
        raise _unreadable(f"{_short(value)} is no time", file, line, column, cure) from None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
    return round(aware.timestamp() * 1000)


def _seconds(value: Any, file: str, line: int, column: str) -> float:
    number = _as_number(value)
    if number is None or not 0 <= number < float("inf"):
        raise _unreadable(f"{_short(value)} is no number of seconds", file, line, column, "Mend it or leave it empty.")
    return number


def _version(value: Any, file: str, line: int, column: str) -> int:
    number = _as_number(str(value).strip().lower().removeprefix("v"))
    if number is None or number < 0 or number != int(number):
        raise _unreadable(
            f"{_short(value)} is no version", file, line, column, "Write a whole number, or leave it empty."
        )
    return int(number)


_PARSERS = {"time": _time, "seconds": _seconds, "guideline_version": _version}


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if number == number and abs(number) != float("inf") else None  # noqa: PLR0124 - NaN differs from itself


def _unreadable(what: str, file: str, line: int, column: str, cure: str) -> Exception:
    from prep.errors import UnreadableFile

    return UnreadableFile(what, file=file, line=line, column=column, cure=cure)
