"""A whole crowd over a set of items, as a long table of answers."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

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
    spread: int = 1,
    most: int | None = None,
) -> list[Simulated]:
    """Every item answered by `overlap` of the annotators, who work side by side, each at their own pace.

    `clarity` says, for the share of the work done (0 to 1), how clear the guideline is then. Each takes a random one
    of the first `spread` items that they may have, so that an item's answers come at times far apart, and stops after
    `most` answers. Rows are in the
    order of time. Raises Unusable: fewer annotators than `overlap`, two of one name, a truth that is not among the labels.

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
    if spread < 1:
        raise Unusable(f"spread={spread} leaves no item to take", cure="Give 1 or more.")
    strange = sorted({case.truth for case in cases} - set(labels))
    if strange:
        raise Unusable(f"The truth {strange[0]!r} is not among the labels", cure="Name it in labels=.")
    return _work(
        cases, annotators, labels, overlap, seed, clarity or (lambda _done: Clarity()), spread, most or len(cases)
    )


def _work(
    cases: Sequence[Case],
    annotators: Sequence[Annotator],
    labels: Sequence[str],
    overlap: int,
    seed: int,
    clarity: Callable[[float], Clarity],
    spread: int,
    most: int,
) -> list[Simulated]:
    open_cases = list(cases)
    random.Random(f"order/{seed}").shuffle(open_cases)  # noqa: S311 - made-up data, not a secret
    said: dict[str, dict[str, tuple[float, str]]] = {case.key: {} for case in cases}
    turns = [(0.0, number) for number in range(len(annotators))]
    places, total = [0] * len(annotators), len(cases) * overlap
    rows: list[Simulated] = []
    chance = random.Random(f"spread/{seed}")  # noqa: S311 - made-up data, not a secret
    while turns:
        at, number = heapq.heappop(turns)
        annotator = annotators[number]
        case = _next(open_cases, said, annotator, overlap, chance, spread, at)
        if case is None:
            continue
        given = annotator.answer(
            case,
            labels,
            place=places[number],
            seed=seed,
            clarity=clarity(len(rows) / total),
            model_says=_seen(said[case.key], annotator.model, at),
        )
        label = case.truth if given.label is None else given.label  # a whole table is wanted: nothing is skipped
        done_at = at + given.seconds
        said[case.key][annotator.name] = done_at, label
        places[number] += 1
        rows.append(
            Simulated(case.key, annotator.name, label, case.truth, given.seconds, round(done_at, 3), given.is_fault)
        )
        if places[number] < most:
            heapq.heappush(turns, (done_at, number))
        if len(said[case.key]) >= overlap:
            open_cases.remove(case)
    return sorted(rows, key=lambda row: row.at)


def _next(
    open_cases: Sequence[Case],
    said: dict[str, dict[str, tuple[float, str]]],
    annotator: Annotator,
    overlap: int,
    chance: random.Random,
    spread: int,
    at: float,
) -> Case | None:
    """An item that still needs an answer and has none of this annotator's.

    A copier takes first what its model has answered, or it could copy nothing.
    """
    free = (one for one in open_cases if len(said[one.key]) < overlap and annotator.name not in said[one.key])
    if annotator.fault == "copying":
        found = list(free)
        near = [one for one in found if _seen(said[one.key], annotator.model, at) is not None][:spread]
        near = near or found[:spread]
    else:
        near = list(islice(free, spread))
    return chance.choice(near) if near else None


def _seen(said: dict[str, tuple[float, str]], name: str, at: float) -> str | None:
    """What an annotator has answered to an item by then; None where they are still at it, or have not had it."""
    done_at, label = said.get(name, (at + 1.0, ""))
    return label if done_at <= at else None
