"""What the model of the crowd says of each annotator: expected accuracy, confusion, whether they tell labels apart.

The model sees answers only, never gold, so that gold can speak for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.audit.shares import Bools, Floats, Ints, sums
from labeling.consensus import ConsensusArrays, consensus
from labeling.consensus.confidence import temper
from labeling.consensus.families.hierarchical import METHODS
from prep.phrase import phrase

BLOCK_CELLS = 4_000_000
PART = 200_000
Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Crowd:
    """By annotator; NaN where the answers tell nobody's accuracy (`why_not` says why).

    `skill`, `low`, `high` the expected share of right answers with its 95 % interval. `standing` (0 to 1) is the mean
    of the expected accuracies of two models that fail on different data, confusion matrices and weighted averaging:
    the order in which annotators are best ranked. `spammer` is 0 for one whose answers do not depend on the truth and
    1 for one who tells labels apart wholly, below 0 where they are told apart the wrong way round.
    """

    arrays: ConsensusArrays
    why_not: str
    skill: Floats
    low: Floats
    high: Floats
    standing: Floats
    spammer: Floats

    @property
    def error(self) -> Floats:
        """The standard error of `skill`, from its interval."""
        error: Floats = np.maximum((self.high - self.low) / (2 * Z95), 1e-9)
        return error

    @cached_property
    def tables(self) -> Tables:
        """How likely each answer is under each truth."""
        return Tables(self.arrays)

    def confusion(self, annotator: int) -> Floats:
        """Truth × said of one annotator (by number), rows that sum to one; few answers are drawn to everybody's."""
        tables: Floats = next(confusions(self.arrays, np.array([annotator])))[1][0]
        return tables


class Tables:
    """How likely each annotator is to say each label under each truth, and the truth of an item without some of its
    answers.
    """

    def __init__(self, arrays: ConsensusArrays) -> None:
        votes = arrays.votes_in
        counts, prior = row_counts(arrays)
        totals = votes.by_annotator(counts) + prior.sum(axis=1)
        self.answers, self.keys, self.sizes, self.prior = arrays.answers, votes.keys, votes.sizes, prior
        self.likelihood = (counts + prior.T[votes.said]) / totals[votes.owner]
        self.totals = np.ones((votes.all_annotators, votes.classes))
        self.totals[votes.annotators_present] = totals
        self.log_posterior = np.log(np.maximum(arrays.fit.members[METHODS[0].name].posterior, 1e-12))

    def of_row(self, rows: Ints) -> Floats:
        """π(k, what was said) of these answers: as many × truth."""
        return self.saying(self.answers.annotator[rows], self.answers.label[rows])

    def saying(self, annotator: Ints, label: Ints) -> Floats:
        """π(k, label) of each annotator: as many × truth."""
        key = annotator.astype(np.int64) * len(self.answers.labels) + label
        row = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        never = self.keys[row] != key
        found: Floats = self.likelihood[row]
        found[never] = self.prior.T[label[never]] / self.totals[annotator[never]]
        return found

    def truth_without(self, item: Ints, log_likelihood: Floats, left_out: int) -> Floats:
        """The posterior of each item without so many of its answers, whose log π is given; tempered as confidence is,
        since mistakes go together.
        """
        log_q = self.log_posterior[item] - log_likelihood
        log_q -= log_q.max(axis=1, keepdims=True)
        q = np.exp(log_q)
        q /= q.sum(axis=1, keepdims=True)
        return temper(q, np.maximum(self.sizes[item] - left_out, 0))

    @cached_property
    def shortfall(self) -> tuple[Floats, Floats]:
        """For each answer, the chance of what was said less that of the likeliest truth, as all others tell it; and the
        most it could fall short.

        0 for agreeing with it, near −1 for missing a clear item, little for missing an unclear one.
        """
        answers = self.answers
        short, most = np.empty(len(answers)), np.empty(len(answers))
        for start in range(0, len(short), PART):
            rows = np.arange(start, min(start + PART, len(short)))
            q = self.truth_without(answers.item[rows], np.log(self.of_row(rows)), 1)
            top = q.max(axis=1)
            short[rows] = q[np.arange(len(rows)), answers.label[rows]] - top
            most[rows] = (q.shape[1] * top - 1) / (q.shape[1] - 1)
        return short, most

    def clear_share(self, is_used: Bools) -> tuple[Floats, Floats]:
        """By annotator, the expected share of right answers on items so far as they are clear, over the rows used, and
        its standard error; one who was given the unclear ones is not held to the others' share. Inf errors without rows.
        """
        short, most = self.shortfall
        people = len(self.answers.annotators)
        who, fell, could = self.answers.annotator[is_used], short[is_used], most[is_used]
        n, total = np.bincount(who, minlength=people), sums(who, could, people)
        lost = np.where(total > 0, sums(who, fell, people) / np.where(total > 0, total, 1.0), 0.0)
        # Two imagined answers of the usual spread: one who is right ten times of ten is not known without error.
        apart = (fell - lost[who] * could) ** 2
        usual = float(apart.mean()) if len(apart) else 0.0
        spread = (sums(who, apart, people) + 2 * usual + 1e-9) / np.maximum(n + 1, 1)
        known = total > 1e-9
        error = np.where(known, np.sqrt(spread * np.maximum(n, 1)) / np.where(known, total, 1.0), np.inf)
        return 1 + lost, error


def crowd_of(arrays: ConsensusArrays) -> Crowd:
    """What a consensus by method "auto" without gold says of its annotators."""
    votes, people = arrays.votes_in, arrays.votes_in.all_annotators
    why_not = arrays.ground.why_not
    if why_not or len(arrays.answers.labels) < 2:
        none = np.full(people, np.nan)
        return Crowd(arrays, why_not or phrase("there is one label only"), none, none, none, none, none)
    members = arrays.fit.members
    mine = np.arange(votes.rows), votes.said
    standing = np.full(people, np.nan)
    sums = [
        votes.by_annotator(votes.tally(members[name].posterior)[mine][:, None])[:, 0]
        for name in (METHODS[0].name, "weighted_average")
    ]
    standing[votes.annotators_present] = sum(sums) / (len(sums) * votes.answers_of)
    spammer = np.full(people, np.nan)
    for part, tables in confusions(arrays, votes.annotators_present):
        spammer[part] = spammer_score(tables)
    skill, low, high = arrays.skill.T
    return Crowd(arrays, "", skill, low, high, standing, spammer)


def spammer_score(confusion: Floats) -> Floats:
    """Σ over pairs of true classes of the squared distance of their rows / K (K − 1), signed: (..., K, K) in, (...) out.

    0: the answer does not depend on the truth; 1: it tells it wholly. Negative where the trace is under 1, that of
    one who guesses: labels are then swapped more often than not, which another sign would mend. For two classes this
    is (sensitivity + specificity − 1)². Source: Raykar & Yu (2012), JMLR 13:491, eq. 6 (their score is unsigned).

    >>> float(spammer_score(np.array([[1.0, 0.0], [0.0, 1.0]]))), float(spammer_score(np.array([[0.0, 1], [1, 0]])))
    (1.0, -1.0)
    """
    classes = confusion.shape[-1]
    squares = classes * (confusion**2).sum(axis=(-2, -1)) - (confusion.sum(axis=-2) ** 2).sum(axis=-1)
    score: Floats = np.maximum(squares, 0.0) / (classes * (classes - 1))
    trace = np.trace(confusion, axis1=-2, axis2=-1)
    return np.where(trace < 1, -score, score)


def confusions(arrays: ConsensusArrays, annotators: Ints) -> Iterator[tuple[Ints, Floats]]:
    """Blocks of annotators (numbers) with their confusion matrices, as many × truth × said, the shared prior in."""
    votes, classes = arrays.votes_in, arrays.votes_in.classes
    rows, prior = row_counts(arrays)
    step = max(1, BLOCK_CELLS // classes**2)
    for start in range(0, len(annotators), step):
        part = annotators[start : start + step]
        place = np.full(votes.all_annotators, -1, dtype=np.int64)
        place[part] = np.arange(len(part))
        at = place[votes.keys // classes]
        here = np.flatnonzero(at >= 0)
        tables = np.repeat(prior[None], len(part), axis=0)
        tables[at[here], :, votes.said[here]] += rows[here]
        yield part, tables / tables.sum(axis=2, keepdims=True)


def row_counts(arrays: ConsensusArrays) -> tuple[Floats, Floats]:
    """How often each (annotator, label) row fell on each truth (rows × truth), and the prior all share (truth × said)."""
    fit = arrays.fit.members[METHODS[0].name]
    prior = fit.confusion_prior
    classes = arrays.votes_in.classes
    return arrays.votes_in.tally(fit.posterior), np.ones((classes, classes)) if prior is None else prior


def fit_crowd(answers: object) -> Crowd:
    """The crowd of Answers."""
    from labeling.answers import Answers

    return crowd_of(consensus(Answers.of(answers)))
