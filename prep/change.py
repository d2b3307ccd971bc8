"""What a step did to a frame, readable when printed. Knows neither the step nor the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prep.errors import BadValues

if TYPE_CHECKING:
    import polars as pl

SHOWN = 3
"""Examples kept for each column."""


def empty_quarantine() -> pl.DataFrame:
    """A quarantine in which nothing is."""
    import polars as pl

    return pl.DataFrame(schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String})


@dataclass(frozen=True)
class Example:
    """One cell before and after, as text (None is missing). `row` is the row's place from 0, or its id."""

    row: Any
    column: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{_quoted(self.before)} -> {_quoted(self.after)}"


@dataclass(frozen=True)
class Change:
    """What one step did: rows in and out, cells changed in each column, examples, and the values set aside.

    `cells` counts, for each column of the result, the cells that differ from the same column before (for a column that
    is new: those not missing, of marks those true). An example without a column is a row that was dropped.
    `quarantine` holds what could not be used, a row each: `row` (its place from 0 in the input, or its value in the
    column named by `row_id`), `column`, `value` as text, `reason`. `notes` are sentences on what was found out from the
    data; `facts` the same for programs, as JSON values.

    >>> print(Change("normalize_text", {}, rows_in=2, rows_out=2, cells={"name": 1},
    ...              examples=(Example(0, "name", " Ana ", "Ana"),)))
    normalize_text: 2 rows
      name: 1 cell changed, such as ' Ana ' -> 'Ana'
    """

    verb: str
    parameters: Mapping[str, Any]
    rows_in: int
    rows_out: int
    cells: Mapping[str, int] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    quarantine: pl.DataFrame = field(default_factory=empty_quarantine)
    notes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bad(self) -> int:
        """The number of values set aside."""
        return self.quarantine.height

    def as_json(self) -> dict[str, Any]:
        """All of it as JSON values; of the quarantine all rows."""
        from prep.manifest import plain

        return {
            "verb": self.verb,
            "parameters": plain(dict(self.parameters), "parameters"),
            "rows_in": self.rows_in,
            "rows_out": self.rows_out,
            "cells": dict(self.cells),
            "added": list(self.added),
            "removed": list(self.removed),
            "renamed": dict(self.renamed),
            "examples": [
                {"row": plain(one.row), "column": one.column, "before": one.before, "after": one.after}
                for one in self.examples
            ],
            "quarantine": plain(self.quarantine.to_dicts(), "quarantine"),
            "notes": list(self.notes),
            "facts": plain(dict(self.facts), "facts"),
        }

    def raise_if_bad(self) -> None:
        """Raises BadValues, naming some, when values were set aside."""
        if self.bad:
            raise BadValues(self.verb, self.quarantine)

    def __str__(self) -> str:
        told = [*self._columns_told(), *(f"  {note}" for note in self.notes), *self._dropped_told(), *self._bad_told()]
        if not told and self.rows_in == self.rows_out:
            told = ["  nothing to do"]
        rows = f"{self.rows_in:,}" if self.rows_in == self.rows_out else f"{self.rows_in:,} -> {self.rows_out:,}"
        return "\n".join([f"{self.verb}: {rows} row{'s' * (self.rows_out != 1)}", *told])

    def _columns_told(self) -> Iterator[str]:
        for old, new in self.renamed.items():
            yield f"  {old!r} is now {new!r}"
        if self.removed:
            yield f"  columns removed: {', '.join(self.removed)}"
        for name in self.added:
            if name not in self.cells:
                yield f"  {name}: new"
        for name, count in self.cells.items():
            if count:
                what = "filled (new)" if name in self.added else "changed"
                shown = "; ".join(
                    _quoted(one.after) if one.before is None and name in self.added else str(one)
                    for one in self.examples
                    if one.column == name
                )
                yield f"  {name}: {_count(count, 'cell')} {what}{', such as ' if shown else ''}{shown}"

    def _dropped_told(self) -> Iterator[str]:
        dropped = [one for one in self.examples if not one.column]
        for one in dropped:
            yield f"  dropped row {one.row}: {one.before}"
        more = self.rows_in - self.rows_out - len(dropped)
        if dropped and more > 0:
            yield f"  ... and {more:,} more"

    def _bad_told(self) -> Iterator[str]:
        if self.bad:
            yield f"  set aside: {_count(self.bad, 'value')}"
            for row in self.quarantine.head(SHOWN).iter_rows(named=True):
                yield f"    row {row['row']}, {row['column']}: {_quoted(row['value'])} {row['reason']}"
        if self.bad > SHOWN:
            yield f"    ... and {self.bad - SHOWN:,} more in .quarantine"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _quoted(text: str | None) -> str:
    if text is None:
        return "missing"
    return repr(text if len(text) <= 60 else text[:57] + "...")
