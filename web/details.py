"""Where agreement comes from: other coefficients, agreement over time, and the whole without each annotator.

What pages, API and command line show beside web.figures, from the same answers, computed once for each state of them.
Knows no page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from labeling.errors import UnusableAnswers
from labeling.kinds import kind
from labeling.kinds.measuring import keywords
from prep.phrase import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from labeling.agreement import Coefficient, Period, Without
    from labeling.model import Project
    from labeling.store.answers import AnswerColumns

MOST_WITHOUT = 16
"""So many annotators are left out one by one, those with most answers: more cannot be read."""
ITEMS_A_PART = 40
"""With fewer items a part of time has an interval so wide that no line can be seen in it."""
MOST_PARTS = 12
FEWEST_PARTS = 3
NOMINAL = (
    "percent_agreement",
    "gwet_ac1",
    "fleiss_kappa",
    "conger_kappa",
    "scott_pi",
    "cohen_kappa",
    "brennan_prediger",
)
ORDERED = ("gwet_ac2", "weighted_kappa")
"""These count near misses in part, and are told only of labels in an order."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Other coefficients over the same answers, the whole without each annotator, agreement part by part of time."""

    others: list[Coefficient]
    without: Mapping[Any, Without]
    over_time: tuple[Period, ...]


def part_size(items: int) -> int:
    """How many items make one part of time; 0 where there are too few for three parts.

    >>> part_size(100), part_size(400), part_size(12_000)
    (0, 40, 1000)
    """
    parts = min(MOST_PARTS, items // ITEMS_A_PART)
    return -(-items // parts) if parts >= FEWEST_PARTS else 0


def detail_of(project: Project, given: AnswerColumns) -> Detail:
    """The detail of these answers; empty where there is nothing to compare."""
    # numpy comes with these: a server on whose pages nobody asks for figures never loads it.
    from labeling import agreement as measure
    from labeling.answers import Answers

    how = keywords(kind(project.kind), project.options)
    far = {"level": how["level"], "distance": how["distance"]}
    work = [row for row, is_gold in enumerate(given.is_gold) if not is_gold]
    columns: dict[str, list[Any]] = {
        "item": [given.item[row] for row in work],
        "annotator": [given.annotator[row] for row in work],
        "label": [given.label[row] for row in work],
        "created_at": [given.submitted_at[row] / 1000 for row in work],
    }
    try:
        table = Answers.from_columns(columns["item"], columns["annotator"], columns["label"], labels=how["labels"])
        people = len(table.annotators)
        without = measure.without_each(table, **far, most=MOST_WITHOUT) if people > 2 else {}
        every = part_size(len(table.items))
        over_time = measure.over_time(columns, every=every, **how) if every else ()
    except UnusableAnswers:
        return Detail([], {}, ())
    others = _others(table, how["level"]) if how["distance"] is None else _others_by_distance(table, how["distance"])
    return Detail(others, without, over_time)


def _others_by_distance(table: Any, distance: Any) -> list[Coefficient]:
    """What else can be told of answers that are no classes: how near they are, and how often just the same."""
    from labeling import agreement as measure

    same = measure.percent_agreement(table, distance=_differ)
    return [
        measure.percent_agreement(table, distance=distance),
        replace(same, name="identical_answers", plain_name=phrase("Identical answers")),
    ]


def _differ(first: Any, second: Any) -> float:
    return float(first != second)


def _others(table: Any, level: str) -> list[Coefficient]:
    """Every other coefficient that can be told of these answers: some are of two annotators only."""
    from labeling import agreement as measure

    names = NOMINAL + (ORDERED if level != "nominal" else ())
    asked: list[Callable[..., Coefficient]] = [measure.COEFFICIENTS[name] for name in names]
    if level != "nominal":
        asked.insert(0, measure.krippendorff_alpha)
    found = []
    for function in asked:
        try:
            found.append(function(table))
        except UnusableAnswers:  # as its name says: a coefficient of two
            continue
    return found
