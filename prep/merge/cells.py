"""The cells of several sources side by side, the source each is taken from, and where they differ. Knows no rule's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from prep.merge.native import fetched
from prep.merge.rules import Rule, picked
from prep.merge.union import Part

if TYPE_CHECKING:
    import polars as pl

PLACE = "__assay_place"


@dataclass(frozen=True)
class Cells:
    """The cells of all sources side by side, a row for each key, and for each column the number of the source taken."""

    rows: nw.LazyFrame[Any]
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    sources: Mapping[str, tuple[str, ...]]
    """For each column, the names of the sources that have it."""

    def cell(self, column: str, source: str) -> str:
        """The name of the column with a source's cells of a column."""
        return f"__assay_v{self.columns.index(column)}_{self.sources[column].index(source)}"

    def pick(self, column: str) -> str:
        """The name of the column with the number of the source taken."""
        return f"__assay_p{self.columns.index(column)}"

    def by_source(self, column: str, values: Mapping[str, nw.Expr]) -> nw.Expr:
        """Of one expression for each source, that of the source taken."""
        pick = nw.col(self.pick(column))
        chosen = [nw.when(pick == number).then(values[name]) for number, name in enumerate(self.sources[column])]
        return nw.coalesce(*chosen) if len(chosen) > 1 else chosen[0]

    def value(self, column: str) -> nw.Expr:
        """The value taken."""
        return self.by_source(column, {name: nw.col(self.cell(column, name)) for name in self.sources[column]})

    def source(self, column: str) -> nw.Expr:
        """The name of the source taken."""
        return self.by_source(column, {name: nw.lit(name) for name in self.sources[column]})

    def is_conflict(self, column: str) -> nw.Expr:
        """Whether a source has another value than the one taken."""
        value = self.value(column)
        differs = [(nw.col(self.cell(column, name)) != value) for name in self.sources[column]]
        return nw.any_horizontal(*differs, ignore_nulls=True)


def side_by_side(keyed: Sequence[nw.LazyFrame[Any]], keys: Sequence[str]) -> nw.LazyFrame[Any]:
    """A row for each key of any source, with the cells of all."""
    every = nw.concat([rows.select(*keys, PLACE) for rows in keyed], how="vertical")
    spine = every.group_by(*keys).agg(nw.col(PLACE).min())
    for number, rows in enumerate(keyed):
        renamed = {name: f"__assay_k{number}_{place}" for place, name in enumerate(keys)}
        cells = rows.drop(PLACE).rename(renamed)
        spine = spine.join(cells, left_on=list(keys), right_on=list(renamed.values()), how="left")
    return spine


def pick_cells(
    rows: nw.LazyFrame[Any],
    parts: Sequence[Part],
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    rules: Mapping[str, Rule],
    *,
    in_memory: bool,
) -> Cells:
    """For each cell the source it is taken from, in the order of the rows. In memory it is worked out at once."""
    has = {name: tuple(part.name for part in parts if name in part.columns) for name in columns}
    cells = Cells(rows, keys, columns, has)
    filled = {}
    if any(rule.method == "most_complete" for rule in rules.values()):
        for number, part in enumerate(parts):
            own = [nw.col(cells.cell(name, part.name)) for name in columns if name in part.columns]
            filled[part.name] = f"__assay_f{number}"
            rows = rows.with_columns(
                nw.sum_horizontal(*((~one.is_null()).cast(nw.Int32) for one in own)).alias(filled[part.name])
            )
    picks = []
    for name in columns:
        rule = rules[name]
        values = {one: nw.col(cells.cell(name, one)) for one in has[name]}
        scores = {one: nw.col(filled[one]) for one in has[name]} if rule.method == "most_complete" else {}
        if rule.method == "newest":
            scores = {one: nw.col(cells.cell(rule.by, one)) for one in has[name] if one in has[rule.by]}
        picks.append(picked(rule, values, scores).alias(cells.pick(name)))
    made = rows.with_columns(*picks).sort(PLACE) if picks else rows.sort(PLACE)
    if in_memory:  # once, for the frame and what is asked beside it
        made = nw.from_native(made.to_native().collect().lazy())
    return Cells(made, keys, columns, has)


def conflicts_of(cells: Cells) -> pl.DataFrame:
    """The cells on which sources differ, a row each, values as text."""
    import polars as pl

    named = list(dict.fromkeys(name for column in cells.columns for name in cells.sources[column]))
    found = []
    keys = list(cells.keys)
    for number, column in enumerate(cells.columns):
        sources = cells.sources[column]
        if len(sources) < 2:
            continue
        rows = cells.rows.filter(cells.is_conflict(column)).select(
            *keys,
            PLACE,
            cells.value(column).alias("taken"),
            cells.source(column).alias("source"),
            *(nw.col(cells.cell(column, name)).alias(name) for name in sources),
        )
        there = fetched(rows)
        texts = [_as_text(name, there.schema[name]) for name in ("taken", *sources)]
        lacking = [pl.lit(None, pl.String).alias(name) for name in named if name not in sources]
        found.append(there.with_columns(*texts, *lacking, pl.lit(column).alias("column"), pl.lit(number).alias("#")))
    order = [*keys, "column", "taken", "source", *named]
    if not found:
        types = dict(fetched(cells.rows.select(*keys).head(0)).schema)
        return pl.DataFrame(schema={name: types.get(name, pl.String()) for name in order})
    listed: pl.DataFrame = pl.concat([one.select(*order, PLACE, "#") for one in found])
    return listed.sort(PLACE, "#").select(order)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    import polars as pl

    if kind.is_nested():
        return pl.col(name).map_elements(_said, return_dtype=pl.String).alias(name)
    if kind == pl.Binary():
        return pl.col(name).bin.encode("hex").alias(name)
    return pl.col(name).cast(pl.String)


def _said(value: Any) -> str:
    return str(value.to_list() if hasattr(value, "to_list") else value)
