"""Wald's sequential test on gold: after which answer enough is known to stop an annotator, or to clear them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from labeling.audit.shares import Bools, Floats, Ints
from labeling.audit.turns import Turns
from labeling.errors import Unusable

Decision = Literal["stop", "clear", "go on"]
DECISIONS: tuple[Decision, ...] = ("go on", "clear", "stop")


@dataclass(frozen=True, slots=True)
class Sprt:
    """H0: the annotator errs at `fine`; H1: at `bad`. Stops a fine one with chance `alpha`, clears a bad one with `beta`.

    Λ grows by log(bad / fine) with each wrong answer and log((1 − bad) / (1 − fine)) with each right one; "stop" at
    log((1 − β) / α) or more, "clear" at log(β / (1 − α)) or less. It may be looked at after every answer. Source:
    Wald (1945), Ann. Math. Stat. 16:117. Raises Unusable unless 0 < fine < bad < 1.

    >>> test = Sprt()
    >>> test.decide([False, False, False]), test.decide([True] * 12), test.decide([True, False])
    ('stop', 'clear', 'go on')
    """

    fine: float = 0.1
    bad: float = 0.3
    alpha: float = 0.05
    beta: float = 0.05

    def __post_init__(self) -> None:
        """Refuse hypotheses in the wrong order, and chances that are none."""
        if not 0 < self.fine < self.bad < 1:
            raise Unusable(
                f"fine={self.fine!r} and bad={self.bad!r} are no two shares of wrong answers",
                cure="Give two between 0 and 1, the bad one greater.",
            )
        if not (0 < self.alpha < 0.5 and 0 < self.beta < 0.5):
            raise Unusable(f"alpha={self.alpha!r}, beta={self.beta!r} are no chances of error", cure="Give .05 each.")

    @property
    def bounds(self) -> tuple[float, float]:
        """Where Λ clears and where it stops."""
        return math.log(self.beta / (1 - self.alpha)), math.log((1 - self.beta) / self.alpha)

    def steps(self, right: Bools) -> Floats:
        """What each answer (right or not) adds to Λ."""
        won, lost = math.log((1 - self.bad) / (1 - self.fine)), math.log(self.bad / self.fine)
        return np.where(right, won, lost).astype(np.float64)

    def decide(self, right: list[bool]) -> Decision:
        """The decision after these answers, in order: the first bound that was reached counts."""
        turns = Turns(np.arange(len(right)), np.array([0, len(right)]))
        return DECISIONS[int(self.decide_all(np.array(right, dtype=bool), turns)[0][0])]

    def decide_all(self, right: Bools, turns: Turns) -> tuple[Ints, Ints]:
        """For each annotator the decision (a place in DECISIONS) and how many answers it took (−1: none yet).

        `right` is in the order of `turns`.
        """
        ratio = turns.sums(self.steps(right))
        low, high = self.bounds
        stopped, cleared = turns.first(ratio >= high - 1e-12), turns.first(ratio <= low + 1e-12)
        never = len(ratio) + 1
        when_stopped, when_cleared = (np.where(at < 0, never, at) for at in (stopped, cleared))
        decision = np.where(when_stopped < when_cleared, 2, np.where(when_cleared < never, 1, 0))
        first = np.minimum(when_stopped, when_cleared)
        return decision, np.where(first < never, first + 1, -1)
