"""The rows that a condition is true of."""

from __future__ import annotations

from dataclasses import dataclass

from prep.engines import Schema, Work
from prep.errors import UnusableParameter
from prep.formula import formula, outgrown, type_of, values_of
from prep.verb import Failure, OnError, Plan, RowStep, verb


@dataclass(frozen=True)
class FilterRows(RowStep):
    """Keep the rows of which `where` is true: "age >= 18 and country in ['de', 'fr']" (see `prep.formula` for what it knows).

    Where a value that decides is missing, the condition is not true, nor where it reckons with whole numbers that outgrow
    64 bits: such rows are told of (`on_error`). `drop=True` keeps the others instead: all rows of which it is not true.

    Lazy stays lazy, unless on_error="raise". Raises UnknownColumn, UnusableParameter, BadValues.

    >>> import polars as pl
    >>> filter_rows(pl.DataFrame({"age": [17, 18, None]}), "age >= 18")["age"].to_list()
    [18]
    """

    where: str
    drop: bool = False
    on_error: OnError = "quarantine"

    def plan(self, schema: Schema) -> Plan:
        """The condition."""
        condition = formula(self.where, schema)
        if str(type_of(self.where, condition, schema)) != "Boolean":
            raise UnusableParameter(f'The formula "{self.where}" is no condition. Write one such as age >= 18.')
        is_large = outgrown(self.where, schema)
        kept = (condition if is_large is None else condition & ~is_large).fill_null(False)
        failures: dict[str, Failure] = {}
        if is_large is not None:
            roots = list(dict.fromkeys(condition.meta.root_names()))
            reason = f"gives no whole number of 64 bits in {self.where}"
            failures[""] = Failure(is_large, roots[0], reason, values_of(roots))
        return Plan(Work({name: name for name in schema}, ~kept if self.drop else kept), failures)


filter_rows = verb(FilterRows)
