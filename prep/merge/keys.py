"""How the keys of two tables meet: one type on both sides where no value is lost, and nothing that matches nothing.

Knows columns and types over Narwhals; knows no engine and makes no pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import need_columns

Turn = Callable[[nw.Expr], nw.Expr]

FAMILIES = {
    "whole": "whole numbers",
    "float": "decimal numbers",
    "fixed": "fixed-point numbers",
    "text": "text",
    "bool": "booleans",
    "date": "dates",
    "moment": "times",
    "span": "durations",
    "clock": "times of day",
    "binary": "bytes",
    "nothing": "nothing but gaps",
    "other": "values",
}
UNITS = ("s", "ms", "us", "ns")
MOST_WHOLE = 2**53
"""Up to here every whole number is a float of its own."""


@dataclass(frozen=True)
class Doubt:
    """Values of one side that would be lost on the way to the common type; there must be none."""

    side: str
    column: str
    is_lost: Turn
    why: str
    cure: str


@dataclass(frozen=True)
class Meeting:
    """How one pair of key columns is compared: each side's way to the common type, and what must hold for it."""

    left: str
    right: str
    left_turn: Turn
    right_turn: Turn
    doubts: tuple[Doubt, ...] = ()
    note: str = ""


def named_keys(
    on: str | Sequence[str] | None,
    left_on: str | Sequence[str] | None,
    right_on: str | Sequence[str] | None,
    left_columns: Sequence[str],
    right_columns: Sequence[str],
) -> list[tuple[str, str]]:
    """The pairs of key columns. Raises UnusableParameter and UnknownColumn.

    >>> named_keys("id", None, None, ["id", "a"], ["id"])
    [('id', 'id')]
    """
    if on is not None and (left_on is not None or right_on is not None):
        raise UnusableParameter("Give either on=, or left_on= with right_on=.")
    lefts = listed(on if on is not None else left_on)
    rights = listed(on if on is not None else right_on)
    if not lefts or not rights:
        raise UnusableParameter("By which column? Say on='id', or left_on='id', right_on='customer_id'.")
    if len(lefts) != len(rights):
        raise UnusableParameter(f"left_on= names {len(lefts)} columns and right_on= {len(rights)}. Name as many.")
    for side, names, columns in (("left", lefts, left_columns), ("right", rights, right_columns)):
        if len(set(names)) != len(names):
            raise UnusableParameter(f"A key column is named twice on the {side}: {', '.join(names)}.")
        need_columns(names, columns)
    return list(zip(lefts, rights, strict=True))


def listed(names: str | Sequence[str] | None) -> list[str]:
    """One name or several as a list; nothing is an empty one."""
    if names is None:
        return []
    return [names] if isinstance(names, str) else [str(name) for name in names]


def meet(left: str, left_type: Any, right: str, right_type: Any) -> Meeting:
    """How two key columns of these types are compared.

    Equal types are compared as they are, but that NaN is a gap. Other types meet where one holds every value of the
    other: whole numbers of any width, whole floats and whole numbers, text and categories, days and midnights, times
    of any zone. Raises UnusableFrame, with the cure, for types that do not meet, such as text and numbers.

    >>> meet("id", nw.Int32(), "id", nw.Float64()).note
    "key 'id': whole numbers (left) and decimal numbers (right) were compared as whole numbers"
    """
    families = family(left_type), family(right_type)
    for name, found in ((left, families[0]), (right, families[1])):
        if found == "other":
            raise UnusableFrame(
                f"Column {name!r} cannot be a key: it holds {left_type if name == left else right_type}. "
                "Make a column of text, whole numbers or times of it first."
            )
    if "nothing" in families:
        return _with_nothing(left, left_type, right, right_type, families)
    if families[0] == families[1]:
        return _of_one_family(left, left_type, right, right_type, families[0])
    ordered = tuple(sorted(families))
    zone = next((kind.time_zone for kind in (left_type, right_type) if isinstance(kind, nw.Datetime)), None)
    if ordered in _MIXED and zone is None:
        return _MIXED[ordered](left, right, families)
    raise refused(left, families[0], right, families[1])


def refused(left: str, left_family: str, right: str, right_family: str) -> UnusableFrame:
    """The error that says which two types do not meet, and what to do."""
    if "text" in (left_family, right_family):
        text_side, other = ("left", right_family) if left_family == "text" else ("right", left_family)
        side, name = ("right", right) if text_side == "left" else ("left", left)
        words = left if text_side == "left" else right
        cure = (
            f"Cast one of them: the {side}'s {name!r} to text if its values are codes (007 stays 007), "
            f"or the {text_side}'s {words!r} to {FAMILIES[other]}."
        )
    else:
        cure = "Cast one of them to the type of the other."
    return UnusableFrame(
        f"The keys do not meet: {left!r} holds {FAMILIES[left_family]} on the left, "
        f"{right!r} holds {FAMILIES[right_family]} on the right. {cure}"
    )


def family(kind: Any) -> str:
    """The family of a type, a key of FAMILIES.

    >>> family(nw.UInt8()), family(nw.Categorical()), family(nw.List(nw.Int64()))
    ('whole', 'text', 'other')
    """
    found = next((name for name, kinds in _FAMILY_OF if isinstance(kind, kinds)), None)
    if found is None and kind.is_integer():
        return "whole"
    if found is None and kind.is_float():
        return "float"
    return found or "other"


_FAMILY_OF: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("fixed", (nw.Decimal,)),
    ("text", (nw.String, nw.Categorical, nw.Enum)),
    ("bool", (nw.Boolean,)),
    ("date", (nw.Date,)),
    ("moment", (nw.Datetime,)),
    ("span", (nw.Duration,)),
    ("clock", (nw.Time,)),
    ("binary", (nw.Binary,)),
    ("nothing", (nw.Unknown,)),
)


def as_it_is(column: nw.Expr) -> nw.Expr:
    """The way of a column whose type is the common one."""
    return column


def without_nan(column: nw.Expr) -> nw.Expr:
    """The way of floats: NaN is a gap."""
    return nw.when(~column.is_nan()).then(column)


def cast_to(kind: Any) -> Turn:
    """The way to a type that holds every value."""
    return lambda column: column.cast(kind)


def whole(column: nw.Expr) -> nw.Expr:
    """The way of whole floats to whole numbers."""
    return without_nan(column).cast(nw.Int64)


def not_whole(column: nw.Expr) -> nw.Expr:
    """Whether a float would be lost on that way."""
    value = without_nan(column)
    return (value != value.floor()) | (value.abs() > MOST_WHOLE)


def _beyond(column: nw.Expr) -> nw.Expr:
    return column > 2**63 - 1


def _off_midnight(column: nw.Expr) -> nw.Expr:
    return column != column.dt.truncate("1d")


def _finer_than_us(column: nw.Expr) -> nw.Expr:
    return (column.dt.nanosecond() % 1000) != 0


def _note(left: str, right: str, families: tuple[str, str], common: str) -> str:
    name = repr(left) if left == right else f"{left!r} and {right!r}"
    return (
        f"key {name}: {FAMILIES[families[0]]} (left) and {FAMILIES[families[1]]} (right) were compared as "
        f"{FAMILIES[common]}"
    )


def _with_nothing(left: str, left_type: Any, right: str, right_type: Any, families: tuple[str, str]) -> Meeting:
    common = right_type if families[0] == "nothing" else left_type
    if family(common) == "nothing":
        return Meeting(left, right, cast_to(nw.String), cast_to(nw.String))
    kind = nw.String if family(common) == "text" else common
    return Meeting(left, right, cast_to(kind), cast_to(kind))


def _of_one_family(left: str, left_type: Any, right: str, right_type: Any, found: str) -> Meeting:
    if found == "float":
        turn: Turn = without_nan
        if left_type != right_type:
            turn = lambda column: without_nan(column).cast(nw.Float64)  # noqa: E731 # a turn like the others
        return Meeting(left, right, turn, turn)
    if found == "text":
        return Meeting(left, right, _text_turn(left_type), _text_turn(right_type))
    if left_type == right_type:
        return Meeting(left, right, as_it_is, as_it_is)
    if found == "whole":
        doubts = tuple(
            Doubt(side, name, _beyond, "beyond the whole numbers of 64 bits", "Make both sides text.")
            for side, name, kind in (("left", left, left_type), ("right", right, right_type))
            if isinstance(kind, (nw.UInt64, nw.Int128, nw.UInt128))
        )
        return Meeting(left, right, cast_to(nw.Int64), cast_to(nw.Int64), doubts)
    if found == "fixed":
        turn = cast_to(nw.Decimal(38, max(left_type.scale, right_type.scale)))
        return Meeting(left, right, turn, turn)
    if found == "moment":
        return _moments(left, left_type, right, right_type)
    if found == "span":
        unit = max(left_type.time_unit, right_type.time_unit, key=UNITS.index)
        return Meeting(left, right, cast_to(nw.Duration(unit)), cast_to(nw.Duration(unit)))
    return Meeting(left, right, cast_to(left_type), cast_to(left_type))


def _text_turn(kind: Any) -> Turn:
    return as_it_is if isinstance(kind, nw.String) else cast_to(nw.String)


def _moments(left: str, left_type: Any, right: str, right_type: Any) -> Meeting:
    zones = left_type.time_zone, right_type.time_zone
    if (zones[0] is None) != (zones[1] is None):
        without, name = ("left", left) if zones[0] is None else ("right", right)
        raise UnusableFrame(
            f"The keys do not meet: one side's times have a zone ({zones[0] or zones[1]}), the {without}'s {name!r} "
            "have none. Give them the zone in which they were written."
        )
    units = left_type.time_unit, right_type.time_unit
    mixed = "ns" in units and units[0] != units[1]
    unit: Any = "us" if mixed else max(units, key=UNITS.index)

    def turn(column: nw.Expr) -> nw.Expr:
        utc = column if zones[0] is None or zones[0] == zones[1] else column.dt.convert_time_zone("UTC")
        zone = None if zones[0] is None else (zones[0] if zones[0] == zones[1] else "UTC")
        return utc if units[0] == units[1] else utc.cast(nw.Datetime(unit, zone))

    doubts = tuple(
        Doubt(side, name, _finer_than_us, "finer than a microsecond", "Truncate them to microseconds first.")
        for side, name, own in (("left", left, units[0]), ("right", right, units[1]))
        if mixed and own == "ns"
    )
    return Meeting(left, right, turn, turn, doubts)


def _whole_and_float(left: str, right: str, families: tuple[str, str]) -> Meeting:
    turns: list[Turn] = [cast_to(nw.Int64) if found == "whole" else whole for found in families]
    side, name = ("left", left) if families[0] == "float" else ("right", right)
    doubt = Doubt(
        side, name, not_whole, "not whole", "Round them, or make both sides text, if they are meant to match."
    )
    return Meeting(left, right, turns[0], turns[1], (doubt,), _note(left, right, families, "whole"))


def _whole_and_fixed(left: str, right: str, families: tuple[str, str]) -> Meeting:
    side, name = ("left", left) if families[0] == "fixed" else ("right", right)
    doubt = Doubt(side, name, lambda column: column != column.cast(nw.Int64), "not whole", "Round them.")
    turn = cast_to(nw.Int64)
    return Meeting(left, right, turn, turn, (doubt,), _note(left, right, families, "whole"))


def _date_and_moment(left: str, right: str, families: tuple[str, str]) -> Meeting:
    turns: list[Turn] = [as_it_is if found == "date" else cast_to(nw.Date) for found in families]
    side, name = ("left", left) if families[0] == "moment" else ("right", right)
    doubt = Doubt(side, name, _off_midnight, "not midnight", "Cast the times to dates if the day alone is meant.")
    return Meeting(left, right, turns[0], turns[1], (doubt,), _note(left, right, families, "date"))


_MIXED: dict[tuple[str, ...], Callable[[str, str, tuple[str, str]], Meeting]] = {
    ("float", "whole"): _whole_and_float,
    ("fixed", "whole"): _whole_and_fixed,
    ("date", "moment"): _date_and_moment,
}
