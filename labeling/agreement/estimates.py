"""From answers to a coefficient with its interval: which measure, which items, which resamples. Knows no page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from labeling.agreement import distances as apart
from labeling.agreement.apart import MOST_DRAWN, ApartAlpha, ApartMean, PairRows, pair_rows, within
from labeling.agreement.coefficient import Coefficient, told
from labeling.agreement.measures import Alpha, Chance, Kappa, Measure, OrdinalAlpha, midranks
from labeling.agreement.own import Apart
from labeling.agreement.resampling import Rows, draw, draw_annotators, rows_of, wide_rows
from labeling.agreement.votes import MOST_CLASSES_IN_PATTERNS, Counts, Votes, patterns_in, patterns_of
from labeling.answers import Answers
from labeling.columns import key_of
from labeling.errors import Unusable, UnusableAnswers
from prep.phrase import numeral, phrase

Floats = NDArray[np.float64]
Over = Literal["units", "annotators"]
Interval = Literal["bootstrap", "closed form"]

MOST_RANKED = 32
"""Up to so many ordered labels, ranks are taken anew in each resample; above, those of the sample hold."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How an interval is made: by `resamples` over "units" or "annotators" from `seed`, or in closed form."""

    resamples: int = 1000
    confidence: float = 0.95
    seed: int = 0
    over: Over = "units"
    interval: Interval = "bootstrap"

    def __post_init__(self) -> None:
        if not isinstance(self.resamples, int) or self.resamples < 100:
            raise Unusable(f"resamples={self.resamples!r} gives no interval", cure="Give 100 or more; 1000 is usual.")
        if not 0.5 <= self.confidence < 1:
            raise Unusable(
                f"confidence={self.confidence!r} is no confidence", cure="Give .95, or another from .5 to 1."
            )
        if self.over not in {"units", "annotators"}:
            raise Unusable(f"over={self.over!r} is not known", cure="Say 'units' (items) or 'annotators'.")
        if self.interval not in {"bootstrap", "closed form"}:
            raise Unusable(f"interval={self.interval!r} is not known", cure="Say 'bootstrap' or 'closed form'.")
        if self.over == "annotators" and self.interval == "closed form":
            raise Unusable("The closed form is over units", cure="Use interval='bootstrap' for annotators.")

    def within(self, values: Floats) -> tuple[float, float] | None:
        """The quantiles of the defined values; None where hardly any is."""
        defined = values[np.isfinite(values)]
        if len(defined) < len(values) / 2:
            return None
        # numpy's own quantile loads numpy.ma first, which takes longer than all of the resampling.
        low, high = np.interp(
            [(1 - self.confidence) / 2 * (len(defined) - 1), (1 + self.confidence) / 2 * (len(defined) - 1)],
            np.arange(len(defined)),
            np.sort(defined),
        )
        return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A coefficient by its names, and how its measure is made once labels and their totals are known.

    `apart` is a distance of one's own, and `drawn` how many pairs of answers tell what it is by chance.
    """

    name: str
    plain_name: str
    measure: Callable[[tuple[Any, ...], Floats], Measure]
    apart: Apart | None = None
    drawn: int = MOST_DRAWN


ALPHAS = {
    "nominal": phrase("Krippendorff's alpha (nominal)"),
    "ordinal": phrase("Krippendorff's alpha (ordinal)"),
    "interval": phrase("Krippendorff's alpha (interval)"),
    "ratio": phrase("Krippendorff's alpha (ratio)"),
    "own distance": phrase("Krippendorff's alpha (own distance)"),
}


def alpha_recipe(level: str, distance: Callable[[Any, Any], float] | None) -> Recipe:
    """Krippendorff's alpha at a level, or with a distance of one's own."""
    own = _own(distance)

    def measure(labels: tuple[Any, ...], totals: Floats) -> Measure:
        if own is not None:
            return Alpha(apart.for_distance(own, labels))
        if level == "ordinal" and len(labels) <= MOST_RANKED:
            return OrdinalAlpha(len(labels))
        return Alpha(apart.for_level(level, labels, at=midranks(totals[None, :])[0]))

    plain_name = ALPHAS.get("own distance" if own else level, level)
    return Recipe("krippendorff_alpha", plain_name, measure, own)


def mean_recipe(distance: Callable[[Any, Any], float]) -> Recipe:
    """Percent agreement in which answers agree as far as they are near each other."""
    own = _own(distance)

    def measure(labels: tuple[Any, ...], totals: Floats) -> Measure:  # noqa: ARG001 - a recipe's signature
        return Kappa(apart.for_distance(own or Apart(distance), labels), "none", len(labels))

    return Recipe("percent_agreement", phrase("Mean agreement"), measure, own)


def _own(distance: Callable[[Any, Any], float] | None) -> Apart | None:
    return distance if distance is None or isinstance(distance, Apart) else Apart(distance)


def kappa_recipe(name: str, plain_name: str, chance: Chance, weights: Any = "identity") -> Recipe:
    """A coefficient in which each item weighs the same."""

    def measure(labels: tuple[Any, ...], totals: Floats) -> Measure:  # noqa: ARG001 - a recipe's signature
        return Kappa(apart.named(weights, labels), chance, len(labels))

    return Recipe(name, plain_name, measure)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What a coefficient rests on: the rows to draw from, and the facts that stand beside it."""

    measure: Measure
    rows: Rows | PairRows
    labels: tuple[Any, ...]
    totals: Floats
    items: int
    units: int
    answers: int
    pairable: int
    annotators: int | None
    source: Answers | None


def sample_of(source: Any, recipe: Recipe, labels: Sequence[Any] | None, seed: int) -> Sample:
    """The sample in a frame, Answers or Counts. Raises UnusableAnswers."""
    if isinstance(source, Counts):
        return _from_votes(patterns_in(source.table), recipe, tuple(source.labels or ()), None, seed)
    answers = Answers.of(source, labels=labels).without_repeats()
    if len(answers.labels) <= MOST_CLASSES_IN_PATTERNS:
        votes = patterns_of(answers.item, answers.label, items=len(answers.items), classes=len(answers.labels))
        return _from_votes(votes, recipe, answers.labels, answers, seed)
    if recipe.apart is not None:
        return apart_sample(answers, recipe, seed)
    n = np.bincount(answers.item, minlength=len(answers.items))
    paired = n[answers.item] >= 2
    totals = np.bincount(answers.label[paired], minlength=len(answers.labels)).astype(np.float64)
    measure = recipe.measure(answers.labels, totals)
    if not isinstance(measure, Alpha):
        raise UnusableAnswers(
            f"{len(answers.labels)} different labels are too many for {recipe.plain_name}",
            cure=f"Use krippendorff_alpha, or at most {MOST_CLASSES_IN_PATTERNS} labels.",
        )
    rows = wide_rows(answers, measure, seed)
    return Sample(
        measure,
        rows,
        answers.labels,
        totals,
        int((n > 0).sum()),
        int((n >= 2).sum()),
        len(answers),
        int(paired.sum()),
        _present(answers),
        answers,
    )


def apart_sample(answers: Answers, recipe: Recipe, seed: int, units: NDArray[np.int64] | None = None) -> Sample:
    """The sample of answers compared by a distance of one's own, one of each annotator to each item.

    `units` are the items to draw from, by their numbers in `answers`; those with an answer where it is not given.
    """
    own = recipe.apart
    if own is None:
        raise TypeError(f"{recipe.name} has no distance of its own")
    size, mean, paired = within(answers, own, units)
    rows: Rows | PairRows
    measure: Measure
    if recipe.name == "krippendorff_alpha":
        measure, rows = ApartAlpha(), pair_rows(answers, own, seed, most=recipe.drawn, units=units)
    else:
        has_pair = (size >= 2).astype(np.float64)
        measure, rows = ApartMean(), Rows(np.column_stack([has_pair, mean]), np.ones(len(size), dtype=np.int64))
    return Sample(
        measure,
        rows,
        answers.labels,
        np.zeros(0),
        int((size > 0).sum()),
        int((size >= 2).sum()),
        len(answers),
        int(paired.sum()),
        _present(answers),
        answers,
    )


def _from_votes(votes: Votes, recipe: Recipe, labels: tuple[Any, ...], answers: Answers | None, seed: int) -> Sample:
    n = votes.counts.sum(axis=1)
    paired = n >= 2
    totals = (votes.weight * paired).astype(np.float64) @ votes.counts
    measure = recipe.measure(labels, totals)
    return Sample(
        measure,
        rows_of(votes, measure, seed),
        labels,
        totals,
        int(votes.weight[n > 0].sum()),
        int(votes.weight[paired].sum()),
        int(votes.weight @ n),
        int(totals.sum()),
        None if answers is None else _present(answers),
        answers,
    )


def _present(answers: Answers) -> int:
    return int((np.bincount(answers.annotator, minlength=len(answers.annotators)) > 0).sum())


def estimate(sample: Sample, recipe: Recipe, sampling: Sampling) -> Coefficient:
    """The coefficient of a sample with its interval, or why there is none."""
    value, observed, expected = (float(part[0]) for part in sample.measure.value(sample.rows.sums))
    total = float(sample.totals.sum())
    prevalence = (
        {key_of(label): float(n) / total for label, n in zip(sample.labels, sample.totals, strict=True)}
        if total > 0
        else {}
    )
    is_defined = sample.units > 0 and bool(np.isfinite(value))
    if not is_defined:
        low, high, method, why = None, None, "none", _why(sample)
    else:
        low, high, method, why = _interval(sample, sampling, value, observed, expected)
    return Coefficient(
        name=recipe.name,
        plain_name=recipe.plain_name,
        value=value if is_defined else None,
        low=low,
        high=high,
        confidence=sampling.confidence,
        method=method,
        items=sample.items,
        units=sample.units,
        annotators=sample.annotators,
        answers=sample.answers,
        pairable=sample.pairable,
        prevalence=prevalence,
        observed=1.0 - observed if np.isfinite(observed) else None,
        expected=1.0 - expected if np.isfinite(expected) else None,
        why=why,
        over=sampling.over,
    )


def _why(sample: Sample) -> str:
    if sample.units == 0:
        return phrase("no item was answered by two annotators")
    if not len(sample.totals):
        return phrase("all answers are the same, so nothing could have differed")
    if (sample.totals > 0).sum() == 1:
        label = sample.labels[int(np.argmax(sample.totals))]
        return phrase(
            "every answer is %(label)r, so nothing could have differed and chance explains all of the agreement",
            label=label,
        )
    return phrase("chance explains all of the agreement")


def _interval(
    sample: Sample, sampling: Sampling, value: float, observed: float, expected: float
) -> tuple[float | None, float | None, str, str]:
    """Low, high, how they were found, and why not where they were not."""
    if sample.units < 2:
        return None, None, phrase("no interval"), phrase("one item says nothing of how others would fare")
    if observed <= 1e-12:
        # No resample of unanimous items can disagree: the honest bound is what so many of them could have hidden.
        hidden = 1.0 - ((1.0 - sampling.confidence) / 2) ** (1.0 / sample.units)
        return (
            max(-1.0, 1.0 - hidden / expected),
            1.0,
            phrase("no disagreement seen in %(n)s items: exact bound", n=numeral(sample.units)),
            "",
        )
    if sampling.interval == "closed form":
        return _closed_form(sample, sampling, value)
    if isinstance(sample.measure, ApartAlpha | ApartMean) and sampling.over == "annotators":
        raise Unusable("Annotators are not drawn again where answers are no classes", cure="Resample over units.")
    rng = np.random.default_rng(sampling.seed)
    if sampling.over == "annotators":
        sums = draw_annotators(_named_answers(sample, sampling), sample.measure, sampling.resamples, rng)
    else:
        sums = draw(sample.rows, sampling.resamples, rng)
    values = sample.measure.value(sums)[0]
    within = sampling.within(values)
    undefined = int((~np.isfinite(values)).sum())
    if within is None or within[0] == within[1]:
        return None, None, phrase("no interval"), phrase("the items are too few and too alike for one")
    drawn = {"n": numeral(sampling.resamples), "seed": sampling.seed}
    method = phrase("bootstrap over units, %(n)s resamples, seed %(seed)s", **drawn)
    if sampling.over == "annotators":
        method = phrase("bootstrap over annotators, %(n)s resamples, seed %(seed)s", **drawn)
    if sample.rows.groups and sampling.over == "units":
        method = phrase("%(method)s of %(n)s random groups of items", method=method, n=numeral(sample.rows.groups))
    if undefined:
        method = phrase("%(method)s; %(n)s resamples without a value left out", method=method, n=numeral(undefined))
    return *within, method, ""


def _named_answers(sample: Sample, sampling: Sampling) -> Answers:
    if sample.source is None:
        raise Unusable("Counts do not say who answered", cure="Give the answers themselves, or resample over units.")
    if len(sample.labels) > MOST_CLASSES_IN_PATTERNS:
        raise Unusable(f"{len(sample.labels)} labels are too many to resample annotators", cure="Resample over units.")
    cells = (len(sample.source) + len(sample.source.items) * len(sample.labels)) * sampling.resamples
    if cells > 20_000_000_000:
        raise Unusable("Resampling annotators would take too long here", cure="Ask for fewer resamples, or over units.")
    return sample.source


def _closed_form(sample: Sample, sampling: Sampling, value: float) -> tuple[float | None, float | None, str, str]:
    if isinstance(sample.rows, PairRows) or sample.rows.groups or len(sample.labels) > MOST_CLASSES_IN_PATTERNS:
        raise Unusable("There is no closed form for so many labels or annotators", cure="Use interval='bootstrap'.")
    from scipy.special import stdtrit

    error = sample.measure.error(sample.rows.features, sample.rows.weight.astype(np.float64))
    units = sample.units if isinstance(sample.measure, Alpha | OrdinalAlpha) else sample.items
    reach = float(stdtrit(units - 1, (1 + sampling.confidence) / 2)) * error
    method = phrase("closed form (Gwet 2014), standard error %(error)s", error=told(error))
    return min(value, max(-1.0, value - reach)), min(1.0, value + reach), method, ""


def shares_of(answers: Answers) -> Mapping[Any, Mapping[Any, float]]:
    """Each annotator's own share of each label: who leans which way."""
    people, classes = len(answers.annotators), len(answers.labels)
    cell = answers.annotator.astype(np.int64) * classes + answers.label
    table = np.bincount(cell, minlength=people * classes).reshape(people, classes)
    return {
        annotator: {key_of(label): float(n) / row.sum() for label, n in zip(answers.labels, row, strict=True)}
        for annotator, row in zip(answers.annotators.tolist(), table, strict=True)
        if row.sum()
    }
