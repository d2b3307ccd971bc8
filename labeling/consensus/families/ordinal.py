"""For labels in an order: each annotator reads the scale shifted by a bias and blurred by a spread.

The truth k stands at a place on a line, classes one apart to begin with; an annotator of type (b, s) says l with the
chance that place + b + s · (normal noise) falls nearest l, and guesses evenly one time in fifty. Which types there
are many of, where the classes stand and how common they are is learned; so a far-off answer costs more than the next
label, and two numbers an annotator are enough. Variational EM over classes and types.
"""

from __future__ import annotations

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings, Start, climb
from labeling.consensus.sums import Floats, column_sum, negentropy
from labeling.consensus.votes import Votes
from prep.phrase import phrase

BIASES = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)
SPREADS = (0.2, 0.35, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0)
GUESS = 0.02
TYPE_PRIOR = 0.5
PLACE_PULL = 8.0
"""How many imagined annotators hold each class to its even place (one class apart, standard deviation one half)."""
MOVES = (0.2, 0.05)


def fit(votes: Votes, settings: Settings) -> Fit:
    """Climb over annotators' types, class places and class shares, from vote shares."""
    model = Types(votes)
    z = votes.shares()
    spread = negentropy(z)

    def step() -> tuple[float, float]:
        nonlocal spread
        totals = column_sum(z)
        table = model.learn(votes.tally(z))
        tau = (totals + 1) / (totals.sum() + votes.classes)
        objective = model.value + float(np.sum((totals + 1) * np.log(tau))) - spread
        _, spread, change = votes.posterior(z, table, np.log(tau))
        return objective, change

    if settings.start is not None:
        model.begin(settings.start)
        tau = settings.start.shared["tau"]
        _, spread, _ = votes.posterior(z, model.table(), np.log(tau))
    trace, stopped = climb(votes, settings, step)
    totals = column_sum(z)
    shared = {"places": model.places, "common": model.common, "tau": (totals + 1) / (totals.sum() + votes.classes)}
    keep = Start(votes.keys, np.zeros((votes.rows, 0)), votes.annotators_present, model.types, shared)
    parameters = {"places": model.places.round(3).tolist(), "guess": GUESS, "tolerance": settings.tolerance}
    return Fit(z, trace, stopped, parameters, keep)


class Types:
    """The types of annotators: how likely each annotator is of each, how common they are, where classes stand."""

    def __init__(self, votes: Votes) -> None:
        self.votes = votes
        self.places = np.arange(votes.classes, dtype=np.float64)
        self.grid = np.array([(bias, spread) for spread in SPREADS for bias in BIASES])
        self.common = np.full(len(self.grid), 1.0 / len(self.grid))
        self.types = np.full((votes.annotators, len(self.grid)), 1.0 / len(self.grid))
        self.log_chance = self.chances(self.places)
        self.value = -np.inf

    def begin(self, start: Start) -> None:
        """Take up what an earlier fit learned; an annotator it did not know is of the common types."""
        self.places, self.common = start.shared["places"].copy(), start.shared["common"].copy()
        self.types = start.skills_for(self.votes, self.common)
        self.log_chance = self.chances(self.places)

    def chances(self, places: Floats) -> Floats:
        """Log P(said | truth) of every type: types × said × truth."""
        from scipy.special import ndtr

        classes = self.votes.classes
        edges = np.concatenate([[-np.inf], np.arange(classes - 1) + 0.5, [np.inf]])
        bias, spread = self.grid[:, 0, None, None], self.grid[:, 1, None, None]
        below = ndtr((edges[None, :, None] - places[None, None, :] - bias) / spread)
        chance = (1 - GUESS) * np.diff(below, axis=1) + GUESS / classes
        log_chance: Floats = np.log(chance)
        return log_chance

    def learn(self, counts: Floats) -> Floats:
        """Best types, commonness and places for these counts (rows × truth); returns the table of the next E-step."""
        best = self._value(self.places, counts)
        for move in MOVES:
            for k in range(self.votes.classes):
                for sign in (-1.0, 1.0):
                    tried = self.places.copy()
                    tried[k] += sign * move
                    if np.all(np.diff(tried) > 0.1):
                        value = self._value(tried, counts)
                        if value > best:
                            self.places, best = tried, value
        self.log_chance = self.chances(self.places)
        self.value, self.types = self._types(self.log_chance, self.places, counts)
        weight = self.types.sum(axis=0) + TYPE_PRIOR
        self.common = weight / weight.sum()
        return self.table()

    def table(self) -> Floats:
        """Expected log chance of what each row said, for each truth: rows × truth."""
        by_said = np.einsum("wt,tlk->wlk", self.types, self.log_chance)
        table: Floats = by_said[self.votes.owner, self.votes.said]
        return table

    def _value(self, places: Floats, counts: Floats) -> float:
        return self._types(self.chances(places), places, counts)[0]

    def _types(self, log_chance: Floats, places: Floats, counts: Floats) -> tuple[float, Floats]:
        """The objective's part of the annotators, and each annotator's chance of each type."""
        score = np.empty((self.votes.rows, len(self.grid)))
        for label in range(self.votes.classes):
            here = self.votes.said == label
            score[here] = counts[here] @ log_chance[:, label, :].T
        x = self.votes.by_annotator(score) + np.log(self.common)
        top = x.max(axis=1, keepdims=True)
        types = np.exp(x - top)
        total = types.sum(axis=1, keepdims=True)
        even = np.arange(self.votes.classes)
        prior = TYPE_PRIOR * float(np.sum(np.log(self.common))) - PLACE_PULL * 2 * float(np.sum((places - even) ** 2))
        return float(np.sum(top + np.log(total))) + prior, types / total


METHOD = Method(
    name="ordinal",
    title=phrase("Bias and spread on an ordered scale"),
    words=phrase(
        "Each annotator reads the scale with a bias and a spread, so a near miss is less wrong than a far one."
    ),
    source="graded responses; Samejima (1969) with discrete annotator types",
    fit=fit,
    ordinal=True,
    tolerance=1e-6,
    least_change=1e-5,
    max_iterations=200,
)
