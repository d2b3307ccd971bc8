"""What annotators agree on in a text: every span that somebody marked is a candidate, weighed by who marked it.

The support of a candidate is the share of the text's annotators who marked it, each weighing what the others confirm of
their work elsewhere and here; one who marked another span of the label over it counts NEAR times their IoU. Among
candidates that exclude one another, the set with the most support above a threshold stands (interval scheduling, exact);
the threshold is the one at which the F1 expected under the supports is greatest (Ye et al. 2012, ICML: plug-in rule).
Gold is not looked at. Nothing here is random: order and names change nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from labeling.spans.matching import overlapping
from labeling.spans.model import Span

NEAR = 0.25
"""What a span that only overlaps a candidate is worth to it, at most. From 0 to .5 the F1 on real answers stays the same."""
HELD_BACK = 30.0
"""So many imagined spans of average worth pull each annotator's weight to the mean."""
PULL = 0.5
"""So many imagined annotators who marked nothing stand in every confidence: two of two are surer than one of one."""
THRESHOLDS = tuple(0.34 + 0.02 * step for step in range(9))
"""From more than a third of the support to half of it."""


@dataclass(frozen=True, slots=True)
class Given:
    """One annotator's spans of one text."""

    item: Hashable
    annotator: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that somebody marked: how many did so exactly, its support (0 to 1), and the confidence in it."""

    span: Span
    votes: int
    support: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Found:
    """What is agreed on in one text. `candidates` are all, the best supported first.

    `confidence` is the F1 that the answer is expected to have; where it says that there is no span, the chance that this
    is so. None where one annotator answered. `is_tie` says that another set is supported as well.
    """

    item: Hashable
    spans: tuple[Span, ...]
    candidates: tuple[Candidate, ...]
    confidence: float | None
    annotators: int
    is_tie: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """A text's candidates in reading order; `marks[a]` is what each is worth to annotator a (1 exact, NEAR × IoU, 0)."""

    item: Hashable
    annotators: tuple[str, ...]
    spans: tuple[Span, ...]
    marks: tuple[Mapping[int, float], ...]


def agree_on(given: Sequence[Given], *, may_overlap: bool = False) -> list[Found]:
    """The spans agreed on in each text, in the order in which texts first appear.

    Candidates that overlap exclude one another; with `may_overlap` only those of one label do.
    """
    texts = _texts(given)
    weights = _weights(texts)
    supports = [_supports(text, weights) for text in texts]
    mass = math.fsum(sum(support) for support in supports)
    chosen, best = [], -1.0
    for threshold in THRESHOLDS:
        sets = [_best_set(text.spans, one, threshold, may_overlap) for text, one in zip(texts, supports, strict=True)]
        right = math.fsum(support[k] for support, kept in zip(supports, sets, strict=True) for k in kept)
        expected = 2 * right / (sum(map(len, sets)) + mass) if mass else 0.0
        if expected > best + 1e-12:
            best, chosen = expected, sets
    return [
        _found(text, support, kept, weights, may_overlap)
        for text, support, kept in zip(texts, supports, chosen, strict=True)
    ]


def majority_by_character(given: Sequence[Given]) -> dict[Hashable, tuple[Span, ...]]:
    """The spans of what more than half of a text's annotators gave one label, character by character."""
    by_item: dict[Hashable, list[Given]] = defaultdict(list)
    for one in given:
        by_item[one.item].append(one)
    return {item: _majority(answers) for item, answers in by_item.items()}


def _majority(answers: Sequence[Given]) -> tuple[Span, ...]:
    steps: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for answer in answers:
        for span in _merged(answer.spans):
            steps[span.label][span.start] += 1
            steps[span.label][span.end] -= 1
    found: list[Span] = []
    for label, changes in steps.items():
        height, start = 0, -1
        for at in sorted(changes):
            height += changes[at]
            if 2 * height > len(answers) and start < 0:
                start = at
            elif 2 * height <= len(answers) and start >= 0:
                found.append(Span(start, at, label))
                start = -1
    return tuple(sorted(found))


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Spans of which no two of one label overlap, so that nobody votes twice for a character."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.label, one)):
        if merged and merged[-1].label == span.label and span.start < merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _texts(given: Sequence[Given]) -> list[_Text]:
    by_item: dict[Hashable, dict[str, tuple[Span, ...]]] = {}
    for one in given:
        by_item.setdefault(one.item, {})[one.annotator] = one.spans
    texts = []
    for item, answers in by_item.items():
        spans = tuple(sorted({span for mine in answers.values() for span in mine}))
        marks = []
        for mine in answers.values():
            worth: dict[int, float] = {}
            for i, k in overlapping(mine, spans):
                if mine[i].label == spans[k].label:
                    new = 1.0 if mine[i] == spans[k] else NEAR * mine[i].iou(spans[k])
                    worth[k] = max(worth.get(k, 0.0), new)
            marks.append(worth)
        texts.append(_Text(item, tuple(answers), spans, tuple(marks)))
    return texts


def _weights(texts: Sequence[_Text]) -> dict[str, float]:
    """By annotator, the mean F1 of their spans with each other annotator of the same text, drawn to the mean of all."""
    right: dict[str, list[float]] = defaultdict(list)
    size: dict[str, list[float]] = defaultdict(list)
    for text in texts:
        others = len(text.annotators) - 1
        if others < 1:
            continue
        exact = [[k for k, worth in mine.items() if worth == 1.0] for mine in text.marks]
        marked = sum(map(len, exact))
        support = [math.fsum(mine.get(k, 0.0) for mine in text.marks) for k in range(len(text.spans))]
        for annotator, mine in zip(text.annotators, exact, strict=True):
            right[annotator].append(2 * math.fsum(support[k] - 1.0 for k in mine) / others)
            size[annotator].append(len(mine) + (marked - len(mine)) / others)
    total = math.fsum(value for values in size.values() for value in values)
    mean = math.fsum(value for values in right.values() for value in values) / total if total else 1.0
    return {
        annotator: (math.fsum(right[annotator]) + HELD_BACK * mean) / (math.fsum(size[annotator]) + HELD_BACK)
        for annotator in right
    }


def _shares(text: _Text, weights: Mapping[str, float], *, exact: bool) -> list[float]:
    weight = [weights.get(annotator, 1.0) or 1e-9 for annotator in text.annotators]
    total = math.fsum(weight)
    found = []
    for k in range(len(text.spans)):
        marks = (mine.get(k, 0.0) for mine in text.marks)
        worth = [float(mark == 1.0) if exact else mark for mark in marks]
        found.append(math.fsum(a * b for a, b in zip(weight, worth, strict=True)) / total)
    return found


def _supports(text: _Text, weights: Mapping[str, float]) -> list[float]:
    return _shares(text, weights, exact=False)


def _best_set(spans: Sequence[Span], support: Sequence[float], threshold: float, may_overlap: bool) -> list[int]:
    """The places of the spans that exclude one another nowhere and have most support above the threshold."""
    if may_overlap:
        labels = {span.label for span in spans}
        groups = [[k for k, span in enumerate(spans) if span.label == label] for label in sorted(labels)]
    else:
        groups = [list(range(len(spans)))]
    return sorted(k for group in groups for k in _schedule(group, spans, support, threshold))


def _schedule(group: Sequence[int], spans: Sequence[Span], support: Sequence[float], threshold: float) -> list[int]:
    order = sorted(group, key=lambda k: (spans[k].end, spans[k].start, spans[k].label))
    ends = [spans[k].end for k in order]
    worth = [0.0]
    before = []
    for place, k in enumerate(order):
        fits = bisect_right(ends, spans[k].start, 0, place)
        before.append(fits)
        worth.append(max(worth[-1], worth[fits] + support[k] - threshold))
    kept, place = [], len(order)
    while place:
        if worth[place] > worth[place - 1] + 1e-12:
            kept.append(order[place - 1])
            place = before[place - 1]
        else:
            place -= 1
    return kept


def _found(
    text: _Text, support: Sequence[float], kept: Sequence[int], weights: Mapping[str, float], may_overlap: bool
) -> Found:
    n = len(text.annotators)
    sure = [share * n / (n + PULL) for share in _shares(text, weights, exact=True)]
    votes = [sum(mine.get(k) == 1.0 for mine in text.marks) for k in range(len(text.spans))]
    order = sorted(range(len(text.spans)), key=lambda k: (-support[k], text.spans[k]))
    if n < 2:
        confidence = None
    elif kept:
        confidence = 2 * math.fsum(sure[k] for k in kept) / (len(kept) + math.fsum(sure))
    else:
        confidence = math.prod(1 - one for one in sorted(sure)) * n / (n + PULL)
    return Found(
        item=text.item,
        spans=tuple(text.spans[k] for k in kept),
        candidates=tuple(Candidate(text.spans[k], votes[k], support[k], sure[k]) for k in order),
        confidence=confidence,
        annotators=n,
        is_tie=_is_tie(text.spans, support, kept, may_overlap),
    )


def _is_tie(spans: Sequence[Span], support: Sequence[float], kept: Sequence[int], may_overlap: bool) -> bool:
    rivals = set(range(len(spans))) - set(kept)
    chosen = [spans[k] for k in kept]
    places = list(rivals)
    return any(
        abs(support[kept[i]] - support[places[j]]) < 1e-9
        and (not may_overlap or chosen[i].label == spans[places[j]].label)
        for i, j in overlapping(chosen, [spans[k] for k in places])
    )
