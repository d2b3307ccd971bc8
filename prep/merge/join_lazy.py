"""A join on an engine that holds its own rows (polars lazy, DuckDB, Spark): its keys are counted, then it joins itself.

Said once over Narwhals. Where rows have no order of their own, they are numbered first and sorted by it last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw

from prep.engines import engine_of
from prep.frames import Frame
from prep.merge.columns import Output
from prep.merge.counts import SHOWN_KEYS, Counts, Promise, Side, broken, refuse_explosion, unique_sides
from prep.merge.doubts import refuse_doubts
from prep.merge.join_eager import Joined
from prep.merge.keys import Meeting, meet
from prep.merge.native import fetched, numbered
from prep.merge.pairing import How
from prep.merge.widen import widest

LEFT, RIGHT = "__assay_left", "__assay_right"
ROWS = "__assay_rows"


def join_lazy(
    left: Frame,
    right: Frame,
    keys: Sequence[tuple[str, str]],
    how: How,
    promise: Promise,
    outputs: Sequence[Output],
    most_rows: int | None,
) -> Joined:
    """Join two lazy frames of one engine; the keys of both are read now, the rest when asked for.

    Raises BrokenPromise, UnusableFrame.
    """
    lefts, rights = nw.from_native(left), nw.from_native(right)
    left_types, right_types = lefts.collect_schema(), rights.collect_schema()
    meetings = [meet(one, left_types[one], other, right_types[other]) for one, other in keys]
    doubts = [doubt for each in meetings for doubt in each.doubts]
    refuse_doubts(lefts, [doubt for doubt in doubts if doubt.side == "left"])
    refuse_doubts(rights, [doubt for doubt in doubts if doubt.side == "right"])
    counts = _held(lefts, rights, keys, meetings, promise, how, most_rows)
    turned = _fills(lefts, rights, outputs)
    frame = _joined(left, right, meetings, how, outputs, turned)

    def unmatched(side: Side) -> Frame:
        if side == "left":
            return _joined(left, right, meetings, "anti", [Output(n, "left", left=n) for n in left_types], {})
        mirrored = [Meeting(one.right, one.left, one.right_turn, one.left_turn) for one in meetings]
        return _joined(right, left, mirrored, "anti", [Output(n, "left", left=n) for n in right_types], {})

    return Joined(frame, counts, tuple(one.note for one in meetings if one.note), unmatched)


def _held(
    left: nw.LazyFrame[Any],
    right: nw.LazyFrame[Any],
    keys: Sequence[tuple[str, str]],
    meetings: Sequence[Meeting],
    promise: Promise,
    how: How,
    most_rows: int | None,
) -> Counts:
    """The counts of the keys, once the promise is seen to hold. Raises BrokenPromise, UnusableFrame."""
    names = [f"{LEFT}_{number}" for number in range(len(meetings))]
    ways = [one.left_turn(nw.col(one.left)).alias(name) for one, name in zip(meetings, names, strict=True)]
    other_ways = [one.right_turn(nw.col(one.right)).alias(name) for one, name in zip(meetings, names, strict=True)]
    left_keys, right_keys = left.select(*ways), right.select(*other_ways)
    lefts, rights = _by_key(left_keys, names, LEFT), _by_key(right_keys, names, RIGHT)
    for side in unique_sides(promise):
        counted, rows = (lefts, LEFT) if side == "left" else (rights, RIGHT)
        if _value(counted.select((nw.col(rows) > 1).cast(nw.Int64).sum())):
            own = [pair[0 if side == "left" else 1] for pair in keys]

            def offenders(
                counted: nw.LazyFrame[Any] = counted, rows: str = rows, own: list[str] = own
            ) -> tuple[int, list[dict[str, Any]]]:
                many = counted.filter(nw.col(rows) > 1)
                worst = many.sort(rows, *names, descending=[True] + [False] * len(names)).head(SHOWN_KEYS)
                worst = worst.rename({**dict(zip(names, own, strict=True)), rows: "rows"})
                return _value(many.select(nw.len())), fetched(worst).to_dicts()

            raise broken(promise, side, own, offenders)
    renamed = rights.rename({name: f"{RIGHT}_{number}" for number, name in enumerate(names)})
    both = lefts.join(
        renamed, left_on=names, right_on=[f"{RIGHT}_{number}" for number in range(len(names))], how="full"
    )
    asked = both.select(
        nw.col(LEFT).sum().alias("left"),
        nw.col(RIGHT).sum().alias("right"),
        nw.when(nw.col(RIGHT).is_null()).then(nw.col(LEFT)).sum().alias("left_alone"),
        nw.when(nw.col(LEFT).is_null()).then(nw.col(RIGHT)).sum().alias("right_alone"),
        (nw.col(LEFT).cast(nw.Float64) * nw.col(RIGHT).cast(nw.Float64)).sum().alias("pairs"),
    )
    found = fetched(asked).row(0, named=True)
    total_left, total_right = _value(left.select(nw.len())), _value(right.select(nw.len()))
    gaps_left, gaps_right = total_left - int(found["left"] or 0), total_right - int(found["right"] or 0)
    if promise == "m:m" and how not in {"semi", "anti"}:
        refuse_explosion(int(found["pairs"] or 0), total_left, total_right, most_rows)
    return Counts(
        total_left,
        total_right,
        int(found["left_alone"] or 0) + gaps_left,
        int(found["right_alone"] or 0) + gaps_right,
        gaps_left,
        gaps_right,
    )


def _by_key(keys: nw.LazyFrame[Any], names: Sequence[str], rows: str) -> nw.LazyFrame[Any]:
    whole = keys.filter(*(~nw.col(name).is_null() for name in names))
    return whole.group_by(*names).agg(nw.len().cast(nw.Int64).alias(rows))


def _value(frame: nw.LazyFrame[Any]) -> int:
    return int(fetched(frame).item() or 0)


def _fills(left: nw.LazyFrame[Any], right: nw.LazyFrame[Any], outputs: Sequence[Output]) -> dict[str, Any]:
    """The common type of each column that is filled from both sides. Raises UnusableFrame."""
    found = {}
    for one in outputs:
        if one.source == "fill":
            sides = (("left", left, one.left), ("right", right, one.right))
            wide = widest([(side, frame.collect_schema()[name]) for side, frame, name in sides], one.name)
            for side, frame, name in sides:
                own = [replace(doubt, column=name) for doubt in wide.doubts if doubt.side == side]
                refuse_doubts(frame, own, f"Column {one.name!r} cannot be filled")
            found[one.name] = wide.type
    return found


def _joined(
    left: Frame,
    right: Frame,
    meetings: Sequence[Meeting],
    how: How,
    outputs: Sequence[Output],
    fills: dict[str, Any],
) -> Frame:
    is_polars = engine_of(left) == "polars-lazy"
    lefts = nw.from_native(left) if is_polars else numbered(left, LEFT)
    rights = nw.from_native(right) if is_polars else numbered(right, RIGHT)
    left_names = {name: f"{LEFT}_c{place}" for place, name in enumerate(nw.from_native(left).collect_schema().names())}
    right_names = {
        name: f"{RIGHT}_c{place}" for place, name in enumerate(nw.from_native(right).collect_schema().names())
    }
    left_keys = [f"{LEFT}_{number}" for number in range(len(meetings))]
    right_keys = [f"{RIGHT}_{number}" for number in range(len(meetings))]
    lefts = lefts.select(
        *(one.left_turn(nw.col(one.left)).alias(name) for one, name in zip(meetings, left_keys, strict=True)),
        *(nw.col(name).alias(new) for name, new in left_names.items()),
        *([] if is_polars else [nw.col(LEFT)]),
    )
    rights = rights.select(
        *(one.right_turn(nw.col(one.right)).alias(name) for one, name in zip(meetings, right_keys, strict=True)),
        *(nw.col(name).alias(new) for name, new in right_names.items()),
        *([] if is_polars else [nw.col(RIGHT)]),
    )
    made = (
        _polars_join(lefts, rights, left_keys, right_keys, how)
        if is_polars
        else _numbered_join(lefts, rights, left_keys, right_keys, how)
    )
    selected = []
    for one in outputs:
        number = next((n for n, each in enumerate(meetings) if each.left == one.left), None)
        if one.source == "key" and how == "full":
            column = nw.coalesce(nw.col(left_keys[number or 0]), nw.col(right_keys[number or 0]))
        elif one.source == "fill":
            kind = fills[one.name]
            column = nw.coalesce(nw.col(left_names[one.left]).cast(kind), nw.col(right_names[one.right]).cast(kind))
        elif one.source == "right" or (one.source == "key" and how == "right"):
            column = nw.col(right_names[one.right])
        else:
            column = nw.col(left_names[one.left])
        selected.append(column.alias(one.name))
    return made.select(*selected).to_native()


def _polars_join(
    left: nw.LazyFrame[Any], right: nw.LazyFrame[Any], left_on: list[str], right_on: list[str], how: How
) -> nw.LazyFrame[Any]:
    ordered = "right_left" if how == "right" else "left_right"
    made = left.to_native().join(
        right.to_native(), left_on=left_on, right_on=right_on, how=how, coalesce=False,
        maintain_order=ordered if how not in {"semi", "anti"} else "left",
    )  # fmt: skip
    joined: nw.LazyFrame[Any] = nw.from_native(made)
    return joined


def _numbered_join(
    left: nw.LazyFrame[Any], right: nw.LazyFrame[Any], left_on: list[str], right_on: list[str], how: How
) -> nw.LazyFrame[Any]:
    if how == "right":
        return right.join(left, left_on=right_on, right_on=left_on, how="left").sort(RIGHT, LEFT, nulls_last=True)
    made = left.join(right, left_on=left_on, right_on=right_on, how=how)
    return made.sort(LEFT, nulls_last=True) if how in {"semi", "anti"} else made.sort(LEFT, RIGHT, nulls_last=True)
