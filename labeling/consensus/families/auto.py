"""The default: the mean of three models that fail on different data, tempered. Needs no gold.

Hierarchical Dawid–Skene fails where few annotators share a hard class, strata where there are few answers, weighted
averaging where skills differ a lot; each is right where the others are not, and none can pull the mean far. Equal
weights, because choosing or weighting by predictive fit rewards the finest split of the answers and was worse on data
kept back.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from labeling.consensus.confidence import CORRELATION, temper
from labeling.consensus.families import hierarchical, ordinal, strata, weighted_average
from labeling.consensus.fit import Fit, Method, Settings
from labeling.consensus.sums import Ints
from labeling.consensus.votes import Votes
from prep.phrase import phrase

MEMBERS = (hierarchical.METHODS[0], strata.METHOD, weighted_average.METHOD)
SUBSET_ANSWERS = 200_000
FINISH_ITERATIONS = 4


def fit(votes: Votes, settings: Settings, *, of: tuple[Method, ...]) -> Fit:
    """Fit the members, average them for the label, average them tempered for the confidence.

    Beyond 200,000 answers the members are fitted on random whole items (by seed) and finished with four iterations on
    all. A `start` (from an earlier fit) takes the place of that first fit; it is kept as it is, so that many runs after
    one another come to what one would, and none drifts where weighted averaging goes when it is iterated on and on.
    """
    members = {method.name: _member(votes, method, settings) for method in of}
    plain = sum((member.posterior for member in members.values()), np.zeros((votes.items, votes.classes))) / len(
        members
    )
    tempered = [
        temper(member.posterior, votes.sizes) if method.confidence == "model" else member.posterior
        for method, member in zip(of, members.values(), strict=True)
    ]
    posterior = sum(tempered, np.zeros_like(plain)) / len(members)
    posterior /= posterior.sum(axis=1, keepdims=True)
    stopped = "; ".join(f"{method.title}: {members[method.name].stopped}" for method in of)
    parameters = {"members": list(members), "correlation": CORRELATION, "fitted_on_answers": fitted_on(votes)}
    prior = members["hierarchical"].confusion_prior
    return Fit(posterior, (), stopped, parameters, None, prior, plain, members)


def fitted_on(votes: Votes) -> int:
    """How many answers the members are fitted on until they stop."""
    return min(votes.answers, SUBSET_ANSWERS)


def _member(votes: Votes, method: Method, settings: Settings) -> Fit:
    least = method.settings(settings)
    if votes.answers <= SUBSET_ANSWERS:
        return method.fit(votes, least)
    if least.start is None:
        some = votes.subset(_random_items(votes, settings.seed))
        first = method.fit(some, least)
        least = replace(least, start=first.start)
    finish = replace(least, max_iterations=min(FINISH_ITERATIONS, least.max_iterations), tolerance=0.0)
    return replace(method.fit(votes, finish), start=least.start)


def _random_items(votes: Votes, seed: int) -> Ints:
    """Random whole items that hold about as many answers as members are fitted on, known items among them."""
    order = np.random.default_rng(seed).permutation(votes.items)
    enough = int(np.searchsorted(np.cumsum(votes.sizes[order]), SUBSET_ANSWERS)) + 1
    return np.union1d(order[:enough], votes.clamped)


METHODS = (
    Method(
        name="auto",
        title=phrase("Mean of three models"),
        words=phrase(
            "The mean of hierarchical Dawid–Skene, Dawid–Skene with strata of items and Bayesian weighted averaging."
        ),
        source="measured on public sets; see the handbook",
        fit=partial(fit, of=MEMBERS),
        aliases=("default",),
        confidence="calibrated",
    ),
    Method(
        name="auto_ordinal",
        title=phrase("Mean of four models, one of which knows the order"),
        words=phrase(
            "As auto, with a model of bias and spread on the scale; the label is the one that loses least in steps."
        ),
        source="measured on simulated scales; see the handbook",
        fit=partial(fit, of=(*MEMBERS, ordinal.METHOD)),
        confidence="calibrated",
        ordinal=True,
    ),
)
