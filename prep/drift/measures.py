"""How far two distributions lie apart, and how likely that is by chance. Plain numbers in and out; knows no frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLOOR = 1e-4
"""The share that an empty bin counts as in the PSI, so that its logarithm is finite."""


def psi(old: Sequence[float], new: Sequence[float]) -> float:
    """The population stability index of two lists of shares (or counts) of the same bins: 0 or more, 0 when equal.

    The sum of (new − old) · ln(new / old); a share under 0.0001 counts as 0.0001. By a rule of thumb under 0.1 is little,
    over 0.25 much (Siddiqi 2006, p. 136). It is the same when old and new change places. NaN where a side is empty.

    >>> round(psi([0.5, 0.5], [0.6, 0.4]), 4)
    0.0405
    """
    if sum(old) <= 0 or sum(new) <= 0:
        return math.nan
    a = np.maximum(np.asarray(old, float) / sum(old), FLOOR)
    b = np.maximum(np.asarray(new, float) / sum(new), FLOOR)
    return float(((b - a) * np.log(b / a)).sum())


def js_distance(old: Sequence[float], new: Sequence[float]) -> float:
    """The Jensen–Shannon distance (the root of the divergence, base 2) of two lists of shares or counts: 0 to 1.

    NaN where a side is empty. Source: Endres & Schindelin (2003).

    >>> js_distance([1, 0], [0, 1]), js_distance([2, 1], [4, 2])
    (1.0, 0.0)
    """
    if sum(old) <= 0 or sum(new) <= 0:
        return math.nan
    a, b = np.asarray(old, float) / sum(old), np.asarray(new, float) / sum(new)
    middle = (a + b) / 2
    parts = [float((one[one > 0] * np.log2(one[one > 0] / middle[one > 0])).sum()) for one in (a, b)]
    return math.sqrt(min(1.0, max(0.0, sum(parts) / 2)))


def ks_p(statistic: float, old: int, new: int) -> float:
    """How likely a Kolmogorov–Smirnov distance so large or larger is by chance, of two samples of those sizes.

    The distribution of one sample of the size old·new / (old + new), as scipy's asymptotic `ks_2samp` has it.
    """
    from scipy.stats import kstwo

    if not old or not new:
        return 1.0
    return float(np.clip(kstwo.sf(statistic, max(1, round(old * new / (old + new)))), 0, 1))


def chi_square(old: Sequence[int], new: Sequence[int]) -> tuple[float, float, float]:
    """Pearson's chi-square of two lists of counts, its p and Cramér's V; what is expected under five times is pooled.

    (0, 1, 0) where fewer than two sorts are left.

    >>> [round(one, 4) for one in chi_square([30, 20], [20, 30])]
    [4.0, 0.0455, 0.2]
    """
    from scipy.stats import chi2_contingency

    table = np.array([old, new], dtype=float)
    table = table[:, table.sum(axis=0) > 0]
    total = table.sum()
    sides = table.sum(axis=1)
    if not total or not sides.all():
        return 0.0, 1.0, 0.0
    rare = table.sum(axis=0) * sides.min() / total < 5
    table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)]) if rare.sum() > 1 else table
    if table.shape[1] < 2:
        return 0.0, 1.0, 0.0
    if table.shape[1] == 2 and (table.sum(axis=0) * sides.min() / total).min() < 5:
        return 0.0, rare_p(table), math.sqrt(_phi2(table))
    found = chi2_contingency(table, correction=False)
    return float(found.statistic), float(found.pvalue), math.sqrt(float(found.statistic) / total)


def rare_p(table: NDArray[np.float64]) -> float:
    """Fisher's exact p (both sides) of a table of two by two counts."""
    from scipy.stats import fisher_exact

    return float(fisher_exact(table.astype(int)).pvalue)


def _phi2(table: NDArray[np.float64]) -> float:
    expected = table.sum(axis=1, keepdims=True) @ table.sum(axis=0, keepdims=True) / table.sum()
    return float(((table - expected) ** 2 / expected).sum() / table.sum())


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Each p adjusted for how many there are: those at most q hold false discoveries to a share of q.

    Source: Benjamini & Hochberg (1995).

    >>> [round(one, 3) for one in benjamini_hochberg([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.053, 0.053, 0.5]
    """
    if not p:
        return []
    values = np.asarray(p, float)
    order = np.argsort(values)[::-1]
    ranks = np.arange(len(values), 0, -1)
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(1, np.minimum.accumulate(values[order] * len(values) / ranks))
    return [float(one) for one in adjusted]


class Steps:
    """The share of values up to x, as far as it is known: of all values, of counts, or of quantiles (then within bounds)."""

    def __init__(
        self, points: NDArray[np.float64], upto: NDArray[np.float64], below_next: NDArray[np.float64], n: int
    ) -> None:
        self.points, self._upto, self._below_next, self.n = points, upto, below_next, n

    @classmethod
    def of_values(cls, values: NDArray[np.float64]) -> Steps:
        """Known exactly."""
        points, counts = np.unique(values, return_counts=True)
        return cls.of_counts(points, counts)

    @classmethod
    def of_counts(cls, points: NDArray[np.float64], counts: NDArray[np.int64]) -> Steps:
        """Known exactly; `points` grow."""
        upto = np.cumsum(counts) / max(1, counts.sum())
        return cls(points, upto, upto, int(counts.sum()))

    @classmethod
    def of_quantiles(cls, quantiles: Sequence[float], n: int) -> Steps:
        """Known within half a percent: the nearest ranks of `n` sorted values."""
        last = len(quantiles) - 1
        ranks = np.array([round(place * (n - 1) / last) for place in range(last + 1)])
        points = np.asarray(quantiles, float)
        final = np.append(points[1:] != points[:-1], True)  # of equal points the last says most
        upto = (ranks + 1) / n
        below_next = np.append(ranks[1:] / n, 1.0)
        return cls(points[final], upto[final], np.maximum(below_next[final], upto[final]), n)

    def bounds(self, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the greatest that the share up to each x can be."""
        place = np.searchsorted(self.points, x, side="right")
        return np.append(0.0, self._upto)[place], np.append(0.0, self._below_next)[place]

    def shares(self, edges: NDArray[np.float64]) -> list[float]:
        """The shares between growing edges, with one below the first and one above the last."""
        upto = np.concatenate([[0.0], self.bounds(edges)[0], [1.0]])
        return [float(one) for one in np.diff(upto)]


def ks_distance(old: Steps, new: Steps) -> float:
    """The Kolmogorov–Smirnov distance: the greatest difference of the shares up to x, 0 to 1.

    Of quantiles it is what the difference is at least, which is at most 0.01 less.

    >>> a, b = np.array([1.0, 2.0, 3.0]), np.array([3.0, 4.0, 5.0])
    >>> round(ks_distance(Steps.of_values(a), Steps.of_values(b)), 4)
    0.6667
    """
    x = np.union1d(old.points, new.points)
    if not old.n or not new.n:
        return math.nan
    (a_low, a_high), (b_low, b_high) = old.bounds(x), new.bounds(x)
    return max(0.0, float(np.max(np.maximum(a_low - b_high, b_low - a_high))))
