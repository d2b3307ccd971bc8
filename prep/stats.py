"""Small facts of columns, by group, computed on the frame's own engine. Knows no verb.

A table of facts is JSON: {column: {group: value}}, where a group is the text of `columns.key_of` and "" is all rows.
Missing values and NaN are left out of account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from prep.columns import key_of, looked_up
from prep.engines import Schema, gathered, lazily, map_rows
from prep.formula import formula
from prep.frames import Frame, need_columns

if TYPE_CHECKING:
    import polars as pl

Facts: TypeAlias = Mapping[str, Mapping[str, Any]]


def rows_to_learn_from(frame: Frame, where: str | None, schema: Schema) -> Frame:
    """The rows of which a formula is true; all where there is none."""
    if where is None:
        return frame
    from prep.steps.filter_rows import FilterRows

    formula(where, schema)
    return map_rows(frame, FilterRows(where).plan(schema).work)


def facts(
    frame: Frame,
    columns: Sequence[str],
    by: Sequence[str],
    schema: Schema,
    measures: Mapping[str, Callable[[Any], Any]],
    *,
    ranked: bool = False,
) -> dict[str, dict[str, dict[str, Any]]]:
    """For each column, each group, each measure its value: {column: {group: {measure: value}}}.

    `ranked` says that the measures are medians and quantiles, which polars finds twice as fast where nothing is missing,
    and in one piece; see `prep.quantiles`.
    """
    import narwhals as nw
    import polars as pl

    need_columns(by, list(schema))
    if not columns:
        return {}
    rows = lazily(frame, list(dict.fromkeys([*columns, *by])))
    native = rows.to_native()
    names = {
        (column, measure): f"__{place}"
        for place, (column, measure) in enumerate((c, m) for c in columns for m in measures)
    }
    on: Any = pl if isinstance(native, pl.LazyFrame) else nw
    there = {}
    for column in columns:
        value = on.col(column)
        if schema[column].is_float():
            value = value.fill_nan(None)
        if schema[column] == pl.Null():
            value = value.cast(on.Float64)
        there[column] = value.drop_nulls() if ranked and on is pl else value
    made = [measures[measure](there[column]).alias(name) for (column, measure), name in names.items()]
    if on is pl:
        wanted = native.group_by(*by).agg(*made) if by else native.select(*made)
        table = wanted.collect(engine="in-memory" if ranked else "streaming")
    else:
        table = gathered(rows.group_by(*by).agg(*made) if by else rows.select(*made))
    keys = table.select(key_of(by)).to_series().to_list() if by else [""]
    found: dict[str, dict[str, dict[str, Any]]] = {column: {key: {} for key in keys} for column in columns}
    for (column, measure), name in names.items():
        for key, value in zip(keys, table.get_column(name).to_list(), strict=True):
            found[column][key][measure] = value
    return found


def modes(frame: Frame, columns: Sequence[str], by: Sequence[str], schema: Schema) -> dict[str, dict[str, Any]]:
    """For each column and group the value that is most frequent; of several such the least."""
    import narwhals as nw
    import polars as pl

    need_columns(by, list(schema))
    found: dict[str, dict[str, Any]] = {}
    for column in columns:
        rows = lazily(frame, list(dict.fromkeys([column, *by]))).filter(~nw.col(column).is_null())
        if schema[column].is_float():
            rows = rows.filter(~nw.col(column).is_nan())
        counted = gathered(rows.group_by(*dict.fromkeys([*by, column])).agg(nw.len().alias("__n")))
        counted = counted.with_columns((key_of(by) if by else pl.lit("")).alias("__key")).sort(
            "__n", column, descending=[True, False]
        )
        first = counted.unique("__key", keep="first", maintain_order=True)
        found[column] = dict(zip(first["__key"].to_list(), first[column].to_list(), strict=True))
    return found


def value_for(by: Sequence[str], table: Mapping[str, Any], kind: pl.DataType, where: pl.Expr | None = None) -> pl.Expr:
    """For each row (of which `where` is true) the value of its group; the same for all where there are no groups."""
    import polars as pl

    if not by:
        return pl.lit(table.get(""), kind)
    return looked_up(by, table, kind, where)


def only(table: Mapping[str, Mapping[str, Any]], measure: str) -> dict[str, Any]:
    """Of the facts of one column, one measure for each group."""
    return {key: values[measure] for key, values in table.items()}
