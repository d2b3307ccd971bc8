"""The coefficients as formulas over sums of item features, so that a resample is one product of matrices. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.distances import Different, Distances, Matrix, matrix_of

Floats = NDArray[np.float64]
Chance = Literal["none", "uniform", "fleiss", "gwet"]


class Features(Protocol):
    """What is to be summed over items."""

    def features(self, counts: Floats, same: Floats) -> Floats:
        """Items × features."""


class Measure(Features, Protocol):
    """A coefficient: what it needs of each item, and its value from the sums of that over items.

    `features` takes counts (items × classes) and, of each class, the pairs of an answer with itself (the counts, unless
    an annotator counts several times). `value` takes sums (resamples × features) and gives coefficient, observed and
    expected disagreement, NaN where there is none: coefficient = 1 − observed / expected.
    """

    def value(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """Coefficient, observed and expected disagreement, one each a row of sums."""

    def error(self, features: Floats, weight: Floats) -> float:
        """The standard error in closed form, from items × features and how often each row stands (Gwet 2014)."""


@dataclass(frozen=True, slots=True, eq=False)
class Alpha:
    """Krippendorff's alpha: items weigh as much as they have answers; items with one answer are left out.

    Features: n·D, n and the margins, where n is the item's answers and D its mean distance over pairs.
    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
    """

    distances: Distances

    def features(self, counts: Floats, same: Floats) -> Floats:
        """See the class."""
        n, apart, has_pairs = pair_distance(counts, same, self.distances)
        return np.hstack([np.stack([n * apart, n], axis=1), self.distances.margins(counts)]) * has_pairs[:, None]

    def value(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """1 − D_o / D_e, both with the small-sample correction on the side of D_o."""
        total = sums[:, 1]
        observed = _ratio(sums[:, 0], total) * (1.0 - _ratio(np.ones_like(total), total))
        expected = _ratio(self.distances.total(sums[:, 2:]), total * total)
        return one_minus(observed, expected), observed, expected

    def error(self, features: Floats, weight: Floats) -> float:
        """Linearised, the distances held fixed: Gwet (2014), eq. 5.16 and irrCAC."""
        keep = features[:, 1] > 0
        features, weight = features[keep], weight[keep]
        n = float(weight.sum())
        rate = float(weight @ features[:, 1]) / n
        counts = features[:, 2:]
        shares = weight @ counts / (n * rate)
        apart = counts @ (matrix_of(self.distances, counts.shape[1]) @ shares)
        expected = float(weight @ apart) / (n * rate)
        raw = float(weight @ features[:, 0]) / (n * rate)
        agreed = 1.0 - raw * (1.0 - 1.0 / (n * rate))
        alpha = 1.0 - raw / expected
        excess = (features[:, 1] - rate) / rate
        own = ((features[:, 1] - features[:, 0]) / rate - agreed * excess - (1.0 - expected)) / expected
        chance = (features[:, 1] - apart) / rate - (1.0 - expected) * excess
        return _spread(own - 2.0 * (1.0 - alpha) * (chance - (1.0 - expected)) / expected - alpha, weight, n)


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalAlpha:
    """Krippendorff's alpha for ranks. Its distances come from the margins of the sample at hand, and so change with it.

    The metric (Σ from c to k of n_g − (n_c + n_k)/2)² is the square of how far the midranks are apart.
    Features: the item's coincidences (classes × classes), then its counts. Pairs of an answer with itself stay in the
    coincidences' diagonal: their distance is 0.
    """

    classes: int

    def features(self, counts: Floats, same: Floats) -> Floats:
        """See the class."""
        n = counts.sum(axis=1)
        pairs = n * n - same.sum(axis=1)
        has_pairs = pairs > 0
        scale = np.divide(n, pairs, out=np.zeros_like(n), where=has_pairs)
        both = counts[:, :, None] * counts[:, None, :] * scale[:, None, None]
        return np.hstack([both.reshape(len(counts), -1), counts * has_pairs[:, None]])

    def value(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """As Alpha, each row with its own distances."""
        cells = self.classes * self.classes
        counts = sums[:, cells:]
        total = counts.sum(axis=1)
        ranks = midranks(counts)
        apart = np.square(ranks[:, :, None] - ranks[:, None, :]).reshape(len(sums), cells)
        both = (counts[:, :, None] * counts[:, None, :]).reshape(len(sums), cells)
        farthest = np.where(both > 0, apart, 0.0).max(axis=1, initial=0.0)
        observed = _ratio(np.einsum("rc,rc->r", sums[:, :cells], apart), total * farthest)
        observed = observed * (1.0 - _ratio(np.ones_like(total), total))
        expected = _ratio(np.einsum("rc,rc->r", both, apart), total * total * farthest)
        return one_minus(observed, expected), observed, expected

    def error(self, features: Floats, weight: Floats) -> float:
        """As Alpha, with the ranks of the sample held fixed."""
        cells = self.classes * self.classes
        counts = features[:, cells:]
        ranks = midranks((weight @ counts)[None, :])[0]
        apart = np.square(ranks[:, None] - ranks[None, :])
        apart /= apart.max() or 1.0
        rows = np.stack([features[:, :cells] @ apart.ravel(), counts.sum(axis=1)], axis=1)
        return Alpha(Matrix(apart)).error(np.hstack([rows, counts]), weight)


@dataclass(frozen=True, slots=True, eq=False)
class Kappa:
    """The family in which every item weighs the same; its members differ in the agreement expected by chance.

    "none": percent agreement; "uniform": Brennan–Prediger (every class as likely); "fleiss": two answers drawn from the
    pooled shares (Fleiss, Scott); "gwet": AC1 and AC2. Items with one answer count for the shares only.
    Features: 1, has pairs, D, and the item's share of each class. Source: Gwet (2014), ch. 2–5.
    """

    distances: Distances
    chance: Chance
    classes: int

    def features(self, counts: Floats, same: Floats) -> Floats:
        """See the class."""
        n, apart, has_pairs = pair_distance(counts, same, self.distances)
        answered = n > 0
        shares = np.divide(counts, n[:, None], out=np.zeros_like(counts), where=answered[:, None])
        return np.hstack([np.stack([answered, has_pairs, apart], axis=1), shares])

    def value(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """1 − observed / expected disagreement."""
        observed = _ratio(sums[:, 2], sums[:, 1])
        if self.chance == "none":
            return 1.0 - observed, observed, np.ones_like(observed)
        expected = self._expected(_ratio(sums[:, 3:], sums[:, :1]))
        return one_minus(observed, expected), observed, expected

    def _expected(self, shares: Floats) -> Floats:
        """Disagreement by chance."""
        if self.chance == "fleiss":
            return self.distances.total(self.distances.margins(shares))
        if self.classes < 2:
            return np.zeros(len(shares))
        all_apart = float(self.distances.total(self.distances.margins(np.ones((1, self.classes))))[0])
        if self.chance == "uniform":
            return np.full(len(shares), all_apart / self.classes**2)
        return np.asarray(1.0 - self._gwet_factor(all_apart) * (shares * (1.0 - shares)).sum(axis=1))

    def _gwet_factor(self, all_apart: float) -> float:
        return (self.classes**2 - all_apart) / (self.classes * (self.classes - 1))

    def error(self, features: Floats, weight: Floats) -> float:
        """Linearised, the number of items with pairs held fixed: Gwet (2014), ch. 5, and irrCAC."""
        keep = features[:, 0] > 0
        features, weight = features[keep], weight[keep]
        n, paired = float(weight.sum()), float(weight @ features[:, 1])
        coefficient, _, expected = (float(part[0]) for part in self.value(weight[None, :] @ features))
        own = n / paired * (features[:, 1] - features[:, 2] - (1.0 - expected) * features[:, 1]) / expected
        if self.chance in {"none", "uniform"}:
            return _spread(own - coefficient, weight, n)
        shares = features[:, 3:]
        mean = weight @ shares / n
        if self.chance == "fleiss":
            chance = 1.0 - shares @ (matrix_of(self.distances, self.classes) @ mean)
        else:
            all_apart = float(self.distances.total(self.distances.margins(np.ones((1, self.classes))))[0])
            chance = self._gwet_factor(all_apart) * (shares @ (1.0 - mean))
        return _spread(
            own - 2.0 * (1.0 - coefficient) * (chance - (1.0 - expected)) / expected - coefficient, weight, n
        )


@dataclass(frozen=True, slots=True, eq=False)
class Conger:
    """Conger's kappa (Cohen's, for two): chance comes from each annotator's own shares, over pairs of different ones.

    Its counts are votes for (annotator, class), annotators × classes wide. Features: 1, has pairs, D, and those votes.
    """

    distances: Distances
    annotators: int
    classes: int

    def features(self, counts: Floats, same: Floats) -> Floats:
        """See the class."""
        folded = counts.reshape(-1, self.annotators, self.classes).sum(axis=1)
        _, apart, has_pairs = pair_distance(
            folded, same.reshape(-1, self.annotators, self.classes).sum(axis=1), self.distances
        )
        return np.hstack([np.stack([counts.sum(axis=1) > 0, has_pairs, apart], axis=1), counts])

    def value(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """1 − observed / expected, the mean over pairs of annotators of what their shares would give."""
        observed = _ratio(sums[:, 2], sums[:, 1])
        shares = self._shares(sums[:, 3:])
        there = (shares.sum(axis=2) > 0.5).sum(axis=1).astype(np.float64)
        pooled = shares.sum(axis=1)
        own = self._total(shares.reshape(-1, self.classes)).reshape(len(sums), self.annotators).sum(axis=1)
        expected = _ratio(self._total(pooled) - own, there * (there - 1.0))
        return one_minus(observed, expected), observed, expected

    def error(self, features: Floats, weight: Floats) -> float:
        """Linearised: Gwet (2014), sect. 5.3, and irrCAC."""
        keep = features[:, 0] > 0
        features, weight = features[keep], weight[keep]
        n, paired = float(weight.sum()), float(weight @ features[:, 1])
        sums = weight[None, :] @ features
        coefficient, _, expected = (float(part[0]) for part in self.value(sums))
        own = n / paired * (features[:, 1] - features[:, 2] - (1.0 - expected) * features[:, 1]) / expected
        votes = features[:, 3:].reshape(-1, self.annotators, self.classes)
        shares = self._shares(sums[:, 3:])[0]
        answered = sums[0, 3:].reshape(self.annotators, self.classes).sum(axis=1)
        agree = 1.0 - matrix_of(self.distances, self.classes)
        others = (shares.sum(axis=0)[None, :] - shares) @ agree
        part = np.einsum("pgk,gk->pg", votes - votes.sum(axis=2)[:, :, None] * shares[None], others)
        chance = (part * (n / answered)).sum(axis=1) / (self.annotators * (self.annotators - 1))
        return _spread(own - 2.0 * (1.0 - coefficient) * chance / expected - coefficient, weight, n)

    def _shares(self, votes: Floats) -> Floats:
        by_annotator = votes.reshape(len(votes), self.annotators, self.classes)
        return _ratio(by_annotator, by_annotator.sum(axis=2, keepdims=True), missing=0.0)

    def _total(self, shares: Floats) -> Floats:
        return self.distances.total(self.distances.margins(shares))


def pair_distance(counts: Floats, same: Floats, distances: Distances) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Each item's answers, mean distance over pairs of different answers, and whether it has such pairs."""
    n = counts.sum(axis=1)
    pairs = n * n - same.sum(axis=1)
    has_pairs = pairs > 0
    total = distances.total(distances.margins(counts))
    return n, np.divide(total, pairs, out=np.zeros_like(n), where=has_pairs), has_pairs


def midranks(counts: Floats) -> Floats:
    """For each row of counts, the mean rank of each class when all answers stand in order."""
    return np.asarray(np.cumsum(counts, axis=1) - counts / 2.0)


def one_minus(observed: Floats, expected: Floats) -> Floats:
    """1 − observed / expected; NaN where nothing could be apart."""
    return np.asarray(1.0 - np.divide(observed, expected, out=np.full_like(observed, np.nan), where=expected > 1e-15))


def _ratio(above: Floats, below: Floats, missing: float = np.nan) -> Floats:
    shape = np.broadcast_shapes(above.shape, below.shape)
    return np.asarray(np.divide(above, below, out=np.full(shape, missing), where=np.broadcast_to(below > 0, shape)))


def _spread(influence: Floats, weight: Floats, n: float) -> float:
    return float(np.sqrt(weight @ np.square(influence) / (n * (n - 1.0)))) if n > 1 else float("nan")


NOMINAL = Different()
