"""Agreement with the others, leave-one-out, against what the items allow. Knows no model.

Of an answer the others are all further answers to its item. An item on which the others do not agree among themselves
allows nobody to agree with them; so agreement is measured less the agreement that two of the others have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.answers import Answers
from labeling.audit.shares import Bools, Floats, Ints, sums

HABIT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """What the others said to each answer's item, a value a row.

    `n` how many others there are; `same` the share of them that said the same; `expected` the share one would expect
    of anybody here (how far the others agree among themselves); `matched` whether the answer is the majority of the
    others (a tie counts in part); NaN where there are no others. `majority` is the label most of the others gave, −1
    where there is none or it is one of several.
    """

    answers: Answers
    counts: Ints
    n: Ints
    same: Floats
    expected: Floats
    matched: Floats
    majority: Ints

    @classmethod
    def of(cls, answers: Answers) -> Others:
        """From the answers, one of each annotator to each item."""
        counts = answers.counts()
        size, label = counts.sum(axis=1), answers.label
        here, mine = size[answers.item], counts[answers.item, label]
        n = here - 1
        some = n > 0
        same = np.where(some, (mine - 1) / np.maximum(n, 1), np.nan)
        squares = (counts * counts).sum(axis=1)[answers.item] - 2 * mine + 1
        mutual = (squares - n) / np.maximum(n * (n - 1), 1)
        expected = np.where(n > 1, mutual, _after_one(answers, counts, size))
        return cls(
            answers=answers,
            counts=counts,
            n=n,
            same=same,
            expected=np.where(some, expected, np.nan),
            matched=np.where(some, _matched(answers, counts), np.nan),
            majority=_majority(answers, counts),
        )

    @property
    def excess(self) -> Floats:
        """`same` less `expected` (−1 to 1): its mean is 0 for one who answers as the others do."""
        return self.same - self.expected

    def chance_of_own(self, own_share: Floats) -> Floats:
        """How likely each answer was, by the others' answers to its item and half an imagined answer by own habit."""
        return self.chance_of(np.arange(len(self.n)), self.answers.label, own_share)

    def chance_of(self, rows: Ints, labels: Ints, share: Floats) -> Floats:
        """How likely the label (a code each) is at the item of each row, without that row's own answer."""
        item = self.answers.item[rows]
        own = self.answers.label[rows] == labels
        found: Floats = (self.counts[item, labels] - own + HABIT * share) / (self.n[rows] + HABIT)
        return found


def _after_one(answers: Answers, counts: Ints, size: Ints) -> Floats:
    """Expected agreement with one single other: how often anybody agrees with one who says what that other said."""
    several = size > 1
    pairs = (counts * (counts - 1))[several].sum(axis=0)
    chances = (counts[several] * (size[several] - 1)[:, None]).sum(axis=0)
    overall = pairs.sum() / max(chances.sum(), 1)
    rates = np.where(chances > 0, pairs / np.maximum(chances, 1), overall)
    labels_summed = counts @ np.arange(counts.shape[1])
    other = labels_summed[answers.item] - answers.label
    found: Floats = rates[np.where(size[answers.item] == 2, other, 0)]
    return found


def _matched(answers: Answers, counts: Ints) -> Floats:
    """Whether the answer is the majority of the others, 1 / ties where it is one of several; by item, not by row."""
    top = counts.max(axis=1)
    tops = (counts == top[:, None]).sum(axis=1)
    rest = np.where(counts == top[:, None], -1, counts)
    second = rest.max(axis=1, initial=-1)
    seconds = (rest == second[:, None]).sum(axis=1)
    item = answers.item
    less = counts[item, answers.label] - 1
    # Only an answer that is the single most frequent one can still be the majority without itself.
    alone = (less + 1 == top[item]) & (tops[item] == 1)
    return np.where(
        alone & (less > second[item]), 1.0, np.where(alone & (less == second[item]), 1.0 / (1 + seconds[item]), 0.0)
    )


def _majority(answers: Answers, counts: Ints) -> Ints:
    """The single most frequent label among the others, −1 where there is none."""
    found = np.full(len(answers), -1, dtype=np.int64)
    step = max(1, 4_000_000 // counts.shape[1])
    for start in range(0, len(answers), step):
        part = slice(start, start + step)
        rest = counts[answers.item[part]]
        rest[np.arange(len(rest)), answers.label[part]] -= 1
        top = rest.max(axis=1)
        single = (top > 0) & ((rest == top[:, None]).sum(axis=1) == 1)
        found[part][single] = rest.argmax(axis=1)[single]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """By annotator: `compared` answers, of which `matched` the majority of the others (ties in part); `same` and
    `expected` as means; `excess` of one over the other with its standard `error`.
    """

    compared: Ints
    matched: Floats
    same: Floats
    expected: Floats
    excess: Floats
    error: Floats

    def chance_above(self, margin: float) -> Floats:
        """One-sided p of the hypothesis that the true excess is `margin` or more (Student's t)."""
        from scipy.special import stdtr

        known = self.compared > 1
        df = np.maximum(self.compared - 1, 1)
        return np.where(known, stdtr(df, (self.excess - margin) / self.error), np.nan)


def agreement_of(others: Others, is_used: Bools, *, people: int) -> Agreement:
    """Agreement by annotator over the rows that are used and have others."""
    use = is_used & (others.n > 0)
    who, excess = others.answers.annotator[use], others.excess[use]
    n = np.bincount(who, minlength=people)

    def mean(values: Floats) -> Floats:
        return np.where(n > 0, sums(who, values, people) / np.maximum(n, 1), np.nan)

    middle = mean(excess)
    squares = sums(who, excess**2, people) - n * np.nan_to_num(middle) ** 2
    # Two imagined answers of the usual spread: one who agrees three times of three is not known without error.
    usual = float(np.var(excess)) if len(excess) else 0.0
    spread = (np.maximum(squares, 0.0) + 2 * usual + 1e-9) / np.maximum(n + 1, 1)
    return Agreement(
        compared=n,
        matched=sums(who, others.matched[use], people),
        same=mean(others.same[use]),
        expected=mean(others.expected[use]),
        excess=middle,
        error=np.where(n > 0, np.sqrt(spread / np.maximum(n, 1)), np.nan),
    )
