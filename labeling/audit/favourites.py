"""Whose answers lean: the labels one gives against those the others give to the same items, and the place one picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeling.answers import Answers
from labeling.audit.peers import Others
from labeling.audit.shares import Bools, Floats, Ints, at_least, sums
from prep.phrase import phrase

Picks = Sequence[tuple[Sequence[int], int]]
"""Of one answer, for each order drawn for it: the places picked, from 0, and how many there were."""
USUAL_LEAN = 1.25
"""Everybody leans a little; up to this many times the share expected it is nothing to speak of."""


@dataclass(frozen=True, slots=True, eq=False)
class Favourites:
    """By annotator. `divergence` of all labels from the others' on the same items (Jensen–Shannon, 0 to 1 bit).

    Of the `misses`, answers that differ from the single majority of the others, `said` gave `label` where `expected`
    (a share) would be usual for these items; `chance` of so many or more, over all labels.
    """

    divergence: Floats
    misses: Ints
    label: Ints
    said: Ints
    expected: Floats
    chance: Floats


def favourites_of(others: Others, is_used: Bools, *, people: int) -> Favourites:
    """Whether anybody's misses, among the rows used, fall on one label.

    How many misses there are is another question, and another signal.
    """
    answers, classes = others.answers, len(others.answers.labels)
    majority = others.majority
    sure = (majority >= 0) & is_used
    who, label, asked = answers.annotator[sure], answers.label[sure].astype(np.int64), majority[sure]
    missed = label != asked
    misses = np.bincount(who[missed], minlength=people)
    said = _table(who[missed], label[missed], people, classes)
    # How often anybody says l where the others say m: off the diagonal, the pool's way of missing.
    seen = np.bincount(asked * classes + label, minlength=classes * classes).reshape(classes, classes)
    rates = seen / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(rates, 0.0)
    usual = _table(who, asked, people, classes) @ (rates + 1e-6 * (1 - np.eye(classes)))
    usual /= np.maximum(usual.sum(axis=1, keepdims=True), 1e-300)
    chance = at_least(said, misses[:, None] + np.zeros(classes), np.minimum(USUAL_LEAN * usual, 0.95))
    worst = chance.argmin(axis=1)
    every = np.arange(people)
    return Favourites(
        divergence=_divergence(others, people),
        misses=misses,
        label=worst,
        said=said[every, worst].astype(np.int64),
        expected=usual[every, worst],
        chance=np.where(misses > 0, np.minimum(classes * chance[every, worst], 1.0), np.nan),
    )


def _divergence(others: Others, people: int) -> Floats:
    """Jensen–Shannon divergence between own labels and the others' shares on the same items."""
    answers, classes = others.answers, len(others.answers.labels)
    some = np.flatnonzero(others.n > 0)
    who = answers.annotator[some]
    own = _table(who, answers.label[some].astype(np.int64), people, classes)
    theirs = np.zeros((people, classes))
    for label in range(classes):
        less = others.counts[answers.item[some], label] - (answers.label[some] == label)
        theirs[:, label] = sums(who, less / others.n[some], people)
    return jensen_shannon(own, theirs)


def jensen_shannon(first: Floats, second: Floats) -> Floats:
    """Divergence in bits (0 equal to 1 nothing in common) of rows of counts or shares; NaN for an empty row.

    Source: Lin (1991), IEEE Trans. Inf. Theory 37:145.

    >>> jensen_shannon(np.array([[1.0, 0.0]]), np.array([[0.0, 3.0]])).tolist()
    [1.0]
    """
    from scipy.special import entr

    total = first.sum(axis=-1), second.sum(axis=-1)
    p, q = (part / np.maximum(n, 1e-300)[..., None] for part, n in zip((first, second), total, strict=True))
    bits = entr((p + q) / 2).sum(axis=-1) - (entr(p).sum(axis=-1) + entr(q).sum(axis=-1)) / 2
    return np.where((total[0] > 0) & (total[1] > 0), np.maximum(bits, 0.0) / np.log(2), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """By annotator: `seen` answers whose place on the screen is known, the `place` picked most (a code; −1 for none),
    `picked` how often, and the two-sided `chance` of that under a random order.
    """

    places: tuple[object, ...]
    seen: Ints
    place: Ints
    picked: Ints
    chance: Floats

    def word(self, k: int) -> object:
        """The place that one annotator picks most; None where none is known."""
        return None if self.place[k] < 0 else self.places[self.place[k]]

    def says(self, k: int) -> str:
        """What speaks against one annotator."""
        place = self.word(k)
        spot = phrase("in place %(n)s", n=place) if isinstance(place, int) else place
        return phrase(
            "%(n)s of %(all)s picks are %(spot)s, though the order is random",
            n=int(self.picked[k]),
            all=int(self.seen[k]),
            spot=spot,
        )


def positions_of(answers: Answers, place: Ints, places: tuple[object, ...], *, people: int) -> Positions:
    """Whether anybody picks by place. `place` codes where the chosen label stood (−1 unknown), order being random.

    The binomial test of the place picked most, against 1 / places, times the places there are.
    """
    known, many = place >= 0, max(len(places), 2)
    table = _table(answers.annotator[known], place[known], people, many)
    seen = table.sum(axis=1)
    best = table.argmax(axis=1)
    picked = table[np.arange(people), best]
    chance = np.minimum(many * at_least(picked, seen, 1.0 / many), 1.0)
    return Positions(
        places=places,
        seen=seen.astype(np.int64),
        place=np.where(seen > 0, best, -1),
        picked=picked.astype(np.int64),
        chance=np.where(seen > 0, chance, np.nan),
    )


def picks_of(answers: Answers, picks: Sequence[Picks], *, people: int) -> Positions:
    """Whether anybody picks by place, where an answer picks several, or in several orders: `picks` of each answer.

    Of one place: how often it was among those picked, of all orders that had it. Under a random order each has it with the
    share of places picked; the binomial test at their mean is, of unequal shares, on the safe side. The worst place is
    told, its chance times the places there are.
    """
    many = max((count for orders in picks for _, count in orders), default=0)
    picked, seen, usual = (np.zeros((people, max(many, 2))) for _ in range(3))
    for who, orders in zip(answers.annotator.tolist(), picks, strict=True):
        for places, count in orders:
            picked[who, list(places)] += 1
            seen[who, :count] += 1
            usual[who, :count] += len(places) / count
    chance = at_least(picked, seen, usual / np.maximum(seen, 1))
    chance = np.where(seen > 0, np.minimum(many * chance, 1.0), np.nan)
    best = np.where(np.isnan(chance), np.inf, chance).argmin(axis=1)
    every, orders_seen = np.arange(people), seen.max(axis=1)
    return Positions(
        places=tuple(range(1, max(many, 2) + 1)),
        seen=seen[every, best].astype(np.int64),
        place=np.where(orders_seen > 0, best, -1),
        picked=picked[every, best].astype(np.int64),
        chance=chance[every, best],
    )


def _table(who: Ints, label: Ints, people: int, classes: int) -> Floats:
    cells = who.astype(np.int64) * classes + label
    return np.bincount(cells, minlength=people * classes).reshape(people, classes).astype(np.float64)
