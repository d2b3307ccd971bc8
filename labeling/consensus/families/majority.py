"""Majority vote: the label most annotators gave. Knows nothing of who is good."""

from __future__ import annotations

from labeling.consensus.fit import Fit, Method, Settings
from labeling.consensus.votes import Votes
from prep.phrase import phrase


def fit(votes: Votes, settings: Settings) -> Fit:  # noqa: ARG001 - every method takes settings
    """Vote shares; an item without answers gets the shares of all answers. The label is told from the votes."""
    return Fit(votes.shares, decision=votes.ballots())


METHOD = Method(
    name="majority",
    title=phrase("Majority vote"),
    words=phrase("Every answer counts the same; the label with most votes wins."),
    source="vote shares",
    fit=fit,
    aliases=("majority_vote", "mv"),
    confidence="share",
    max_iterations=0,
)
