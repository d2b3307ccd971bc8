"""Rows in which something is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from prep.columns import Columns, chosen, present
from prep.engines import Schema, Work
from prep.errors import UnusableParameter
from prep.verb import Plan, RowStep, verb


@dataclass(frozen=True)
class DropMissing(RowStep):
    """Drop the rows in which a value is missing (null or NaN) in one of `columns` (None: in any column).

    `how="all"` drops only rows in which all of them are missing; `at_least` keeps the rows with so many values there.
    Lazy stays lazy. Raises UnknownColumn.

    >>> import polars as pl
    >>> drop_missing(pl.DataFrame({"a": [1, None], "b": [None, None]}), "a").height
    1
    """

    columns: Columns = None
    how: Literal["any", "all"] = "any"
    at_least: int | None = None

    def check(self) -> None:
        """`at_least` is a count."""
        if self.at_least is not None and (self.at_least < 1 or self.how == "all"):
            raise UnusableParameter("drop_missing: at_least is 1 or more, and stands without how='all'.")

    def plan(self, schema: Schema) -> Plan:
        """The rows that are full enough."""
        import polars as pl

        names = list(schema) if self.columns is None else chosen(schema, self.columns, "any", "drop_missing")
        if not names:
            return Plan(Work({name: name for name in schema}))
        there = [present(name, schema) for name in names]
        if self.at_least is not None:
            kept = pl.sum_horizontal(one.cast(pl.Int64) for one in there) >= self.at_least
        else:
            kept = pl.all_horizontal(there) if self.how == "any" else pl.any_horizontal(there)
        return Plan(Work({name: name for name in schema}, kept))


drop_missing = verb(DropMissing)
