"""How each annotator did under each guideline version. Knows no order of versions but that of their appearance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.audit.peers import Others
from labeling.audit.shares import Bools, Floats, Ints, sums, wilson_bounds


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """A row an annotator and guideline version, sorted by both: answers, gold answers and right ones, answers compared
    with the others and their mean excess over what the items allow.
    """

    annotator: Ints
    version: Ints
    answers: Ints
    gold_seen: Ints
    gold_right: Ints
    compared: Ints
    excess: Floats

    def of(self, annotator: int) -> slice:
        """The rows of one annotator (by number)."""
        return slice(*np.searchsorted(self.annotator, [annotator, annotator + 1]).tolist())

    def accuracy_bounds(self, confidence: float) -> tuple[Floats, Floats]:
        """Wilson's interval of the accuracy on gold of each row."""
        return wilson_bounds(self.gold_right.astype(np.float64), self.gold_seen.astype(np.float64), confidence)


def versions_of(others: Others, version: Ints, truth: Ints, versions: int) -> Versions:
    """From the version code of each row (−1 where unknown: left out) and the gold class of each item (−1: none)."""
    answers = others.answers
    rows = np.flatnonzero(version >= 0)
    key = answers.annotator[rows].astype(np.int64) * max(versions, 1) + version[rows]
    keys, at, n = np.unique(key, return_inverse=True, return_counts=True)
    known = truth[answers.item[rows]]
    is_gold = known >= 0
    compared = others.n[rows] > 0

    def count(mask: Bools) -> Ints:
        return np.bincount(at[mask], minlength=len(keys))

    shared = count(compared)
    total = sums(at[compared], others.excess[rows][compared], len(keys))
    return Versions(
        annotator=keys // max(versions, 1),
        version=keys % max(versions, 1),
        answers=n,
        gold_seen=count(is_gold),
        gold_right=count(is_gold & (answers.label[rows] == known)),
        compared=shared,
        excess=np.where(shared > 0, total / np.maximum(shared, 1), np.nan),
    )
