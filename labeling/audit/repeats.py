"""Consistency with oneself on items that were shown again: nobody is more accurate than they are consistent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.answers import Answers
from labeling.audit.shares import Floats, Ints, at_least, sums
from labeling.audit.turns import Turns

USUAL_MARGIN = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """By annotator: answers to an item they had `again`, how many were the `same` as the time before, and the `chance`
    of so few from one as consistent as the others less ten points. NaN where nothing was shown again.
    """

    again: Ints
    same: Ints
    chance: Floats


def repeats_of(everything: Answers, at: Ints, *, people: int) -> Repeats:
    """From all rows, in the order of `at`: each answer to an item against the one before it by the same annotator.

    Source: Artstein & Poesio (2008), Comp. Ling. 34:555, on stability.
    """
    cell = everything.annotator.astype(np.int64) * len(everything.items) + everything.item
    order = np.lexsort((at, cell))
    again = cell[order][1:] == cell[order][:-1]
    later, before = order[1:][again], order[:-1][again]
    who, is_same = everything.annotator[later], everything.label[later] == everything.label[before]
    n = np.bincount(who, minlength=people)
    same = sums(who, is_same, people).astype(np.int64)
    rest, rest_same = n.sum() - n, same.sum() - same
    usual = np.clip((rest_same + 1) / (rest + 1.0) - USUAL_MARGIN, 0.01, 0.99)
    differs = (n - same).astype(np.float64)
    chance = np.where((n > 0) & (rest > 0), at_least(differs, np.maximum(n, 1).astype(np.float64), 1 - usual), np.nan)
    return Repeats(n, same, chance)


def turns_of(answers: Answers, at: Ints) -> Turns:
    """The order in which each annotator gave the answers."""
    return Turns.of(answers.annotator, at, people=len(answers.annotators))
