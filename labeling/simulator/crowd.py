"""A whole crowd over a set of items, as a long table of answers."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labeling.errors import Unusable
from labeling.simulator.annotators import Annotator, Case, Clarity


@dataclass(frozen=True, slots=True)
class Simulated:
    """One made-up answer; `at` is seconds since the work began, `is_fault` says whether the planted fault gave it."""

    item: str
    annotator: str
    label: str
    truth: str
    seconds: float
    at: float
    is_fault: bool


def simulate(
    cases: Sequence[Case],
    annotators: Sequence[Annotator],
    labels: Sequence[str],
    *,
    overlap: int = 3,
    seed: int = 0,
    clarity: Callable[[float], Clarity] | None = None,
) -> list[Simulated]:
    """Every item answered by `overlap` of the annotators, who work side by side, each at their own pace.

    `clarity` says, for the share of the work done (0 to 1), how clear the guideline is then. Rows are in the order
    of time. Raises Unusable: fewer annotators than `overlap`, two of one name, a truth that is not among the labels.

    >>> from labeling.simulator import INTENTS, messages
    >>> crowd = [Annotator(name) for name in ("ann", "bob", "cleo")]
    >>> len(simulate(messages(10), crowd, list(INTENTS), overlap=2))
    20
    """
    names = [one.name for one in annotators]
    if len(set(names)) < len(names):
        raise Unusable("Two annotators have the same name", cure="Give each a name of their own.")
    if not 1 <= overlap <= len(annotators):
        raise Unusable(f"overlap={overlap} with {len(annotators)} annotators", cure="Add annotators or lower overlap.")
    strange = sorted({case.truth for case in cases} - set(labels))
    if strange:
        raise Unusable(f"The truth {strange[0]!r} is not among the labels", cure="Name it in labels=.")
    return _work(cases, annotators, labels, overlap, seed, clarity or (lambda _done: Clarity()))


def _work(
    cases: Sequence[Case],
    annotators: Sequence[Annotator],
    labels: Sequence[str],
    overlap: int,
    seed: int,
    clarity: Callable[[float], Clarity],
) -> list[Simulated]:
    open_cases = list(cases)
    random.Random(f"order/{seed}").shuffle(open_cases)  # noqa: S311 - made-up data, not a secret
    said: dict[str, dict[str, str]] = {case.key: {} for case in cases}
    turns = [(0.0, number) for number in range(len(annotators))]
    places, total = [0] * len(annotators), len(cases) * overlap
    rows: list[Simulated] = []
    while turns:
        at, number = heapq.heappop(turns)
        annotator = annotators[number]
        case = _next(open_cases, said, annotator, overlap)
        if case is None:
            continue
        given = annotator.answer(
            case,
            labels,
            place=places[number],
            seed=seed,
            clarity=clarity(len(rows) / total),
            model_says=said[case.key].get(annotator.model),
        )
        label = case.truth if given.label is None else given.label  # a whole table is wanted: nothing is skipped
        said[case.key][annotator.name] = label
        places[number] += 1
        done_at = at + given.seconds
        rows.append(
            Simulated(case.key, annotator.name, label, case.truth, given.seconds, round(done_at, 3), given.is_fault)
        )
        heapq.heappush(turns, (done_at, number))
        while open_cases and len(said[open_cases[0].key]) >= overlap:
            open_cases.pop(0)
    return sorted(rows, key=lambda row: row.at)


def _next(
    open_cases: Sequence[Case], said: dict[str, dict[str, str]], annotator: Annotator, overlap: int
) -> Case | None:
    """The first item that still needs an answer and has none of this annotator's.

    A copier takes first what its model has answered, or it could copy nothing.
    """
    free = (one for one in open_cases if len(said[one.key]) < overlap and annotator.name not in said[one.key])
    if annotator.fault != "copying":
        return next(free, None)
    first = None
    for case in free:
        if annotator.model in said[case.key]:
            return case
        first = first or case
    return first
