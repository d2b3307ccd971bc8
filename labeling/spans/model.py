"""A labeled span of a text, a relation between two, and the answer they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Span(NamedTuple):
    """`text[start:end]` bears a label. Sorted as a person reads: by start, then by end."""

    start: int
    end: int
    label: str

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character, whatever their labels."""
        return self.start < other.end and other.start < self.end

    def iou(self, other: Span) -> float:
        """The characters of both over those of either, 0 to 1, whatever their labels.

        >>> Span(0, 4, "A").iou(Span(2, 6, "A"))
        0.3333333333333333
        """
        both = min(self.end, other.end) - max(self.start, other.start)
        return max(0, both) / (self.end - self.start + other.end - other.start - max(0, both))


class Relation(NamedTuple):
    """A labeled arrow from one span to another."""

    source: Span
    target: Span
    label: str


class Spans(NamedTuple):
    """One annotator's answer: spans in reading order, and the relations between them. Both empty says: no spans here."""

    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON has it: objects in reading order; a relation's `from` and `to` are places among them, from 0.

        >>> Spans().plain(), Spans((Span(0, 3, "A"),)).plain()
        ({'none': True}, {'spans': [{'start': 0, 'end': 3, 'label': 'A'}]})
        """
        if not self.spans:
            return {"none": True}
        spans = {"spans": [span._asdict() for span in self.spans]}
        if not self.relations:
            return spans
        place = {span: number for number, span in enumerate(self.spans)}
        arrows = [{"from": place[one.source], "to": place[one.target], "label": one.label} for one in self.relations]
        return {**spans, "relations": arrows}


def disjoint(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """The first two spans that overlap; None where none do.

    >>> disjoint([Span(0, 2, "A"), Span(2, 4, "B")])
    >>> disjoint([Span(3, 5, "A"), Span(0, 4, "B")])
    (Span(start=0, end=4, label='B'), Span(start=3, end=5, label='A'))
    """
    ordered: Sequence[Span] = sorted(spans)
    furthest: Span | None = None
    for span in ordered:
        if furthest is not None and span.start < furthest.end:
            return furthest, span
        if furthest is None or span.end > furthest.end:
            furthest = span
    return None
