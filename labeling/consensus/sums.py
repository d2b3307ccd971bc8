"""Arrays of items × classes, summed the quick way: numpy is slow along rows of a few entries. Knows no answers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

PART = 32_768
"""Rows, or answers, looked at together: few enough for the processor's cache."""


def row_max(x: Floats) -> Floats:
    """The greatest entry of each row; column by column, which is four times faster than max(axis=1) for few columns."""
    if x.shape[1] > 32:
        return np.asarray(x.max(axis=1), dtype=np.float64)
    top = x[:, 0].copy()
    for column in range(1, x.shape[1]):
        np.maximum(top, x[:, column], out=top)
    return top


def negentropy(x: Floats) -> float:
    """The sum of x log x over all entries, 0 log 0 being 0."""
    from scipy.special import xlogy

    return sum(float(xlogy(x[low : low + PART], x[low : low + PART]).sum()) for low in range(0, len(x), PART))


def row_sum(x: Floats) -> Floats:
    """The sum of each row; not by a product with ones, for which BLAS would wake threads that others need."""
    if x.shape[1] > 32:
        return np.asarray(x.sum(axis=1), dtype=np.float64)
    total = x[:, 0].copy()
    for column in range(1, x.shape[1]):
        total += x[:, column]
    return total


def column_sum(x: Floats) -> Floats:
    """The sum of each column; column by column, which is nine times faster than sum(axis=0) for few columns."""
    return x.sum(axis=0) if x.shape[1] > 32 else np.array([x[:, column].sum() for column in range(x.shape[1])])


def vote_shares(counts: Floats) -> Floats:
    """Counts (items × classes) made shares of each item's answers, in place; even where there are none."""
    total = row_sum(counts)
    bare = total == 0
    total[bare] = 1.0
    for column in range(counts.shape[1]):
        counts[:, column] /= total
    counts[bare] = 1.0 / counts.shape[1]
    return counts
