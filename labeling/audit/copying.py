"""Copying: two annotators who agree, above all on mistakes, more than two who know nothing of each other would.

For an item that a and b answered, with q the truth as all *others* tell it and π their confusion matrices, two who
work alone say (l, m) with P = Σ_k q_k π_a(k, l) π_b(k, m). If b copies a with chance s, the ratio of likelihoods is
1 + s u, where u = [l = m] Σ_k q_k π_a(k, l) / P − 1: small where both are right, great where both make a rare mistake.
And what is copied takes less time than what is thought out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.answers import Answers
from labeling.audit.crowd import Crowd, Tables
from labeling.audit.discoveries import benjamini_hochberg
from labeling.audit.peers import Others
from labeling.audit.shares import Bools, Floats, Ints, sums
from labeling.audit.signals import twice

FEWEST_SHARED = 15
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)
MOST_PAIR_ROWS = 20_000_000
FEWEST_TIMED = 10
AGREES = 0.05
"""However quick they were, the answers themselves must agree so much beyond chance."""
PART = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of annotators (numbers) who share 15 items or more, the most suspect first.

    Where it is known who answered first, `copier` is tested on the items that `model` answered before, both ways
    round; else each pair once, either may be either. `shared` items, `same` answers on them and how many were
    `expected` the same; `p` of all that if they work alone, with its false discovery rate `q`, and its two parts, of
    the answers (`p_same`, of which `p_alike` looks at nothing but how many are the same) and of the time they took
    (`p_haste`, NaN where not timed); `share`, the likeliest
    share of answers copied; `haste`, how much quicker (−1 to 1, a share) the copier's equal answers on these items
    came than their other answers that agree with the others, NaN where not timed. `tested` counts all pairs.
    """

    model: Ints
    copier: Ints
    shared: Ints
    same: Ints
    expected: Floats
    p: Floats
    p_same: Floats
    p_alike: Floats
    p_haste: Floats
    q: Floats
    share: Floats
    haste: Floats
    tested: int
    skipped_items: int
    is_directed: bool

    def signal(self, *, false_discovery: float, people: int) -> tuple[Floats, Ints]:
        """By annotator: the least q of a pair in which they may be the one who copies, and that pair's place.

        However quick they were, the answers themselves must agree beyond chance. NaN and −1 without such a pair.
        """
        q, place = np.full(people, np.nan), np.full(people, -1, dtype=np.int64)
        for k in np.flatnonzero(self.is_suspect(false_discovery)).tolist():
            for who in (int(self.copier[k]), *(() if self.is_directed else (int(self.model[k]),))):
                if np.isnan(q[who]):
                    q[who], place[who] = self.q[k], k
        return q, place

    def is_suspect(self, false_discovery: float) -> Bools:
        """Which pairs agree too much for two who work alone."""
        return np.asarray((self.q <= false_discovery) & (np.minimum(self.p_same, self.p_alike) <= AGREES))

    def haste_chance(self, people: int) -> Floats:
        """By annotator, the p of their quickest pair times the pairs they are in; NaN where none is timed."""
        timed = ~np.isnan(self.p_haste)
        tried = np.bincount(self.copier[timed], minlength=people)
        least = np.full(people, np.inf)
        np.minimum.at(least, self.copier[timed], self.p_haste[timed])
        return np.where(tried > 0, np.minimum(np.where(tried > 0, least, 1.0) * tried, 1.0), np.nan)


def pairs_of(others: Others, crowd: Crowd, at: Ints | None, apart: Floats) -> Pairs:
    """All pairs who share enough items, by their evidence. `at` tells which of two answers came first, None where
    nothing does; `apart` is how far each answer's log time lies from what the annotator and the item make usual.

    p combines two that do not depend on each other (Fisher): of the answers and of the haste (Student's t). That of the
    answers is twice the less of two, which see rare mistakes and mere agreement: the greatest ratio over eight shares
    s, half a χ² of one degree for a share on the edge of what it may be (Chernoff 1954, Ann. Math. Stat. 25:573), and
    the normal law of how many are the same, a sum of unequal chances. Real items have mistakes that everybody makes,
    so q is tempered as confidence is, and each pair's u is measured against the usual pair's.
    """
    answers, people = others.answers, len(others.answers.annotators)
    first, second, skipped = _pair_rows(answers, at)
    if not len(first) or crowd.why_not:
        codes, none = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Pairs(
            model=codes,
            copier=codes,
            shared=codes,
            same=codes,
            expected=none,
            p=none,
            p_same=none,
            p_alike=none,
            p_haste=none,
            q=none,
            share=none,
            haste=none,
            tested=0,
            skipped_items=skipped,
            is_directed=at is not None,
        )
    pair = answers.annotator[first].astype(np.int64) * people + answers.annotator[second]
    ids, place, shared = np.unique(pair, return_inverse=True, return_counts=True)
    model, copier = np.divmod(ids, people)

    def total(weights: Floats | Bools) -> Floats:
        return sums(place, weights, len(ids))

    same = answers.label[first] == answers.label[second]
    together, surprise = np.zeros(len(first)), np.empty(len(first))
    for start in range(0, len(first), PART):
        part = slice(start, start + PART)
        together[part], surprise[part] = _alone(crowd.tables, first[part], second[part])
    surprise = np.where(same, surprise, 0.0) - 1.0
    surprise -= max(float(np.median(total(surprise) / shared)), 0.0)
    logs = np.stack([total(np.log1p(s * np.maximum(surprise, -1.0))) for s in SHARES])
    top = logs.max(axis=0)
    matches, expected = total(same), total(together)
    alike = more_than(matches, expected, total(together * (1 - together)))
    p_same = p = twice(edge_p(top), alike)
    hurried = haste = np.full(len(ids), np.nan)
    if at is not None:
        hurried, haste = _haste(others, apart, second, same, place, copier)
        p = np.where(np.isnan(hurried), p, fisher(p, hurried))
    order = np.argsort(p, kind="stable")
    return Pairs(
        model=model[order],
        copier=copier[order],
        shared=shared[order],
        same=matches.astype(np.int64)[order],
        expected=expected[order],
        p=p[order],
        p_same=p_same[order],
        p_alike=alike[order],
        p_haste=hurried[order],
        q=benjamini_hochberg(p[order]),
        share=np.where(top > 0, np.array(SHARES)[logs.argmax(axis=0)], 0.0)[order],
        haste=haste[order],
        tested=len(ids),
        skipped_items=skipped,
        is_directed=at is not None,
    )


def _haste(others: Others, apart: Floats, row: Ints, same: Bools, place: Ints, copier: Ints) -> tuple[Floats, Floats]:
    """For each pair the one-sided p of quicker equal answers, and by what share they are quicker.

    Compared are the copier's answers that agree with the majority: those that equal the model's earlier one, and the
    rest. Two who agree because the items are easy are quick on both.
    """
    from scipy.special import stdtr

    answers, people = others.answers, len(others.answers.annotators)
    timed = ~np.isnan(apart) & (np.nan_to_num(others.matched) > 0)
    value = np.where(timed, apart, 0.0)

    def by(group: Ints, rows: Ints, count: int) -> tuple[Floats, Floats, Floats]:
        return (
            sums(group, timed[rows], count),
            sums(group, value[rows], count),
            sums(group, value[rows] ** 2, count),
        )

    n_all, sum_all, squares_all = by(answers.annotator, np.arange(len(answers)), people)
    n, total, _ = by(place[same], row[same], len(copier))
    rest = n_all[copier] - n
    enough = (n >= FEWEST_TIMED) & (rest >= FEWEST_TIMED)
    some, left = np.maximum(n, 1), np.maximum(rest, 1)
    difference = (sum_all[copier] - total) / left - total / some
    mean = sum_all / np.maximum(n_all, 1)
    variance = np.maximum(squares_all / np.maximum(n_all, 1) - mean**2, 1e-6)[copier]
    t = difference / np.sqrt(variance * (1 / some + 1 / left))
    p = np.where(enough, stdtr(np.maximum(n_all[copier] - 2, 1), -t), np.nan)
    return p, np.where(enough, 1 - np.exp(-difference), np.nan)


def fisher(first: Floats, second: Floats) -> Floats:
    """The p of two independent ones together: P(χ²₄ > −2 ln p₁ p₂). Source: Fisher (1932), Statistical Methods, 21.1.

    >>> float(fisher(np.array([0.05]), np.array([0.05])).round(4)[0])
    0.0175
    """
    product = np.maximum(first * second, 1e-300)
    together: Floats = np.minimum(product * (1 - np.log(product)), 1.0)
    return together


def more_than(count: Floats, mean: Floats, variance: Floats) -> Floats:
    """One-sided p of so great a sum of unequal chances, by the normal law.

    >>> more_than(np.array([10.0]), np.array([5.0]), np.array([6.25])).round(3).tolist()
    [0.023]
    """
    from scipy.special import ndtr

    apart: Floats = (count - mean) / np.sqrt(np.maximum(variance, 1e-9))
    return np.asarray(ndtr(-apart), dtype=np.float64)


def edge_p(log_ratio: Floats) -> Floats:
    """The p of a greatest log ratio of likelihoods (0 or more) for a parameter at the edge of its range: ½ P(χ²₁ > 2 log).

    >>> float(edge_p(np.array([1.96**2 / 2])).round(3)[0])
    0.025
    """
    from scipy.special import ndtr

    return np.where(log_ratio > 0, ndtr(-np.sqrt(2 * np.maximum(log_ratio, 0.0))), 1.0)


def _alone(tables: Tables, first: Ints, second: Ints) -> tuple[Floats, Floats]:
    """For two answers to one item each: the chance that the second, working alone, says what the first did; and
    Σ_k q_k π_a(k, l) over Σ_k q_k π_a(k, l) π_b(k, l), how much less likely that is than by copying.
    """
    answers = tables.answers
    item, said = answers.item[first], answers.label[first]
    a, b = tables.of_row(first), tables.of_row(second)
    q = tables.truth_without(item, np.log(a) + np.log(b), 2)
    one = (q * a).sum(axis=1)
    both = (q * a * tables.saying(answers.annotator[second], said)).sum(axis=1)
    return both / one, one / both


def _pair_rows(answers: Answers, at: Ints | None) -> tuple[Ints, Ints, int]:
    """Rows of the two answers for every pair and shared item of pairs who share enough: the earlier answer first, or
    the lower annotator.

    Items with so many answers that the pairs do not fit are left out, the greatest first; their number is returned.
    """
    people, size = len(answers.annotators), np.bincount(answers.item, minlength=len(answers.items))
    cost = np.cumsum(np.sort(size * (size - 1) // 2))
    fits = int(np.searchsorted(cost, MOST_PAIR_ROWS, side="right"))
    skipped = len(size) - fits
    rows = np.arange(len(answers))
    if skipped:
        rows = np.flatnonzero(size[answers.item] < np.sort(size)[fits])
    order = rows[np.lexsort((answers.annotator[rows] if at is None else at[rows], answers.item[rows]))]
    item, first, second = answers.item[order], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for step in range(1, int(size[answers.item[rows]].max(initial=0)) if len(rows) else 0):
        same = np.flatnonzero(item[step:] == item[:-step])
        first.append(order[same])
        second.append(order[same + step])
    left, right = np.concatenate(first), np.concatenate(second)
    pair = answers.annotator[left].astype(np.int64) * people + answers.annotator[right]
    _, at_pair, shared = np.unique(pair, return_inverse=True, return_counts=True)
    enough = shared[at_pair] >= FEWEST_SHARED
    return left[enough], right[enough], skipped
