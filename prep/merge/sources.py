"""Several sources of the same things made into one, cell by cell, and where each cell is from. Knows no engine."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import narwhals as nw

from prep.change import Change
from prep.engines import back, lazily, rows_of
from prep.errors import BrokenPromise, UnusableParameter
from prep.frames import Frame, need_columns
from prep.merge.cells import PLACE, Cells, conflicts_of, pick_cells, side_by_side
from prep.merge.counts import SHOWN_KEYS
from prep.merge.doubts import refuse_doubts
from prep.merge.key_types import key_type
from prep.merge.keys import listed
from prep.merge.merged import Merge, Merged, counted, given
from prep.merge.native import IN_MEMORY, beside, fetched, numbered, usable
from prep.merge.rules import Written, read_rule
from prep.merge.union import Part, aligned, common, named_frames
from prep.merge.widen import Wide
from prep.verb import ValuesSetAside

if TYPE_CHECKING:
    import polars as pl

MOST_SOURCES = 100
_SOURCE_SHIFT = 2**56
"""Row numbers stay below it, on Spark too: 33 bits of rows, and 20 of partitions."""


class Coalesced(Merged):
    """Several sources made one: `.frame`, `.change`, and beside it the source of every cell and the conflicts."""

    def __init__(self, frame: Frame, tell: Any, cells: Cells, original: Frame, unkeyed: Mapping[str, Frame]) -> None:
        super().__init__(frame, tell)
        self._cells, self._original, self._unkeyed = cells, original, unkeyed

    @cached_property
    def sources(self) -> Frame:
        """The same shape as the frame: its keys, and for each other cell the name of its source (a gap has none)."""
        cells = self._cells
        named = [cells.source(column).alias(column) for column in cells.columns]
        return back(cells.rows.select(*cells.keys, *named), self._original)

    @cached_property
    def conflicts(self) -> pl.DataFrame:
        """The cells on which sources differ, in polars, a row each: the key, `column`, the value `taken` and `source` it
        is from, and under each source's name its value; values as text. In the order of the rows, then of the columns.
        """
        return conflicts_of(self._cells)

    @cached_property
    def without_key(self) -> Mapping[str, Frame]:
        """By source, the rows with a gap in their key (and, in keys, NaN): they can be no one's, and are not in the frame."""
        return self._unkeyed

    def warn(self) -> None:
        """Warns of rows without a key."""
        if self._unkeyed:
            many = ", ".join(f"{counted(rows_of(rows), 'row')} of {name!r}" for name, rows in self._unkeyed.items())
            warnings.warn(
                f"coalesce_sources left out {many}: they have a gap in the key. "
                "prep.coalesce_sources.run(...) gives them in .without_key.",
                ValuesSetAside,
                stacklevel=3,
            )


@Merge
def coalesce_sources(
    sources: Mapping[str, Frame],
    *,
    key: str | Sequence[str],
    rules: Mapping[str, Written] | None = None,
    default: Written = "first",
    ignore_case: bool = False,
) -> Coalesced:
    """Make one table of several that speak of the same things: a row for each key, each cell from one of them.

    `sources` maps names to frames; each has a key at most once (BrokenPromise names those that repeat). A rule says
    which source a cell is taken from, among those that have a value there: `rules` for certain columns, `default` for
    the others.

    | rule | takes the value of |
    |---|---|
    | "first" | the source named first |
    | ["web", "crm"] | web, else crm, else the others in their order |
    | "newest:updated_at" | the source whose row has the latest `updated_at`; a row without one is the oldest |
    | "most_complete" | the source whose row has the most values |
    | "majority" | most sources |

    Ties go to the source named first. Columns come together as in `union`, keys as in `join`. Rows come in the order
    of the first source, then those that only the second has, and so on, on every engine; the key stands first.

    `coalesce_sources.run(...)` gives, beside `.frame` and `.change`, `.sources` (the source of every cell, a frame of
    the same shape), `.conflicts` (each cell on which sources differ, with the value of each) and `.without_key`.
    Lazy stays lazy, but the keys are read at once, to see that none repeats.

    Raises UnknownColumn, UnusableParameter, UnusableFrame, BrokenPromise.

    >>> import polars as pl
    >>> crm = pl.DataFrame({"id": [1, 2], "city": ["Bonn", None], "phone": ["11", "22"]})
    >>> web = pl.DataFrame({"id": [2, 3], "city": ["Ulm", "Kiel"], "phone": ["23", None]})
    >>> done = coalesce_sources.run({"crm": crm, "web": web}, key="id", rules={"phone": ["web", "crm"]})
    >>> done.frame.rows()
    [(1, 'Bonn', '11'), (2, 'Ulm', '23'), (3, 'Kiel', None)]
    >>> done.sources.rows()
    [(1, 'crm', 'crm'), (2, 'web', 'web'), (3, 'web', None)]
    >>> done.conflicts.rows()
    [(2, 'phone', '23', 'web', '22', '23')]
    """
    if not isinstance(sources, Mapping):
        raise UnusableParameter('Give the sources by name: coalesce_sources({"crm": one, "web": other}, key="id").')
    named = named_frames([sources])
    if list(named) != [str(name) for name in sources] or len(named) > MOST_SOURCES:
        raise UnusableParameter(f"Give from 1 to {MOST_SOURCES} frames by name, such as {{'crm': one, 'web': other}}.")
    keys = listed(key)
    if not keys:
        raise UnusableParameter("By which column? Say key='id'.")
    first = usable(next(iter(named.values())))
    moved = {name: beside(usable(frame), first, f"Source {name!r}") for name, frame in named.items()}
    parts = aligned(moved, ignore_case=ignore_case)
    for part in parts:
        need_columns(keys, list(part.columns))
    columns = tuple(name for name in dict.fromkeys(n for part in parts for n in part.columns) if name not in keys)
    reserved = {"column", "taken", "source", *keys} & set(named)
    if reserved:
        raise UnusableParameter(f"A source cannot be named {min(reserved)!r}. Give it another name.")
    wides = {name: common(parts, name) for name in columns}
    types = {name: wide.type for name, wide in wides.items()}
    need_columns(list(rules or {}), columns)
    chosen = {name: read_rule((rules or {}).get(name, default), list(named), types) for name in columns}
    keyed, unkeyed = _by_key(parts, moved, keys, wides, first)
    cells = pick_cells(side_by_side(keyed, keys), parts, tuple(keys), columns, chosen, in_memory=_is_held(first))
    frame = back(cells.rows.select(*keys, *(cells.value(name).alias(name) for name in columns)), first)
    parameters = given(
        {"key": key, "rules": dict(rules or {}), "default": default, "ignore_case": ignore_case},
        {"rules": {}, "default": "first", "ignore_case": False},
    )

    def change() -> Change:
        return _change(cells, moved, frame, unkeyed, parameters)

    return Coalesced(frame, change, cells, first, unkeyed)


def _is_held(frame: Frame) -> bool:
    from prep.engines import engine_of

    return engine_of(frame) in IN_MEMORY


def _by_key(
    parts: Sequence[Part], frames: Mapping[str, Frame], keys: Sequence[str], wides: Mapping[str, Wide], first: Frame
) -> tuple[list[nw.LazyFrame[Any]], dict[str, Frame]]:
    """Each source's keys and cells, its cells under names of their own; and the rows without a key of those with some."""
    turns = {name: key_type(name, [(part.name, part.columns[name][1]) for part in parts]) for name in keys}
    columns = list(wides)
    has = {name: [part.name for part in parts if name in part.columns] for name in columns}
    keyed, unkeyed = [], {}
    for number, part in enumerate(parts):
        rows = numbered(frames[part.name], PLACE)
        for name in keys:
            own = [doubt for doubt in turns[name].doubts if doubt.side == part.name]
            refuse_doubts(rows.rename({part.columns[name][0]: name}), own)
        selected = rows.select(
            *(turns[name].turn(part.name)(nw.col(part.columns[name][0])).alias(name) for name in keys),
            (nw.col(PLACE).cast(nw.Int64) + number * _SOURCE_SHIFT).alias(PLACE),
            *(
                nw.col(part.columns[name][0])
                .cast(wides[name].type)
                .alias(f"__assay_v{columns.index(name)}_{has[name].index(part.name)}")
                if part.columns[name][1] != wides[name].type
                else nw.col(part.columns[name][0]).alias(f"__assay_v{columns.index(name)}_{has[name].index(part.name)}")
                for name in columns
                if name in part.columns
            ),
        )
        is_gap = nw.any_horizontal(*(nw.col(name).is_null() for name in keys), ignore_nulls=True)
        whole = selected.filter(~is_gap)
        gaps = _count(selected.select(is_gap.cast(nw.Int64).sum()))
        if gaps:
            gapped = nw.any_horizontal(
                *(turns[name].turn(part.name)(nw.col(part.columns[name][0])).is_null() for name in keys),
                ignore_nulls=True,
            )
            unkeyed[part.name] = back(lazily(frames[part.name]).filter(gapped), frames[part.name])
        refuse_repeats(whole, keys, part.name)
        keyed.append(whole)
    del first
    return keyed, unkeyed


def refuse_repeats(
    rows: nw.LazyFrame[Any], keys: Sequence[str], source: str, spoken: Mapping[str, str] | None = None
) -> None:
    """Raises BrokenPromise for keys that repeat in a source, naming its columns as they are `spoken` of."""
    count = "__assay_rows"
    many = rows.group_by(*keys).agg(nw.len().cast(nw.Int64).alias(count)).filter(nw.col(count) > 1)
    worst = many.sort(count, *keys, descending=[True] + [False] * len(keys)).head(SHOWN_KEYS)
    found = fetched(worst.rename({count: "rows", **(spoken or {})})).to_dicts()
    if found:
        raise BrokenPromise(
            "The promise of one row for each key", f"in {source!r}", [(spoken or {}).get(name, name) for name in keys],
            found, repeated=_count(many.select(nw.len())), cure=" first",
        )  # fmt: skip


def _count(frame: nw.LazyFrame[Any]) -> int:
    return int(fetched(frame).item() or 0)


def _change(
    cells: Cells,
    frames: Mapping[str, Frame],
    frame: Frame,
    unkeyed: Mapping[str, Frame],
    parameters: Mapping[str, Any],
) -> Change:
    asked = []
    for number, column in enumerate(cells.columns):
        pick = nw.col(cells.pick(column))
        places = range(len(cells.sources[column]))
        asked += [(pick == place).cast(nw.Int64).sum().alias(f"c{number}_{place}") for place in places]
        asked.append(cells.is_conflict(column).cast(nw.Int64).sum().alias(f"x{number}"))
    answer = fetched(cells.rows.select(*asked)).row(0, named=True) if asked else {}
    taken, conflicts, notes = {}, {}, []
    for number, column in enumerate(cells.columns):
        counts = {name: int(answer[f"c{number}_{place}"] or 0) for place, name in enumerate(cells.sources[column])}
        taken[column], conflicts[column] = counts, int(answer[f"x{number}"] or 0)
        from_each = ", ".join(f"{count:,} from {name}" for name, count in counts.items() if count) or "no value"
        differ = f"; sources differ on {conflicts[column]:,}" if conflicts[column] else ""
        notes.append(f"{column}: {from_each}{differ}")
    left_out = {name: rows_of(rows) for name, rows in unkeyed.items()}
    notes += [f"{name}: {counted(count, 'row')} left out, with a gap in the key" for name, count in left_out.items()]
    rows = {name: rows_of(one) for name, one in frames.items()}
    return Change(
        "coalesce_sources",
        parameters,
        rows_in=sum(rows.values()),
        rows_out=rows_of(frame),
        notes=tuple(notes),
        facts={"rows": rows, "taken": taken, "conflicts": conflicts, "without_key": left_out},
    )
