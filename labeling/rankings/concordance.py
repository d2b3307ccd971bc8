"""Kendall's W: how far several rankings of the same things agree, with its interval over items."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.rankings.kendall import Order, groups

RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W over items with two or more rankings: the mean of the items' W, with a bootstrap interval over items.

    Of m rankings at random W is 1/m on average, so that it is not comparable between different m; `spearman`, the mean
    rank correlation of two rankings of an item, (m W − 1) / (m − 1), is 0 at random whatever m. `low` and `high` are None
    below five items.
    """

    value: float | None
    low: float | None
    high: float | None
    spearman: float | None
    spearman_low: float | None
    spearman_high: float | None
    items: int
    rankings: int
    confidence: float = 0.95
    why: str = ""


FEWEST = 5


def kendall_w(rankings: Sequence[Order]) -> float | None:
    """W of two or more rankings of the same things, corrected for ties: 1 all alike, 0 as unlike as can be.

    None where there are fewer than two rankings or things, or every ranking ties all. Things that a ranking does not name
    share the places behind. Source: Kendall and Babington Smith (1939, Ann. Math. Statist. 10:275); ties as in
    Kendall (1948, Rank Correlation Methods, ch. 6).

    >>> kendall_w([["a", "b", "c"], ["a", "c", "b"], ["a", "b", "c"]])
    0.7777777777777778
    """
    things = list(dict.fromkeys(thing for one in rankings for group in groups(one) for thing in group))
    m, n = len(rankings), len(things)
    if m < 2 or n < 2:
        return None
    ranks = np.array([_ranks(one, things) for one in rankings])
    ties = sum(float((size**3 - size).sum()) for size in (np.unique(row, return_counts=True)[1] for row in ranks))
    spread = float(np.square(ranks.sum(axis=0) - m * (n + 1) / 2).sum())
    most = m * m * (n**3 - n) - m * ties
    return 12 * spread / most if most > 1e-9 else None


def concordance(items: Iterable[Sequence[Order]], *, resamples: int = RESAMPLES, seed: int = 0) -> Concordance:
    """W over the rankings of each item; items with fewer than two rankings do not count."""
    found, many = [], []
    for rankings in items:
        one = kendall_w(rankings)
        if one is not None:
            found.append(one)
            many.append(len(rankings))
    if not found:
        return Concordance(None, None, None, None, None, None, 0, 0, why="no item has two rankings")
    w, m = np.array(found), np.array(many, dtype=np.float64)
    pairs = m * (m - 1) / 2
    r = (m * w - 1) / (m - 1)
    value, spearman = float(w.mean()), float(pairs @ r / pairs.sum())
    facts: dict[str, Any] = {"items": len(w), "rankings": int(m.sum())}
    if len(w) < FEWEST:
        why = f"{len(w)} items with two rankings are too few for an interval"
        return Concordance(value, None, None, spearman, None, None, **facts, why=why)
    rng = np.random.default_rng([seed, len(w)])
    drawn = rng.integers(0, len(w), (resamples, len(w)))
    of_w = w[drawn].mean(axis=1)
    of_r = (pairs * r)[drawn].sum(axis=1) / pairs[drawn].sum(axis=1)
    low, high = np.percentile(of_w, [2.5, 97.5])
    r_low, r_high = np.percentile(of_r, [2.5, 97.5])
    return Concordance(value, float(low), float(high), spearman, float(r_low), float(r_high), **facts)


def _ranks(order: Order, things: Sequence[Hashable]) -> list[float]:
    """Each thing's rank from 1, equals sharing the mean of theirs."""
    named = groups(order)
    unnamed = [thing for thing in things if thing not in {one for group in named for one in group}]
    rank: dict[Hashable, float] = {}
    so_far = 0
    for group in [*named, *([unnamed] if unnamed else [])]:
        rank |= dict.fromkeys(group, so_far + (len(group) + 1) / 2)
        so_far += len(group)
    return [rank[thing] for thing in things]
