"""Agreement by a distance of one's own, between answers too many to be classes: texts, sets, spans. Knows no kind.

How far answers to one item are apart is measured for every pair. How far any two answers are apart, which chance would
give, is measured for all pairs where these are few, else for a random draw of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.measures import one_minus
from labeling.agreement.own import Apart
from labeling.errors import Unusable

if TYPE_CHECKING:
    from labeling.answers import Answers

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_DRAWN = 20_000
"""So many pairs give the disagreement by chance to about half a percent of itself."""
MOST_CELLS = 5_000_000


@dataclass(frozen=True, slots=True, eq=False)
class PairRows:
    """What alpha needs: of each item n·D and n (n answers, D apart on average; 0 where it has fewer than two), and the
    items of pairs of answers drawn from all, with how far these are `apart`.
    """

    own: Floats
    first: Codes
    second: Codes
    apart: Floats
    groups: int = 0

    @property
    def sums(self) -> Floats:
        """Every item once: 1 × 5."""
        return self.weighed(np.ones((1, len(self.own))))

    def weighed(self, times: Floats) -> Floats:
        """The sums where each item stands so many times (resamples × items): Σ n·D, Σ n, the drawn pairs' distances and
        their number, and the pairs of an answer with itself: resamples × 5.
        """
        both = times[:, self.first] * times[:, self.second]
        same = np.square(times) @ self.own[:, 1]
        return np.column_stack([times @ self.own, both @ self.apart, both.sum(axis=1), same])

    def draw(self, resamples: int, rng: np.random.Generator) -> Floats:
        """The sums of resamples of as many items, drawn with replacement."""
        items = len(self.own)
        step = max(1, MOST_CELLS // (items + len(self.apart) + 1))
        parts = []
        for start in range(0, resamples, step):
            times = np.empty((min(step, resamples - start), items))
            for row in times:
                row[:] = np.bincount(rng.integers(0, items, items), minlength=items)
            parts.append(self.weighed(times))
        return np.concatenate(parts)


class _WithoutClasses:
    """A measure of answers that are no classes."""

    def features(self, counts: Floats, same: Floats) -> Floats:  # noqa: ARG002 - the measure's signature
        """There are none."""
        raise _no_classes("features")

    def error(self, features: Floats, weight: Floats) -> float:  # noqa: ARG002 - the measure's signature
        """There is none in closed form."""
        raise _no_classes("closed form")


class ApartAlpha(_WithoutClasses):
    """Krippendorff's alpha from the sums of PairRows: 1 − D_o / D_e, the means over pairs within items and over all."""

    def value(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """Coefficient, observed and expected disagreement; a resample's copies of an answer are 0 apart."""
        own, n, apart, pairs, same = sums.T
        with np.errstate(divide="ignore", invalid="ignore"):
            observed = own / n * (1 - 1 / n)
            expected = apart / pairs * (1 - same / (n * n))
        return one_minus(observed, expected), observed, expected


class ApartMean(_WithoutClasses):
    """The mean over items of 1 − the mean distance of two answers; sums are of how many items, and how far apart."""

    def value(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """Mean agreement, mean distance, and 1."""
        with np.errstate(divide="ignore", invalid="ignore"):
            observed = sums[:, 1] / sums[:, 0]
        return 1 - observed, observed, np.ones_like(observed)


def within(answers: Answers, apart: Apart, units: Codes | None = None) -> tuple[Codes, Floats, NDArray[np.bool_]]:
    """Of each item how many answers it has, and how far apart two are on average; and which rows have another beside.

    `units` are the items that stand in the result, in their order; those with an answer where it is not given.
    """
    size = np.bincount(answers.item, minlength=len(answers.items))
    order = np.argsort(answers.item, kind="stable")
    item, label = answers.item[order].astype(np.int64), answers.label[order].astype(np.int64)
    total = np.zeros(len(size))
    firsts, seconds, where = [], [], []
    for step in range(1, int(size.max(initial=0))):
        is_pair = item[step:] == item[:-step]
        firsts.append(label[:-step][is_pair])
        seconds.append(label[step:][is_pair])
        where.append(item[step:][is_pair])
    if where:
        apart_by = apart.between(answers.labels, np.concatenate(firsts), np.concatenate(seconds))
        total += 2 * np.bincount(np.concatenate(where), weights=apart_by, minlength=len(size))
    pairs = size * (size - 1)
    mean = np.divide(total, pairs, out=np.zeros(len(size)), where=pairs > 0)
    kept = np.flatnonzero(size) if units is None else units
    return size[kept], mean[kept], size[answers.item] >= 2


def pair_rows(
    answers: Answers, apart: Apart, seed: int, *, most: int = MOST_DRAWN, units: Codes | None = None
) -> PairRows:
    """The rows of these answers; as in `within`."""
    kept = np.flatnonzero(np.bincount(answers.item, minlength=len(answers.items))) if units is None else units
    size, mean, has_pair = within(answers, apart, kept)
    rows = np.flatnonzero(has_pair)
    first, second = _drawn(len(rows), most, seed)
    first, second = rows[first], rows[second]
    place = np.zeros(len(answers.items), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    counted = np.where(size >= 2, size, 0).astype(np.float64)
    return PairRows(
        own=np.column_stack([counted * mean, counted]),
        first=place[answers.item[first]],
        second=place[answers.item[second]],
        apart=apart.between(
            answers.labels, answers.label[first].astype(np.int64), answers.label[second].astype(np.int64)
        ),
    )


def _drawn(answers: int, most: int, seed: int) -> tuple[Codes, Codes]:
    """All pairs of different places, or so many drawn at random."""
    if answers * (answers - 1) // 2 <= most:
        first, second = np.triu_indices(answers, 1)
        return first.astype(np.int64), second.astype(np.int64)
    rng = np.random.default_rng([seed, answers])
    first = rng.integers(0, answers, most)
    second = rng.integers(0, answers - 1, most)
    return first, second + (second >= first)


def _no_classes(what: str) -> Unusable:
    return Unusable(f"There is no {what} for answers that are no classes", cure="Ask for the bootstrap over units.")
