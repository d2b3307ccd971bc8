"""Straight-lining and periodicity: answers that follow a habit of the hand and not the items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.audit.peers import Others
from labeling.audit.shares import Bools, Floats, Ints, at_least, sums
from labeling.audit.turns import Turns

FEWEST_IN_ORDER = 20
LAGS = range(2, 9)


def run_chance(longest: int, n: int, modal: float) -> float:
    """P(a run of `longest` equal answers or more among n), where the favoured label has share `modal` (0 to 1).

    1 − exp(−n (1 − p) pʳ): runs are nearly Poisson. Source: Feller (1968), vol. 1, XIII.7.

    >>> round(run_chance(10, 1000, 0.5), 2)
    0.39
    """
    return float(-np.expm1(-n * (1 - modal) * modal**longest))


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Each annotator's `longest` run, the `label` of it, its `chance` by own habit and what the items allow, and the
    lag at which answers come back most (`period`; 0 for none) with its chance. NaN under 20 answers. `inside` tells,
    for each row, whether it is in its annotator's longest run.
    """

    longest: Ints
    label: Ints
    chance: Floats
    period: Ints
    period_chance: Floats
    inside: Bools


def find_runs(turns: Turns, label: Ints, others: Others, own_share: Floats, *, people: int) -> Runs:
    """The runs of everybody. `own_share` is, for each row, the share its label has among that annotator's answers.

    A run counts as odd only where it is unlikely both by the annotator's own habit and by what the others say of
    the items of the run: a table sorted by truth has long runs that are right.
    """
    said, n = label[turns.order], turns.lengths
    longest, of_label = np.zeros(people, np.int64), np.full(people, -1, np.int64)
    chance, period = np.full(people, np.nan), np.zeros(people, np.int64)
    period_chance = np.full(people, np.nan)
    inside = np.zeros(len(label), dtype=bool)
    if not len(said):
        return Runs(longest, of_label, chance, period, period_chance, inside)
    owner = turns.owner
    begins = np.flatnonzero(np.concatenate([[True], (said[1:] != said[:-1]) | (owner[1:] != owner[:-1])]))
    length = np.diff(np.append(begins, len(said)))
    backed = np.log(others.chance_of_own(own_share)[turns.order])
    of_run = np.add.reduceat(backed, begins)
    # The longest run of each annotator, the first of equals: sorted by owner, then falling length.
    by = np.lexsort((-length, owner[begins]))
    who, first = np.unique(owner[begins][by], return_index=True)
    chosen = by[first]
    longest[who], of_label[who] = length[chosen], said[begins[chosen]]
    modal = np.zeros(people)
    np.maximum.at(modal, owner, own_share[turns.order])
    habit = n * (1 - modal) * modal ** np.minimum(longest, 10_000)
    asked = np.zeros(people)
    asked[who] = n[who] * (1 - modal[who]) * np.exp(of_run[chosen])
    enough = n >= FEWEST_IN_ORDER
    chance[enough] = -np.expm1(-np.maximum(habit, asked)[enough])
    chance[enough & (modal > 1 - 1e-9)] = 1.0  # one label only: the labels' distribution speaks of that
    # Where the others say the same as usual, or more, the items called for the run.
    backed_by = np.nan_to_num(others.matched)[turns.order]
    share = np.add.reduceat(backed_by, begins)[chosen] / length[chosen]
    chance[who[share >= backed_by.mean()]] = np.where(enough[who[share >= backed_by.mean()]], 1.0, np.nan)
    period[enough], period_chance[enough] = (part[enough] for part in _periods(turns, label, others, own_share))
    is_chosen = np.zeros(len(begins), dtype=bool)
    is_chosen[chosen] = True
    inside[turns.order] = np.repeat(is_chosen, length)
    return Runs(longest, of_label, chance, period, period_chance, inside)


def _periods(turns: Turns, label: Ints, others: Others, own_share: Floats) -> tuple[Ints, Floats]:
    """The lag (2 to 8) at which equal answers come back more often than at other lags.

    The count of equal pairs against its mean, which is the greatest of three: by own label shares, by what the others
    say of the items, and at the lags before and after. A sum of unequal chances varies less than a binomial
    (Hoeffding 1956), so its tail is an upper bound. Seven lags are tried, so the chance counts sevenfold.
    """
    people, owner, rows = len(turns.starts) - 1, turns.owner, turns.order
    lags = range(1, LAGS.stop + 1)
    seen, equal = np.zeros((len(lags), people)), np.zeros((len(lags), people))
    asked = np.zeros((len(LAGS), people))
    for k, lag in enumerate(lags):
        same = np.flatnonzero(owner[lag:] == owner[:-lag])
        early, late, who = rows[same], rows[same + lag], owner[same]
        seen[k] = np.bincount(who, minlength=people)
        equal[k] = sums(who, label[early] == label[late], people)
        if lag in LAGS:
            backed = others.chance_of(early, label[late], own_share[late])
            asked[lag - LAGS.start] = sums(who, backed, people) / np.maximum(seen[k], 1)
    habit = sums(owner, own_share[rows], people) / np.maximum(turns.lengths, 1)
    lag_of, best = np.zeros(people, np.int64), np.ones(people)
    for k, lag in enumerate(LAGS):
        own, beside = lag - lags.start, [lag - lags.start - 1, lag - lags.start + 1]
        near = equal[beside].sum(axis=0) / np.maximum(seen[beside].sum(axis=0), 1)
        mean = np.minimum(np.maximum(np.maximum(habit, asked[k]), near), 1.0)
        chance = np.minimum(len(LAGS) * at_least(equal[own], seen[own], mean), 1.0)
        better = chance < best
        best[better], lag_of[better] = chance[better], lag
    return lag_of, best
