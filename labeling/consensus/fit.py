"""What a method is, what it is given and what it hands back; and the climb that all iterative methods share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from labeling.consensus.sums import Codes, Floats, Ints
from labeling.consensus.votes import Votes
from prep.phrase import numeral, phrase


@dataclass(frozen=True, slots=True)
class Start:
    """Where a fit may begin: what an earlier fit, or a fit of some of the items, learned of each annotator.

    `keys` annotator number × classes + label, rising, with the `rows` (one per key) that the method keeps for it;
    `annotators` numbers, rising, with their `skills` rows; `shared` whatever belongs to no annotator.
    """

    keys: Ints
    rows: Floats
    annotators: Ints
    skills: Floats
    shared: dict[str, Floats] = field(default_factory=dict)

    def rows_for(self, votes: Votes, default: Floats | float = 0.0) -> Floats:
        """The rows in the order of these votes; `default` for a row that was not there."""
        return _placed(self.keys, self.rows, votes.keys, default)

    def skills_for(self, votes: Votes, default: Floats | float) -> Floats:
        """The skills in the order of these votes' annotators; `default` for one who was not there."""
        return _placed(self.annotators, self.skills, votes.annotators_present, default)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a fit is to run. `tolerance` is the least rise of the objective per answer; `least_change` that of a
    probability.

    `starts` are the places to begin by method name; `asked_*` is what the caller asked for, None where it is the
    method's own.
    """

    max_iterations: int = 100
    tolerance: float = 1e-6
    least_change: float = 1e-6
    seed: int = 0
    start: Start | None = None
    starts: Mapping[str, Start] = field(default_factory=dict)
    asked_iterations: int | None = None
    asked_tolerance: float | None = None


@dataclass(frozen=True)
class Fit:
    """A fitted model: its posterior (or how to make it, once it is asked for), the objective after each iteration and why
    it stopped.

    `decision` is what labels are chosen by where that is not the posterior: a mixture tempers only its confidence, and a
    majority can be told from the votes alone.
    `confusion_prior` (truth × said) is what the method adds to counted answers when it tells an annotator's confusion.
    """

    found: Floats | Callable[[], Floats]
    objective: tuple[float, ...] = ()
    stopped: str = phrase("it needs no iterations")
    parameters: dict[str, Any] = field(default_factory=dict)
    start: Start | None = None
    confusion_prior: Floats | None = None
    decision: Floats | Codes | None = None
    members: dict[str, Fit] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @cached_property
    def posterior(self) -> Floats:
        """The probability of each class for each item: items × classes."""
        return self.found() if callable(self.found) else self.found

    @property
    def iterations(self) -> int:
        """How many iterations were made."""
        return len(self.objective)


@dataclass(frozen=True, slots=True)
class Method:
    """One way of aggregating, as a plug-in: a module in `labeling.consensus.families` with a `METHOD` of this class.

    `confidence` says what its posterior is worth: "model" posteriors are over-confident and get tempered, a "share"
    of votes is told as it is, "calibrated" has been tempered inside. Of an `ordinal` method the label is not the
    likeliest one but the one that is fewest steps off on average, which is the middle of the posterior.
    """

    name: str
    title: str
    words: str
    source: str
    fit: Callable[[Votes, Settings], Fit]
    aliases: tuple[str, ...] = ()
    confidence: str = "model"
    ordinal: bool = False
    max_iterations: int = 100
    tolerance: float = 1e-6
    least_change: float = 1e-6

    def settings(self, asked: Settings) -> Settings:
        """What was asked for, completed with this method's own habits."""
        iterations, tolerance = asked.asked_iterations, asked.asked_tolerance
        return replace(
            asked,
            max_iterations=self.max_iterations if iterations is None else iterations,
            tolerance=self.tolerance if tolerance is None else tolerance,
            least_change=self.least_change if tolerance is None else min(self.least_change, tolerance),
            start=asked.starts.get(self.name),
        )


def climb(votes: Votes, settings: Settings, step: Callable[[], tuple[float, float]]) -> tuple[tuple[float, ...], str]:
    """Repeat `step` (which returns the objective and the greatest change of a posterior) until it no longer pays.

    Returns the objective after each step, and why it stopped, in words.
    """
    trace: list[float] = []
    least_rise = settings.tolerance * votes.answers
    for _ in range(settings.max_iterations):
        objective, change = step()
        rise = objective - trace[-1] if trace else np.inf
        trace.append(objective)
        if rise < least_rise:
            return tuple(trace), phrase(
                "the objective rose by less than %(n)s an answer", n=numeral(settings.tolerance, "g")
            )
        if change < settings.least_change:
            return tuple(trace), phrase(
                "no probability changed by %(n)s or more", n=numeral(settings.least_change, "g")
            )
    return tuple(trace), phrase("%(n)s iterations were made, the most allowed", n=settings.max_iterations)


def log_beta_ratio(prior: Floats, counts: Floats, prior_total: Floats, totals: Floats) -> float:
    """The sum of logB(prior + counts) − logB(prior) over Dirichlet rows that lie down the first axis.

    `prior` and `counts` rows × columns hold the entries that occur (an absent one adds nothing); `prior_total` and
    `totals` annotators × columns their sums over all entries.
    """
    from scipy.special import gammaln

    entries = float(np.sum(gammaln(prior + counts) - gammaln(prior)))
    sums = float(np.sum(gammaln(prior_total + totals) - gammaln(prior_total)))
    return entries - sums


def _placed(have: Ints, table: Floats, want: Ints, default: Floats | float) -> Floats:
    out = np.empty((len(want), table.shape[1]))
    out[:] = default
    if len(have):
        place = np.minimum(np.searchsorted(have, want), len(have) - 1)
        found = have[place] == want
        out[found] = table[place[found]]
    return out
