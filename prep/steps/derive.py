"""New columns by formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prep.columns import with_columns
from prep.engines import Schema
from prep.errors import UnusableParameter
from prep.formula import formula, may_be_infinite, outgrown, type_of, values_of
from prep.verb import Failure, OnError, Plan, RowStep, after, verb

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Derive(RowStep):
    """Compute columns: `columns={"total": "price * count", "is_adult": "age >= 18"}`; one that is there is replaced.

    Formulas are read by an own grammar (`prep.formula`) and never run as Python. They see the columns as they came in, not
    each other. Where a division, a power, a root, log or exp has no finite result (1 / 0, log(-1)), it is set aside
    (`on_error`), and so is a whole number that outgrows 64 bits (make one a number first: number(a) * b). A missing value
    gives a missing one.

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
        failures: dict[str, Failure] = {}
        for name, written in self.columns.items():
            read = formula(written, schema)
            if not name:
                raise UnusableParameter("derive: a column needs a name.")
            kind = type_of(written, read, schema)
            if kind == pl.Null():
                read = read.cast(pl.String)
            if kind.is_integer() and kind != pl.Int64() and name not in schema:
                read = read.cast(pl.Int64)
            computed[name], failures_of = self._checked(name, written, read, kind, schema)
            failures |= failures_of
        return Plan(with_columns(schema, computed), failures)

    def _checked(
        self, name: str, written: str, read: pl.Expr, kind: pl.DataType, schema: Schema
    ) -> tuple[pl.Expr, dict[str, Failure]]:
        """The column without what is not finite or outgrows 64 bits, and when that is so."""
        import polars as pl

        roots = list(dict.fromkeys(read.meta.root_names()))
        is_large = outgrown(written, schema) if roots else None
        is_float = bool(roots) and kind.is_float() and may_be_infinite(written)
        if not is_float and is_large is None:
            return read, {}
        made = pl.when(read.is_finite()).then(read) if is_float else read
        there = pl.all_horizontal(pl.col(one).is_not_null() for one in roots)
        bad = read.is_not_null() & after(name).is_null() & there if is_float else pl.lit(False)
        reason = pl.lit(f"gives no finite number in {written}")
        if is_large is not None:
            made, bad = pl.when(~is_large).then(made), is_large | bad
            reason = pl.when(is_large).then(pl.lit(f"gives no whole number of 64 bits in {written}")).otherwise(reason)
        return made, {name: Failure(bad, name, reason, values_of(roots))}


derive = verb(Derive)
