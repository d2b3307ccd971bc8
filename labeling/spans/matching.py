"""How much two answers to one text have in common: exact matches, matches that only overlap, and a distance."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from labeling.spans.model import Span, Spans

How = Literal["exact", "overlap"]


class Score(NamedTuple):
    """Matches between two sets of spans, with the sizes of both; scores of many texts add up with `+`."""

    matches: float
    first: int
    second: int

    def __add__(self, other: object) -> Score:
        if not isinstance(other, Score):
            return NotImplemented
        return Score(self.matches + other.matches, self.first + other.first, self.second + other.second)

    @property
    def precision(self) -> float | None:
        """The share of the first's spans that the second has; None where the first has none."""
        return self.matches / self.first if self.first else None

    @property
    def recall(self) -> float | None:
        """The share of the second's spans that the first has; None where the second has none."""
        return self.matches / self.second if self.second else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall: 2 matches / (first + second); None where both are empty."""
        return 2 * self.matches / (self.first + self.second) if self.first + self.second else None


def score(first: Iterable[Span], second: Iterable[Span], how: How = "exact") -> Score:
    """The matches of two answers to one text. "exact": same ends and label; "overlap": same label, a character in common.

    A span is matched once at most.

    >>> score([Span(0, 4, "A"), Span(9, 12, "B")], [Span(0, 4, "A"), Span(8, 12, "B")])
    Score(matches=1, first=2, second=2)
    >>> score([Span(0, 4, "A"), Span(9, 12, "B")], [Span(0, 4, "A"), Span(8, 12, "B")], "overlap").f1
    1.0
    """
    one, other = list(first), list(second)
    if how == "exact":
        return Score(len(set(one) & set(other)), len(one), len(other))
    return Score(len(_pairs(one, other, Span.iou)), len(one), len(other))


def shared(first: Sequence[Span], second: Sequence[Span]) -> float:
    """The common part of two sets of spans in spans: each pair of one label counts its IoU, each span in one pair at most."""
    return sum(worth for worth, _, _ in _pairs(first, second, Span.iou))


def distance(first: Spans, second: Spans) -> float:
    """How far two answers are apart: 0 the same, 1 nothing in common.

    One less a soft F1, in which a pair of spans of one label counts its IoU, and a relation counts where both have it.

    >>> distance(Spans((Span(0, 4, "A"),)), Spans((Span(0, 4, "A"), Span(6, 8, "A"))))
    0.33333333333333337
    """
    size = sum(len(part) for answer in (first, second) for part in answer)
    if first == second or size == 0:
        return 0.0
    common = shared(first.spans, second.spans) + len(set(first.relations) & set(second.relations))
    return min(1.0, max(0.0, 1.0 - 2.0 * common / size))


def _pairs(
    first: Sequence[Span], second: Sequence[Span], worth: Callable[[Span, Span], float]
) -> list[tuple[float, int, int]]:
    """Pairs of one label that overlap, the closest first; the same pairs whichever side is called first."""
    near: list[tuple[float, Span, Span, int, int]] = []
    for i, j in overlapping(first, second):
        if first[i].label == second[j].label:
            low, high = sorted((first[i], second[j]))
            near.append((-worth(first[i], second[j]), low, high, i, j))
    taken_first: set[int] = set()
    taken_second: set[int] = set()
    chosen = []
    for closeness, _, _, i, j in sorted(near):
        if i not in taken_first and j not in taken_second:
            taken_first.add(i)
            taken_second.add(j)
            chosen.append((-closeness, i, j))
    return chosen


def overlapping(first: Sequence[Span], second: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """The places (i, j) of all that overlap, whatever their labels; quick where few do."""
    order = sorted(range(len(second)), key=lambda place: second[place])
    starts = [second[place].start for place in order]
    furthest = list(accumulate((second[place].end for place in order), max))
    for i, one in enumerate(first):
        at = bisect_left(starts, one.end) - 1
        while at >= 0 and furthest[at] > one.start:
            if second[order[at]].end > one.start:
                yield i, order[at]
            at -= 1
