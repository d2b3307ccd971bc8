"""A table as the parts it is kept in: cut, hashed, and taken over where an earlier snapshot has the same. Knows no store.

A part is a run of rows in the order of the keys. Rows that come in later change the parts they fall into, and no other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prep.content import canonical, joined_digest, part_digests, part_starts
from prep.errors import UnusableFrame

if TYPE_CHECKING:
    import polars as pl

    from prep.frozen import Snapshot


@dataclass(frozen=True)
class Part:
    """One part: its rows, the digests of its columns, what its file holds (`content`), and whether a key drew it.

    `frame` is None where the rows lie in a file of an earlier snapshot and were not looked at.
    """

    rows: int
    digests: Mapping[str, str]
    content: str
    drawn: bool
    frame: pl.DataFrame | None = None


@dataclass(frozen=True)
class Cut:
    """A table in parts: its keys, the type of each column in order, and the parts."""

    keys: list[str]
    types: Mapping[str, str]
    parts: list[Part]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(part.rows for part in self.parts)

    def digests(self) -> dict[str, str]:
        """The digest of each column."""
        return {name: joined_digest([part.digests[name] for part in self.parts]) for name in sorted(self.types)}


def cut(frame: pl.DataFrame, keys: Sequence[str]) -> Cut:
    """A frame in parts. Raises what `canonical` raises."""
    ordered = canonical(frame, keys)
    return Cut(list(keys), _types(ordered), _parts(ordered, keys, first_is_drawn=False))


def grown(before: Snapshot, table: str, rows: pl.DataFrame) -> Cut:
    """A table of a snapshot with more rows; the parts into which none falls are taken over unread.

    It is the table that `cut` makes of all rows together. Raises UnusableFrame when a key is there already, or the
    columns are others.
    """
    import polars as pl

    facts = before.manifest["tables"][table]
    keys, types = list(facts["keys"]), {name: str(about["type"]) for name, about in facts["columns"].items()}
    old = [Part(one["rows"], one["digests"], one["content"], one["drawn"]) for one in facts["parts"]]
    if set(rows.columns) != set(types):
        other = ", ".join(sorted(set(rows.columns) ^ set(types)))
        raise UnusableFrame(
            f"The rows to add have other columns than {table} of {before.ref}: {other}. Commit it anew."
        )
    new = _as_before(canonical(rows.select(list(types)), keys), before, table)
    if not new.height:
        return Cut(keys, types, old)
    files = before.files(table)
    regions = [place for place, part in enumerate(old) if place == 0 or part.drawn]
    firsts = pl.concat([_first(files[place], keys[0]) for place in regions])
    falls = (firsts.search_sorted(new.get_column(keys[0]), side="right").cast(pl.Int64) - 1).clip(0)
    made: list[Part] = []
    for number, place in enumerate(regions):
        end = regions[number + 1] if number + 1 < len(regions) else len(old)
        falling = new.filter(falls == number)
        if not falling.height:
            made += old[place:end]
            continue
        held = before.read(table, list(range(place, end)))
        whole = canonical(pl.concat([held, falling]), keys)
        made += _parts(whole, keys, first_is_drawn=old[place].drawn)
    return Cut(keys, types, made)


def _as_before(new: pl.DataFrame, before: Snapshot, table: str) -> pl.DataFrame:
    import polars as pl

    schema = pl.read_parquet_schema(before.files(table)[0])
    try:
        return new.cast(pl.Schema(schema))
    except pl.exceptions.PolarsError as error:
        raise UnusableFrame(
            f"The rows to add are not of the types that {table} of {before.ref} has: {error}"
        ) from error


def _first(file: Any, key: str) -> pl.Series:
    import polars as pl

    return pl.scan_parquet(file, glob=False).select(key).head(1).collect().get_column(key)


def _types(frame: pl.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.schema.items()}


def _parts(ordered: pl.DataFrame, keys: Sequence[str], *, first_is_drawn: bool) -> list[Part]:
    starts = part_starts(ordered, keys)
    ends = [*(row for row, _ in starts[1:]), ordered.height]
    frames = [ordered[row:end] for (row, _), end in zip(starts, ends, strict=True)]
    types = _types(ordered)
    return [
        Part(frame.height, digests, _content(types, digests), drawn or (place == 0 and first_is_drawn), frame)
        for place, (frame, digests, (_, drawn)) in enumerate(
            zip(frames, part_digests(ordered, [row for row, _ in starts]), starts, strict=True)
        )
    ]


def _content(types: Mapping[str, str], digests: Mapping[str, str]) -> str:
    """What a part's file holds: its values, the types they have there, and the order of the columns."""
    told = json.dumps([[name, dtype, digests[name]] for name, dtype in types.items()], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
