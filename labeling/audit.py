"""What is known of each annotator's work: gold, agreement with others, pace. Judges nobody on one signal. No I/O."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from labeling.answers import Answers
from labeling.columns import ANSWER_COLUMNS, factorize, has_column, key_of, pick_columns
from labeling.errors import Unusable, UnusableAnswers, nearest

Word = Literal["not known yet", "fine", "look"]

SECONDS_NAMES = ("seconds", "duration", "duration_seconds", "lead_time")
FEWEST_GOLD = 10
FEWEST_COMPARED = 10
FEWEST_TIMED = 10

SURE_BELOW = 0.95
"""Gold speaks against an annotator when P(accuracy < threshold) is above this: never on the point estimate."""

FAR_BELOW_OTHERS = 0.10
"""Agreement speaks against an annotator when all of its interval is this far under that of the rest: half of any team
is under the average, and with many answers surely so."""

TOO_FAST = 1 / 3
"""Pace is a signal when the median is under a third of the others' median."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One annotator's work. Rates are 0 to 1; None where nothing was seen to tell them from.

    `answers` given; `gold_right` of `gold_seen`, `accuracy` with Wilson's interval, and `below`, the probability that
    the true accuracy is under the threshold (Jeffreys). `agreement` is how often the answer is the majority of the
    *others* (a tie counts in part), with Wilson's interval, over `compared` answers. `confusion[t][s]` counts gold
    answers with truth `labels[t]` of which they said `labels[s]`. `signals` are sentences; `word` is "look" only for
    two or more of them.
    """

    annotator: Any
    answers: int
    gold_seen: int
    gold_right: int
    accuracy: float | None
    accuracy_low: float | None
    accuracy_high: float | None
    below: float | None
    compared: int
    agreement: float | None
    agreement_low: float | None
    agreement_high: float | None
    labels: tuple[Any, ...]
    confusion: tuple[tuple[int, ...], ...]
    median_seconds: float | None
    skips: int
    word: Word
    signals: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


def wilson(correct: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share: `correct` of `n`, both 0 or more. (0, 1) where nothing was seen.

    Raises Unusable when correct is not within 0..n. Source: Wilson (1927), JASA 22; Newcombe (1998), Stat. Med. 17.

    >>> tuple(round(bound, 4) for bound in wilson(81, 263))
    (0.2553, 0.3662)
    """
    if not 0 <= correct <= n:
        raise Unusable(f"{correct} of {n} is no share", cure="Give the right ones, then all.")
    if not 0 < confidence < 1:
        raise Unusable(f"confidence={confidence!r} is no confidence", cure="Give .95, or another between 0 and 1.")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = correct / n
    middle = share + z * z / (2 * n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if correct == 0 else (middle - reach) / scale
    return low, 1.0 if correct == n else (middle + reach) / scale


def below_threshold(correct: int, n: int, threshold: float) -> float:
    """P(accuracy < threshold) after `correct` of `n`, under Jeffreys' prior Beta(½, ½).

    >>> round(below_threshold(5, 10, .7), 3)
    0.912
    """
    from scipy.special import betainc

    return float(betainc(0.5 + correct, 0.5 + n - correct, threshold))


def audit(
    answers: Any,
    *,
    gold: Mapping[Any, Any] | None = None,
    seconds: Mapping[Any, Sequence[float]] | None = None,
    skips: Mapping[Any, int] | None = None,
    labels: Sequence[Any] | None = None,
    threshold: float = 0.7,
    confidence: float = 0.95,
) -> list[Standing]:
    """The standing of each annotator, in order of their first answer.

    `answers` as in Answers.of; `gold` is the known label of items; `seconds` the times of each annotator's answers
    (else a column seconds, where the table has one); `skips` how many items each skipped. `threshold` is the accuracy
    wanted.

    Under 10 gold answers the word is "not known yet", whatever the rest says. "look" needs two signals that rest on
    different evidence: gold (the accuracy is surely under the threshold), the others (agreement surely far below
    theirs, on items that are not gold where there are enough), pace (median under a third of the others'). Raises
    UnusableAnswers, also for a gold label that is not among `labels`.

    >>> answers = {"item": [1, 1, 2, 2], "annotator": ["ann", "bob"] * 2, "label": ["a", "a", "b", "a"]}
    >>> [(s.annotator, s.gold_right, s.gold_seen, s.word) for s in audit(answers, gold={1: "a", 2: "b"})]
    [('ann', 2, 2, 'not known yet'), ('bob', 1, 2, 'not known yet')]
    """
    if not 0 < threshold < 1:
        raise Unusable(f"threshold={threshold!r} is no accuracy", cure="Give a share between 0 and 1, such as .7.")
    gold = gold or {}
    times = _column_seconds(answers) if seconds is None else {who: list(values) for who, values in seconds.items()}
    answers = _under_gold(answers, gold, labels)
    truth = _truth(answers, gold)
    people, classes = len(answers.annotators), len(answers.labels)
    confusion, nothing = _confusion(answers, truth), ((0,) * classes,) * classes
    matched, compared = _with_others(answers, truth)
    volume = np.bincount(answers.annotator, minlength=people)
    medians = {who: _median(times.get(who, ())) for who in answers.annotators.tolist()}
    paces = sorted(value for value in medians.values() if value is not None)
    found = []
    for k, who in enumerate(answers.annotators.tolist()):
        if not volume[k]:
            continue
        mine = confusion.get(k, nothing)
        seen, right = sum(map(sum, mine)), sum(mine[c][c] for c in range(len(mine)))
        low, high = wilson(right, seen, confidence)
        peers = wilson(float(matched[k]), float(compared[k]), confidence)
        below = below_threshold(right, seen, threshold) if seen else None
        signals = _signals(
            below=below,
            threshold=threshold,
            seen=seen,
            peers_high=peers[1] if compared[k] >= FEWEST_COMPARED else None,
            rest=_rate(matched.sum() - matched[k], compared.sum() - compared[k]),
            pace=medians[who] if len(times.get(who, ())) >= FEWEST_TIMED else None,
            rest_pace=_median_without(paces, medians[who]),
        )
        found.append(
            Standing(
                annotator=who,
                answers=int(volume[k]),
                gold_seen=seen,
                gold_right=right,
                accuracy=_rate(right, seen),
                accuracy_low=low if seen else None,
                accuracy_high=high if seen else None,
                below=below,
                compared=int(compared[k]),
                agreement=_rate(matched[k], compared[k]),
                agreement_low=peers[0] if compared[k] else None,
                agreement_high=peers[1] if compared[k] else None,
                labels=answers.labels,
                confusion=mine,
                median_seconds=medians[who],
                skips=int((skips or {}).get(who, 0)),
                word="not known yet" if seen < FEWEST_GOLD else "look" if len(signals) >= 2 else "fine",
                signals=signals,
            )
        )
    return found


def _signals(
    *,
    below: float | None,
    threshold: float,
    seen: int,
    peers_high: float | None,
    rest: float | None,
    pace: float | None,
    rest_pace: float | None,
) -> tuple[str, ...]:
    signals = []
    if below is not None and seen >= FEWEST_GOLD and below > SURE_BELOW:
        signals.append(f"gold: accuracy is under {threshold:.0%} with probability {below:.1%}")
    if peers_high is not None and rest is not None and peers_high < rest - FAR_BELOW_OTHERS:
        signals.append(f"others: agrees with them at most {peers_high:.0%} of the time, the rest {rest:.0%}")
    if pace is not None and rest_pace is not None and pace < rest_pace * TOO_FAST:
        signals.append(f"pace: {pace:.1f} s an answer where the others take {rest_pace:.1f} s")
    return tuple(signals)


def _under_gold(source: Any, gold: Mapping[Any, Any], labels: Sequence[Any] | None) -> Answers:
    """The answers with the labels of gold among the classes."""
    answers = Answers.of(source, labels=labels).without_repeats()
    known = {key_of(label): label for label in answers.labels}
    unknown = {key_of(label): label for label in gold.values() if key_of(label) not in known}
    if not unknown:
        return answers
    if labels is not None:
        label = next(iter(unknown.values()))
        near = nearest(str(label), [str(other) for other in labels])
        raise UnusableAnswers(
            f"Gold label {label!r} is not one of the labels", cure=f"Did you mean {near!r}?" if near else ""
        )
    everything = [*answers.labels, *unknown.values()]
    union = Answers.from_columns(range(len(everything)), [0] * len(everything), everything).labels
    return answers.under(union)


def _truth(answers: Answers, gold: Mapping[Any, Any]) -> NDArray[np.int32]:
    """The gold class of each item, −1 where there is none."""
    code = {key_of(label): k for k, label in enumerate(answers.labels)}
    truth = np.full(len(answers.items), -1, dtype=np.int32)
    if gold:
        for k, item in enumerate(answers.items.tolist()):
            if item in gold:
                truth[k] = code[key_of(gold[item])]
    return truth


def _confusion(answers: Answers, truth: NDArray[np.int32]) -> dict[int, tuple[tuple[int, ...], ...]]:
    """True × said over gold items, for each annotator (code) who saw one."""
    classes = len(answers.labels)
    known = np.flatnonzero(truth[answers.item] >= 0)
    known = known[np.argsort(answers.annotator[known], kind="stable")]
    cell = truth[answers.item[known]].astype(np.int64) * classes + answers.label[known]
    who, start = np.unique(answers.annotator[known], return_index=True)
    tables = (np.bincount(part, minlength=classes * classes) for part in np.split(cell, start[1:]))
    return {
        k: tuple(tuple(row) for row in table.reshape(classes, classes).tolist())
        for k, table in zip(who.tolist(), tables, strict=False)  # with no gold at all, one empty part is left over
    }


def _with_others(answers: Answers, truth: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Per annotator: answers that match the majority of the others, and answers that could be compared.

    Gold items are left out where an annotator has enough others, so that the two signals rest on different answers.
    """
    people, classes = len(answers.annotators), len(answers.labels)
    match = np.empty(len(answers))
    comparable = np.empty(len(answers), dtype=bool)
    counts = answers.counts()
    step = max(1, 4_000_000 // classes)
    for start in range(0, len(answers), step):
        part = slice(start, start + step)
        others = counts[answers.item[part]]
        rows, label = np.arange(len(others)), answers.label[part]
        others[rows, label] -= 1
        top = others.max(axis=1)
        comparable[part] = top > 0
        match[part] = (others[rows, label] == top) / (others == top[:, None]).sum(axis=1)
    not_gold = comparable & (truth[answers.item] < 0)
    enough = np.bincount(answers.annotator[not_gold], minlength=people) >= FEWEST_COMPARED
    use = np.where(enough[answers.annotator], not_gold, comparable)
    who = answers.annotator[use]
    matched = np.bincount(who, weights=match[use], minlength=people).astype(np.float64)
    return matched, np.bincount(who, minlength=people).astype(np.int64)


def _column_seconds(frame: Any) -> dict[Any, list[float]]:
    """Each annotator's times in a column seconds; empty where the table has none."""
    if isinstance(frame, Answers) or not has_column(frame, SECONDS_NAMES):
        return {}
    _, annotator, label, column = pick_columns(frame, (*ANSWER_COLUMNS, SECONDS_NAMES))
    answered = factorize(label, "label")[0] >= 0
    who, people = factorize(annotator, "annotator")
    times, values = factorize(column, "seconds")
    found: dict[Any, list[float]] = {}
    for row in np.flatnonzero(answered & (times >= 0) & (who >= 0)).tolist():
        value = values[times[row]]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnusableAnswers(f"{value!r} is no number of seconds", row=row + 1, column="seconds")
        found.setdefault(people[who[row]], []).append(float(value))
    return found


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if len(values) else None


def _median_without(ordered: Sequence[float], one: float | None) -> float | None:
    """The median of the others: of all values in order but one of them, without going through them again."""
    if one is None or len(ordered) < 2:
        return None
    place, half = bisect_left(ordered, one), (len(ordered) - 1) // 2
    middle = (half,) if len(ordered) % 2 == 0 else (half - 1, half)
    return sum(ordered[k + (k >= place)] for k in middle) / len(middle)


def _rate(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole else None
