"""A join in memory: the keys alone say which rows meet; each column is then taken by row number, in its own type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import polars as pl

from prep.engines import engine_of
from prep.frames import Frame, to_polars
from prep.merge.columns import Output
from prep.merge.counts import SHOWN_KEYS, Counts, Promise, Side, broken, refuse_explosion, unique_sides
from prep.merge.doubts import refuse_doubts
from prep.merge.keys import Meeting, meet
from prep.merge.native import assembled, column_at, column_from, rows_at, series_at
from prep.merge.pairing import How, Pairing, is_unique, pair, repeated, size
from prep.merge.widen import widest


@dataclass(frozen=True)
class Joined:
    """A join done: the frame, its counts, what was found about the keys, and the unmatched rows on request."""

    frame: Frame
    counts: Counts
    notes: tuple[str, ...]
    unmatched: Callable[[Side], Frame]


def join_eager(
    left: Frame,
    right: Frame,
    keys: Sequence[tuple[str, str]],
    how: How,
    promise: Promise,
    outputs: Sequence[Output],
    most_rows: int | None,
) -> Joined:
    """Join two frames of one engine in memory. Raises BrokenPromise, UnusableFrame."""
    lefts, rights, meetings = keys_of(left, right, keys)
    hold(promise, keys, lefts, rights)
    if promise == "m:m" and how not in {"semi", "anti"}:
        refuse_explosion(size(lefts, rights), len(left), len(right), most_rows)
    found = pair(lefts, rights, how)

    def unmatched(side: Side) -> Frame:
        frame, is_met = (left, found.is_met_left) if side == "left" else (right, found.is_met_right)
        return rows_at(frame, pl.Series((~is_met).nonzero()[0]))

    counts = Counts(
        len(left),
        len(right),
        int((~found.is_met_left).sum()),
        int((~found.is_met_right).sum()),
        _gaps(lefts),
        _gaps(rights),
    )
    notes = tuple(one.note for one in meetings if one.note)
    frame = assemble(left, right, found, how, outputs, (lefts, rights, keys))
    return Joined(frame, counts, notes, unmatched)


def assemble(
    left: Frame,
    right: Frame,
    found: Pairing,
    how: How,
    outputs: Sequence[Output],
    keyed: tuple[pl.DataFrame, pl.DataFrame, Sequence[tuple[str, str]]],
) -> Frame:
    """The frame of a pairing; `keyed` are the keys of both sides in their common types, and their names."""
    columns = {one.name: _column(one, left, right, found, how, *keyed) for one in outputs}
    engine = engine_of(left)
    rows = len(found.right) if found.right is not None else len(found.left if found.left is not None else left)
    index = left.index if engine == "pandas" and found.left is None else None
    return assembled(columns, engine, rows, index)


def keys_of(
    left: Frame, right: Frame, keys: Sequence[tuple[str, str]]
) -> tuple[pl.DataFrame, pl.DataFrame, list[Meeting]]:
    """The keys of both sides in polars, of one name and type, NaN a gap. Raises UnusableFrame where types do not meet."""
    lefts, rights = _selected(left, [one for one, _ in keys]), _selected(right, [other for _, other in keys])
    meetings = [meet(one, *_types(lefts, one, rights, other)) for one, other in keys]
    for side, frame in (("left", lefts), ("right", rights)):
        refuse_doubts(
            nw.from_native(frame.lazy()), [one for each in meetings for one in each.doubts if one.side == side]
        )
    turned_left = nw.from_native(lefts).select(
        one.left_turn(nw.col(one.left)).alias(f"key{number}") for number, one in enumerate(meetings)
    )
    turned_right = nw.from_native(rights).select(
        one.right_turn(nw.col(one.right)).alias(f"key{number}") for number, one in enumerate(meetings)
    )
    return turned_left.to_native(), turned_right.to_native(), meetings


def hold(promise: Promise, keys: Sequence[tuple[str, str]], left: pl.DataFrame, right: pl.DataFrame) -> None:
    """Raises BrokenPromise, naming the keys that repeat."""
    for side in unique_sides(promise):
        frame = left if side == "left" else right
        if not is_unique(frame):
            names = [pair[0 if side == "left" else 1] for pair in keys]

            def offenders(frame: pl.DataFrame = frame, names: list[str] = names) -> tuple[int, list[dict[str, Any]]]:
                found = repeated(frame)
                return found.height, found.head(SHOWN_KEYS).rename(
                    dict(zip(frame.columns, names, strict=True))
                ).to_dicts()

            raise broken(promise, side, names, offenders)


def _selected(frame: Frame, names: Sequence[str]) -> pl.DataFrame:
    return to_polars(nw.from_native(frame).select(*names).to_native())


def _types(left: pl.DataFrame, one: str, right: pl.DataFrame, other: str) -> tuple[Any, str, Any]:
    return nw.from_native(left).schema[one], other, nw.from_native(right).schema[other]


def widened(both: tuple[pl.DataFrame, pl.DataFrame], output: Output) -> list[pl.DataFrame]:
    """The two columns of which one fills the other, in a type that holds both. Raises UnusableFrame."""
    frames = [nw.from_native(one.lazy()) for one in both]
    types = [one.collect_schema()[name] for one, name in zip(frames, (output.left, output.right), strict=True)]
    wide = widest([("left", types[0]), ("right", types[1])], output.name)
    made = []
    for frame, name, side in zip(frames, (output.left, output.right), ("left", "right"), strict=True):
        own = [replace(doubt, column=name) for doubt in wide.doubts if doubt.side == side]
        refuse_doubts(frame, own, f"Column {output.name!r} cannot be filled")
        made.append(frame.select(nw.col(name).cast(wide.type)).to_native().collect())
    return made


def _gaps(keys: pl.DataFrame) -> int:
    return int(keys.select(pl.any_horizontal(pl.all().is_null()).sum()).item())


def _column(
    output: Output,
    left: Frame,
    right: Frame,
    found: Pairing,
    how: How,
    lefts: pl.DataFrame,
    rights: pl.DataFrame,
    keys: Sequence[tuple[str, str]],
) -> Any:
    engine = engine_of(left)
    if output.source == "right" or (output.source == "key" and how == "right"):
        return column_at(right, output.right, found.right)
    if output.source == "left" or (output.source == "key" and how != "full"):
        return column_at(left, output.left, found.left)
    if output.source == "key":
        name = f"key{[one for one, _ in keys].index(output.left)}"
        first, second = lefts.get_column(name), rights.get_column(name)
    else:
        both = _selected(left, [output.left]), _selected(right, [output.right])
        first, second = (one.to_series() for one in widened(both, output))
    first = series_at(first, found.left)
    if found.right is not None:
        first = first.zip_with(first.is_not_null(), second.gather(found.right))
    return column_from(first.alias(output.name), engine)
