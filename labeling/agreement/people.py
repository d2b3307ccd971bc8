"""Agreement by annotator: each pair, and what becomes of all without one of them. Knows no page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.coefficient import Coefficient, Difference
from labeling.agreement.coefficients import Keywords, recipe_of, sampling_of
from labeling.agreement.differences import paired_difference, same_items_difference
from labeling.agreement.estimates import Recipe, Sampling, apart_sample, estimate, sample_of
from labeling.agreement.votes import MOST_CLASSES_IN_PATTERNS, Counts
from labeling.answers import Answers
from labeling.errors import Unusable, UnusableAnswers
from prep.phrase import phrase

DRAWN_A_PAIR = 500
"""So many pairs of answers tell chance for two annotators, of whom there may be hundreds: to about 2 % of itself."""

DRAWN_WITHOUT = 4_000
"""As many, where each of the annotators is left out in turn."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotators, how many items both answered, and how far they agree on these."""

    first: Any
    second: Any
    items: int
    coefficient: Coefficient


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs with items in common, those with most first; `left_out` pairs have fewer in common than any shown."""

    annotators: tuple[Any, ...]
    pairs: tuple[Pair, ...]
    left_out: int

    def matrix(self) -> NDArray[np.float64]:
        """The values, annotators × annotators, symmetric; NaN on the diagonal and where there is none."""
        place = {annotator: k for k, annotator in enumerate(self.annotators)}
        table = np.full((len(place), len(place)), np.nan)
        for pair in self.pairs:
            if pair.coefficient.value is not None:
                first, second = place[pair.first], place[pair.second]
                table[first, second] = table[second, first] = pair.coefficient.value
        return table


@dataclass(frozen=True, slots=True)
class Without:
    """The value that is left without one annotator's answers, and how that differs from all: above 0, they lower it."""

    annotator: Any
    answers: int
    value: float | None
    difference: Difference


def pairs(
    answers: Any,
    *,
    coefficient: str = "krippendorff_alpha",
    level: str = "nominal",
    distance: Callable[[Any, Any], float] | None = None,
    weights: Any = None,
    most: int = 300,
    **keywords: Unpack[Keywords],
) -> Pairs:
    """How far each two annotators agree on the items both answered: who works from another understanding.

    At most `most` pairs, those with most items in common. `coefficient` is one that recipe_of knows. Over units only.

    >>> answers = {"item": [1, 1, 1, 2, 2, 2], "annotator": ["a", "b", "c"] * 2, "label": [0, 0, 1, 1, 1, 0]}
    >>> [(pair.first, pair.second, pair.coefficient.value) for pair in pairs(answers).pairs]
    [('a', 'b', 1.0), ('a', 'c', -0.5), ('b', 'c', -0.5)]
    """
    recipe = recipe_of(coefficient, level=level, distance=distance, weights=weights)
    sampling = sampling_of(keywords)
    _refuse_annotators(sampling.over)
    named = _named(answers, keywords, recipe)
    recipe = replace(recipe, drawn=DRAWN_A_PAIR)
    people, classes = len(named.annotators), len(named.labels)
    pair, cell = _cells_of_pairs(named)
    ids, start, items = np.unique(pair, return_index=True, return_counts=True)
    shown = np.argsort(-items, kind="stable")[:most]
    found = []
    for k in shown.tolist():
        here, weight = np.unique(cell[start[k] : start[k] + items[k]], return_counts=True)
        item = np.repeat(np.arange(int(items[k])), 2)
        label = np.repeat(np.stack([here // classes, here % classes], axis=1), weight, axis=0).ravel()
        first, second = (named.annotators[int(who)] for who in divmod(int(ids[k]), people))
        two = Answers(
            np.arange(int(items[k])).astype(object),
            named.annotators[[int(ids[k]) // people, int(ids[k]) % people]],
            named.labels,
            item.astype(np.int32),
            np.tile(np.array([0, 1], dtype=np.int32), int(items[k])),
            label.astype(np.int32),
        )
        sample = sample_of(two, recipe, None, sampling.seed)
        found.append(Pair(first, second, int(items[k]), estimate(sample, recipe, sampling)))
    return Pairs(tuple(named.annotators.tolist()), tuple(found), max(0, len(ids) - most))


def _cells_of_pairs(answers: Answers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each two answers to one item the two annotators (lower code first) and their labels, sorted by the two."""
    people, classes = len(answers.annotators), len(answers.labels)
    order = np.lexsort((answers.annotator, answers.item))
    item, who, label = (part[order].astype(np.int64) for part in (answers.item, answers.annotator, answers.label))
    pair, cell = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for step in range(1, int(np.bincount(item, minlength=1).max(initial=0))):
        same = item[step:] == item[:-step]
        pair.append((who[:-step] * people + who[step:])[same])
        cell.append((label[:-step] * classes + label[step:])[same])
    pairs_found, cells = np.concatenate(pair), np.concatenate(cell)
    in_order = np.argsort(pairs_found, kind="stable")
    return pairs_found[in_order], cells[in_order]


def without_each(
    answers: Any,
    *,
    coefficient: str = "krippendorff_alpha",
    level: str = "nominal",
    distance: Callable[[Any, Any], float] | None = None,
    weights: Any = None,
    most: int = 200,
    **keywords: Unpack[Keywords],
) -> dict[Any, Without]:
    """What the coefficient would be without each annotator, with the interval of the difference, paired over items.

    At most `most` annotators, those with most answers, in that order. `coefficient` is one that recipe_of knows.

    >>> answers = {"item": [1, 1, 1, 2, 2, 2], "annotator": ["a", "b", "c"] * 2, "label": [0, 0, 1, 1, 1, 0]}
    >>> without_each(answers)["c"].value
    1.0
    """
    recipe = recipe_of(coefficient, level=level, distance=distance, weights=weights)
    sampling = sampling_of(keywords)
    _refuse_annotators(sampling.over)
    named = _named(answers, keywords, recipe)
    classes = len(named.labels)
    volume = np.bincount(named.annotator, minlength=len(named.annotators))
    chosen = np.argsort(-volume, kind="stable")[:most].tolist()
    if recipe.apart is not None:
        return _apart_without(named, chosen, volume, replace(recipe, drawn=DRAWN_WITHOUT), sampling)
    effects = {}
    for k in chosen:
        vote = named.label + classes * (named.annotator == k)
        difference, _, value = paired_difference(
            named.item,
            vote,
            labels=named.labels,
            recipe=recipe,
            split=lambda counts: (counts[:, :classes] + counts[:, classes:], counts[:, :classes]),
            sampling=sampling,
            on=phrase("all items"),
        )
        effects[named.annotators[k]] = Without(named.annotators[k], int(volume[k]), value, difference)
    return effects


def _apart_without(
    named: Answers, chosen: list[int], volume: NDArray[np.int64], recipe: Recipe, sampling: Sampling
) -> dict[Any, Without]:
    """As `without_each`, by a distance of one's own."""
    units = np.flatnonzero(np.bincount(named.item, minlength=len(named.items)))
    whole = apart_sample(named, recipe, sampling.seed, units)
    effects = {}
    for k in chosen:
        rest = apart_sample(named.take(named.annotator != k), recipe, sampling.seed, units)
        difference, _, value = same_items_difference(whole, rest, sampling, phrase("all items"))
        effects[named.annotators[k]] = Without(named.annotators[k], int(volume[k]), value, difference)
    return effects


def _named(source: Any, keywords: Keywords, recipe: Recipe) -> Answers:
    if isinstance(source, Counts):
        raise Unusable("Counts do not say who answered", cure="Give the answers themselves.")
    answers = Answers.of(source, labels=keywords.get("labels")).without_repeats()
    if recipe.apart is None and 2 * len(answers.labels) > MOST_CLASSES_IN_PATTERNS:
        raise UnusableAnswers(
            f"{len(answers.labels)} different labels are too many to compare annotators one by one",
            cure=f"Round or group them to at most {MOST_CLASSES_IN_PATTERNS // 2}.",
        )
    return answers


def _refuse_annotators(over: str) -> None:
    if over == "annotators":
        raise Unusable("Annotators cannot be drawn again where each is looked at", cure="Say over='units'.")
