"""How likely each marked thing is really there, from who marked it and who did not. Knows no geometry.

On each item there are a number of real objects and a number of lures, both Poisson, at rates that depend on the label.
Annotator a marks a real object with probability s_a and a lure with probability f_a, each on their own. What nobody marked
is not seen; its expected number enters the estimates, so that few annotators do not look too good. s and f are drawn
towards the crowd's. Fitted by EM (Dawid & Skene 1979, with the zero-truncation of capture–recapture: Sanathanan 1972).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

PULL = 8.0
"""So many marks' worth each annotator is drawn towards the crowd."""
SHARED = 0.2
"""How much the marks of one object hang together beyond its being there: as in the consensus of categories."""
LABEL_PULL = 10.0
MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Detection:
    """`real[c]` how likely candidate c is a real object; `missed[i]` how many real objects of item i nobody marked."""

    real: Floats
    missed: Floats
    hits: Floats
    lures: Floats


def detect(item: Whole, label: Whole, marks: Any, panel: Any) -> Detection:
    """Fit the model to candidates, of which `item` and `label` are given as codes.

    `marks` (candidates × annotators) and `panel` (items × annotators) are sparse matrices of ones: who marked it, and who
    answered the item at all.
    """
    seen = panel[item]
    passed = seen - marks
    size = np.asarray(seen.sum(axis=1)).ravel()
    share = np.asarray(marks.sum(axis=1)).ravel() / np.maximum(size, 1)
    hits, lures = np.full(panel.shape[1], 0.8), np.full(panel.shape[1], 0.15)
    real = np.where(share > 0.5, 0.95, np.where(share < 0.5, 0.7, 0.8))
    total = np.bincount(label).astype(np.float64)
    odds = np.zeros(len(item))
    for _ in range(MOST_ROUNDS):
        any_hit, any_lure = _any(panel, hits), _any(panel, lures)
        seen_hits, seen_lures = any_hit.sum() + 1.0, any_lure.sum() + 1.0
        missed = (real.sum() + 1.0) / seen_hits * (1 - any_hit)
        avoided = ((1 - real).sum() + 1.0) / seen_lures * (1 - any_lure)
        hits = _rates(real, marks, seen, panel, missed, (4.0, 1.0))
        lures = np.minimum(_rates(1 - real, marks, seen, panel, avoided, (1.0, 5.0)), 0.9 * hits)
        odds = _prior(real, label, total) + np.log(seen_lures / seen_hits)
        odds += marks @ np.log(hits / lures) + passed @ np.log((1 - hits) / (1 - lures))
        before, real = real, _logistic(odds)
        if np.abs(real - before).max(initial=0.0) < 1e-7:
            break
    any_hit = _any(panel, hits)
    missed = (real.sum() + 1.0) / (any_hit.sum() + 1.0) * (1 - any_hit)
    return Detection(_logistic(odds / (1.0 + SHARED * np.maximum(size - 1, 0))), missed, hits, lures)


def _any(panel: Any, chance: Floats) -> Floats:
    """How likely at least one of an item's annotators marks a thing."""
    return np.asarray(-np.expm1(panel @ np.log1p(-chance)), dtype=np.float64)


def _rates(weight: Floats, marks: Any, seen: Any, panel: Any, unseen: Floats, prior: tuple[float, float]) -> Floats:
    """Each annotator's share of marks among the things (weighted) that they had before them, unseen ones among these."""
    done = marks.T @ weight
    met = seen.T @ weight + panel.T @ unseen
    crowd = (done.sum() + prior[0]) / (met.sum() + sum(prior))
    return np.asarray(np.clip((done + PULL * crowd) / (met + PULL), 1e-3, 1 - 1e-3), dtype=np.float64)


def _prior(real: Floats, label: Whole, total: Floats) -> Floats:
    """The log-odds that a marked thing of a label is real, each label drawn towards all."""
    whole = (real.sum() + 1.0) / (len(real) + 2.0)
    share = (np.bincount(label, weights=real) + LABEL_PULL * whole) / (total + LABEL_PULL)
    return np.asarray(np.log(share / (1 - share))[label], dtype=np.float64)


def _logistic(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -700, 700))), dtype=np.float64)
