"""Each record at most one partner: the pairs kept are those whose weights add up to the most. Knows no column."""

from __future__ import annotations

import numpy as np

MOST_CELLS = 4_000_000
"""A knot of records larger than this (rows times rows) is untied greedily, the heaviest pair first."""


def one_to_one(left: np.ndarray, right: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Which pairs stay when no left and no right may come twice: a boolean for each pair.

    The sum of the weights is the largest there is (Kuhn 1955, by scipy), within each knot of pairs that touch.

    >>> one_to_one(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.8, 0.85])).tolist()
    [False, True, True]
    """
    kept = np.ones(len(left), dtype=bool)
    if not len(left):
        return kept
    lefts, l_codes, l_times = np.unique(left, return_inverse=True, return_counts=True)
    rights, r_codes, r_times = np.unique(right, return_inverse=True, return_counts=True)
    is_tied = (l_times[l_codes] > 1) | (r_times[r_codes] > 1)
    knotted = np.flatnonzero(is_tied | _touches(l_codes, r_codes, is_tied))
    if not len(knotted):
        return kept
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(lefts) + len(rights)
    ones = np.ones(len(knotted), dtype=np.int8)
    graph = coo_array((ones, (l_codes[knotted], r_codes[knotted] + len(lefts))), shape=(size, size))
    _, knot_of = connected_components(graph, directed=False)
    knots = knot_of[l_codes[knotted]]
    order = np.argsort(knots, kind="stable")
    kept[knotted] = False
    for members in np.split(knotted[order], np.flatnonzero(np.diff(knots[order])) + 1):
        kept[members[_untied(l_codes[members], r_codes[members], weights[members])]] = True
    return kept


def _touches(left: np.ndarray, right: np.ndarray, is_tied: np.ndarray) -> np.ndarray:
    """Pairs that share a record with a tied one: all pairs of a knot are looked at together."""
    return np.isin(left, left[is_tied]) | np.isin(right, right[is_tied])


def _untied(left: np.ndarray, right: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of the pairs of one knot, the places of those that stay."""
    lefts, rows = np.unique(left, return_inverse=True)
    rights, columns = np.unique(right, return_inverse=True)
    if len(lefts) * len(rights) > MOST_CELLS:
        return _greedy(rows, columns, weights)
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((len(lefts), len(rights)))
    place = np.full(table.shape, -1)
    table[rows, columns], place[rows, columns] = weights, np.arange(len(left))
    chosen = place[linear_sum_assignment(table, maximize=True)]
    return np.asarray(chosen[chosen >= 0])


def _greedy(left: np.ndarray, right: np.ndarray, weights: np.ndarray) -> np.ndarray:
    seen_left, seen_right, chosen = set(), set(), []
    for place in np.lexsort((right, left, -weights)):
        if left[place] not in seen_left and right[place] not in seen_right:
            seen_left.add(left[place])
            seen_right.add(right[place])
            chosen.append(place)
    return np.array(chosen, dtype=int)
