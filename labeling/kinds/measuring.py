"""How the agreement of a kind's answers is measured, whole and in its parts. Knows no project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from labeling.errors import UnusableAnswers
from labeling.kinds.kind import Kind, Part

if TYPE_CHECKING:
    from labeling.answers import Answers


def keywords(one: Kind, options: Mapping[str, Any]) -> dict[str, Any]:
    """What the functions of labeling.agreement take for answers of this kind: `level`, `labels` and `distance`.

    The distance remembers what it has measured: of one project, ask once.

    >>> from labeling.kinds import kind
    >>> choice = kind("choice")
    >>> keywords(choice, choice.options({"labels": ["yes", "no"]}))
    {'level': 'nominal', 'labels': ['yes', 'no'], 'distance': None}
    """
    labels = list(one.consensus_labels(options))
    if labels:
        return {"level": one.level, "labels": labels, "distance": None}
    from labeling.agreement.own import Apart

    return {"level": one.level, "labels": None, "distance": Apart(one.metric(options))}


def answers_of_part(
    one: Kind, options: Mapping[str, Any], part: Part, columns: Mapping[str, Sequence[Any]]
) -> Answers | None:
    """The answers to one part, from the whole answers in the columns item, annotator and label (as JSON has them).

    Those to whom it was not asked are left out; None where it was asked of nobody.
    """
    from labeling.answers import Answers
    from labeling.columns import key_of

    read: dict[Any, Any] = {}
    rows: list[int] = []
    values: list[Any] = []
    for place, value in enumerate(columns["label"]):
        key = key_of(value)
        if key not in read:
            said = part.read(one.parse(value, options))
            read[key] = None if said is None else part.kind.dump(said)
        if read[key] is not None:
            rows.append(place)
            values.append(read[key])
    if not rows:
        return None
    labels = list(part.kind.consensus_labels(part.options)) or None
    try:
        return Answers.from_columns(
            [columns["item"][row] for row in rows], [columns["annotator"][row] for row in rows], values, labels=labels
        )
    except UnusableAnswers:
        return None


def each_part(
    one: Kind, options: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]
) -> Iterator[tuple[Part, Answers, dict[str, Any]]]:
    """Every part that was answered: its answers, and the keywords of its agreement."""
    for part in one.parts(options):
        found = answers_of_part(one, options, part, columns)
        if found is not None:
            yield part, found, keywords(part.kind, part.options)
