"""The consensus of rankings: the order nearest to all votes, each vote weighing as much as its annotator's agree with it.

A vote r for an item of true order π has a chance proportional to exp(−θ_w · D(r, π)), D being the number of pairs ordered
differently (Mallows 1957) and θ_w the annotator's own dispersion; so the likeliest order is Kemeny's of weighted votes, and with
equal θ it is Kemeny's. The θ are fitted by EM, those of few rankings drawn to all annotators' common one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labeling.rankings.kemeny import EXACT, Floats, best_orders, log_chance, with_ties
from labeling.rankings.kendall import Order, distance, groups, places

MOST_ITEMS = 400
"""So many items tell the annotators' dispersions well enough; the rest are only decided."""

ROUNDS = 30
LEAST, MOST = 0.02, 5.0
PRIOR = 3
"""An annotator's θ rests on their own rankings and on so many made-up ones of the common θ."""


@dataclass(frozen=True, slots=True)
class RankedVote:
    """One annotator's order of one item's things."""

    item: Hashable
    annotator: Hashable
    order: Order


@dataclass(frozen=True, slots=True)
class Agreed:
    """The consensus of one item. `order` may hold groups of equals where ties are allowed, and its first few where only
    those are asked; `plain` is the same with every vote weighing alike (Kemeny's). `confidence` is the chance that all of
    `order` is right; `neighbours` has that of each two things (or first things of groups) next to each other in it.
    """

    item: Hashable
    order: list[list[Hashable]]
    plain: list[list[Hashable]]
    confidence: float
    neighbours: tuple[tuple[Hashable, Hashable, float], ...]
    votes: int
    is_tie: bool
    disagreement: float


@dataclass(slots=True, eq=False)
class _Item:
    key: Hashable
    things: list[Hashable]
    who: list[int]
    orders: list[Order]
    votes_for: Floats  # votes × things × things: 1 where the vote puts i before j, ½ where it ties them


def agree(
    votes: Sequence[RankedVote], *, things: Sequence[Hashable] | None = None, ties: bool = False, top: int | None = None
) -> tuple[list[Agreed], dict[Hashable, float]]:
    """The consensus of each item, in the order in which items first appear, and each annotator's θ (0 a coin).

    `things` are all there are to rank, where every item has the same; else those an item's votes name.
    """
    items, people = _read(votes, things)
    theta = _dispersions(items, len(people))
    by_size: dict[int, list[int]] = {}
    for place, one in enumerate(items):
        by_size.setdefault(len(one.things), []).append(place)
    found: dict[int, Agreed] = {}
    for mine in by_size.values():
        chosen = [items[place] for place in mine]
        weighed = np.stack([_cost(one, theta) for one in chosen])
        alike = np.stack([one.votes_for.sum(axis=0).T for one in chosen])
        best, plain = best_orders(weighed), best_orders(alike)
        for k, one in enumerate(chosen):
            order = _shape(one, theta[one.who], best.order[k], ties=ties, top=top)
            simple = _shape(one, np.ones(len(one.who)), plain.order[k], ties=ties, top=top)
            found[mine[k]] = _agreed(
                one, order, simple, weighed[k], float(best.log_total[k]), best.before[k], is_tie=bool(best.is_tie[k])
            )
    return [found[place] for place in range(len(items))], dict(zip(people, theta.tolist(), strict=True))


def _agreed(
    one: _Item,
    order: list[list[int]],
    plain: list[list[int]],
    cost: Floats,
    log_total: float,
    before: Floats,
    *,
    is_tie: bool,
) -> Agreed:
    named = [[one.things[thing] for thing in group] for group in order]
    rest = sorted(set(range(len(one.things))) - {thing for group in order for thing in group})
    neighbours = tuple(
        (one.things[first[0]], one.things[second[0]], float(before[first[0], second[0]]))
        for first, second in pairwise(order)
    )
    if len(one.things) <= EXACT:
        confidence = float(np.exp(log_chance(cost, log_total, order, rest)))
    else:
        confidence = float(np.prod([chance for *_, chance in neighbours])) if neighbours else 1.0
    apart = [distance(vote, named) for vote in one.orders]
    return Agreed(
        item=one.key,
        order=named,
        plain=[[one.things[thing] for thing in group] for group in plain],
        confidence=min(confidence, 1.0),
        neighbours=neighbours,
        votes=len(one.orders),
        is_tie=is_tie,
        disagreement=float(np.mean(apart)) if apart else 0.0,
    )


def _shape(one: _Item, weight: Floats, order: NDArray[np.int64], *, ties: bool, top: int | None) -> list[list[int]]:
    if not ties:
        found = [[int(thing)] for thing in order]
    else:
        tied = one.votes_for == 0.5
        tied[:, range(len(order)), range(len(order))] = False
        strict = np.where(tied, 0.0, one.votes_for)
        found = with_ties(np.tensordot(weight, strict, 1), np.tensordot(weight, tied.astype(float), 1), order)
    return found if top is None else found[:top]


def _read(votes: Sequence[RankedVote], things: Sequence[Hashable] | None) -> tuple[list[_Item], list[Hashable]]:
    given: dict[Hashable, list[RankedVote]] = {}
    for vote in votes:
        given.setdefault(vote.item, []).append(vote)
    people: dict[Hashable, int] = {}
    items = []
    for key, mine in given.items():
        named = {thing for vote in mine for group in groups(vote.order) for thing in group}
        # An order of the things that does not hang on who voted first: as given, else as they sort.
        every = list(things) if things is not None else sorted(named, key=lambda one: (str(type(one)), one))
        who = [people.setdefault(vote.annotator, len(people)) for vote in mine]
        items.append(
            _Item(key, every, who, [vote.order for vote in mine], np.stack([_table(v.order, every) for v in mine]))
        )
    return items, list(people)


def _table(order: Order, things: list[Hashable]) -> Floats:
    place = places(order)
    last = len(place) + 1
    at = np.array([place.get(thing, last) for thing in things])
    table = (at[:, None] < at[None, :]) + 0.5 * (at[:, None] == at[None, :])
    np.fill_diagonal(table, 0.0)
    return np.asarray(table, dtype=np.float64)


def _cost(one: _Item, theta: Floats) -> Floats:
    return np.asarray(np.tensordot(theta[one.who], one.votes_for, 1).T)


def _dispersions(items: list[_Item], people: int) -> Floats:
    """Everybody's θ, by EM over the items that have several votes."""
    theta = np.ones(people)
    telling = [one for one in items if len(one.who) >= 2 and 2 <= len(one.things) <= EXACT]
    step = max(1, -(-len(telling) // MOST_ITEMS))
    telling = telling[::step]
    if not telling:
        return theta
    by_size: dict[int, list[_Item]] = {}
    for one in telling:
        by_size.setdefault(len(one.things), []).append(one)
    size = np.concatenate([np.full(len(one.who), len(one.things)) for mine in by_size.values() for one in mine])
    who = np.concatenate([np.array(one.who) for mine in by_size.values() for one in mine])
    typical = round(float(size.mean()))
    for _ in range(ROUNDS):
        apart = np.concatenate([_expected(mine, theta) for mine in by_size.values()])
        common = _solve(size, apart, made_up=typical)
        fresh = theta.copy()
        for annotator in range(people):
            own_votes = who == annotator
            own = np.concatenate([size[own_votes], np.full(PRIOR, typical)])
            mean = _mean_distance(np.array([typical]), common)[0]
            fresh[annotator] = _solve(own, np.concatenate([apart[own_votes], np.full(PRIOR, mean)]))
        moved = float(np.abs(fresh - theta).max())
        theta = fresh
        if moved < 1e-3:
            break
    return theta


def _expected(items: list[_Item], theta: Floats) -> Floats:
    """The expected number of pairs that each vote has differently from the truth, as far as it is known."""
    before = best_orders(np.stack([_cost(one, theta) for one in items])).before
    return np.concatenate(
        [np.einsum("vij,ji->v", one.votes_for, chance) for one, chance in zip(items, before, strict=True)]
    )


def _mean_distance(size: NDArray[np.int64], theta: float) -> Floats:
    """The mean of D under Mallows' model: n e^−θ / (1 − e^−θ) − Σⱼ j e^−jθ / (1 − e^−jθ). Source: Fligner and Verducci (1986)."""
    out = np.zeros(len(size))
    for n in np.unique(size):
        j = np.arange(1, n + 1)
        out[size == n] = n / np.expm1(theta) - (j / np.expm1(j * theta)).sum()
    return out


def _solve(size: NDArray[np.int64], apart: Floats, made_up: int = 0) -> float:
    """The θ under which votes are as far from the truth as these; with `made_up`, two votes more on so many things, each
    half as far from it as one at random.
    """
    wanted, count = float(apart.sum()), size
    if made_up:
        wanted += 2 * made_up * (made_up - 1) / 8
        count = np.concatenate([size, np.full(2, made_up)])
    low, high = LEAST, MOST
    for _ in range(40):
        middle = (low + high) / 2
        if float(_mean_distance(count, middle).sum()) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2
