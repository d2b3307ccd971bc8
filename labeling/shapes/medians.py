"""The weighted median: half the weight lies on either side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def weighted_median(values: Iterable[float], weights: Sequence[float]) -> float:
    """The value with half of the weight on either side.

    Each value stands in the middle of its own weight, and between two values the median moves evenly: so a small change of
    a weight makes a small change, and of two values it is their weighted mean.

    >>> weighted_median([1, 9, 2], [1, 1, 1])
    2.0
    >>> weighted_median([1, 9], [1, 1]), weighted_median([1, 9], [3, 1])
    (5.0, 3.0)
    """
    stack = np.asarray(list(values), dtype=np.float64)[:, None]
    return float(weighted_medians(stack, np.asarray(weights, dtype=np.float64))[0])


def weighted_medians(stack: Floats, weights: Floats) -> Floats:
    """The weighted median of every column of `stack` (values × columns)."""
    if len(stack) == 1:
        return np.asarray(stack[0], dtype=np.float64)
    # Equal values stand in the order of their weights, so that the order in which they came makes no difference.
    by_weight = np.argsort(weights, kind="stable")
    stack, weights = stack[by_weight], weights[by_weight]
    order = np.argsort(stack, axis=0, kind="stable")
    ranked = np.take_along_axis(stack, order, axis=0)
    own = weights[order] / weights.sum()
    place = np.cumsum(own, axis=0) - own / 2
    after = np.clip((place < 0.5).sum(axis=0), 1, len(stack) - 1)
    columns = np.arange(stack.shape[1])
    low, high = place[after - 1, columns], place[after, columns]
    share = np.clip((0.5 - low) / (high - low), 0.0, 1.0)
    return np.asarray(ranked[after - 1, columns] * (1 - share) + ranked[after, columns] * share, dtype=np.float64)
