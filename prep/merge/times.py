"""Times as what is compared: which columns can be, in which unit, and how a span is written. Makes no join."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import narwhals as nw

from prep.engines import engine_of, is_lazy
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame, to_polars
from prep.merge.doubts import refuse_doubts
from prep.merge.keys import FAMILIES
from prep.merge.native import Measure
from prep.merge.widen import family_of, widest

_UNITS_US = {
    "us": 1,
    "ms": 1000,
    "s": 10**6,
    "m": 60 * 10**6,
    "h": 3600 * 10**6,
    "d": 86400 * 10**6,
    "w": 604800 * 10**6,
}
TIMES = {"date", "moment"}


def kind_of(frame: Frame, name: str) -> Any:
    """The Narwhals type of a column."""
    rows = nw.from_native(frame).select(name)
    if is_lazy(frame):
        return rows.collect_schema()[name]
    return nw.from_native(to_polars(rows.to_native())).schema[name]


def compared(left: Frame, left_time: str, right: Frame, right_time: str, kinds: tuple[Any, Any]) -> Measure:
    """What is compared: numbers, or times in a unit. Raises UnusableFrame where the two do not compare."""
    for name, kind in ((left_time, kinds[0]), (right_time, kinds[1])):
        if family_of(kind) not in {*TIMES, "whole", "float", "nothing"}:
            raise UnusableFrame(
                f"Column {name!r} holds {FAMILIES.get(family_of(kind), 'values')}, and the nearest cannot be told by it. "
                "Parse it into dates, times or numbers first."
            )
    wide = widest([("left", kinds[0]), ("right", kinds[1])], left_time)
    for side, frame, name in (("left", left, left_time), ("right", right, right_time)):
        own = [doubt for doubt in wide.doubts if doubt.side == side]
        if own:
            rows = nw.from_native(frame).lazy().select(nw.col(name).alias(left_time))
            refuse_doubts(rows, own, "The times do not meet")
    if family_of(wide.type) not in TIMES:
        return "float" if family_of(wide.type) == "float" else "whole"
    has_nanoseconds = getattr(wide.type, "time_unit", "us") == "ns" and engine_of(left) not in {"duckdb", "spark"}
    return "ns" if has_nanoseconds else "us"


def most_apart(tolerance: float | str | timedelta | None, measure: Measure) -> float | None:
    """A tolerance in the unit of the times compared. Raises UnusableParameter."""
    if tolerance is None:
        return None
    if measure in {"whole", "float"}:
        if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or tolerance < 0:
            raise UnusableParameter(f"tolerance={tolerance!r}: between numbers it is a number, 0 or more.")
        return tolerance
    if isinstance(tolerance, timedelta):
        micros = tolerance // timedelta(microseconds=1)
    elif isinstance(tolerance, str):
        micros = span_us(tolerance)
    else:
        raise UnusableParameter(
            f"tolerance={tolerance!r}: between times it is a timedelta, or text such as '90s', '2d'."
        )
    if micros < 0:
        raise UnusableParameter(f"tolerance={tolerance!r} is less than nothing.")
    return micros * 1000 if measure == "ns" else micros


def span_us(text: str) -> int:
    """A span of time in microseconds. Raises UnusableParameter.

    >>> span_us("1h30m") == span_us("90m") == 5_400_000_000
    True
    """
    parts = re.findall(r"(\d+)\s*(us|ms|s|m|h|d|w)", text)
    if not parts or re.sub(r"\s", "", text) != "".join(number + unit for number, unit in parts):
        raise UnusableParameter(
            f"tolerance={text!r} is no span of time. Write '90s', '1h30m', '2d' (us, ms, s, m, h, d, w)."
        )
    return sum(int(number) * _UNITS_US[unit] for number, unit in parts)
