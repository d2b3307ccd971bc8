"""New columns by formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prep.columns import with_columns
from prep.engines import Schema
from prep.errors import UnusableParameter
from prep.formula import formula, may_be_infinite, type_of
from prep.verb import Failure, OnError, Plan, RowStep, after, verb


@dataclass(frozen=True)
class Derive(RowStep):
    """Compute columns: `columns={"total": "price * count", "is_adult": "age >= 18"}`; one that is there is replaced.

    Formulas are read by an own grammar (`prep.formula`) and never run as Python. They see the columns as they came in, not
    each other. Where a division, a power, a root, log or exp has no finite result (1 / 0, log(-1)), it is set aside
    (`on_error`); a missing value gives a missing one. Whole numbers that outgrow 64 bits are not caught: make one a number
    first, number(a) * b.

    Lazy stays lazy, unless on_error="raise". Raises UnknownColumn, UnusableParameter, BadValues.

    >>> import polars as pl
    >>> derive(pl.DataFrame({"price": [2.5], "count": [4]}), {"total": "price * count"}).to_dicts()
    [{'price': 2.5, 'count': 4, 'total': 10.0}]
    """

    columns: Mapping[str, str]
    on_error: OnError = "quarantine"

    def plan(self, schema: Schema) -> Plan:
        """Each formula; what is not finite is null."""
        import polars as pl

        computed: dict[str, pl.Expr] = {}
        failures = {}
        for name, written in self.columns.items():
            read = formula(written, schema)
            if not name:
                raise UnusableParameter("derive: a column needs a name.")
            kind = type_of(written, read, schema)
            roots = list(dict.fromkeys(read.meta.root_names()))
            if kind == pl.Null():
                read = read.cast(pl.String)
            if kind.is_float() and roots and may_be_infinite(written):
                computed[name] = pl.when(read.is_finite()).then(read)
                there = pl.all_horizontal(pl.col(one).is_not_null() for one in roots)
                values = [pl.format("{}={}", pl.lit(one), pl.col(one).cast(pl.String)) for one in roots]
                failures[name] = Failure(
                    read.is_not_null() & after(name).is_null() & there,
                    name,
                    f"gives no finite number in {written}",
                    pl.concat_str(values, separator=", "),
                )
            else:
                computed[name] = (
                    read.cast(pl.Int64) if kind.is_integer() and kind != pl.Int64() and name not in schema else read
                )
        return Plan(with_columns(schema, computed), failures)


derive = verb(Derive)
