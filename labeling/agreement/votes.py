"""Items collapsed to their distinct vote patterns: all that a coefficient over items needs. Knows no coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.errors import UnusableAnswers

Floats = NDArray[np.float64]
Codes = NDArray[np.integer[Any]]

MOST_CLASSES_IN_PATTERNS = 128
"""Above so many labels hardly two items have the same votes, and nothing is won by collapsing them."""

ROWS_AT_A_TIME = 1 << 15
"""So many rows of counts stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Votes without names: `table[i, k]` answers gave `labels[k]` to item i. For who has counts and no annotators.

    Raises UnusableAnswers when the table is not two-dimensional, a count is negative or broken, or labels do not fit.

    >>> Counts([[2, 0], [1, 1]], ("no", "yes")).table.tolist()
    [[2, 0], [1, 1]]
    """

    table: Any
    labels: Sequence[Any] | None = None

    def __post_init__(self) -> None:
        table = np.asarray(self.table)
        if table.ndim != 2 or table.dtype.kind not in "iuf" or not table.size:
            raise UnusableAnswers(
                "These are no counts of items × classes", cure="Give a row an item, a column a class."
            )
        if table.dtype.kind == "f":
            whole = table.astype(np.int64)
            if not np.array_equal(whole, table):
                raise UnusableAnswers("The counts are not whole numbers", cure="Count answers, not shares.")
            table = whole
        if table.min() < 0:
            raise UnusableAnswers("A count is negative", row=int(np.argmax(table.min(axis=1) < 0)) + 1)
        labels = tuple(range(table.shape[1])) if self.labels is None else tuple(self.labels)
        if len(labels) != table.shape[1]:
            raise UnusableAnswers(f"{len(labels)} labels do not fit {table.shape[1]} columns of counts")
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "labels", labels)


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Distinct vote patterns and how many items show each: `counts` patterns × classes, `weight` a number a pattern."""

    counts: Floats
    weight: NDArray[np.int64]


def patterns_of(item: Codes, label: Codes, *, items: int, classes: int) -> Votes:
    """The vote patterns of answers given as codes; items without an answer show the empty pattern.

    >>> votes = patterns_of(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 0, 1]), items=3, classes=2)
    >>> votes.counts.tolist(), votes.weight.tolist()
    ([[0.0, 1.0], [1.0, 1.0]], [1, 2])
    """
    most = int(np.bincount(item, minlength=1).max())

    def keys(first: int, stop: int, radix: int) -> NDArray[np.int64]:
        """For every item the votes for classes first..stop, read as the digits of one number."""
        worth = np.zeros(classes)
        worth[first:stop] = float(radix) ** np.arange(stop - first)
        return np.bincount(item, weights=worth[label], minlength=items).astype(np.int64)

    return _collapse(keys, items=items, classes=classes, most=most)


def patterns_in(table: NDArray[np.integer[Any]]) -> Votes:
    """The distinct rows of a table of counts, items × classes."""

    def keys(first: int, stop: int, radix: int) -> NDArray[np.int64]:
        worth = np.int64(radix) ** np.arange(stop - first)
        total = np.empty(len(table), dtype=np.int64)
        for start in range(0, len(table), ROWS_AT_A_TIME):
            part = slice(start, start + ROWS_AT_A_TIME)
            total[part] = table[part, first:stop] @ worth
        return total

    return _collapse(keys, items=table.shape[0], classes=table.shape[1], most=int(table.max()))


def _collapse(keys: Any, *, items: int, classes: int, most: int) -> Votes:
    """Distinct digit strings of the items; so many classes at a time as a float can count exactly (2⁵³)."""
    radix = most + 1
    block = max(1, int(53 * np.log(2) / np.log(max(radix, 2)) - 1e-9))
    starts = range(0, classes, block)
    group = np.zeros(items, dtype=np.int64)
    sizes: NDArray[np.int64] = np.array([items], dtype=np.int64)
    digits = np.zeros((1, 0))
    for first in starts:
        stop = min(first + block, classes)
        number = keys(first, stop, radix)
        values, inverse, sizes_here = _distinct(number, need_inverse=len(starts) > 1)
        mine = values[:, None] // np.int64(radix) ** np.arange(stop - first) % radix
        if len(starts) == 1:
            return Votes(mine.astype(np.float64), sizes_here)
        pair, group, sizes = _distinct(group * len(values) + inverse, need_inverse=True)
        digits = np.hstack([digits[pair // len(values)], mine[pair % len(values)]])
    return Votes(digits.astype(np.float64), sizes)


def _distinct(
    number: NDArray[np.int64], *, need_inverse: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Distinct values, each entry's place among them, and how often each occurs."""
    top = int(number.max(initial=0))
    if top < 4 * len(number) + 65_536:
        size = np.bincount(number, minlength=top + 1)
        values = np.flatnonzero(size)
        place = np.cumsum(size > 0) - 1
        return values, place[number] if need_inverse else place, size[values]
    if need_inverse:
        values, inverse, size = np.unique(number, return_inverse=True, return_counts=True)
        return values, inverse, size
    values, size = np.unique(number, return_counts=True)
    return values, values, size
