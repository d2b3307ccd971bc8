"""MACE: an annotator either knows, or spams from a favourite spread of labels."""

from __future__ import annotations

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings, Start, climb
from labeling.consensus.sums import Floats
from labeling.consensus.votes import Votes
from prep.phrase import phrase

PRIOR = 0.1
"""Imagined answers known, spammed, and spammed with each label: enough that no chance is ever nought."""


def fit(votes: Votes, settings: Settings) -> Fit:
    """EM: P(l | k) = θ_w 1[l = k] + (1 − θ_w) ξ_wl, with even class shares and a small prior on θ and ξ.

    Begun from vote shares, with every answer that fits the class half known: no random restarts are needed.
    """
    z = votes.shares()
    right = votes.said[:, None] == np.arange(votes.classes)
    bias = np.full(votes.classes, -np.log(votes.classes))
    knows, spams = np.zeros(0), np.zeros(0)

    def maximise(known: Floats) -> None:
        """θ and ξ from the expected answers known of each row (rows,)."""
        nonlocal knows, spams
        spam = votes.row_answers - known
        totals = votes.by_annotator(np.stack([known, spam], axis=1))
        knows = (totals[:, 0] + PRIOR) / (totals.sum(axis=1) + 2 * PRIOR)
        spams = (spam + PRIOR) / (totals[votes.owner, 1] + votes.classes * PRIOR)

    def expect() -> tuple[float, float]:
        theta = knows[votes.owner]
        guess = (1 - theta) * spams
        table = np.log(np.where(right, (theta + guess)[:, None], guess[:, None]))
        likelihood, _, change = votes.posterior(z, table, bias)
        return likelihood + _log_prior(votes, knows, spams), change

    def step() -> tuple[float, float]:
        theta = knows[votes.owner]
        maximise((votes.tally(z) * right).sum(axis=1) * theta / (theta + (1 - theta) * spams))
        return expect()

    if settings.start is None:
        maximise((votes.tally(z) * right).sum(axis=1) / 2)
    else:
        knows = settings.start.skills_for(votes, 0.5)[:, 0]
        spams = settings.start.rows_for(votes, 1.0 / votes.classes)[:, 0]
        expect()
    trace, stopped = climb(votes, settings, step)
    keep = Start(votes.keys, spams[:, None], votes.annotators_present, knows[:, None])
    return Fit(z, trace, stopped, {"prior": PRIOR, "tolerance": settings.tolerance}, keep)


def _log_prior(votes: Votes, knows: Floats, spams: Floats) -> float:
    """PRIOR · (Σ log θ + log(1 − θ) + Σ log ξ); labels never said by an annotator share what is left of ξ evenly."""
    unsaid = votes.classes - np.bincount(votes.owner, minlength=votes.annotators)
    left = 1 - votes.by_annotator(spams[:, None])[:, 0]
    of_unsaid = unsaid * np.log(np.where(unsaid > 0, left / np.maximum(unsaid, 1), 1.0))
    return PRIOR * float(np.sum(np.log(knows) + np.log1p(-knows) + of_unsaid) + np.sum(np.log(spams)))


METHOD = Method(
    name="mace",
    title=phrase("MACE"),
    words=phrase(
        "Each answer was either known or spammed; each annotator has a chance to know and a habit of spamming."
    ),
    source="Hovy et al. (2013)",
    fit=fit,
    max_iterations=500,
)
