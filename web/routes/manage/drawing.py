"""Where the marks of a picture stand, so that templates only write them down. Pure; knows neither store nor HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

HEIGHT = 140.0
"""Of the ground of a line, in pixels."""

REACHES = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """A value on a line: `x` in percent of the width, `y` in pixels from the top of the ground."""

    x: float
    y: float
    row: Any


@dataclass(frozen=True, slots=True)
class Trend:
    """A line with its band. `lines` and `bands` are points in a box of 100 by 100, in runs without a gap."""

    dots: list[Dot]
    lines: list[str]
    bands: list[str]
    least: float

    def y(self, value: float) -> float:
        """Where a value stands, in pixels from the top of the ground."""
        return _down(value, self.least) / 100 * HEIGHT


def trend(rows: Sequence[Any], least: float) -> Trend:
    """The picture of rows with value, low and high, oldest first; where a value is missing the line has a gap.

    >>> rows = [{"value": 0.5, "low": 0.4, "high": 0.6}, {"value": 1.0, "low": 0.9, "high": 1.0}]
    >>> trend(rows, 0.0).lines
    ['25.00,50.00 75.00,0.00']
    >>> trend(rows, 0.0).bands
    ['25.00,40.00 75.00,0.00 75.00,10.00 25.00,60.00']
    """
    placed = [((place + 0.5) / len(rows) * 100, row) for place, row in enumerate(rows)]
    dots = [Dot(x, _down(row["value"], least) / 100 * HEIGHT, row) for x, row in placed if row["value"] is not None]
    lines = [[(x, row["value"]) for x, row in run] for run in _runs(placed, "value")]
    bands = [
        [*((x, row["high"]) for x, row in run), *((x, row["low"]) for x, row in reversed(run))]
        for run in _runs(placed, "low")
    ]
    return Trend(dots, [_points(line, least) for line in lines], [_points(band, least) for band in bands], least)


def _runs(placed: list[tuple[float, Any]], name: str) -> Iterable[list[tuple[float, Any]]]:
    """The longest stretches in which nothing is missing."""
    for is_there, run in groupby(placed, key=lambda one: one[1][name] is not None):
        if is_there:
            yield list(run)


def _points(points: list[tuple[float, float]], least: float) -> str:
    return " ".join(f"{x:.2f},{_down(value, least):.2f}" for x, value in points)


def _down(value: float, least: float) -> float:
    """How far below the top, in percent."""
    return min(100.0, max(0.0, (1 - value) / (1 - least) * 100))


def reach(rows: Iterable[Any]) -> float:
    """How far an axis of differences goes to both sides: the first of .1, .25, .5, 1, 2, 3, 5, 10 and 20 that holds every
    interval.

    >>> reach([{"value": 0.16, "low": 0.12, "high": 0.19}])
    0.25
    """
    ends = [abs(row[name]) for row in rows for name in ("value", "low", "high") if row[name] is not None]
    return next(end for end in REACHES if end >= min(max(ends, default=0.0), REACHES[-1]))
