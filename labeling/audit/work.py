"""The table an audit reads: answers in the order given, with time taken, guideline version and place on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.answers import Answers
from labeling.audit.shares import Floats, Ints
from labeling.columns import (
    ANSWER_COLUMNS,
    POSITION_NAMES,
    SECONDS_NAMES,
    TIME_NAMES,
    VERSION_NAMES,
    factorize,
    has_column,
    key_of,
    moment,
    pick_columns,
)
from labeling.errors import UnusableAnswers, nearest


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """Everybody's work: `everything` holds repeats, `answers` the latest answer of an annotator to an item, which are
    its rows `latest`. `at`, `seconds`, `version` and `place` are a value for each row of everything.
    """

    everything: Answers
    latest: Ints
    answers: Answers
    at: Ints
    has_time: bool
    seconds: Floats
    version: Ints
    versions: tuple[Any, ...]
    place: Ints
    places: tuple[Any, ...]

    @classmethod
    def of(
        cls,
        frame: Any,
        *,
        gold: Mapping[Any, Any],
        labels: Sequence[Any] | None,
        seconds: Any,
        at: Any,
        version: Any,
        position: Any,
    ) -> Work:
        """Read the columns; each of the last four is a column's values, or None for the one the table may have.

        Raises UnusableAnswers for a column of another length, a time or a number of seconds that is none, and a gold
        label that is not among `labels`.
        """
        if isinstance(frame, Answers):
            everything = frame if labels is None else frame.under(labels)
            answered, rows = np.ones(len(everything), dtype=bool), len(everything)
        else:
            item, annotator, label = pick_columns(frame, ANSWER_COLUMNS)
            everything = Answers.from_columns(item, annotator, label, labels=labels, duplicates="keep")
            rows = len(label)
            answered = np.ones(rows, dtype=bool)
            if len(everything) < rows:
                answered = factorize(label, "label")[0] >= 0
        everything = _under_gold(everything, gold, is_fixed=labels is not None)

        def column(given: Any, names: tuple[str, ...]) -> tuple[Ints, list[Any]]:
            if given is None:
                if isinstance(frame, Answers) or not has_column(frame, names):
                    return np.full(len(everything), -1, dtype=np.int64), []
                given = pick_columns(frame, (names,))[0]
            codes, values = factorize(given, names[0])
            if len(codes) != rows:
                raise UnusableAnswers(
                    f"{len(codes)} values of {names[0]} do not fit {rows} answers", cure="Give one for each answer."
                )
            return codes[answered].astype(np.int64), values.tolist()

        timed, times = column(seconds, SECONDS_NAMES)
        moments, when = column(at, TIME_NAMES)
        of_version, versions = column(version, VERSION_NAMES)
        of_place, places = column(position, POSITION_NAMES)
        is_latest = _latest(everything)
        order = np.arange(len(everything))
        if when:
            stamps = _numbers(moments, when, moment)
            order = np.empty(len(everything), dtype=np.int64)
            order[np.argsort(np.where(np.isnan(stamps), np.inf, stamps), kind="stable")] = np.arange(len(everything))
        return cls(
            everything=everything,
            latest=is_latest,
            answers=everything if len(is_latest) == len(everything) else everything.take(is_latest),
            at=order,
            has_time=bool(when),
            seconds=_numbers(timed, times, _duration),
            version=of_version,
            versions=tuple(versions),
            place=of_place,
            places=tuple(places),
        )


def _numbers(codes: Ints, values: list[Any], read: Callable[[Any], float]) -> Floats:
    table = np.array([*(read(value) for value in values), np.nan], dtype=np.float64)
    return table[codes]


def _duration(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value == float("inf"):
        raise UnusableAnswers(
            f"{value!r} is no number of seconds", column="seconds", cure="Give 0 or more, or nothing."
        )
    return float(value)


def _latest(everything: Answers) -> Ints:
    """The rows that no later row of the same annotator and item replaces."""
    cell = everything.item.astype(np.int64) * max(len(everything.annotators), 1) + everything.annotator
    by_cell = np.argsort(cell, kind="stable")
    ordered = cell[by_cell]
    is_last = np.ones(len(cell), dtype=bool)
    is_last[:-1] = ordered[1:] != ordered[:-1]
    return np.sort(by_cell[is_last])


def _under_gold(answers: Answers, gold: Mapping[Any, Any], *, is_fixed: bool) -> Answers:
    """The answers with the labels of gold among the classes."""
    known = {key_of(label): label for label in answers.labels}
    unknown = {key_of(label): label for label in gold.values() if key_of(label) not in known}
    if not unknown:
        return answers
    if is_fixed:
        label = next(iter(unknown.values()))
        near = nearest(str(label), [str(other) for other in answers.labels])
        raise UnusableAnswers(
            f"Gold label {label!r} is not one of the labels", cure=f"Did you mean {near!r}?" if near else ""
        )
    everything = [*answers.labels, *unknown.values()]
    union = Answers.from_columns(range(len(everything)), [0] * len(everything), everything).labels
    return answers.under(union)


def truth_of(answers: Answers, gold: Mapping[Any, Any]) -> Ints:
    """The gold class of each item, −1 where there is none."""
    code = {key_of(label): k for k, label in enumerate(answers.labels)}
    truth = np.full(len(answers.items), -1, dtype=np.int64)
    if gold:
        for k, item in enumerate(answers.items.tolist()):
            if item in gold:
                truth[k] = code[key_of(gold[item])]
    return truth
