"""What a posterior is worth: tempering without gold, a power fitted on gold, reliability, and when to say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeling.consensus.sums import Floats, Ints, column_sum, row_sum
from labeling.errors import UnusableAnswers

CORRELATION = 0.2
"""ρ: how far mistakes of one item's annotators go together; about the same (.1 to .4) on 13 of 15 public sets."""
POWER_SPREAD = 0.4
"""How far the log of the fitted power is thought to stray from 0. Public sets need little more than the tempering;
with .7, as first measured, twenty gold items made it worse on items they had not seen.
"""
ENOUGH_GOLD = 20
ENOUGH_SHARED = 0.2
"""The least share of items with two answers or more, for a confidence to rest on anything."""


def temper(posterior: Floats, sizes: Ints) -> Floats:
    """The posterior (items × classes) raised to 1 / (1 + ρ(n − 1)) for an item of n answers, and made to sum to one.

    The design effect of survey statistics: n answers that go together with correlation ρ tell as much as n / (1 + ρ(n
    − 1)) independent ones. An item with one answer keeps its posterior.

    >>> temper(np.array([[0.99, 0.01]]), np.array([1])).round(2).tolist()
    [[0.99, 0.01]]
    >>> temper(np.array([[0.99, 0.01]]), np.array([11])).round(2).tolist()
    [[0.82, 0.18]]
    """
    return _power(posterior, 1.0 / (1.0 + CORRELATION * np.maximum(sizes - 1, 0)))


def fitted_power(posterior: Floats, truth: Ints) -> float:
    """The power b that makes posteriors (gold items × classes) fit the known classes best; 1 leaves them as they are.

    Least −Σ log p_b(truth) + ½ (ln b / .4)² over 45 values from .15 to 4: with few gold items it stays near one.
    """
    powers = np.exp(np.linspace(np.log(0.15), np.log(4.0), 45))
    own = np.arange(len(truth))
    losses = [
        -float(np.sum(np.log(np.maximum(_power(posterior, np.full(len(truth), b))[own, truth], 1e-12))))
        + 0.5 * (np.log(b) / POWER_SPREAD) ** 2
        for b in powers
    ]
    return float(powers[int(np.argmin(losses))])


def sharpen(posterior: Floats, power: float) -> Floats:
    """The posterior raised to one power and made to sum to one."""
    return _power(posterior, np.full(len(posterior), power))


def _power(posterior: Floats, powers: Floats) -> Floats:
    raised = posterior.T.copy()
    np.log(np.maximum(raised, 1e-12, out=raised), out=raised)
    raised *= powers
    np.exp(raised, out=raised)
    raised /= raised.sum(axis=0)
    out = np.ascontiguousarray(raised.T)
    as_it_was = powers == 1.0
    out[as_it_was] = posterior[as_it_was]
    return out


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: `count` items of confidence in [low, high), their mean confidence and
    accuracy.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How confidence compares with being right. `ece` is the expected calibration error, 0 best to 1 worst.

    `bins` holds the bins that have items; `confidence` and `accuracy` are means over all items.
    """

    ece: float
    confidence: float
    accuracy: float
    count: int
    bins: tuple[Bin, ...]


def calibration(confidence: Sequence[float] | Floats, right: Sequence[float] | Floats, bins: int = 10) -> Calibration:
    """The reliability of confidences in [0, 1] against whether each was right (true or false, or the chance of it).

    Bins of equal width; ECE = Σ share of items · |mean confidence − accuracy|. Raises UnusableAnswers for different
    lengths, nothing at all, or a value outside [0, 1]. Source: Naeini, Cooper & Hauskrecht (2015).

    >>> calibration([0.95, 0.95, 0.65, 0.65], [1, 1, 1, 0]).ece
    0.1
    """
    sure, correct = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if sure.shape != correct.shape or sure.ndim != 1 or not len(sure):
        raise UnusableAnswers(
            f"{sure.size} confidences and {correct.size} outcomes cannot be compared",
            cure="Give one outcome for each confidence, and at least one.",
        )
    if bins < 1:
        raise UnusableAnswers(f"bins={bins} is no number of bins", cure="Give 1 or more.")
    for name, values in (("confidence", sure), ("right", correct)):
        outside = ~((values >= 0) & (values <= 1 + 1e-9))
        if outside.any():
            row = int(np.argmax(outside))
            raise UnusableAnswers(
                f"{values[row]!r} is not between 0 and 1", row=row + 1, column=name, cure="Leave hidden ones out."
            )
    place = np.minimum((sure * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    sums, rights = np.bincount(place, sure, bins), np.bincount(place, correct, bins)
    ece = float(np.abs(sums - rights).sum() / len(sure))
    table = tuple(
        Bin(b / bins, (b + 1) / bins, int(count[b]), float(sums[b] / count[b]), float(rights[b] / count[b]))
        for b in range(bins)
        if count[b]
    )
    return Calibration(round(ece, 12), float(sure.mean()), float(correct.mean()), len(sure), table)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What confidence can rest on: agreement beyond chance among items with two answers or more.

    `alpha` (nominal) and its distance from chance `z` in standard errors are None where nothing can be said of them;
    `why_not` tells a person why no confidence can be shown, and is empty where it can.
    """

    shared_items: float
    alpha: float | None
    z: float | None
    why_not: str


def grounds(counts: Floats, sizes: Ints) -> Grounds:
    """Whether the answers can tell a right annotator from a lucky one, from the votes (items × classes) of each item.

    Nothing is identified where under a fifth of the items have two answers, or where agreement cannot be told from
    chance.
    """
    answered, several = int(np.sum(sizes > 0)), sizes > 1
    shared = float(np.sum(several)) / max(answered, 1)
    if shared < ENOUGH_SHARED:
        share = "no item has" if not several.any() else f"only {shared:.0%} of the items have"
        why = f"{share} two answers or more, so nothing shows how often annotators are right"
        return Grounds(shared, None, None, why)
    n, c = sizes[several].astype(np.float64), counts[several]
    total = float(n.sum())
    p = column_sum(c) / total
    expected, cubes = float(np.sum(p**2)), float(np.sum(p**3))
    if expected > 1 - 1e-12:
        return Grounds(shared, None, None, "")
    agreed = row_sum(c * (c - 1)) / (n * (n - 1))
    observed = float(np.sum(n * agreed)) / total
    chance = (total * expected - 1) / (total - 1)
    alpha = (observed - chance) / (1 - chance)
    variance = (expected - expected**2 + 2 * (n - 2) * (cubes - expected**2)) / (n * (n - 1) / 2)
    error = float(np.sqrt(np.sum(n**2 * variance))) / total
    z = (observed - chance) / error if error > 0 else np.inf
    if alpha < 0.01 or (z < 1.645 and alpha < 0.2):
        return Grounds(shared, alpha, float(z), f"agreement is at chance level (alpha {alpha:.2f})")
    return Grounds(shared, alpha, float(z), "")
