"""The coefficients by name, on any table of answers. Each gives a Coefficient: never a figure without its interval.

All take a frame, a mapping of columns, Answers or Counts (votes without names), and these keywords: `labels`, the
classes in order (else those that occur); `resamples`, `confidence`, `seed` and `over` ("units": items; "annotators")
of the bootstrap; `interval`, "bootstrap" or "closed form". All raise UnusableAnswers for answers, and Unusable for
keywords, that cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict, Unpack

import numpy as np

from labeling.agreement import distances as apart
from labeling.agreement.coefficient import Coefficient
from labeling.agreement.distances import Level
from labeling.agreement.estimates import (
    Interval,
    Over,
    Recipe,
    Sample,
    Sampling,
    alpha_recipe,
    estimate,
    kappa_recipe,
    mean_recipe,
    sample_of,
)
from labeling.agreement.measures import Conger
from labeling.agreement.resampling import MOST_CELLS, named_rows, rows_of
from labeling.agreement.votes import Counts, patterns_of
from labeling.answers import Answers
from labeling.errors import NotFound, Unusable, UnusableAnswers
from prep.phrase import phrase


class Keywords(TypedDict, total=False):
    """The keywords that all coefficients share; see the module."""

    labels: Sequence[Any] | None
    resamples: int
    confidence: float
    seed: int
    over: Over
    interval: Interval


def krippendorff_alpha(
    answers: Any,
    *,
    level: Level = "nominal",
    distance: Callable[[Any, Any], float] | None = None,
    **keywords: Unpack[Keywords],
) -> Coefficient:
    """Krippendorff's alpha: 1 − observed / expected disagreement over all pairs of answers to an item.

    Any number of annotators, any answers missing. `level` says how labels differ: "nominal" (same or not), "ordinal"
    (by rank; the order is that of `labels`), "interval" (squared difference), "ratio" ((a−b)/(a+b), squared);
    `distance`, a function of two labels, replaces it. Undefined when all answers are the same.
    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

    >>> first, second = "aabbdcccedda", "babbbccceddd"
    >>> answers = {"item": [*range(12)] * 2, "annotator": [1] * 12 + [2] * 12, "label": [*first, *second]}
    >>> alpha = krippendorff_alpha(answers)
    >>> round(alpha.value, 3), alpha.units, alpha.method
    (0.692, 12, 'bootstrap over units, 1,000 resamples, seed 0')
    """
    return _coefficient(answers, alpha_recipe(level, distance), keywords)


def percent_agreement(
    answers: Any, *, distance: Callable[[Any, Any], float] | None = None, **keywords: Unpack[Keywords]
) -> Coefficient:
    """The share of pairs of answers to an item that are the same, averaged over items. Not corrected for chance.

    With a `distance` (0 to 1) pairs agree as far as they are near: the mean of 1 − distance.

    >>> percent_agreement({"item": [1, 1, 2, 2], "annotator": [1, 2, 1, 2], "label": ["a", "a", "a", "b"]}).value
    0.5
    """
    return _coefficient(answers, recipe_of("percent_agreement", distance=distance), keywords)


def gwet_ac1(answers: Any, **keywords: Unpack[Keywords]) -> Coefficient:
    """Gwet's AC1: chance counts only where labels are uncertain, so a rare label does not ruin it as it does a kappa.

    Source: Gwet (2008), Br. J. Math. Stat. Psychol. 61.
    """
    return _coefficient(answers, recipe_of("gwet_ac1"), keywords)


def gwet_ac2(answers: Any, *, weights: Any = "quadratic", **keywords: Unpack[Keywords]) -> Coefficient:
    """Gwet's AC2: AC1 in which labels near each other agree in part.

    `weights` is "quadratic", "linear", "ordinal", "radical", "ratio", "circular", "bipolar" or a symmetric matrix,
    classes × classes, 1 on the diagonal. Source: Gwet (2014), Handbook of Inter-Rater Reliability, ch. 3.
    """
    return _coefficient(answers, recipe_of("gwet_ac2", weights=weights), keywords)


def fleiss_kappa(answers: Any, *, weights: Any = "identity", **keywords: Unpack[Keywords]) -> Coefficient:
    """Fleiss' kappa: chance is two answers drawn from the shares of all annotators pooled.

    Source: Fleiss (1971), Psychol. Bull. 76; with answers missing, Gwet (2014), sect. 2.4.
    """
    return _coefficient(answers, recipe_of("fleiss_kappa", weights=weights), keywords)


def brennan_prediger(answers: Any, *, weights: Any = "identity", **keywords: Unpack[Keywords]) -> Coefficient:
    """Brennan and Prediger's coefficient: by chance every label is as likely. Name all `labels`, also unused ones.

    Source: Brennan & Prediger (1981), Educ. Psychol. Meas. 41.
    """
    return _coefficient(answers, recipe_of("brennan_prediger", weights=weights), keywords)


def scott_pi(
    answers: Any, *, annotators: tuple[Any, Any] | None = None, weights: Any = "identity", **keywords: Unpack[Keywords]
) -> Coefficient:
    """Scott's pi of two annotators on the items both answered: Fleiss' kappa for two.

    `annotators` names the two where the table has more. Source: Scott (1955), Public Opin. Q. 19.
    """
    two = _both(answers, annotators, keywords, "fleiss_kappa")
    return _coefficient(two, kappa_recipe("scott_pi", phrase("Scott's pi"), "fleiss", weights), keywords)


def cohen_kappa(
    answers: Any, *, annotators: tuple[Any, Any] | None = None, **keywords: Unpack[Keywords]
) -> Coefficient:
    """Cohen's kappa of two annotators on the items both answered; chance is each one's own shares.

    `annotators` names the two where the table has more. Source: Cohen (1960), Educ. Psychol. Meas. 20.

    >>> answers = {"item": [1, 1, 2, 2], "annotator": ["ann", "bob"] * 2, "label": ["a", "a", "b", "b"]}
    >>> cohen_kappa(answers).value
    1.0
    """
    two = _both(answers, annotators, keywords, "conger_kappa")
    return _conger(two, "cohen_kappa", phrase("Cohen's kappa"), "identity", keywords)


def weighted_kappa(
    answers: Any, *, weights: Any = "quadratic", annotators: tuple[Any, Any] | None = None, **keywords: Unpack[Keywords]
) -> Coefficient:
    """Cohen's kappa in which labels near each other agree in part; `weights` as in gwet_ac2.

    Source: Cohen (1968), Psychol. Bull. 70.
    """
    two = _both(answers, annotators, keywords, "conger_kappa")
    return _conger(two, "weighted_kappa", phrase("Cohen's weighted kappa"), weights, keywords)


def conger_kappa(answers: Any, *, weights: Any = "identity", **keywords: Unpack[Keywords]) -> Coefficient:
    """Conger's kappa: Cohen's for any number of annotators, each with their own shares. For small, fixed teams.

    Source: Conger (1980), Psychol. Bull. 88; with answers missing, Gwet (2014), sect. 2.4.
    """
    named = _named(answers, keywords)
    return _conger(named, "conger_kappa", phrase("Conger's kappa"), weights, keywords)


COEFFICIENTS: dict[str, Callable[..., Coefficient]] = {
    function.__name__: function
    for function in (
        krippendorff_alpha,
        percent_agreement,
        gwet_ac1,
        gwet_ac2,
        fleiss_kappa,
        conger_kappa,
        cohen_kappa,
        weighted_kappa,
        scott_pi,
        brennan_prediger,
    )
}
"""Every coefficient by its name, for commands and pages."""

IN_WORDS: dict[str, str] = {
    "krippendorff_alpha": "How much better than chance all answers to an item agree; 1 is perfect, 0 is chance.",
    "percent_agreement": "How often two answers to an item are the same; says nothing of how often chance would do it.",
    "gwet_ac1": "Agreement beyond chance that stays steady when one label is rare.",
    "gwet_ac2": "Gwet's AC1 in which labels near each other agree in part.",
    "fleiss_kappa": "Agreement beyond what the pooled shares of the labels would give by chance.",
    "conger_kappa": "Agreement beyond what each annotator's own leaning would give by chance.",
    "cohen_kappa": "Agreement of two annotators beyond what their own leanings would give by chance.",
    "weighted_kappa": "Cohen's kappa in which labels near each other agree in part.",
    "scott_pi": "Agreement of two annotators beyond what their pooled leaning would give by chance.",
    "brennan_prediger": "Agreement beyond what guessing with every label equally likely would give.",
}
"""Each coefficient in one plain line, for pages and commands."""


def recipe_of(
    name: str, *, level: str = "nominal", distance: Callable[[Any, Any], float] | None = None, weights: Any = None
) -> Recipe:
    """The recipe of a coefficient that needs no annotators' names: one that can be cut by label, version and time.

    Raises NotFound for any other.
    """
    if name == "krippendorff_alpha":
        return alpha_recipe(level, distance)
    if name == "percent_agreement" and distance is not None:
        return mean_recipe(distance)
    if name == "percent_agreement":
        return kappa_recipe(name, phrase("Percent agreement"), "none")
    if name == "gwet_ac1":
        return kappa_recipe(name, phrase("Gwet's AC1"), "gwet")
    if name == "gwet_ac2":
        return kappa_recipe(name, phrase("Gwet's AC2"), "gwet", "quadratic" if weights is None else weights)
    weights = "identity" if weights is None else weights
    if name == "fleiss_kappa":
        return kappa_recipe(name, phrase("Fleiss' kappa"), "fleiss", weights)
    if name == "brennan_prediger":
        return kappa_recipe(name, phrase("Brennan–Prediger"), "uniform", weights)
    known = ["krippendorff_alpha", "percent_agreement", "gwet_ac1", "gwet_ac2", "fleiss_kappa", "brennan_prediger"]
    raise NotFound("coefficient for this", name, known, list_all=True)


def sampling_of(keywords: Keywords) -> Sampling:
    """The sampling that keywords ask for. Raises Unusable for one that is not known."""
    return Sampling(**{name: value for name, value in keywords.items() if name != "labels"})  # type: ignore[arg-type]


def _coefficient(source: Any, recipe: Recipe, keywords: Keywords) -> Coefficient:
    sampling = sampling_of(keywords)
    return estimate(sample_of(source, recipe, keywords.get("labels"), sampling.seed), recipe, sampling)


def _named(source: Any, keywords: Keywords) -> Answers:
    if isinstance(source, Counts):
        raise Unusable("Counts do not say who answered", cure="Give the answers, or use fleiss_kappa.")
    return Answers.of(source, labels=keywords.get("labels")).without_repeats()


def _both(source: Any, annotators: tuple[Any, Any] | None, keywords: Keywords, instead: str) -> Answers:
    """The answers of two annotators to the items both answered."""
    answers = _named(source, keywords)
    ids = answers.annotators.tolist()
    if annotators is None:
        if len(ids) != 2:
            raise UnusableAnswers(
                f"There are {len(ids)} annotators, and this is a coefficient of two",
                cure=f"Name two with annotators=, or use {instead}.",
            )
        annotators = (ids[0], ids[1])
    for annotator in annotators:
        if annotator not in ids:
            raise NotFound("annotator", annotator, ids)
    first, second = (ids.index(annotator) for annotator in annotators)
    if first == second:
        raise Unusable(f"{annotators[0]!r} is named twice", cure="Name two different annotators.")
    mine = answers.take(np.isin(answers.annotator, [first, second]))
    shared = np.bincount(mine.item, minlength=len(mine.items)) == 2
    both = mine.take(shared[mine.item])
    place = np.zeros(len(ids), dtype=np.int32)
    place[second] = 1
    return Answers(
        both.items, answers.annotators[[first, second]], both.labels, both.item, place[both.annotator], both.label
    )


def _conger(answers: Answers, name: str, plain_name: str, weights: Any, keywords: Keywords) -> Coefficient:
    sampling = sampling_of(keywords)
    if sampling.over == "annotators":
        raise Unusable(f"{plain_name} is of these very annotators", cure="Use over='units', or fleiss_kappa.")
    people, classes = len(answers.annotators), len(answers.labels)
    if people * classes > 5_000:
        raise UnusableAnswers(
            f"{people} annotators × {classes} labels are too many for {plain_name}", cure="Use fleiss_kappa or alpha."
        )
    measure = Conger(apart.named(weights, answers.labels), people, classes)
    if len(answers.items) * people * classes > MOST_CELLS:
        rows = named_rows(answers, measure, sampling.seed)
    else:
        vote = answers.annotator.astype(np.int64) * classes + answers.label
        votes = patterns_of(answers.item, vote, items=len(answers.items), classes=people * classes)
        rows = rows_of(votes, measure, sampling.seed)
    n = np.bincount(answers.item, minlength=len(answers.items))
    paired = n[answers.item] >= 2
    sample = Sample(
        measure,
        rows,
        answers.labels,
        np.bincount(answers.label[paired], minlength=classes).astype(np.float64),
        int((n > 0).sum()),
        int((n >= 2).sum()),
        len(answers),
        int(paired.sum()),
        people,
        answers,
    )
    return estimate(sample, Recipe(name, plain_name, lambda _labels, _totals: measure), sampling)
