"""Where things stand that annotators compared, and how alike they put things in order: for pages, API and command line.

numpy is loaded here, when a figure is first asked for. Call these in a thread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.kinds import kind
from labeling.kinds.pairwise import Pairwise
from labeling.kinds.ranking import Ranking
from labeling.store import Store, answers, payload_reads

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.rankings import Concordance
    from labeling.scale import Scale
    from web.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Ranker:
    """An annotator's rankings beside the others': `dispersion` is how strongly their order follows the common one, 0 a coin;
    `tau` the mean τ_b with the others' rankings of the same items.
    """

    annotator: str
    rankings: int
    dispersion: float
    tau: float | None
    pairs: int


@dataclass(frozen=True, slots=True)
class Orders:
    """How alike annotators put things in order."""

    concordance: Concordance
    rankers: tuple[Ranker, ...]


def scale(numbers: Numbers, store: Store, project: Project) -> Scale:
    """The scale of all things compared. Raises Unusable where the project compares none."""
    _refuse_other(project, Pairwise, "compares no things two by two", "a scale is made of comparisons of two")
    return numbers.of(store, project, "scale", lambda: scale_in(store, project))


def orders(numbers: Numbers, store: Store, project: Project) -> Orders:
    """How alike annotators rank. Raises Unusable where the project ranks nothing."""
    _refuse_other(project, Ranking, "puts nothing in order", "concordance is of rankings")
    return numbers.of(store, project, "orders", lambda: orders_in(store, project))


def scale_in(store: Store, project: Project, *, seed: int = 0) -> Scale:
    """The scale, measured now. Raises Unusable as `scale`."""
    from labeling.scale import Comparison, Comparisons, scale_of

    one = kind(project.kind)
    if not isinstance(one, Pairwise):
        raise _other(project, "compares no things two by two", "a scale is made of comparisons of two")
    with store.read() as connection:
        given = answers.columns(connection, project.id)
        held: dict[int, tuple[Any, Any]] = {}
        broken = 0
        for number, payload in payload_reads.payloads(connection, project.id):
            try:
                first, second = one.things(payload, project.options)
            except Unusable:
                broken += 1
                continue
            held[number] = name_of(first), name_of(second)
    rows = [
        Comparison(*held[number], one.step(answer), who, item=number, first_shown=_first_shown(project, drawn))
        for number, who, answer, drawn in zip(given.number, given.annotator, given.label, given.shown, strict=True)
        if number in held
    ]
    things = [thing for pair in held.values() for thing in pair]
    found = scale_of(Comparisons.of(rows, things=things), seed=seed)
    if broken:
        from dataclasses import replace

        words = "1 item does" if broken == 1 else f"{broken:,} items do"
        found = replace(found, notes=(*found.notes, f"{words} not hold two things, and so do not count."))
    return found


def orders_in(store: Store, project: Project, *, seed: int = 0) -> Orders:
    """How alike annotators rank, measured now. Raises Unusable as `orders`."""
    from labeling.rankings import RankedVote, agree, concordance, tau_b

    if not isinstance(kind(project.kind), Ranking):
        raise _other(project, "puts nothing in order", "concordance is of rankings")
    with store.read() as connection:
        given = answers.columns(connection, project.id)
    by_item: dict[int, list[tuple[str, Any]]] = {}
    for number, who, answer, is_gold in zip(given.number, given.annotator, given.label, given.is_gold, strict=True):
        if not is_gold:
            by_item.setdefault(number, []).append((who, answer))
    votes = [RankedVote(item, who, order) for item, mine in by_item.items() for who, order in mine]
    found = concordance(([order for _, order in mine] for mine in by_item.values()), seed=seed)
    _, theta = agree(votes) if votes else ([], {})
    taus: dict[str, list[float]] = {}
    for mine in by_item.values():
        for who, order in mine:
            others = (tau_b(order, other) for name, other in mine if name != who)
            taus.setdefault(who, []).extend(tau for tau in others if tau is not None)
    many = {who: sum(vote.annotator == who for vote in votes) for who in taus}
    rankers = [
        Ranker(who, many[who], theta[who], sum(tau) / len(tau) if tau else None, len(tau)) for who, tau in taus.items()
    ]
    return Orders(found, tuple(sorted(rankers, key=lambda one: (one.dispersion, one.annotator))))


def name_of(thing: Any) -> str:
    """A thing as the scale names it: text as it is, all else as JSON.

    >>> name_of("gpt"), name_of({"a": 1})
    ('gpt', '{"a": 1}')
    """
    return thing if isinstance(thing, str) else json.dumps(thing, ensure_ascii=False, sort_keys=True)


def _first_shown(project: Project, drawn: Mapping[str, Any] | None) -> bool | None:
    if drawn is None or "swapped" not in drawn or not project.options["shuffle"]:
        return None
    return not drawn["swapped"]


def _refuse_other(project: Project, wanted: type[Any], what: str, why: str) -> None:
    if not isinstance(kind(project.kind), wanted):
        raise _other(project, what, why)


def _other(project: Project, what: str, why: str) -> Unusable:
    return Unusable(
        f"{project.title or project.name} {what}", cure=f"{why[0].upper()}{why[1:]}; see its agreement instead."
    )
