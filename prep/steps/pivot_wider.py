"""Rows to columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from prep.columns import Columns, json_text, listed
from prep.engines import gathered, lazily, schema_of, whole
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame, need_columns, to_polars
from prep.verb import Result, WholeStep, verb

if TYPE_CHECKING:
    import narwhals as nw

MOST = 1000


@dataclass(frozen=True)
class PivotWider(WholeStep):
    """Make each different value of the column `names` a column, filled from `values`; one row for each `id`.

    `id` None means all other columns. Where two rows would share a cell, the step is refused, naming one, unless `combine`
    says how they become one: "sum", "mean", "min", "max", "count". New columns are in the order of their names, `prefix`
    before each; rows in the order of `id`.

    Looks at the rows for the names. Raises UnknownColumn, UnusableFrame (two values for one cell, over 1,000 columns).

    >>> import polars as pl
    >>> pivot_wider(pl.DataFrame({"id": [1, 1], "q": ["a", "b"], "x": [5, 7]}), names="q", values="x").to_dicts()
    [{'id': 1, 'a': 5, 'b': 7}]
    """

    looks: ClassVar[str] = "the names of the new columns are values of the rows"

    names: str
    values: str
    id: Columns = None
    combine: Literal["sum", "mean", "min", "max", "count"] | None = None
    prefix: str = ""

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """See `Step.run`."""
        del row_id
        table = to_polars(frame) if isinstance(frame, Mapping) else frame
        schema = schema_of(table)
        columns = list(schema)
        need_columns([self.names, self.values, *listed(self.id)], columns)
        key = self._key(columns)
        if self.combine is None:
            self._refuse_shared(table, key)
        wanted = self._wanted(table, key)
        is_whole = schema[self.values].is_integer()
        made = whole(table, lambda rows: self._wider(rows, key, wanted, is_whole=is_whole))
        return Result(made, self, lambda: self._change(table, columns, made))

    def _key(self, columns: Sequence[str]) -> list[str]:
        key = (
            listed(self.id)
            if self.id is not None
            else [name for name in columns if name not in {self.names, self.values}]
        )
        if not key or {self.names, self.values} & set(key) or self.names == self.values:
            raise UnusableParameter(
                "pivot_wider: id, names and values are different columns, and there is one or more of id."
            )
        return key

    def _wanted(self, frame: Frame, key: Sequence[str]) -> dict[Any, str]:
        """The values of the column of names, each with the name of its new column."""
        import narwhals as nw
        import polars as pl

        seen = lazily(frame, [self.names]).filter(~nw.col(self.names).is_null()).unique().head(MOST + 1)
        values = gathered(seen).sort(self.names)
        if values.height > MOST:
            raise UnusableFrame(f"pivot_wider would make more than {MOST:,} columns out of {self.names!r}.")
        texts = values.select(pl.col(self.names).cast(pl.String)).to_series().to_list()
        wanted = {value: self.prefix + text for value, text in zip(values.to_series().to_list(), texts, strict=True)}
        for name in wanted.values():
            if name in key or list(wanted.values()).count(name) > 1:
                raise UnusableParameter(f"pivot_wider would make a column {name!r}, but there is one. Say prefix='q_'.")
        return wanted

    def _refuse_shared(self, frame: Frame, key: Sequence[str]) -> None:
        import narwhals as nw

        rows = lazily(frame, [*key, self.names]).filter(~nw.col(self.names).is_null())
        counted = rows.group_by(*key, self.names).agg(nw.len().alias("__assay_n")).filter(nw.col("__assay_n") > 1)
        first = gathered(counted.head(1))
        if first.height:
            row = first.row(0, named=True)
            count = row.pop("__assay_n")
            raise UnusableFrame(
                f"pivot_wider: {count} rows share one cell: {json_text(row)}. Drop duplicates first, or say combine='max'."
            )

    def _wider(
        self, rows: nw.LazyFrame[Any], key: Sequence[str], wanted: Mapping[Any, str], *, is_whole: bool
    ) -> nw.LazyFrame[Any]:
        import narwhals as nw

        combine: Callable[[nw.Expr], nw.Expr] = {
            "sum": lambda value: value.sum(),
            "mean": lambda value: value.mean(),
            "min": lambda value: value.min(),
            "count": lambda value: value.count(),
        }.get(self.combine or "max", lambda value: value.max())
        made = []
        for value, name in wanted.items():
            here = nw.col(self.names) == value
            cell = combine(nw.when(here).then(nw.col(self.values)))
            if self.combine == "sum":  # the sum of nothing is missing, not 0
                cell = nw.when(nw.when(here).then(nw.col(self.values)).count() > 0).then(cell)
                cell = cell.cast(nw.Int64) if is_whole else cell  # DuckDB's would have 128 bits
            made.append(cell.alias(name))
        if not made:
            return rows.select(*key).unique().sort(*key)
        return rows.group_by(*key).agg(*made).sort(*key)


pivot_wider = verb(PivotWider)
