"""Dawid–Skene: each annotator has a confusion matrix, found together with the labels by EM; with or without a small
prior.

The chance that annotator w says l when the truth is k is π_wkl, classes have shares τ_k; EM climbs the likelihood
Σ_i log Σ_k τ_k Π π_wkl. Source: Dawid & Skene (1979), Applied Statistics 28:20; started from vote shares as there.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings, Start, climb
from labeling.consensus.sums import Floats, column_sum
from labeling.consensus.votes import NEVER, Votes
from prep.phrase import phrase

FLOOR = 1e-10
"""The least expected count of a label that an annotator gave; without it one answer could rule a class out for ever."""


def fit(votes: Votes, settings: Settings, *, diagonal: float, off_diagonal: float) -> Fit:
    """EM from vote shares. The prior adds `diagonal` right and `off_diagonal` wrong answers a class to each
    annotator's.
    """
    right = votes.said[:, None] == np.arange(votes.classes)
    pseudo = np.where(right, diagonal, off_diagonal)
    pseudo_total = diagonal + (votes.classes - 1) * off_diagonal
    smoothing = 1.0 if diagonal else 0.0
    # Without a prior a class that nobody used would be explained by anything, and could win what the others cannot.
    unused = (votes.labels_seen == 0) & ~np.isin(np.arange(votes.classes), votes.clamped_to) & (diagonal == 0.0)
    start = settings.start
    z = votes.shares()
    rows, class_totals = np.zeros(0), np.zeros(0)

    def expect(counts: Floats, totals: Floats) -> tuple[float, float]:
        """One E-step from the counts of an M-step; returns the objective at these parameters, and the change."""
        nonlocal rows, class_totals
        rows, class_totals = counts, totals
        filled = np.maximum(counts, FLOOR) if not diagonal else counts + pseudo
        by_annotator = votes.by_annotator(filled if not diagonal else counts) + pseudo_total
        log_share = np.log(filled / by_annotator[votes.owner])
        tau = (totals + smoothing) / (totals.sum() + smoothing * votes.classes)
        log_tau = np.log(np.maximum(tau, FLOOR))
        log_tau[unused] = NEVER
        likelihood, _, change = votes.posterior(z, log_share, log_tau)
        prior = float(np.sum(pseudo * log_share)) + smoothing * float(log_tau.sum()) if diagonal else 0.0
        if diagonal:
            prior += _unseen_rows(votes, pseudo, by_annotator, diagonal, off_diagonal)
        return likelihood + prior, change

    if start is not None:
        expect(start.rows_for(votes), start.shared["totals"])
    trace, stopped = climb(votes, settings, lambda: expect(votes.tally(z), column_sum(z)))
    prior = np.where(np.eye(votes.classes, dtype=bool), diagonal, off_diagonal)
    none = np.zeros((votes.annotators, 0))
    keep = Start(votes.keys, rows, votes.annotators_present, none, {"totals": class_totals})
    return Fit(
        z,
        trace,
        stopped,
        {"prior_right": diagonal, "prior_wrong": off_diagonal, "tolerance": settings.tolerance},
        keep,
        prior,
    )


def _unseen_rows(votes: Votes, pseudo: Floats, by_annotator: Floats, diagonal: float, off_diagonal: float) -> float:
    """The log prior of the answers an annotator never gave: each is its pseudo-count over that annotator's total."""
    everywhere = diagonal * np.eye(votes.classes) + off_diagonal * (1 - np.eye(votes.classes))
    absent = everywhere.sum(axis=0) - votes.by_annotator(pseudo)
    log_pseudo = everywhere * np.log(everywhere)
    absent_log = log_pseudo.sum(axis=0) - votes.by_annotator(pseudo * np.log(pseudo))
    return float(np.sum(absent_log - absent * np.log(by_annotator)))


METHODS = (
    Method(
        name="dawid_skene",
        title=phrase("Dawid–Skene"),
        words=phrase(
            "Each annotator has a confusion matrix, estimated together with the labels by maximum likelihood."
        ),
        source="Dawid & Skene (1979)",
        fit=partial(fit, diagonal=0.0, off_diagonal=0.0),
        aliases=("ds", "dawid_skene_ml"),
        max_iterations=500,
        tolerance=1e-5,
        least_change=1e-5,
    ),
    Method(
        name="dawid_skene_map",
        title=phrase("Dawid–Skene with a small prior"),
        words=phrase("As Dawid–Skene; each annotator starts with a few imagined answers, mostly right."),
        source="Dawid & Skene (1979), Dirichlet prior",
        fit=partial(fit, diagonal=2.0, off_diagonal=1.0),
        aliases=("dawid_skene_prior", "ds_map"),
        max_iterations=500,
        tolerance=1e-5,
        least_change=1e-5,
    ),
)
