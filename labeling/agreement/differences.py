"""Whether two values of a coefficient differ: the bootstrap of their difference. Knows not why they might."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.coefficient import Difference
from labeling.agreement.estimates import Recipe, Sample, Sampling
from labeling.agreement.measures import Measure
from labeling.agreement.resampling import draw, rows_of
from labeling.agreement.votes import patterns_of
from prep.phrase import numeral, phrase

Floats = NDArray[np.float64]
Split = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Both:
    """One measure on two sets of answers to the same items, so that each resample draws both alike."""

    measure: Measure
    split: Split

    def features(self, counts: Floats, same: Floats) -> Floats:
        """The features of the first set, then those of the second."""
        halves = zip(self.split(counts), self.split(same), strict=True)
        return np.hstack([self.measure.features(votes, own) for votes, own in halves])

    def value(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """Second minus first, then the two."""
        half = sums.shape[1] // 2
        first, second = (self.measure.value(part)[0] for part in (sums[:, :half], sums[:, half:]))
        return second - first, first, second


def paired_difference(
    item: NDArray[np.integer[Any]],
    vote: NDArray[np.integer[Any]],
    *,
    labels: tuple[Any, ...],
    recipe: Recipe,
    split: Split,
    sampling: Sampling,
    on: str,
) -> tuple[Difference, float | None, float | None]:
    """Second minus first over the same items, with both values; `vote` is a label's code, + classes in the second half.

    `split` makes the two sets of counts (items × classes) of counts of votes (items × 2 classes).
    """
    classes = len(labels)
    votes = patterns_of(item, vote, items=int(item.max()) + 1, classes=2 * classes)
    totals = (votes.weight.astype(np.float64) @ votes.counts).reshape(2, classes).sum(axis=0)
    both = Both(recipe.measure(labels, totals), split)
    rows = rows_of(votes, both, sampling.seed)
    found = [float(part[0]) for part in both.value(rows.sums)]
    value, first, second = (number if np.isfinite(number) else None for number in found)
    if value is None:
        return Difference(None, None, None, sampling.confidence, on, "none"), first, second
    drawn = both.value(draw(rows, sampling.resamples, np.random.default_rng(sampling.seed)))[0]
    return _difference(value, drawn, sampling, on, phrase("paired bootstrap over items")), first, second


def separate_difference(before: Sample, after: Sample, sampling: Sampling, on: str) -> Difference:
    """Second minus first over different items, each drawn by itself."""
    values, drawn = [], []
    for place, sample in enumerate((before, after)):
        values.append(float(sample.measure.value(sample.rows.sums)[0][0]))
        rng = np.random.default_rng([sampling.seed, place])
        drawn.append(sample.measure.value(draw(sample.rows, sampling.resamples, rng))[0])
    if not np.isfinite(values).all() or min(before.units, after.units) < 2:
        return Difference(None, None, None, sampling.confidence, on, "none")
    return _difference(
        values[1] - values[0], drawn[1] - drawn[0], sampling, on, phrase("bootstrap over items, each by itself")
    )


def same_items_difference(
    before: Sample, after: Sample, sampling: Sampling, on: str
) -> tuple[Difference, float | None, float | None]:
    """Second minus first over the same items in the same order, each resample drawing both alike; with both values."""
    values, drawn = [], []
    for sample in (before, after):
        values.append(float(sample.measure.value(sample.rows.sums)[0][0]))
        rng = np.random.default_rng(sampling.seed)
        drawn.append(sample.measure.value(draw(sample.rows, sampling.resamples, rng))[0])
    first, second = (number if np.isfinite(number) else None for number in values)
    if first is None or second is None:
        return Difference(None, None, None, sampling.confidence, on, "none"), first, second
    return (
        _difference(second - first, drawn[1] - drawn[0], sampling, on, phrase("paired bootstrap over items")),
        first,
        second,
    )


def _difference(value: float, drawn: Floats, sampling: Sampling, on: str, how: str) -> Difference:
    within = sampling.within(drawn)
    method = phrase(
        "%(how)s, %(n)s resamples, seed %(seed)s", how=how, n=numeral(sampling.resamples), seed=sampling.seed
    )
    low, high = within or (None, None)
    return Difference(value, low, high, sampling.confidence, on, method)
