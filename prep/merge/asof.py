"""A join to the nearest time: how far, in which direction, and what counts when times are equal. Knows no engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, get_args

import narwhals as nw
import polars as pl

from prep.change import Change
from prep.engines import is_lazy, rows_of
from prep.errors import UnusableParameter
from prep.frames import Frame, columns_of
from prep.merge.columns import Output, Overlap, laid_out
from prep.merge.doubts import refuse_doubts
from prep.merge.join_eager import assemble, keys_of
from prep.merge.keys import Meeting, listed, meet, named_keys
from prep.merge.merged import Merge, Merged, counted, given, one_of
from prep.merge.native import Measure, beside, fetched, numbered, rows_at, usable, with_instant
from prep.merge.nearest import MET, TIME, Direction, Nearness, last_of_each, nearest_rows, with_met
from prep.merge.pairing import Pairing
from prep.merge.times import compared, kind_of, most_apart

LEFT, RIGHT = "__assay_left", "__assay_right"


@dataclass(frozen=True)
class _Asked:
    """What is joined to what: the names of the times, the keys, the nearness, and the columns of the result."""

    left_time: str
    right_time: str
    by: tuple[str, ...]
    near: Nearness
    measure: Measure
    outputs: tuple[Output, ...]


class Matched(Merged):
    """A join to the nearest time: `.frame`, `.change`, and the rows of the left that met none."""

    def __init__(self, frame: Frame, tell: Any, unmatched: Any) -> None:
        super().__init__(frame, tell)
        self._unmatched = unmatched

    @cached_property
    def unmatched_left(self) -> Frame:
        """The rows of the left that met none, in their order."""
        return self._unmatched()


@Merge
def asof(
    left: Frame,
    right: Frame,
    *,
    on: str | None = None,
    left_on: str | None = None,
    right_on: str | None = None,
    by: str | Sequence[str] | None = None,
    tolerance: float | str | timedelta | None = None,
    direction: Direction = "backward",
    exact: bool = True,
    matched: str | None = None,
    overlap: Overlap = "refuse",
    suffixes: tuple[str, str] = ("_left", "_right"),
) -> Matched:
    """Join each row of the left to the one row of the right that is nearest in time (or in number).

    `direction` is "backward" (the latest at or before), "forward" (the earliest at or after) or "nearest". `exact=False`
    leaves equal times out. `by` names columns that must be equal as well. `tolerance` is how far apart they may be: a
    number for numbers; for times a timedelta or text such as "90s", "1h30m", "2d" (units us, ms, s, m, h, d, w).

    Neither side need be sorted; the rows of the left come once each, in their order, on every engine. Of several rows
    of the right at one time the last counts; of two times equally near, the earlier. A gap in a time or in `by`
    (null, or NaN) meets nothing.

    `matched` names a new column with the time of the right that was met. Columns of both sides: see `join`.
    A lazy frame stays lazy. `asof.run(...)` gives `.change` (how many met none, how many gave way at an equal time)
    and `.unmatched_left`.

    Raises UnknownColumn, UnusableParameter, UnusableFrame.

    >>> import polars as pl
    >>> trades = pl.DataFrame({"at": [3, 7, 1], "paid": [10.0, 11.0, 9.0]})
    >>> quotes = pl.DataFrame({"at": [2, 6, 6], "bid": [9.5, 10.4, 10.5]})
    >>> asof(trades, quotes, on="at", tolerance=1, matched="quoted").rows()
    [(3, 10.0, 9.5, 2), (7, 11.0, 10.5, 6), (1, 9.0, None, None)]
    """
    one_of("direction", direction, get_args(Direction))
    one_of("overlap", overlap, get_args(Overlap))
    lefts = usable(left)
    rights = beside(usable(right), lefts, "The right")
    columns = columns_of(lefts), columns_of(rights)
    ((left_time, right_time),) = _one(named_keys(on, left_on, right_on, *columns))
    keys = named_keys(by, None, None, *columns) if listed(by) else []
    if left_time in listed(by) or right_time in listed(by):
        raise UnusableParameter(f"{left_time!r} cannot be both the time and one of by=.")
    kinds = kind_of(lefts, left_time), kind_of(rights, right_time)
    measure = compared(lefts, left_time, rights, right_time, kinds)
    near = Nearness(direction, most_apart(tolerance, measure), exact)
    same = [(left_time, right_time)] if left_time == right_time else []
    outputs = laid_out(*columns, [*keys, *same], overlap, suffixes)
    if any(one.source == "fill" for one in outputs):
        raise UnusableParameter("overlap='fill' is for joins by equal keys. Say 'suffix', 'left' or 'right'.")
    if matched is not None:
        if matched.casefold() in {one.name.casefold() for one in outputs}:
            raise UnusableParameter(f"There is a column {matched!r} already. Give matched= another name.")
        outputs.append(Output(matched, "right", right=right_time))
    asked = _Asked(left_time, right_time, tuple(one for one, _ in keys), near, measure, tuple(outputs))
    parameters = given(
        {
            "on": on, "left_on": left_on, "right_on": right_on, "by": by, "direction": direction, "exact": exact,
            "tolerance": str(tolerance) if isinstance(tolerance, timedelta) else tolerance, "matched": matched,
            "overlap": overlap, "suffixes": list(suffixes),
        },
        {"direction": "backward", "exact": True, "overlap": "refuse", "suffixes": ["_left", "_right"]},
    )  # fmt: skip
    added = tuple(one.name for one in outputs if one.name not in columns[0])
    work = _lazily if is_lazy(lefts) else _at_once
    return work(lefts, rights, asked, keys, parameters, added)


def _one(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(pairs) != 1:
        raise UnusableParameter("on= names the one column of times. Name others in by=.")
    return pairs


def _at_once(
    left: Frame,
    right: Frame,
    asked: _Asked,
    keys: list[tuple[str, str]],
    parameters: dict[str, Any],
    added: tuple[str, ...],
) -> Matched:
    times = [_instants(frame, name, asked) for frame, name in ((left, asked.left_time), (right, asked.right_time))]
    lefts, rights, meetings = keys_of(left, right, keys) if keys else (pl.DataFrame(), pl.DataFrame(), [])
    timed = [pl.DataFrame([*one.get_columns(), time]) for one, time in zip((lefts, rights), times, strict=True)]
    places, ties = nearest_rows(timed[0], timed[1], asked.near)
    is_met = places.is_not_null().to_numpy()
    names = [*keys, *([(asked.left_time, asked.right_time)] if asked.left_time == asked.right_time else [])]
    found = Pairing(None, places, is_met, is_met)
    frame = assemble(left, right, found, "left", asked.outputs, (lefts, rights, names))
    gaps = [int(one.select(pl.any_horizontal(pl.all().is_null()).sum()).item()) for one in timed]

    def change() -> Change:
        return _change(parameters, added, len(left), len(right), int((~is_met).sum()), gaps[0], gaps[1], ties, meetings)

    return Matched(frame, change, lambda: rows_at(left, pl.Series((~is_met).nonzero()[0])))


def _instants(frame: Frame, name: str, asked: _Asked) -> pl.Series:
    from prep.frames import to_polars

    one = to_polars(nw.from_native(frame).select(name).to_native()).lazy()
    made: pl.DataFrame = with_instant(one, name, TIME, asked.measure).select(TIME).collect()
    return made.to_series()


def _lazily(
    left: Frame,
    right: Frame,
    asked: _Asked,
    keys: list[tuple[str, str]],
    parameters: dict[str, Any],
    added: tuple[str, ...],
) -> Matched:
    types = nw.from_native(left).collect_schema(), nw.from_native(right).collect_schema()
    meetings = [meet(one, types[0][one], other, types[1][other]) for one, other in keys]
    for side, frame in (("left", left), ("right", right)):
        doubts = [doubt for each in meetings for doubt in each.doubts if doubt.side == side]
        refuse_doubts(nw.from_native(frame), doubts)
    left_names = {name: f"{LEFT}_c{place}" for place, name in enumerate(types[0].names())}
    right_names = {name: f"{RIGHT}_c{place}" for place, name in enumerate(types[1].names())}
    key_names = [f"{LEFT}_{number}" for number in range(len(keys))]
    timed = [
        numbered(with_instant(frame, name, TIME, asked.measure), place)
        for frame, name, place in ((left, asked.left_time, LEFT), (right, asked.right_time, RIGHT))
    ]
    lefts = timed[0].select(
        *(one.left_turn(nw.col(one.left)).alias(name) for one, name in zip(meetings, key_names, strict=True)),
        TIME, LEFT, *(nw.col(name).alias(new) for name, new in left_names.items()),
    )  # fmt: skip
    rights = timed[1].select(
        *(one.right_turn(nw.col(one.right)).alias(name) for one, name in zip(meetings, key_names, strict=True)),
        TIME, RIGHT, *(nw.col(name).alias(new) for name, new in right_names.items()),
    )  # fmt: skip
    once = last_of_each(rights, key_names, RIGHT)
    met = with_met(lefts, once, key_names, asked.near)
    renamed = {name: f"{RIGHT}_k{number}" for number, name in enumerate([*key_names, TIME])}
    made = met.join(once.rename(renamed), left_on=[*key_names, MET], right_on=list(renamed.values()), how="left").sort(
        LEFT
    )
    frame = made.select(
        *(
            nw.col(right_names[one.right] if one.source == "right" else left_names[one.left]).alias(one.name)
            for one in asked.outputs
        )
    ).to_native()
    alone = made.filter(nw.col(RIGHT).is_null())

    def change() -> Change:
        def count(rows: nw.LazyFrame[Any]) -> int:
            return int(fetched(rows.select(nw.len())).item())

        def gaps(rows: nw.LazyFrame[Any]) -> int:
            return count(
                rows.filter(
                    nw.any_horizontal(*(nw.col(name).is_null() for name in (*key_names, TIME)), ignore_nulls=True)
                )
            )

        gaps_right, total_right = gaps(rights), rows_of(right)
        ties = total_right - gaps_right - count(once)
        return _change(
            parameters, added, rows_of(left), total_right, count(alone), gaps(lefts), gaps_right, ties, meetings
        )

    def unmatched() -> Frame:
        return alone.select(*(nw.col(new).alias(name) for name, new in left_names.items())).to_native()

    return Matched(frame, change, unmatched)


def _change(
    parameters: dict[str, Any],
    added: tuple[str, ...],
    rows_left: int,
    rows_right: int,
    unmatched: int,
    gaps_left: int,
    gaps_right: int,
    ties: int,
    meetings: Sequence[Meeting],
) -> Change:
    notes = [f"left: {unmatched:,} of {counted(rows_left, 'row')} met none"]
    if gaps_left:
        notes[0] += f" ({gaps_left:,} {'has' if gaps_left == 1 else 'have'} a gap in the time or in by)"
    if gaps_right:
        notes.append(f"right: {counted(gaps_right, 'row')} with a gap in the time or in by cannot be met")
    if ties:
        notes.append(f"right: {counted(ties, 'row')} gave way to a later one at the same time")
    return Change(
        "asof",
        parameters,
        rows_in=rows_left,
        rows_out=rows_left,
        added=added,
        notes=(*notes, *(one.note for one in meetings if one.note)),
        facts={
            "rows_left": rows_left, "rows_right": rows_right, "unmatched_left": unmatched, "gaps_left": gaps_left,
            "gaps_right": gaps_right, "ties_right": ties,
        },
    )  # fmt: skip
