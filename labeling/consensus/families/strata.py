"""Dawid–Skene with strata of items inside each class: hard items are answered alike by mistake. Enhanced IBCC.

An item has a class k and a stratum m; the annotator's confusion depends on both, so that mistakes that annotators
share on hard items are not taken for independent witnesses. Source: Li, Rubinstein & Cohn (2019), enhanced Bayesian
classifier combination; begun here from strata of how contested an item is, where the published random start depends
on its seed.
"""

from __future__ import annotations

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings, Start, climb, log_beta_ratio
from labeling.consensus.sums import Floats, column_sum, negentropy, row_max
from labeling.consensus.votes import Votes
from prep.phrase import phrase

STRATA = 3
RIGHT, WRONG = 4.0, 1.0
STRATUM_PRIOR = 0.1


def fit(votes: Votes, settings: Settings) -> Fit:
    """Variational EM over (class, stratum); columns of all tables run class by class, stratum by stratum within."""
    from scipy.special import gammaln, psi

    classes = votes.classes
    prior = np.where(votes.said[:, None] == np.repeat(np.arange(classes), STRATA), RIGHT, WRONG)
    prior_sum = np.full(classes * STRATA, RIGHT + (classes - 1) * WRONG)
    z = votes.shares()
    nu = column_sum(z) + 1e-3
    q = _first_strata(z)
    each = STRATUM_PRIOR / STRATA
    counts, totals = np.zeros(0), np.zeros(0)
    spread = negentropy(q)

    def expect(new_counts: Floats, new_totals: Floats) -> tuple[float, float]:
        nonlocal counts, totals, spread
        counts, totals = new_counts, new_totals
        sums = votes.by_annotator(counts)
        of_class = totals.reshape(classes, STRATA).sum(axis=1)
        bound = log_beta_ratio(prior, counts, prior_sum, sums)
        bound += float(np.sum(gammaln(each + totals)) - np.sum(gammaln(STRATUM_PRIOR + of_class)))
        bound -= classes * float(STRATA * gammaln(each) - gammaln(STRATUM_PRIOR))
        bound += float(np.sum(gammaln(nu + of_class) - gammaln(nu)))
        bound -= float(gammaln(np.sum(nu + of_class)) - gammaln(nu.sum()))
        table = psi(prior + counts) - psi(prior_sum + sums)[votes.owner]
        within = psi(each + totals) - np.repeat(psi(STRATUM_PRIOR + of_class), STRATA)
        _, new_spread, change = votes.posterior(q, table, within + np.repeat(psi(of_class + nu), STRATA))
        bound, spread = bound - spread, new_spread
        return bound, change

    if settings.start is not None:
        expect(settings.start.rows_for(votes), settings.start.shared["totals"])
    trace, stopped = climb(votes, settings, lambda: expect(votes.tally(q), column_sum(q)))
    none = np.zeros((votes.annotators, 0))
    keep = Start(votes.keys, counts, votes.annotators_present, none, {"totals": totals})
    parameters = {"strata": STRATA, "prior_right": RIGHT, "prior_wrong": WRONG, "tolerance": settings.tolerance}
    posterior = np.minimum(q.reshape(-1, classes, STRATA).sum(axis=2), 1.0)
    return Fit(posterior, trace, stopped, parameters, keep, WRONG + (RIGHT - WRONG) * np.eye(classes))


def _first_strata(z: Floats) -> Floats:
    """Each item's shares spread over strata by how clear its vote is among all items; equals share a rank."""
    clear = row_max(z)
    _, place, count = np.unique(np.round(clear, 12), return_inverse=True, return_counts=True)
    percentile = (np.cumsum(count) - count / 2)[place] / len(clear)
    middle = (np.arange(1, STRATA + 1) - 0.5) / STRATA
    near = np.exp(-0.5 * ((percentile[:, None] - middle) * STRATA) ** 2)
    near /= near.sum(axis=1, keepdims=True)
    return (z[:, :, None] * near[:, None, :]).reshape(len(z), -1)


METHOD = Method(
    name="strata",
    title=phrase("Dawid–Skene with strata of items"),
    words=phrase("Confusion matrices that differ between easy and hard items, so that shared mistakes count less."),
    source="Li, Rubinstein & Cohn (2019), EBCC",
    fit=fit,
    aliases=("ebcc",),
    tolerance=1e-5,
    least_change=1e-4,
    max_iterations=60,
)
