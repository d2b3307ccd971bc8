"""Confusion matrices under a shared prior, by variational Bayes: hierarchical Dawid–Skene, and IBCC with a fixed prior.

π_wk ~ Dir(α_k); hierarchical: α_kl ~ Gamma(g + 1, g / m_kl), m = c on the diagonal and e off it, c, e ~ Gamma(2, ½), so
annotators with few answers are drawn to what annotators in general do. Class shares ~ Dir(1). Annotators' matrices are
integrated out of the objective. Sources: Kim & Ghahramani (2012) for IBCC; Minka (2000) for the fixed point of α.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings, Start, climb, log_beta_ratio
from labeling.consensus.sums import Floats, column_sum, negentropy
from labeling.consensus.votes import Votes
from prep.phrase import phrase

PULL = 3.0
"""g: how many imagined annotators hold the shared prior to one number right and one wrong."""


@dataclass(slots=True)
class SharedPrior:
    """What annotators have in common: α (truth × said) and its centre, `right` on the diagonal and `wrong` off it."""

    alpha: Floats
    right: float = 2.0
    wrong: float = 1.0

    @classmethod
    def usual(cls, classes: int) -> SharedPrior:
        """Two imagined right answers, one of each wrong one."""
        return cls(np.ones((classes, classes)) + np.eye(classes))

    def centre(self) -> Floats:
        """m, truth × said."""
        eye = np.eye(len(self.alpha))
        return self.right * eye + self.wrong * (1 - eye)

    def on_rows(self, votes: Votes) -> Floats:
        """α of each row's label said: rows × truth."""
        return self.alpha.T[votes.said]

    def learn(self, votes: Votes, counts: Floats, totals: Floats) -> None:
        """Two fixed-point steps of α with its Gamma prior, each followed by the best centre; none lowers the
        objective.
        """
        from scipy.special import psi

        classes = len(self.alpha)
        for _ in range(2):
            on_rows = self.on_rows(votes)
            gain = votes.by_label(psi(on_rows + counts) - psi(on_rows)).T
            sums = self.alpha.sum(axis=1)
            cost = (psi(totals + sums) - psi(sums)).sum(axis=0)
            alpha = (self.alpha * gain + PULL) / (cost[:, None] + PULL / self.centre())
            self.alpha = np.clip(alpha, 1e-3, 1e4)
            diagonal = float(np.trace(self.alpha))
            self.right = _best_centre(classes, diagonal)
            if classes > 1:
                self.wrong = _best_centre(classes * (classes - 1), float(self.alpha.sum()) - diagonal)

    def log_density(self) -> float:
        """The log prior of α and its centre, but for constants."""
        centre, alpha = self.centre(), self.alpha
        inner = float(np.sum(PULL * np.log(alpha) - PULL * alpha / centre - (PULL + 1) * np.log(centre)))
        return inner + float(np.log(self.right) - self.right / 2 + np.log(self.wrong) - self.wrong / 2)


def _best_centre(entries: int, total: float) -> float:
    """The maximiser of −entries (g+1) log m − g·total/m + log m − m/2."""
    b = entries * (PULL + 1) - 1
    return float(-b + np.sqrt(b * b + 2 * PULL * total))


def fit(votes: Votes, settings: Settings, *, learn: bool) -> Fit:
    """Variational EM from vote shares; the objective is the evidence bound, plus the prior of what is learned."""
    from scipy.special import gammaln, psi

    shared = SharedPrior.usual(votes.classes)
    z = votes.shares()
    counts, class_totals = np.zeros(0), np.zeros(0)
    spread, settled = negentropy(z), False

    def expect(new_counts: Floats, new_totals: Floats) -> tuple[float, float]:
        nonlocal counts, class_totals, spread
        counts, class_totals = new_counts, new_totals
        sums = votes.by_annotator(counts)
        if learn and not settled:
            shared.learn(votes, counts, sums)
        on_rows, alpha_sums = shared.on_rows(votes), shared.alpha.sum(axis=1)
        bound = log_beta_ratio(on_rows, counts, alpha_sums, sums) + (shared.log_density() if learn else 0.0)
        bound += float(np.sum(gammaln(1 + class_totals)) - gammaln(votes.classes + class_totals.sum()))
        table = psi(on_rows + counts) - psi(alpha_sums + sums)[votes.owner]
        _, new_spread, change = votes.posterior(z, table, psi(1 + class_totals))
        bound, spread = bound - spread, new_spread
        return bound, change

    if settings.start is not None:
        kept = settings.start.shared
        shared.alpha, (shared.right, shared.wrong) = kept["alpha"].copy(), kept["centre"].tolist()
        settled = True
        expect(settings.start.rows_for(votes), kept["totals"])
        settled = False
    trace, stopped = climb(votes, settings, lambda: expect(votes.tally(z), column_sum(z)))
    keep = Start(
        votes.keys,
        counts,
        votes.annotators_present,
        np.zeros((votes.annotators, 0)),
        {"totals": class_totals, "alpha": shared.alpha, "centre": np.array([shared.right, shared.wrong])},
    )
    parameters = {"prior_right": shared.right, "prior_wrong": shared.wrong, "tolerance": settings.tolerance}
    return Fit(z, trace, stopped, parameters, keep, shared.alpha)


def _fit_hierarchical(votes: Votes, settings: Settings) -> Fit:
    return fit(votes, settings, learn=True)


def _fit_ibcc(votes: Votes, settings: Settings) -> Fit:
    return fit(votes, settings, learn=False)


METHODS = (
    Method(
        name="hierarchical",
        title=phrase("Hierarchical Dawid–Skene"),
        words=phrase(
            "Confusion matrices drawn to what annotators have in common, the more the fewer answers they gave."
        ),
        source="Dawid & Skene (1979) with a learned Dirichlet prior",
        fit=_fit_hierarchical,
        aliases=("dawid_skene_pooled", "pooled"),
        tolerance=1e-5,
        least_change=1e-4,
        max_iterations=60,
    ),
    Method(
        name="ibcc",
        title=phrase("IBCC"),
        words=phrase("Confusion matrices with a fixed prior, integrated out by variational Bayes."),
        source="Kim & Ghahramani (2012)",
        fit=_fit_ibcc,
        max_iterations=200,
    ),
)
