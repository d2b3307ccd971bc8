"""The report of a row step: what differs before and after, counted on the frame's own engine. Knows no verb."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from prep.change import SHOWN, Change, Example, empty_quarantine
from prep.engines import Schema, engine_of, map_batches
from prep.errors import UnknownColumn
from prep.frames import Frame, to_polars

if TYPE_CHECKING:
    from prep.verb import Failure, Plan, Step

from prep.verb import AFTER, after

ROW = "__assay_place"
HIDDEN = "(hidden)"
_LOOKED_AT = 64
"""Changed cells among which examples are sought: those of different values are shown first."""


def change_of(step: Step, frame: Frame, schema: Schema, plan: Plan, made: Frame, row_id: str | None) -> Change:
    """What a row step did to `frame` to give `made`. Raises UnknownColumn for the row id."""
    if row_id is not None and row_id not in schema:
        raise UnknownColumn(row_id, schema)
    found = _summaries(frame, schema, plan, made, row_id)
    counts = {
        name: int(n)
        for name, n in _of(found, "cells").group_by("column", maintain_order=True).agg(pl.col("n").sum()).iter_rows()
    }
    bad = _of(found, "bad")
    rows = _of(found, "rows").select("n").sum().item()
    kept = _of(found, "kept").select("n").sum().item()
    facts: dict[str, Any] = dict(plan.facts)
    quarantine = empty_quarantine()
    if getattr(step, "on_error", "quarantine") == "null":
        facts |= {"made_missing": bad.height} if bad.height else {}
    elif bad.height:
        quarantine = bad.select("row", "column", value="before", reason="after")
    output = plan.work.output
    return Change(
        step.verb,
        {name: value for name, value in step.as_json().items() if name != "verb"},
        rows_in=rows,
        rows_out=kept,
        cells={name: counts.get(name, 0) for name in plan.work.computed},
        added=tuple(name for name, one in output.items() if name not in schema and not isinstance(one, str)),
        removed=tuple(name for name in schema if name not in output and name not in plan.work.taken.values()),
        renamed={old: name for name, old in plan.work.taken.items() if old != name},
        examples=_examples(_of(found, "example"), hides=step.hides) + _examples(_of(found, "dropped")),
        quarantine=quarantine,
        notes=plan.notes,
        facts=facts,
    )


def any_bad(frame: Frame, plan: Plan, made: Frame) -> bool:
    """Whether a value could not be used."""

    def summary(rows: pl.LazyFrame) -> pl.DataFrame:
        found = [table.select(one.when.any().alias("bad")) for one, table in _failing(rows, _wide(rows, plan), plan)]
        return pl.concat(found).select(pl.col("bad").any()).collect(engine="streaming")

    if (whole := _held(frame, plan, made)) is not None:
        answer = whole.select(pl.any_horizontal(one.when.any() for one in plan.failures.values())).collect().item()
        return bool(answer)
    return any(bool(part.to_series().any()) for part in map_batches(frame, summary, ROW))


def _summaries(frame: Frame, schema: Schema, plan: Plan, made: Frame, row_id: str | None) -> pl.DataFrame:
    types = plan.work.on(pl.LazyFrame(schema=dict(schema))).collect_schema()
    row = row_id or ROW
    row_type = schema[row_id] if row_id else pl.Int64()
    if (whole := _held(frame, plan, made)) is not None:
        counted = whole.with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
        return _summary(counted, counted, schema, types, plan, row, row_type)

    def summary(rows: pl.LazyFrame) -> pl.DataFrame:
        return _summary(rows, _wide(rows, plan), schema, types, plan, row, row_type)

    return pl.concat(map_batches(frame, summary, ROW))


def _held(frame: Frame, plan: Plan, made: Frame) -> pl.LazyFrame | None:
    """Before and after side by side, when both are at hand and no row was dropped."""
    if engine_of(frame) != "polars" or plan.work.keep is not None:
        return None
    done: pl.DataFrame = made.select(pl.col(name).alias(AFTER + name) for name in plan.work.computed)
    before: pl.DataFrame = to_polars(frame)
    return plan.work.prepared(pl.concat([before, done], how="horizontal").lazy())


def _wide(rows: pl.LazyFrame, plan: Plan) -> pl.LazyFrame:
    return plan.work.prepared(rows).with_columns(one.alias(AFTER + name) for name, one in plan.work.computed.items())


def _summary(
    rows: pl.LazyFrame,
    wide: pl.LazyFrame,
    schema: Schema,
    types: Mapping[str, pl.DataType],
    plan: Plan,
    row: str,
    row_type: Any,
) -> pl.DataFrame:
    shape = {
        "what": pl.String(),
        "column": pl.String(),
        "row": row_type,
        "before": pl.String(),
        "after": pl.String(),
        "n": pl.Int64(),
    }
    keep = plan.work.keep
    counts = [
        rows.select(pl.len().alias("rows"), (pl.len() if keep is None else keep.fill_null(False).sum()).alias("kept"))
    ]
    changed: dict[str, pl.Expr] = {}
    for name in plan.work.computed:
        failure = plan.failures.get(name)
        differs = _differs(name, schema, types)
        changed[name] = differs if failure is None else differs & ~failure.when.fill_null(False)
    counts.append(wide.select([one.sum().alias(name) for name, one in changed.items()] or [pl.lit(0).alias("none")]))
    parts: list[pl.LazyFrame] = []
    for name, differs in changed.items():
        source = name if name in schema else plan.sources.get(name)
        before = _text(pl.col(source), schema[source]) if source else pl.lit(None, pl.String)
        parts.append(
            _part(wide.filter(differs).head(_LOOKED_AT), "example", name, row, before, _text(after(name), types[name]))
        )
    for failure, where in _failing(rows, wide, plan):
        reason = pl.lit(failure.reason) if isinstance(failure.reason, str) else failure.reason
        value = _text(pl.col(failure.source), schema[failure.source]) if failure.value is None else failure.value
        parts.append(_part(where.filter(failure.when), "bad", failure.source, row, value, reason))
    if keep is not None:
        shown = [
            pl.format("{}={}", pl.lit(name), _text(pl.col(name), kind).fill_null("missing"))
            for name, kind in schema.items()
            if name != row and kind != pl.Object()
        ][:6]
        dropped = rows.filter(~keep.fill_null(False)).head(SHOWN)
        parts.append(_part(dropped, "dropped", "", row, pl.concat_str(shown, separator=", ") if shown else pl.lit("")))
    first, second, *found = pl.collect_all([*counts, *parts], engine="streaming")
    numbers = [
        ("rows", "", first["rows"][0]),
        ("kept", "", first["kept"][0]),
        *(("cells", name, second[name][0]) for name in changed),
    ]
    table = pl.DataFrame([{"what": what, "column": name, "n": int(n)} for what, name, n in numbers], schema=shape)
    return pl.concat([table, *(one.select(pl.col(name).cast(kind) for name, kind in shape.items()) for one in found)])


def _failing(rows: pl.LazyFrame, wide: pl.LazyFrame, plan: Plan) -> Iterator[tuple[Failure, pl.LazyFrame]]:
    """Each failure with where to look for it: before and after side by side, or all rows for a condition's own."""
    for name, failure in plan.failures.items():
        yield failure, wide if name in plan.work.computed else rows


def _part(
    rows: pl.LazyFrame, what: str, column: str, row: str, before: pl.Expr, now: pl.Expr | None = None
) -> pl.LazyFrame:
    return rows.select(
        what=pl.lit(what), column=pl.lit(column), row=pl.col(row), before=before,
        after=pl.lit(None, pl.String) if now is None else now, n=pl.lit(1, pl.Int64),
    )  # fmt: skip


def _differs(name: str, schema: Schema, types: Mapping[str, pl.DataType]) -> pl.Expr:
    if name not in schema:
        return after(name).fill_null(False) if types[name] == pl.Boolean() else after(name).is_not_null()
    if schema[name] == types[name]:
        return pl.col(name).ne_missing(after(name))
    if schema[name].is_nested() or types[name].is_nested():
        return pl.col(name).is_not_null() | after(name).is_not_null()
    if types[name].is_numeric():  # 12 read out of "12" is no change, nor is 12.0 made of 12
        return pl.col(name).cast(pl.Float64, strict=False).ne_missing(after(name).cast(pl.Float64)) & (
            pl.col(name).is_not_null() | after(name).is_not_null()
        )
    return pl.col(name).cast(pl.String).ne_missing(after(name).cast(pl.String))


def _text(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind.is_nested() or kind in {pl.Binary(), pl.Object()}:
        return value.map_elements(_said, return_dtype=pl.String)
    return value.cast(pl.String)


def _said(value: Any) -> str:
    return str(value.to_list() if isinstance(value, pl.Series) else value)


def _of(found: pl.DataFrame, what: str) -> pl.DataFrame:
    return found.filter(pl.col("what") == what)


def _examples(found: pl.DataFrame, *, hides: bool = False) -> tuple[Example, ...]:
    """A few for each column, of different values."""
    shown = found.unique(["column", "before"], keep="first", maintain_order=True)
    shown = shown.group_by("column", maintain_order=True).head(SHOWN)
    return tuple(
        Example(one["row"], one["column"], HIDDEN if hides else one["before"], one["after"])
        for one in shown.iter_rows(named=True)
    )
