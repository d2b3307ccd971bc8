"""The order nearest to all votes, and how sure each piece of it is. Votes come as costs; knows no annotators.

`cost[i, j]` is what it costs to put i before j. The order of least total cost is Kemeny's (1959) where the cost is the number
of votes for the other way round. Exact for up to EXACT things, by dynamic programming over sets of things (Held and Karp); for
more, from Borda's order by moving single things as long as that helps.

Chances are those of a model in which an order has a chance proportional to exp(−cost): Mallows (1957, Biometrika 44:114) where
costs are dispersions times votes.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXACT = 10
"""2¹⁰ sets of things; 20 things would need a thousand times as many."""

EXACT_WITH_TIES = 8
CELLS = 4_000_000
EQUAL = 1e-9


class Found(NamedTuple):
    """Of many items of one size: each one's best order, whether another is as good, and the chance of i before j."""

    order: Ints  # items × things
    is_tie: NDArray[np.bool_]
    before: Floats  # items × things × things
    log_total: Floats  # of exp(−cost), over all orders


def best_orders(cost: Floats) -> Found:
    """The best order of each item; `cost` is items × things × things. Among equals, the one of least Borda count, then
    of the things' own order.
    """
    items, n, _ = cost.shape
    if n > EXACT:
        return _searched(cost)
    step = max(1, CELLS // (2**n * max(n, 1)))
    parts = [_exact(cost[start : start + step]) for start in range(0, items, step)]
    return Found(*(np.concatenate([part[k] for part in parts]) for k in range(4)))


def order_cost(cost: Floats, order: Ints) -> Floats:
    """What each item's order costs."""
    rows = np.arange(len(cost))[:, None, None]
    sorted_cost = cost[rows, order[:, :, None], order[:, None, :]]
    return np.asarray(np.triu(sorted_cost, 1).sum(axis=(1, 2)))


def with_ties(votes_for: Floats, tied: Floats, order: Ints) -> list[list[int]]:
    """One item's order in which things may be equal, nearest to the votes by `kendall.distance`.

    `votes_for[i, j]` votes put i before j, `tied[i, j]` call them equal. Exact for up to EXACT_WITH_TIES things; else the
    best way to join neighbours of `order`, which is the best order without ties.
    """
    n = len(order)
    apart = votes_for.T + tied / 2
    joined = (votes_for + votes_for.T) / 2
    if n > EXACT_WITH_TIES:
        return _joined(apart, joined, order)
    # Things are numbered by their place in `order`, so that among equals it decides.
    apart, joined = (matrix[np.ix_(order, order)] for matrix in (apart, joined))
    full = (1 << n) - 1
    bits = _bits(n)
    before = bits @ apart.T  # before[rest, i]: i before all of rest
    inside = np.einsum("mi,ij,mj->m", bits, np.triu(joined, 1), bits)
    best: dict[int, tuple[float, int, int]] = {0: (0.0, 0, 0)}
    for done in range(full):
        so_far = best[done][0]
        left = full & ~done
        group = left
        while group:
            rest = left & ~group
            total = so_far + float(inside[group]) + float(before[rest] @ bits[group])
            known = best.get(done | group)
            if known is None or total < known[0] - EQUAL:
                best[done | group] = (total, done, group)
            group = (group - 1) & left
    found: list[list[int]] = []
    at = full
    while at:
        _, at, group = best[at]
        found.append([int(order[k]) for k in range(n) if group >> k & 1])
    return found[::-1]


def _joined(apart: Floats, joined: Floats, order: Ints) -> list[list[int]]:
    n = len(order)
    apart, joined = (matrix[np.ix_(order, order)] for matrix in (apart, joined))
    best, cut = [0.0] + [np.inf] * n, [0] * (n + 1)
    for end in range(1, n + 1):
        for start in range(end):
            group = slice(start, end)
            total = best[start] + float(np.triu(joined[group, group], 1).sum()) + float(apart[group, end:].sum())
            if total < best[end] - EQUAL:
                best[end], cut[end] = total, start
    found: list[list[int]] = []
    end = n
    while end:
        found.append([int(one) for one in order[cut[end] : end]])
        end = cut[end]
    return found[::-1]


def log_chance(cost: Floats, log_total: float, parts: list[list[int]], rest: list[int]) -> float:
    """The log chance that one item's things stand in these groups, best first, whatever the order within each; `rest` are
    things behind all of them.
    """
    every = [*parts, rest] if rest else parts
    value = 0.0
    for place, group in enumerate(every):
        behind = [thing for later in every[place + 1 :] for thing in later]
        value -= float(cost[np.ix_(group, behind)].sum())
        if len(group) > 1:
            value += float(best_orders(cost[np.ix_(group, group)][None]).log_total[0])
    return min(value - log_total, 0.0)


def borda(cost: Floats) -> Floats:
    """What each thing costs ahead of all others, less what they cost ahead of it: the least is Borda's first."""
    return np.asarray(cost.sum(axis=2) - cost.sum(axis=1))


@cache
def _bits(n: int) -> Floats:
    return np.asarray((np.arange(1 << n)[:, None] >> np.arange(n)) & 1, dtype=np.float64)


def _exact(cost: Floats) -> Found:
    items, n, _ = cost.shape
    by_borda = np.argsort(np.round(borda(cost), 9), axis=1, kind="stable")
    rows = np.arange(items)
    cost = cost[rows[:, None, None], by_borda[:, :, None], by_borda[:, None, :]]
    full, bits = (1 << n) - 1, _bits(n)
    sets = np.arange(1 << n)
    # ahead[:, rest, i]: what it costs to put i before all of rest.
    ahead = np.einsum("sj,mij->msi", bits, cost)
    least = np.full((items, 1 << n), np.inf)
    log_to = np.full((items, 1 << n), -np.inf)
    log_from = np.full((items, 1 << n), -np.inf)
    least[:, full] = 0.0  # of what is still to be placed, once `set` stands ahead
    log_from[:, full] = 0.0
    log_to[:, 0] = 0.0
    size = bits.sum(axis=1)
    for layer in range(n - 1, -1, -1):
        for i in range(n):
            at = sets[(size == layer) & (bits[:, i] == 0)]
            after = at | 1 << i
            price = ahead[:, full ^ after, i]
            least[:, at] = np.minimum(least[:, at], price + least[:, after])
            log_from[:, at] = np.logaddexp(log_from[:, at], log_from[:, after] - price)
    for layer in range(n):
        for i in range(n):
            at = sets[(size == layer) & (bits[:, i] == 0)]
            after = at | 1 << i
            log_to[:, after] = np.logaddexp(log_to[:, after], log_to[:, at] - ahead[:, full ^ after, i])
    total = log_from[:, 0]
    before = np.zeros((items, n, n))
    for i in range(n):
        at = sets[bits[:, i] == 0]
        after = at | 1 << i
        step = np.exp(log_to[:, at] - ahead[:, full ^ after, i] + log_from[:, after] - total[:, None])
        before[:, i] = step @ bits[full ^ after]
    order, is_tie = _walk(ahead, least, full, n)
    back = np.argsort(by_borda, axis=1)
    return Found(
        np.take_along_axis(by_borda, order, axis=1),
        is_tie,
        before[rows[:, None, None], back[:, :, None], back[:, None, :]],
        total,
    )


def _walk(ahead: Floats, least: Floats, full: int, n: int) -> tuple[Ints, NDArray[np.bool_]]:
    """The best order from the first place on, and whether anywhere on the way another thing would do as well."""
    items = len(ahead)
    rows = np.arange(items)
    at = np.zeros(items, dtype=np.int64)
    order = np.zeros((items, n), dtype=np.int64)
    is_tie = np.zeros(items, dtype=bool)
    for place in range(n):
        price = np.full((items, n), np.inf)
        for i in range(n):
            free = (at >> i & 1) == 0
            after = at | 1 << i
            price[free, i] = (ahead[rows, full ^ after, i] + least[rows, after])[free]
        lowest = price.min(axis=1, keepdims=True)
        good = price <= lowest + EQUAL * (1 + np.abs(lowest))
        is_tie |= good.sum(axis=1) > 1
        order[:, place] = good.argmax(axis=1)
        at |= 1 << order[:, place]
    return order, is_tie


def _searched(cost: Floats) -> Found:
    """Of many things: local search; the chance of a pair is that of its margin alone, and there is no total."""
    items, n, _ = cost.shape
    orders = np.argsort(np.round(borda(cost), 9), axis=1, kind="stable")
    for k in range(items):
        orders[k] = _moved(cost[k], orders[k])
    margin = cost.transpose(0, 2, 1) - cost
    before = 1 / (1 + np.exp(-np.clip(margin, -700, 700)))
    before[:, range(n), range(n)] = 0.0
    rows = np.arange(items)[:, None]
    is_tie = np.asarray((np.abs(margin[rows, orders[:, :-1], orders[:, 1:]]) <= EQUAL).any(axis=1))
    neighbours = np.log(np.maximum(before[rows, orders[:, :-1], orders[:, 1:]], 1e-300)).sum(axis=1)
    return Found(orders, is_tie, before, -order_cost(cost, orders) - neighbours)


def _moved(cost: Floats, order: Ints) -> Ints:
    """Move one thing at a time to where it costs least, until none moves."""
    better = True
    while better:
        better = False
        for place in range(len(order)):
            thing, rest = order[place], np.delete(order, place)
            # The price of each slot: what goes ahead of it, and what it goes ahead of.
            ahead = np.concatenate([[0.0], np.cumsum(cost[rest, thing])])
            behind = np.concatenate([np.cumsum(cost[thing, rest][::-1])[::-1], [0.0]])
            price = ahead + behind
            slot = int(price.argmin())
            if price[slot] < price[place] - EQUAL:
                order, better = np.insert(rest, slot, thing), True
    return order
