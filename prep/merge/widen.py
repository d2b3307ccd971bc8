"""The narrowest type that holds every value of several: how columns of one name come together. Knows no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from prep.errors import UnusableFrame
from prep.merge.keys import FAMILIES, MOST_WHOLE, UNITS, Doubt, family

Named = Sequence[tuple[str, Any]]
"""Where a column stands, and its type there."""

SIGNED = (nw.Int8, nw.Int16, nw.Int32, nw.Int64, nw.Int128)
UNSIGNED = (nw.UInt8, nw.UInt16, nw.UInt32, nw.UInt64, nw.UInt128)


@dataclass(frozen=True)
class Wide:
    """A common type, and what must not be among the values for it to hold them all (`side` is where)."""

    type: Any
    doubts: tuple[Doubt, ...] = ()


def widest(types: Named, column: str) -> Wide:
    """The type that holds the values of all. Whole numbers widen, and become floats beside floats (where each keeps its
    value); categories become text beside text; dates become times beside times; a column of nothing takes any type.

    Raises UnusableFrame for types of which none holds the other, such as text and numbers.

    >>> widest([("a", nw.Int8()), ("b", nw.UInt16())], "n").type
    Int32
    """
    known = [(where, kind) for where, kind in types if family_of(kind) != "nothing"]
    if not known:
        return Wide(types[0][1])
    first = known[0][1]
    if all(kind == first for _, kind in known):
        return Wide(first)
    found = sorted({family_of(kind) for _, kind in known})
    if len(found) == 1 and found[0] in _SAME:
        return _SAME[found[0]](known, column)
    if found == ["float", "whole"]:
        return Wide(nw.Float64(), tuple(_beyond_floats(where, kind, column) for where, kind in known if _is_long(kind)))
    if found == ["fixed", "whole"]:
        return Wide(nw.Decimal(38, max(kind.scale for _, kind in known if family_of(kind) == "fixed")))
    if found == ["date", "moment"]:
        zone = next((kind.time_zone for _, kind in known if isinstance(kind, nw.Datetime)), None)
        if zone is None:
            return _moments([(where, kind) for where, kind in known if isinstance(kind, nw.Datetime)], column)
    raise apart(known, column)


def family_of(kind: Any) -> str:
    """The family of a type; lists and structs have their own here."""
    if isinstance(kind, nw.List):
        return "list"
    return "struct" if isinstance(kind, nw.Struct) else family(kind)


def apart(known: Named, column: str) -> UnusableFrame:
    """The error for types that do not come together."""
    where, kind = known[0]
    elsewhere, other = next(
        ((one, its) for one, its in known if family_of(its) != family_of(kind)),
        next((one, its) for one, its in known if its != kind),
    )
    first, second = FAMILIES.get(family_of(kind), "values"), FAMILIES.get(family_of(other), "values")
    if first == second or "values" in {first, second}:
        first, second = str(kind), str(other)
    return UnusableFrame(
        f"Column {column!r} holds {first} in {where!r} and {second} in {elsewhere!r}: no type holds both without loss. "
        "Cast one of them first, or rename it."
    )


def _whole(known: Named, column: str) -> Wide:
    kinds = [type(kind) for _, kind in known]
    signed = [SIGNED.index(kind) for kind in kinds if kind in SIGNED]
    unsigned = [UNSIGNED.index(kind) for kind in kinds if kind in UNSIGNED]
    if not unsigned:
        return Wide(SIGNED[max(signed)]())
    if not signed:
        return Wide(UNSIGNED[max(unsigned)]())
    width = max(*signed, *(one + 1 for one in unsigned))
    if width <= 3:
        return Wide(SIGNED[width]())
    doubts = tuple(
        Doubt(where, column, lambda value: value > 2**63 - 1, "beyond the whole numbers of 64 bits", "Make it text.")
        for where, kind in known
        if isinstance(kind, (nw.UInt64, nw.UInt128, nw.Int128))
    )
    return Wide(nw.Int64(), doubts)


def _is_long(kind: Any) -> bool:
    return isinstance(kind, (nw.Int64, nw.UInt64, nw.Int128, nw.UInt128))


def _beyond_floats(where: str, kind: Any, column: str) -> Doubt:
    del kind
    return Doubt(
        where, column, lambda value: (value > MOST_WHOLE) | (value < -MOST_WHOLE),
        "too long for a float", "Cast the column to text, or the floats to whole numbers.",
    )  # fmt: skip


def _floats(known: Named, column: str) -> Wide:
    del known, column
    return Wide(nw.Float64())


def _fixed(known: Named, column: str) -> Wide:
    del column
    return Wide(nw.Decimal(38, max(kind.scale for _, kind in known)))


def _texts(known: Named, column: str) -> Wide:
    del known, column
    return Wide(nw.String())


def _moments(known: Named, column: str) -> Wide:
    zones = {kind.time_zone for _, kind in known}
    if None in zones and len(zones) > 1:
        where = next(one for one, kind in known if kind.time_zone is None)
        raise UnusableFrame(
            f"Column {column!r} holds times without a zone in {where!r} and with one elsewhere. "
            "Give them the zone in which they were written."
        )
    unit = max((kind.time_unit for _, kind in known), key=UNITS.index)
    return Wide(nw.Datetime(unit, zones.pop() if len(zones) == 1 else "UTC"))


def _spans(known: Named, column: str) -> Wide:
    del column
    return Wide(nw.Duration(max((kind.time_unit for _, kind in known), key=UNITS.index)))


def _lists(known: Named, column: str) -> Wide:
    inner = widest(
        [(where, kind.inner() if isinstance(kind.inner, type) else kind.inner) for where, kind in known], column
    )
    if inner.doubts:
        raise apart(known, column)
    return Wide(nw.List(inner.type))


_SAME = {
    "whole": _whole,
    "float": _floats,
    "fixed": _fixed,
    "text": _texts,
    "moment": _moments,
    "span": _spans,
    "list": _lists,
}
