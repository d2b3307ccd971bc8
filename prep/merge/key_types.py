"""The common type of one key column of several tables. As `keys.meet`, for more than two; knows no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from prep.errors import UnusableFrame
from prep.merge.keys import Doubt, Turn, as_it_is, cast_to, family, not_whole, whole, without_nan
from prep.merge.widen import widest


@dataclass(frozen=True)
class KeyType:
    """The common type of one key column of several tables: each table's way there, and what must hold for it."""

    turns: dict[str, Turn]
    doubts: tuple[Doubt, ...] = ()

    def turn(self, table: str) -> Turn:
        """The way of one table's column to the common type."""
        return self.turns[table]


def key_type(name: str, types: Sequence[tuple[str, Any]]) -> KeyType:
    """How a key column of several tables is compared; `types` are (table, type). As `meet`, for more than two.

    Raises UnusableFrame where they do not meet.

    >>> sorted(key_type("id", [("a", nw.Int8()), ("b", nw.Float64())]).turns)
    ['a', 'b']
    """
    families = {table: family(kind) for table, kind in types}
    there = {found for found in families.values() if found != "nothing"}
    if "other" in there:
        kind = next(kind for _, kind in types if family(kind) == "other")
        raise UnusableFrame(
            f"Column {name!r} cannot be a key: it holds {kind}. Make text or whole numbers of it first."
        )
    if there == {"float", "whole"}:
        turns = {table: whole if found == "float" else cast_to(nw.Int64) for table, found in families.items()}
        doubts = tuple(
            Doubt(table, name, not_whole, "not whole", "Round them, or make all of them text.")
            for table, found in families.items()
            if found == "float"
        )
        return KeyType(turns, doubts)
    wide = widest(types, name)
    if there == {"float"}:
        return KeyType({table: lambda column: without_nan(column).cast(nw.Float64) for table in families})
    if not there:
        return KeyType({table: cast_to(nw.String) for table in families})
    return KeyType({table: as_it_is if kind == wide.type else cast_to(wide.type) for table, kind in types}, wide.doubts)
