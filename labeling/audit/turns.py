"""Everybody's answers in the order they gave them, and what runs along such an order. Knows no statistic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.audit.shares import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Rows sorted by annotator, each one's in the order of their work: row `order[t]`, annotator k's from
    `starts[k]` to `starts[k + 1]`.

    >>> turns = Turns.of(np.array([1, 0, 1]), np.array([2, 0, 1]), people=2)
    >>> turns.order.tolist(), turns.starts.tolist()
    ([1, 2, 0], [0, 1, 3])
    """

    order: Ints
    starts: Ints

    @classmethod
    def of(cls, annotator: Ints, at: Ints, *, people: int) -> Turns:
        """From the annotator of each row and when it was given (any rising number; equal ones keep their order)."""
        order = np.argsort(at, kind="stable")
        order = order[np.argsort(annotator[order], kind="stable")]
        starts = np.zeros(people + 1, dtype=np.int64)
        np.cumsum(np.bincount(annotator, minlength=people), out=starts[1:])
        return cls(order, starts)

    def only(self, is_kept: Bools) -> Turns:
        """The same order with some rows only (a mask over rows)."""
        kept = is_kept[self.order]
        counted = np.concatenate([[0], np.cumsum(kept)])
        return Turns(self.order[kept], counted[self.starts])

    @property
    def lengths(self) -> Ints:
        """How many rows each annotator has."""
        return np.diff(self.starts)

    @property
    def owner(self) -> Ints:
        """The annotator of each turn."""
        return np.repeat(np.arange(len(self.starts) - 1), self.lengths)

    @property
    def place(self) -> Ints:
        """How manieth turn of its annotator each is, from 0."""
        return np.arange(len(self.order)) - np.repeat(self.starts[:-1], self.lengths)

    def sums(self, values: Floats) -> Floats:
        """Values (one a turn) added up along each annotator's turns."""
        total = np.concatenate([[0.0], np.cumsum(values)])
        along: Floats = total[1:] - np.repeat(total[self.starts[:-1]], self.lengths)
        return along

    def greatest(self, values: Floats) -> tuple[Floats, Ints]:
        """Each annotator's greatest value and the turn it is first reached; −inf and 0 for one without turns."""
        top = np.full(len(self.starts) - 1, -np.inf)
        at = np.zeros(len(top), dtype=np.int64)
        there = np.flatnonzero(self.lengths > 0)
        if len(there):
            top[there] = np.maximum.reduceat(values, self.starts[there])
            reached = np.flatnonzero(values == np.repeat(top, self.lengths))
            owners, first = np.unique(self.owner[reached], return_index=True)
            at[owners] = reached[first]
        return top, at

    def first(self, is_so: Bools) -> Ints:
        """The place of each annotator's first turn for which it is so; −1 for none."""
        hits = np.flatnonzero(is_so)
        owners, where = np.unique(self.owner[hits], return_index=True)
        found = np.full(len(self.starts) - 1, -1, dtype=np.int64)
        found[owners] = hits[where] - self.starts[owners]
        return found

    def lows(self, values: Floats) -> Floats:
        """The least value so far along each annotator's turns."""
        # Each annotator's values are moved below all that came before, so that one sweep serves for all.
        span = float(np.ptp(values)) + 1.0 if len(values) else 1.0
        shift = self.owner * span
        least: Floats = np.minimum.accumulate(values - shift) + shift
        return least
