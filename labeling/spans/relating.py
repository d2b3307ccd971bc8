"""The relations that annotators agree on between spans that are agreed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from labeling.spans.matching import overlapping
from labeling.spans.model import Relation, Span, Spans


def relations_between(agreed: Sequence[Span], answers: Sequence[Spans]) -> tuple[Relation, ...]:
    """The relations that more than half of the annotators gave who had both ends marked, in order.

    An end is the agreed span of its label that it overlaps most, so that a moved end does not lose the relation.

    >>> ann, co = Span(0, 3, "PER"), Span(8, 11, "ORG")
    >>> one = Spans((ann, co), (Relation(ann, co, "works for"),))
    >>> [relation.label for relation in relations_between([ann, co], [one, one, Spans((ann, co))])]
    ['works for']
    """
    said: Counter[Relation] = Counter()
    marked: list[set[Span]] = []
    for answer in answers:
        meant = _meant(agreed, answer.spans)
        marked.append(set(meant.values()))
        said.update(
            {
                Relation(meant[one.source], meant[one.target], one.label)
                for one in answer.relations
                if one.source in meant and one.target in meant and meant[one.source] != meant[one.target]
            }
        )
    return tuple(
        sorted(
            one for one, count in said.items() if 2 * count > sum({one.source, one.target} <= mine for mine in marked)
        )
    )


def _meant(agreed: Sequence[Span], spans: Sequence[Span]) -> dict[Span, Span]:
    """For each of an annotator's spans, the agreed one it stands for."""
    best: dict[Span, tuple[float, Span]] = {}
    for i, j in overlapping(spans, agreed):
        mine, theirs = spans[i], agreed[j]
        if mine.label == theirs.label:
            found = (-mine.iou(theirs), theirs)
            best[mine] = min(best.get(mine, found), found)
    return {mine: theirs for mine, (_, theirs) in best.items()}
