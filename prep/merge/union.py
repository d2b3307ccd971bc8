"""Tables put under one another: their columns found by name, their types widened, nothing lost. Knows no engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import narwhals as nw

from prep.change import Change
from prep.engines import back, engine_of, lazily, rows_of
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame
from prep.merge.doubts import refuse_doubts
from prep.merge.merged import Merge, Merged, given, one_of
from prep.merge.native import beside, usable
from prep.merge.widen import Wide, widest

Missing = Literal["fill", "refuse"]


@dataclass(frozen=True)
class Part:
    """One of the tables: its name, its rows for Narwhals, and its column (with its type) for each of the result."""

    name: str
    rows: nw.LazyFrame[Any]
    columns: Mapping[str, tuple[str, Any]]


@Merge
def union(
    *frames: Frame | Sequence[Frame] | Mapping[str, Frame],
    source: str | None = None,
    missing: Missing = "fill",
    ignore_case: bool = False,
) -> Merged:
    """Put tables under one another, in the order given; the kind of the first comes out.

    Give frames, a list of them, or a mapping of names to frames. Columns are found by name, in whatever order, and stand in the order
    in which they first come. A column that a table lacks is a gap in its rows (`missing="refuse"` raises instead).
    Types widen as far as no value is lost: whole numbers to wider ones, or to floats beside floats; categories to text;
    dates to times; a column of nothing takes any type. Others, such as text beside numbers, raise UnusableFrame.

    Names that differ only by case are refused; `ignore_case=True` takes them for one, as the first table spells it.
    `source` names a new column with the name of the table (its number from 1, for frames without names).

    Lazy stays lazy; only where long whole numbers meet floats are their values looked at.
    `union.run(...)` gives `.change`: which column came from where, and what its type became.

    Raises UnusableFrame, UnusableParameter.

    >>> import polars as pl
    >>> old, new = pl.DataFrame({"id": [1], "n": [2]}), pl.DataFrame({"n": [0.5], "id": [3], "note": ["x"]})
    >>> union({"old": old, "new": new}, source="table").rows()
    [(1, 2.0, None, 'old'), (3, 0.5, 'x', 'new')]
    >>> print(union.run({"old": old, "new": new}).change)
    union: 2 rows
      1 from old, 1 from new
      n: Int64 in old, Float64 in new became Float64
      note: only in new; a gap in old
    """
    one_of("missing", missing, get_args(Missing))
    named = named_frames(frames)
    first = usable(next(iter(named.values())))
    moved = {name: beside(usable(frame), first, f"Table {name!r}") for name, frame in named.items()}
    parts = aligned(moved, ignore_case=ignore_case)
    order = list(dict.fromkeys(name for part in parts for name in part.columns))
    if source is not None and source.casefold() in {name.casefold() for name in order}:
        raise UnusableParameter(f"There is a column {source!r} already. Give source= another name.")
    if missing == "refuse":
        _refuse_missing(parts, order)
    wides = {name: common(parts, name) for name in order}
    stacked = nw.concat([_shaped(part, wides, source) for part in parts], how="vertical")
    made = back(stacked, first)

    def change() -> Change:
        rows = {name: rows_of(frame) for name, frame in moved.items()}
        return Change(
            "union",
            given({"source": source, "missing": missing, "ignore_case": ignore_case}, {"missing": "fill", "ignore_case": False, "source": None}),
            rows_in=sum(rows.values()),
            rows_out=rows_of(made),
            notes=(", ".join(f"{count:,} from {name}" for name, count in rows.items()), *_notes(parts, wides)),
            facts={"rows": rows, "columns": {name: _came_from(parts, name, wides[name]) for name in order}},
        )  # fmt: skip

    return Merged(made, change)


def named_frames(frames: Sequence[Any]) -> dict[str, Frame]:
    """The tables by name: those of a mapping of frames, or numbered from 1; one list of them will do. Raises UnusableParameter.

    >>> list(named_frames([{"id": [1]}, {"id": [2]}]))
    ['1', '2']
    """
    if len(frames) == 1 and isinstance(frames[0], list | tuple):
        frames = frames[0]
    if len(frames) == 1 and isinstance(frames[0], Mapping) and all(map(_is_table, frames[0].values())):
        if not frames[0]:
            raise UnusableParameter("There is no table to begin with. Give one or more.")
        return {str(name): frame for name, frame in frames[0].items()}
    if not frames:
        raise UnusableParameter("There is no table to begin with. Give one or more.")
    return {str(number): frame for number, frame in enumerate(frames, 1)}


def _is_table(value: Any) -> bool:
    if isinstance(value, list | tuple | str):
        return False
    try:
        return bool(engine_of(value))
    except UnusableFrame:
        return False


def aligned(frames: Mapping[str, Frame], *, ignore_case: bool = False) -> list[Part]:
    """The tables with their columns under the names of the result. Raises UnusableFrame for names that differ by case."""
    spelt: dict[str, str] = {}
    found_in: dict[str, str] = {}
    parts = []
    for name, frame in frames.items():
        rows = lazily(frame)
        schema = rows.collect_schema()
        twice = [one for one, times in Counter(column.casefold() for column in schema).items() if times > 1]
        if twice:
            both = [column for column in schema if column.casefold() == twice[0]]
            raise UnusableFrame(f"Table {name!r} has columns {both[0]!r} and {both[1]!r}. Rename one of them.")
        columns = {}
        for column, kind in schema.items():
            spelling = spelt.setdefault(column.casefold(), column)
            if spelling != column and not ignore_case:
                raise UnusableFrame(
                    f"{spelling!r} in table {found_in[column.casefold()]!r} and {column!r} in {name!r} differ only by "
                    "case. Rename one of them, or say ignore_case=True if they are one column."
                )
            found_in.setdefault(column.casefold(), name)
            columns[spelling] = (column, kind)
        parts.append(Part(name, rows, columns))
    return parts


def common(parts: Sequence[Part], name: str) -> Wide:
    """The type of a column of the result. Raises UnusableFrame where none holds all, having looked at doubtful values."""
    wide = widest([(part.name, part.columns[name][1]) for part in parts if name in part.columns], name)
    for part in parts:
        own = [doubt for doubt in wide.doubts if doubt.side == part.name]
        if own and name in part.columns:
            refuse_doubts(part.rows.rename({part.columns[name][0]: name}), own, "The tables do not fit")
    return wide


def shaped(part: Part, name: str, wide: Wide) -> nw.Expr:
    """One column of the result from one of the tables; a gap where the table has none."""
    if name not in part.columns:
        return nw.lit(None).cast(wide.type).alias(name)
    column, kind = part.columns[name]
    value = nw.col(column)
    return (value if kind == wide.type else value.cast(wide.type)).alias(name)


def _shaped(part: Part, wides: Mapping[str, Wide], source: str | None) -> nw.LazyFrame[Any]:
    columns = [shaped(part, name, wide) for name, wide in wides.items()]
    named = [] if source is None else [nw.lit(part.name).alias(source)]
    return part.rows.select(*columns, *named) if columns else part.rows


def _refuse_missing(parts: Sequence[Part], order: Sequence[str]) -> None:
    for part in parts:
        lacking = [name for name in order if name not in part.columns]
        if lacking:
            raise UnusableFrame(
                f"Table {part.name!r} has no column {', '.join(map(repr, lacking))}. Add it, or say missing='fill' to "
                "leave gaps."
            )


def _notes(parts: Sequence[Part], wides: Mapping[str, Wide]) -> list[str]:
    notes = []
    for name, wide in wides.items():
        there = [part for part in parts if name in part.columns]
        lacking = [part.name for part in parts if name not in part.columns]
        if len({str(part.columns[name][1]) for part in there}) > 1:
            types = ", ".join(f"{part.columns[name][1]} in {part.name}" for part in there)
            notes.append(f"{name}: {types} became {wide.type}")
        if lacking:
            only = (
                f"only in {', '.join(part.name for part in there)}; "
                if len(there) < len(lacking) or len(there) == 1
                else ""
            )
            notes.append(f"{name}: {only}a gap in {', '.join(lacking)}")
        for part in there:
            spelling = part.columns[name][0]
            notes += [f"{name}: spelt {spelling!r} in {part.name}"] if spelling != name else []
    return notes


def _came_from(parts: Sequence[Part], name: str, wide: Wide) -> dict[str, Any]:
    types = {part.name: str(part.columns[name][1]) for part in parts if name in part.columns}
    return {"from": types, "type": str(wide.type)}
