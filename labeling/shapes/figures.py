"""How far people agree on what they drew: F1 of objects, how closely these lie, and each label by itself; with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.shapes.consensus import Drawing
from labeling.shapes.matching import match
from labeling.shapes.sort import Sort

Floats = NDArray[np.float64]
Shape = Mapping[str, Any]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scores:
    """Of pairs of annotators on the same item: F1 of objects at the overlap asked for, and the mean overlap of those matched.

    None where there is nothing to score. `objects` counts the shapes of both sides of every pair.
    """

    f1: float | None
    f1_interval: Interval | None
    overlap: float | None
    overlap_interval: Interval | None
    objects: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """All labels together, and each alone. `confused` counts shapes of one place with different labels, by pair of labels."""

    scores: Scores
    labels: dict[str, Scores]
    items: int
    pairs: int
    confused: dict[tuple[str, str], int]


def agreement(
    drawings: Sequence[Drawing],
    sort: Sort,
    labels: Sequence[str],
    *,
    same: float = 0.5,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """Every pair of annotators of an item, compared; intervals by bootstrap over items.

    F1 = 2 · matched / (shapes of one + shapes of the other), over all pairs: symmetric, so nobody needs to be the truth.
    """
    by_item: dict[Any, dict[str, Sequence[Shape]]] = {}
    for one in drawings:
        by_item.setdefault(one.item, {})[one.annotator] = one.shapes
    several = [list(said.values()) for said in by_item.values() if len(said) > 1]
    confused: dict[tuple[str, str], int] = {}
    sums = np.zeros((len(several), len(labels), 3))  # matched, shapes of both sides, overlap of the matched
    for place, said in enumerate(several):
        for first, second in combinations(said, 2):
            _compare(first, second, sort, list(labels), same, sums[place], confused)
    rng = np.random.default_rng(seed)
    # One set of resamples for all figures: items × resamples, as how often each item is drawn.
    draws = rng.multinomial(len(several), np.full(len(several), 1 / len(several)), size=resamples) if several else None
    whole = sums.sum(axis=1)
    return Agreement(
        _scores(whole, draws, confidence),
        {label: _scores(sums[:, place], draws, confidence) for place, label in enumerate(labels)},
        len(several),
        sum(len(said) * (len(said) - 1) // 2 for said in several),
        confused,
    )


def _compare(
    first: Sequence[Shape],
    second: Sequence[Shape],
    sort: Sort,
    labels: list[str],
    same: float,
    sums: Floats,
    confused: dict[tuple[str, str], int],
) -> None:
    for shape in (*first, *second):
        sums[labels.index(shape["label"]), 1] += 1
    matches = match(first, second, sort, least=same)
    for one in matches:
        sums[labels.index(first[one.first]["label"]), [0, 2]] += 1, one.overlap
    left = [shape for place, shape in enumerate(first) if place not in {one.first for one in matches}]
    right = [shape for place, shape in enumerate(second) if place not in {one.second for one in matches}]
    for one in match(left, right, sort, least=same, any_label=True):
        pair = sorted((left[one.first]["label"], right[one.second]["label"]), key=labels.index)
        confused[pair[0], pair[1]] = confused.get((pair[0], pair[1]), 0) + 1


def _scores(sums: Floats, draws: NDArray[np.int64] | None, confidence: float) -> Scores:
    matched, shapes, overlap = sums.sum(axis=0)
    if draws is None or not shapes:
        return Scores(None, None, None, None, 0)
    drawn = draws @ sums
    return Scores(
        float(2 * matched / shapes),
        _interval(2 * drawn[:, 0], drawn[:, 1], confidence),
        float(overlap / matched) if matched else None,
        _interval(drawn[:, 2], drawn[:, 0], confidence) if matched else None,
        int(shapes),
    )


def _interval(above: Floats, below: Floats, confidence: float) -> Interval:
    values = above[below > 0] / below[below > 0]
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
