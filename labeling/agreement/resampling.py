"""Bootstrap over items: features of vote patterns, drawn again as often as wanted. Knows no coefficient's formula."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.apart import PairRows
from labeling.agreement.distances import Squares
from labeling.agreement.measures import Alpha, Conger, Features, Measure, pair_distance
from labeling.agreement.votes import Votes
from labeling.answers import Answers

Floats = NDArray[np.float64]

GROUPS = 1_000
"""So many random groups of items give the standard error of a bootstrap over items to about 2 %."""

MOST_CELLS = 20_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Features and how often each row stands. `groups` is 0, or how many random groups of items the rows are."""

    features: Floats
    weight: NDArray[np.int64]
    groups: int = 0

    @property
    def sums(self) -> Floats:
        """The sums over all items, 1 × features."""
        return self.weight.astype(np.float64)[None, :] @ self.features


def rows_of(votes: Votes, measure: Features, seed: int) -> Rows:
    """A row a pattern; where patterns are so many that drawing them is slow, a row for each random group of items."""
    patterns, items = len(votes.weight), int(votes.weight.sum())
    width = measure.features(votes.counts[:1], votes.counts[:1]).shape[1]
    if patterns * width <= MOST_CELLS and (patterns <= 50_000 or items <= 300_000):
        return Rows(measure.features(votes.counts, votes.counts), votes.weight)
    group = _groups(items, seed)
    groups = int(group.max()) + 1
    sums = np.zeros((groups, width))
    ends = np.cumsum(votes.weight)
    step = max(1, MOST_CELLS // (4 * width))
    for start in range(0, patterns, step):
        counts = votes.counts[start : start + step]
        features = measure.features(counts, counts)
        weight = votes.weight[start : start + step]
        row = np.repeat(np.arange(len(counts)), weight)
        mine = group[int(ends[start] - votes.weight[start]) : int(ends[start] - votes.weight[start]) + len(row)]
        for k in range(width):
            sums[:, k] += np.bincount(mine, weights=features[row, k], minlength=groups)
    return Rows(sums, np.ones(groups, dtype=np.int64), groups)


def wide_rows(answers: Answers, measure: Alpha, seed: int) -> Rows:
    """A row an item, or a random group of items, where labels are too many to collapse items to patterns."""
    items, classes = len(answers.items), len(answers.labels)
    n = np.bincount(answers.item, minlength=items)
    apart = _pair_sums(answers, measure)
    paired = n >= 2
    group = np.arange(items) if items <= GROUPS else _groups(items, seed)
    groups = int(group.max()) + 1
    row = group[answers.item][paired[answers.item]]
    label = answers.label[paired[answers.item]]
    distances = measure.distances
    if isinstance(distances, Squares):
        points = distances.points[label]
        margins = [np.bincount(row, weights=part, minlength=groups) for part in (points**0, points, points**2)]
        table = np.stack(margins, axis=1)
    else:
        table = (
            np.bincount(row * classes + label, minlength=groups * classes).reshape(groups, classes).astype(np.float64)
        )
    mean = np.divide(apart, n - 1.0, out=np.zeros(items), where=paired)
    own = np.bincount(group, weights=mean, minlength=groups)
    total = np.bincount(group, weights=np.where(paired, n, 0).astype(np.float64), minlength=groups)
    is_grouped = groups if items > GROUPS else 0
    return Rows(np.hstack([np.stack([own, total], axis=1), table]), np.ones(groups, dtype=np.int64), is_grouped)


def named_rows(answers: Answers, measure: Conger, seed: int) -> Rows:
    """A row a random group of items, where annotators are too many for a row of their votes for each item."""
    items, width = len(answers.items), measure.annotators * measure.classes
    counts = answers.counts().astype(np.float64)
    n, apart, has_pairs = pair_distance(counts, counts, measure.distances)
    group = np.arange(items) if items <= GROUPS else _groups(items, seed)
    groups = int(group.max()) + 1
    vote = answers.annotator.astype(np.int64) * measure.classes + answers.label
    votes = np.bincount(group[answers.item] * width + vote, minlength=groups * width).reshape(groups, width)
    own = [np.bincount(group, weights=part, minlength=groups) for part in ((n > 0) * 1.0, has_pairs * 1.0, apart)]
    is_grouped = groups if items > GROUPS else 0
    return Rows(np.hstack([np.stack(own, axis=1), votes]), np.ones(groups, dtype=np.int64), is_grouped)


def draw(rows: Rows | PairRows, resamples: int, rng: np.random.Generator) -> Floats:
    """Sums of features in resamples of as many items, drawn with replacement: resamples × features."""
    if isinstance(rows, PairRows):
        return rows.draw(resamples, rng)
    patterns, items = len(rows.weight), int(rows.weight.sum())
    sums = np.empty((resamples, rows.features.shape[1]))
    step = max(1, MOST_CELLS // (2 * patterns))
    chances = rows.weight / items
    of_item = np.repeat(np.arange(patterns), rows.weight) if items < 8 * patterns else None
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        if of_item is None:
            drawn = rng.multinomial(items, chances, size=size).astype(np.float64)
        else:  # few items: picking them is quicker than a binomial draw for every pattern
            drawn = np.empty((size, patterns))
            for k in range(size):
                drawn[k] = np.bincount(of_item[rng.integers(0, items, items)], minlength=patterns)
        sums[start : start + size] = drawn @ rows.features
    return sums


def draw_annotators(answers: Answers, measure: Measure, resamples: int, rng: np.random.Generator) -> Floats:
    """Sums of features when the annotators are drawn again, each with all of their answers: resamples × features.

    An annotator drawn twice is not paired with themself: such pairs agree for no good reason.
    """
    items, classes, people = len(answers.items), len(answers.labels), len(answers.annotators)
    cell = answers.item.astype(np.int64) * classes + answers.label
    sums = []
    for _ in range(resamples):
        times = np.bincount(rng.integers(0, people, people), minlength=people)[answers.annotator].astype(np.float64)
        counts = np.bincount(cell, weights=times, minlength=items * classes).reshape(items, classes)
        same = np.bincount(cell, weights=times * times, minlength=items * classes).reshape(items, classes)
        features = measure.features(counts.astype(np.float64), same.astype(np.float64))
        sums.append(features.sum(axis=0))
    return np.stack(sums)


def _groups(items: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, items]).permutation(items) % GROUPS


def _pair_sums(answers: Answers, measure: Alpha) -> Floats:
    """Per item, the distances over ordered pairs of its answers."""
    order = np.argsort(answers.item, kind="stable")
    item, label = answers.item[order], answers.label[order]
    total = np.zeros(len(answers.items))
    for step in range(1, int(np.bincount(item).max())):
        is_pair = item[step:] == item[:-step]
        first, second = label[:-step][is_pair], label[step:][is_pair]
        apart = measure.distances.between(first, second)
        total += 2.0 * np.bincount(item[step:][is_pair], weights=apart, minlength=len(total))
    return total
