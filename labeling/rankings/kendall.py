"""How far two orders of things are apart. An order is a list, best first, in which a list is a group of equals.

Things that an order does not name stand behind all that it names, equal among themselves: so a list of the best few is an
order too.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations
from typing import Any

Order = Sequence[Any]


def groups(order: Order) -> list[list[Hashable]]:
    """The order as groups of equals, best first.

    >>> groups(["b", ["a", "c"]])
    [['b'], ['a', 'c']]
    """
    return [list(one) if isinstance(one, list | tuple) else [one] for one in order]


def places(order: Order) -> dict[Hashable, int]:
    """The number of the group that each thing is in, 0 for the best."""
    return {thing: place for place, group in enumerate(groups(order)) for thing in group}


def distance(first: Order, second: Order) -> float:
    """Share of pairs that the two order differently, a pair tied in one alone counting half: 0 equal, 1 reversed.

    Without ties it is Kendall's tau distance, (1 − τ) / 2. With ties it is K^(½) of Fagin, Kumar, Mahdian, Sivakumar and Vee
    (2006, SIAM J. Discrete Math. 20:628), half of Kemeny and Snell's (1962) distance: a metric, unlike (1 − τ_b) / 2.

    >>> distance(["a", "b", "c"], ["b", "a", "c"]), distance(["a", "b"], [["a", "b"]])
    (0.3333333333333333, 0.5)
    """
    apart = total = 0.0
    for one, other in _signs(first, second):
        total += 1
        apart += 1.0 if one * other < 0 else 0.5 if (one == 0) != (other == 0) else 0.0
    return apart / total if total else 0.0


def tau_b(first: Order, second: Order) -> float | None:
    """Kendall's τ_b: 1 the same, −1 reversed, pairs tied in one of the two counting neither way; None where one ties all.

    Source: Kendall (1945, Biometrika 33:239).

    >>> tau_b(["a", "b", "c"], ["b", "a", "c"])
    0.3333333333333333
    """
    score = free_first = free_second = 0
    for one, other in _signs(first, second):
        score += one * other
        free_first += one != 0
        free_second += other != 0
    return score / math.sqrt(free_first * free_second) if free_first and free_second else None


def _signs(first: Order, second: Order) -> Iterator[tuple[int, int]]:
    """For each pair of things that either names: 1, 0 or −1 as the order puts them."""
    one, other = places(first), places(second)
    behind = len(one), len(other)
    for a, b in combinations({**one, **other}, 2):
        x = one.get(b, behind[0]) - one.get(a, behind[0])
        y = other.get(b, behind[1]) - other.get(a, behind[1])
        yield (x > 0) - (x < 0), (y > 0) - (y < 0)
