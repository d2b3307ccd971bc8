"""Bayesian weighted averaging: answers as noisy measurements, each annotator with a precision for each class.

Source: Li (2019), Bayesian weighted averaging; all classes at once, published constants.
"""

from __future__ import annotations

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings, Start, climb
from labeling.consensus.sums import Floats
from labeling.consensus.votes import Votes
from prep.phrase import phrase

SHAPE = 15.0


def fit(votes: Votes, settings: Settings) -> Fit:
    """Alternate the annotators' precisions and the items' weighted averages; both steps raise the objective."""
    z = votes.shares()
    known = z[votes.clamped].copy()
    spread = (votes.sizes[:, None] * z * (1 - z)).sum(axis=0) / votes.answers
    rate = SHAPE * spread * 4 * (1 - 1 / votes.classes) + 1e-9
    said = np.eye(votes.classes)[votes.said]
    answers_of = votes.answers_of[:, None]
    given = votes.by_annotator(said * votes.row_answers[:, None])
    middle = z.mean(axis=0)
    precision = np.zeros(0)

    def average(new_precision: Floats) -> float:
        nonlocal precision, middle
        precision = new_precision
        weight = precision[votes.owner]
        new = (middle + votes.evidence(weight * said)) / (1 + votes.evidence(weight))
        new[votes.clamped] = known
        change = float(np.abs(new - z).max(initial=0.0))
        z[:] = new
        middle = z.mean(axis=0)
        return change

    def step() -> tuple[float, float]:
        squares = _squares(votes, z, said, given)
        objective = -0.5 * float(np.sum((SHAPE + answers_of) * np.log(rate + squares)))
        objective -= 0.5 * float(np.sum((z - middle) ** 2))
        return objective, average((SHAPE + answers_of) / (rate + squares))

    if settings.start is not None:
        middle = settings.start.shared["middle"]
        average(settings.start.skills_for(votes, SHAPE / rate))
    trace, stopped = climb(votes, settings, step)
    posterior = np.maximum(z, 1e-9)
    posterior /= posterior.sum(axis=1, keepdims=True)
    posterior[votes.clamped] = known
    keep = Start(votes.keys, np.zeros((votes.rows, 0)), votes.annotators_present, precision, {"middle": middle})
    return Fit(posterior, trace, stopped, {"shape": SHAPE, "tolerance": settings.tolerance}, keep)


def _squares(votes: Votes, z: Floats, said: Floats, given: Floats) -> Floats:
    """Σ (z_ik − y_wik)² over the items of each annotator: annotators × classes."""
    return votes.by_annotator(votes.tally(z * z) - 2 * votes.tally(z) * said) + given


METHOD = Method(
    name="weighted_average",
    title=phrase("Bayesian weighted averaging"),
    words=phrase("Answers averaged with a precision for each annotator and class."),
    source="Li (2019), BWA",
    fit=fit,
    aliases=("bwa",),
    confidence="share",
    tolerance=1e-5,
    least_change=1e-3,
    max_iterations=100,
)
