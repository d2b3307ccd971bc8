"""Shares with their intervals: what so many right of so many seen says, and what it does not yet say."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.errors import Unusable

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]


def wilson(correct: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share: `correct` of `n`, both 0 or more. (0, 1) where nothing was seen.

    Raises Unusable when correct is not within 0..n. Source: Wilson (1927), JASA 22; Newcombe (1998), Stat. Med. 17.

    >>> tuple(round(bound, 4) for bound in wilson(81, 263))
    (0.2553, 0.3662)
    """
    if not 0 <= correct <= n:
        raise Unusable(f"{correct} of {n} is no share", cure="Give the right ones, then all.")
    low, high = wilson_bounds(np.array([correct], dtype=np.float64), np.array([n], dtype=np.float64), confidence)
    return float(low[0]), float(high[0])


def wilson_bounds(correct: Floats, n: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's interval of many shares at once: the lower and the upper bounds, (0, 1) where n is 0."""
    if not 0 < confidence < 1:
        raise Unusable(f"confidence={confidence!r} is no confidence", cure="Give .95, or another between 0 and 1.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    seen = np.where(n > 0, n, 1.0)
    share = np.where(n > 0, correct / seen, 0.5)
    middle = share + z * z / (2 * seen)
    reach = z * np.sqrt(share * (1 - share) / seen + (z / (2 * seen)) ** 2)
    scale = 1 + z * z / seen
    low = np.where((correct <= 0) | (n <= 0), 0.0, (middle - reach) / scale)
    return low, np.where((correct >= n) | (n <= 0), 1.0, (middle + reach) / scale)


def below_threshold(correct: int, n: int, threshold: float) -> float:
    """P(accuracy < threshold) after `correct` of `n`, under Jeffreys' prior Beta(½, ½).

    >>> round(below_threshold(5, 10, .7), 3)
    0.912
    """
    return float(chance_below(np.array([float(correct)]), np.array([float(n)]), threshold)[0])


def chance_below(correct: Floats, n: Floats, threshold: float) -> Floats:
    """`below_threshold` of many at once; NaN where nothing was seen."""
    from scipy.special import betainc

    found = np.asarray(betainc(0.5 + correct, 0.5 + n - correct, threshold), dtype=np.float64)
    return np.where(n > 0, found, np.nan)


def at_least(count: Floats | Ints, n: Floats | Ints, chance: Floats | float) -> Floats:
    """P(X ≥ count) of a binomial X of n trials with this chance: 1 for count 0. All of one shape.

    >>> round(float(at_least(np.array([8.0]), np.array([10.0]), 0.5)[0]), 6)
    0.054688
    """
    from scipy.special import betainc

    inside = (count > 0) & (count <= n)
    tail = np.asarray(betainc(np.where(inside, count, 1.0), np.where(inside, n - count + 1, 1.0), chance), np.float64)
    return np.where(count <= 0, 1.0, np.where(count > n, 0.0, tail))


def rate(part: Floats | Ints, whole: Floats | Ints) -> Floats:
    """Part / whole, NaN where the whole is 0."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)


def sums(group: Ints, values: Floats | Ints | Bools, groups: int) -> Floats:
    """The values added up for each group.

    >>> sums(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [1.0, 0.0, 5.0]
    """
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)
