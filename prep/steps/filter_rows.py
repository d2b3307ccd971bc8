"""The rows that a condition is true of."""

from __future__ import annotations

from dataclasses import dataclass

from prep.engines import Schema, Work
from prep.errors import UnusableParameter
from prep.formula import formula, type_of
from prep.verb import Plan, RowStep, verb


@dataclass(frozen=True)
class FilterRows(RowStep):
    """Keep the rows of which `where` is true: "age >= 18 and country in ['de', 'fr']" (see `prep.formula` for what it knows).

    Where a value that decides is missing, the condition is not true. `drop=True` keeps the others instead: all rows of
    which it is not true. Lazy stays lazy. Raises UnknownColumn, UnusableParameter.

    >>> import polars as pl
    >>> filter_rows(pl.DataFrame({"age": [17, 18, None]}), "age >= 18")["age"].to_list()
    [18]
    """

    where: str
    drop: bool = False

    def plan(self, schema: Schema) -> Plan:
        """The condition."""
        condition = formula(self.where, schema)
        if str(type_of(self.where, condition, schema)) != "Boolean":
            raise UnusableParameter(f'The formula "{self.where}" is no condition. Write one such as age >= 18.')
        kept = condition.fill_null(False)
        return Plan(Work({name: name for name in schema}, ~kept if self.drop else kept))


filter_rows = verb(FilterRows)
