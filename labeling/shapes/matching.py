"""Which shape of one answer is which of another, and how far two answers are apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.shapes.sort import Sort, overlaps

Shape = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """The places of two shapes that belong together, and their overlap."""

    first: int
    second: int
    overlap: float


def match(
    first: Sequence[Shape], second: Sequence[Shape], sort: Sort, *, least: float = 0.0, any_label: bool = False
) -> list[Match]:
    """The pairs, each shape in one at most, whose overlaps add up to the most; of the same label, unless `any_label`.

    Only shapes that overlap, and by `least` or more, are paired.
    """
    worth = overlaps(first, second, sort, least=least, any_label=any_label)
    if not worth.any():
        return []
    if min(worth.shape) == 1:
        place, other = divmod(int(worth.argmax()), worth.shape[1])
        return [Match(place, other, float(worth[place, other]))]
    from scipy.optimize import linear_sum_assignment

    # Of two ways with the same sum, the one with more pairs.
    rows, columns = linear_sum_assignment(np.where(worth > 0, worth + 1e-9, 0.0), maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [Match(row, column, float(worth[row, column])) for row, column in pairs if worth[row, column] > 0]


def unlikeness(first: Sequence[Shape], second: Sequence[Shape], sort: Sort) -> float:
    """1 − the mean overlap of matched shapes, where each shape without a match counts as a match of overlap 0.

    0 for equal answers and only for them, 1 where no two shapes of one label overlap; the same both ways.

    >>> from labeling.shapes import BOXES
    >>> car = {"label": "car", "x": 0, "y": 0, "width": 2, "height": 2}
    >>> unlikeness([car], [car, {**car, "x": 9}], BOXES)
    0.5
    """
    if first == second:
        return 0.0
    if not first or not second:
        return 1.0
    matches = match(first, second, sort)
    total = math.fsum(sorted(one.overlap for one in matches))
    apart = 1.0 - total / (len(first) + len(second) - len(matches))
    return min(1.0, max(round(apart, 12), 1e-12))
