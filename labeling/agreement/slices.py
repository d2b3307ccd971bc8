"""Agreement cut up: by label, by guideline version with a test of the change, over time. Knows no page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Unpack

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.coefficient import Coefficient, Difference
from labeling.agreement.coefficients import Keywords, recipe_of, sampling_of
from labeling.agreement.differences import paired_difference, same_items_difference, separate_difference
from labeling.agreement.estimates import Recipe, Sampling, apart_sample, estimate, sample_of
from labeling.agreement.votes import MOST_CLASSES_IN_PATTERNS, Counts
from labeling.answers import Answers
from labeling.columns import ANSWER_COLUMNS, TIME_NAMES, VERSION_NAMES, factorize, key_of, moment, pick_columns
from labeling.errors import Unusable, UnusableAnswers
from prep.phrase import numeral, phrase

FEWEST_SHARED = 20
"""From so many shared items on, a change of guideline is tested on them: fewer tell less than all items do."""

Every = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class VersionAgreement:
    """Agreement under one guideline version, and the share of each label there; none by a distance of one's own."""

    version: Any
    coefficient: Coefficient
    shares: Mapping[Any, float]


@dataclass(frozen=True, slots=True)
class Change:
    """What changed from one guideline version to the next."""

    before: Any
    after: Any
    difference: Difference


@dataclass(frozen=True, slots=True)
class ByVersion:
    """Agreement under each guideline version in order, and the change from each to the next."""

    versions: tuple[VersionAgreement, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """Agreement on the items that were finished from `start` to before `end` (UTC)."""

    start: datetime
    end: datetime
    coefficient: Coefficient


def per_label(
    answers: Any, *, coefficient: str = "krippendorff_alpha", **keywords: Unpack[Keywords]
) -> dict[Any, Coefficient]:
    """For each label the agreement on "this one or another": which label is the one people do not agree on.

    `coefficient` is one that recipe_of knows.

    >>> answers = {"item": [1, 1, 2, 2, 3, 3], "annotator": [1, 2] * 3, "label": ["a", "a", "b", "c", "c", "b"]}
    >>> {label: round(alpha.value, 6) for label, alpha in per_label(answers).items()}
    {'a': 1.0, 'b': -0.25, 'c': -0.25}
    """
    recipe, sampling = recipe_of(coefficient), sampling_of(keywords)
    source: Answers | Counts = (
        answers if isinstance(answers, Counts) else Answers.of(answers, labels=keywords.get("labels")).without_repeats()
    )
    labels = tuple(source.labels or ())
    return {
        key_of(label): estimate(sample_of(_one_or_another(source, k), recipe, None, sampling.seed), recipe, sampling)
        for k, label in enumerate(labels)
    }


def _one_or_another(source: Answers | Counts, k: int) -> Answers | Counts:
    label = tuple(source.labels or ())[k]
    if isinstance(source, Counts):
        mine = source.table[:, k]
        return Counts(np.stack([source.table.sum(axis=1) - mine, mine], axis=1), ("another", label))
    is_this = (source.label == k).astype(np.int32)
    return Answers(source.items, source.annotators, ("another", label), source.item, source.annotator, is_this)


def by_version(
    frame: Any,
    *,
    coefficient: str = "krippendorff_alpha",
    level: str = "nominal",
    distance: Callable[[Any, Any], float] | None = None,
    weights: Any = None,
    **keywords: Unpack[Keywords],
) -> ByVersion:
    """Agreement under each guideline version, and whether it changed from each to the next.

    The frame has a column guideline_version (or guideline, version) besides item, annotator and label. The change is
    bootstrapped on the items with two answers under both versions where these are 20 or more, else on all items of
    each; `difference.on` says which. Versions go by their number (v2 before v10). Intervals are over units.
    """
    recipe = recipe_of(coefficient, level=level, distance=distance, weights=weights)
    sampling = sampling_of(keywords)
    answers, version, names = _answers_with(frame, VERSION_NAMES, keywords.get("labels"))
    order = sorted(range(len(names)), key=lambda k: _natural(names[k]))
    parts = [answers.take(version == k).without_repeats() for k in order]
    samples = [sample_of(part, recipe, None, sampling.seed) for part in parts]
    versions = tuple(
        VersionAgreement(names[k], estimate(sample, recipe, sampling), {} if recipe.apart else _shares(part))
        for k, sample, part in zip(order, samples, parts, strict=True)
    )
    changes = []
    for k in range(1, len(order)):
        difference = _shared_difference(parts[k - 1], parts[k], recipe, sampling) or separate_difference(
            samples[k - 1], samples[k], sampling, phrase("all items of each version")
        )
        changes.append(Change(names[order[k - 1]], names[order[k]], difference))
    return ByVersion(versions, tuple(changes))


def _shared_difference(before: Answers, after: Answers, recipe: Recipe, sampling: Sampling) -> Difference | None:
    """The change on the items both versions share; None where these are too few, or labels too many to pair them."""
    classes = len(before.labels)
    both = np.ones(len(before.items), dtype=bool)
    for part in (before, after):
        both &= np.bincount(part.item, minlength=len(both)) >= 2
    shared = int(both.sum())
    if shared < FEWEST_SHARED:
        return None
    on = phrase("the %(n)s items both versions share", n=numeral(shared))
    if recipe.apart is not None:
        units = np.flatnonzero(both)
        first, second = (
            apart_sample(part.take(both[part.item]), recipe, sampling.seed, units) for part in (before, after)
        )
        return same_items_difference(first, second, sampling, on)[0]
    if 2 * classes > MOST_CLASSES_IN_PATTERNS:
        return None
    place = np.cumsum(both) - 1
    item = np.concatenate([place[part.item][both[part.item]] for part in (before, after)])
    vote = np.concatenate([before.label[both[before.item]], after.label[both[after.item]] + classes])
    return paired_difference(
        item,
        vote,
        labels=before.labels,
        recipe=recipe,
        split=lambda counts: (counts[:, :classes], counts[:, classes:]),
        sampling=sampling,
        on=on,
    )[0]


def over_time(
    frame: Any,
    *,
    every: Every | int = "week",
    coefficient: str = "krippendorff_alpha",
    level: str = "nominal",
    distance: Callable[[Any, Any], float] | None = None,
    weights: Any = None,
    **keywords: Unpack[Keywords],
) -> tuple[Period, ...]:
    """Agreement over time: an item counts in the period in which its last answer came.

    The frame has a column created_at (or time, timestamp, submitted, date): datetimes, ISO texts or seconds since 1970;
    without a zone they are UTC. `every` is "day", "week" (from Monday) or "month", or a number of items a period.
    Periods without an item are left out.
    """
    recipe = recipe_of(coefficient, level=level, distance=distance, weights=weights)
    sampling = sampling_of(keywords)
    answers, code, times = _answers_with(frame, TIME_NAMES, keywords.get("labels"))
    seconds = np.array([moment(value) for value in times], dtype=np.float64)[code]
    last = np.full(len(answers.items), -np.inf)
    np.maximum.at(last, answers.item, seconds)
    period = _periods(last, every)
    found = []
    for number in np.unique(period[answers.item]):
        mine = period == number
        sample = sample_of(answers.take(mine[answers.item]), recipe, None, sampling.seed)
        start, end = _bounds(last[mine & np.isfinite(last)], int(number), every)
        found.append(Period(start, end, estimate(sample, recipe, sampling)))
    return tuple(found)


def _answers_with(
    frame: Any, candidates: Sequence[str], labels: Sequence[Any] | None
) -> tuple[Answers, NDArray[np.int32], list[Any]]:
    """All answers with the code of one more column in each row, and that column's distinct values."""
    if isinstance(frame, Answers | Counts):
        raise Unusable(f"These answers have no {candidates[0]}", cure="Give a table with such a column.")
    item, annotator, label, extra = pick_columns(frame, (*ANSWER_COLUMNS, candidates))
    answers = Answers.from_columns(item, annotator, label, labels=labels, duplicates="keep")
    answered = factorize(label, "label")[0] >= 0
    code, values = factorize(extra, candidates[0])
    lost = answered & (code < 0)
    if lost.any():
        row = int(np.argmax(lost)) + 1
        raise UnusableAnswers("is empty", row=row, column=candidates[0], cure="Every answer needs one.")
    return answers, code[answered], values.tolist()


def _shares(answers: Answers) -> dict[Any, float]:
    total = np.bincount(answers.label, minlength=len(answers.labels))
    return {key_of(label): float(n) / len(answers) for label, n in zip(answers.labels, total, strict=True)}


def _natural(version: Any) -> tuple[Any, ...]:
    parts = re.split(r"(\d+)", str(version))
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)


def _periods(last: NDArray[np.float64], every: Every | int) -> NDArray[np.int64]:
    """The number of each item's period; −1 for an item without an answer."""
    answered = np.isfinite(last)
    moments = np.where(answered, last, 0.0).astype("datetime64[s]")
    if isinstance(every, int) and every > 0:
        number = np.empty(len(last), dtype=np.int64)
        number[np.argsort(last, kind="stable")] = (np.arange(len(last)) - int((~answered).sum())) // every
    elif every == "week":
        number = (moments.astype("datetime64[D]").astype(np.int64) + 3) // 7  # 1970 began on a Thursday
    elif every in {"day", "month"}:
        number = moments.astype("datetime64[D]" if every == "day" else "datetime64[M]").astype(np.int64)
    else:
        raise Unusable(f"every={every!r} is no period", cure="Say 'day', 'week', 'month' or a number of items.")
    return np.where(answered, number, -1)


def _bounds(last: NDArray[np.float64], number: int, every: Every | int) -> tuple[datetime, datetime]:
    if isinstance(every, int):
        return datetime.fromtimestamp(float(last.min()), UTC), datetime.fromtimestamp(float(last.max()), UTC)
    edges = [number, number + 1]
    if every == "week":
        edges = [edge * 7 - 3 for edge in edges]
    days = np.array(edges).astype("datetime64[M]" if every == "month" else "datetime64[D]").astype("datetime64[D]")
    start, end = (datetime.combine(day, datetime.min.time(), UTC) for day in days.tolist())
    return start, end
