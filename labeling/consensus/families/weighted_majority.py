"""Weighted majority (Wawa): a vote counts as much as its annotator agrees with the majority."""

from __future__ import annotations

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings
from labeling.consensus.sums import Floats, row_max
from labeling.consensus.votes import Votes
from prep.phrase import phrase


def fit(votes: Votes, settings: Settings) -> Fit:  # noqa: ARG001 - one pass, nothing to set
    """Weighted vote shares: the weight of an annotator is the share of their answers that the majority gave.

    Where the majority is a tie of m labels, an answer among them counts as 1/m agreed, which is what a fair draw
    gives on average; so the weights depend on no random number.
    """
    won = _fair_winners(votes.shares())
    said = np.eye(votes.classes)[votes.said]
    agreed = votes.by_annotator((votes.tally(won) * said).sum(axis=1, keepdims=True))[:, 0]
    weight = agreed / votes.answers_of
    score = votes.evidence(said * weight[votes.owner][:, None])
    total = score.sum(axis=1, keepdims=True)
    start = votes.shares()
    posterior = np.where(total > 0, score / np.where(total > 0, total, 1.0), start)
    posterior[votes.clamped] = start[votes.clamped]
    return Fit(posterior, parameters={"weights": "agreement with the majority"})


def _fair_winners(shares: Floats) -> Floats:
    won = (shares >= row_max(shares)[:, None] - 1e-9).astype(np.float64)
    won /= won.sum(axis=1, keepdims=True)
    return won


METHOD = Method(
    name="weighted_majority",
    title=phrase("Weighted majority"),
    words=phrase("Votes count by how often their annotator agrees with the majority."),
    source="worker agreement with aggregate (Wawa), Appen",
    fit=fit,
    aliases=("wawa",),
    confidence="share",
    max_iterations=0,
)
