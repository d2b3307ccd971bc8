"""One coin: each annotator is right with one chance, whatever the class, and errs evenly."""

from __future__ import annotations

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings, Start, climb
from labeling.consensus.sums import Floats
from labeling.consensus.votes import Votes
from prep.phrase import phrase

LEAST = 1e-6
"""An annotator's chance of being right, or wrong, is never less."""


def fit(votes: Votes, settings: Settings) -> Fit:
    """EM from vote shares with even class shares: P(l | k) = θ_w if l = k, else (1 − θ_w) / (classes − 1)."""
    z = votes.shares()
    others = max(votes.classes - 1, 1)
    right = votes.said[:, None] == np.arange(votes.classes)
    bias = np.full(votes.classes, -np.log(votes.classes))
    skill = np.zeros(0)

    def expect(new_skill: Floats) -> tuple[float, float]:
        nonlocal skill
        skill = np.clip(new_skill, LEAST, 1 - LEAST)
        of_row = skill[votes.owner][:, None]
        table = np.where(right, np.log(of_row), np.log((1 - of_row) / others))
        likelihood, _, change = votes.posterior(z, table, bias)
        return likelihood, change

    def step() -> tuple[float, float]:
        agreed = votes.by_annotator((votes.tally(z) * right).sum(axis=1, keepdims=True))[:, 0]
        return expect(agreed / votes.answers_of)

    if settings.start is not None:
        expect(settings.start.skills_for(votes, 0.8)[:, 0])
    trace, stopped = climb(votes, settings, step)
    keep = Start(votes.keys, np.zeros((votes.rows, 0)), votes.annotators_present, skill[:, None])
    return Fit(z, trace, stopped, {"tolerance": settings.tolerance}, keep)


METHOD = Method(
    name="one_coin",
    title=phrase("One coin"),
    words=phrase("Each annotator is right with one chance, the same for every label."),
    source="Demartini et al. (2012), ZenCrowd, with even class shares",
    fit=fit,
    aliases=("one_coin_dawid_skene", "zencrowd", "zc"),
    max_iterations=500,
)
