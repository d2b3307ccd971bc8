"""Columns to rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from prep.columns import Columns, chosen, listed
from prep.engines import engine_of, schema_of
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame, need_columns
from prep.verb import Result, WholeStep, verb

if TYPE_CHECKING:
    import narwhals as nw


@dataclass(frozen=True)
class PivotLonger(WholeStep):
    """Make each of `columns` a row: its name goes into the column `names`, its value into `values`; the others repeat.

    `columns` None means all but those in `keep`; with both, what is in neither is left out. `drop_missing=True` leaves out the rows without a value. On polars,
    pandas and pyarrow the rows of the first column come first. Columns that hold values of different types are refused.
    Lazy stays lazy. Raises UnknownColumn, UnusableFrame, UnusableParameter (a name is taken).

    >>> import polars as pl
    >>> pivot_longer(pl.DataFrame({"id": [1], "q1": [5], "q2": [7]}), ["q1", "q2"]).rows()
    [(1, 'q1', 5), (1, 'q2', 7)]
    """

    columns: Columns = None
    keep: Columns = None
    names: str = "name"
    values: str = "value"
    drop_missing: bool = False

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """See `Step.run`."""
        schema = schema_of(frame)
        longer, kept = self._parted(list(schema))
        chosen(schema, longer, "any", "pivot_longer")
        kinds = {str(schema[name]) for name in longer if str(schema[name]) != "Null"}
        is_mixed = len(kinds) > 1 and not all(
            schema[name].is_numeric() or str(schema[name]) == "Null" for name in longer
        )
        if is_mixed:
            raise UnusableFrame(
                f"pivot_longer: the columns hold {' and '.join(sorted(kinds))}. Cast them to one type first: prep.cast."
            )
        if self.names == self.values or {self.names, self.values} & set(kept):
            raise UnusableParameter(
                f"pivot_longer: {self.names!r} or {self.values!r} is the name of another column. Say names= and values=."
            )
        return super().run(frame, row_id=row_id)

    def whole(self, frame: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
        """One turn for each column; on Spark Narwhals' unpivot (on DuckDB that asks another connection)."""
        import narwhals as nw

        longer, kept = self._parted(columns)
        native = frame.to_native()
        engine = engine_of(native)
        if engine == "polars-lazy":  # whose own unpivot leaves rows in any order
            import polars as pl

            index = [pl.col(name) for name in kept]
            turns = [native.select(*index, pl.lit(n).alias(self.names), pl.col(n).alias(self.values)) for n in longer]
            rows: nw.LazyFrame[Any] = nw.from_native(pl.concat(turns, how="vertical_relaxed"))
        elif engine == "duckdb":
            from duckdb import ColumnExpression, ConstantExpression

            places = [ColumnExpression(name) for name in kept]
            parts = [
                native.select(
                    *places, ConstantExpression(name).alias(self.names), ColumnExpression(name).alias(self.values)
                )
                for name in longer
            ]
            rows = nw.from_native(reduce(lambda first, second: first.union(second), parts))
        else:
            rows = frame.unpivot(on=longer, index=kept, variable_name=self.names, value_name=self.values)
        return rows.filter(~nw.col(self.values).is_null()) if self.drop_missing else rows

    def _parted(self, columns: Sequence[str]) -> tuple[list[str], list[str]]:
        kept = listed(self.keep)
        need_columns(kept, columns)
        longer = listed(self.columns) if self.columns is not None else [name for name in columns if name not in kept]
        need_columns(longer, columns)
        if not longer:
            raise UnusableParameter("pivot_longer: there is no column to make into rows.")
        if both := [name for name in longer if name in kept]:
            raise UnusableParameter(f"pivot_longer: {both[0]!r} is to be kept and made into rows.")
        return longer, kept if self.keep is not None else [name for name in columns if name not in longer]


pivot_longer = verb(PivotLonger)
