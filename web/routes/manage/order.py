"""Where compared things stand on one scale, and how alike annotators put things in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from labeling.kinds import kind
from labeling.kinds.pairwise import Pairwise
from labeling.kinds.ranking import Ranking
from web import orders
from web.auth import Deciding, Seat
from web.routes.manage import drawing, figures
from web.routes.manage.frame import Nothing, Verdict, address, page
from web.routes.manage.words import count, figure, percent, plural, signed, thin

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.scale import Group, PlaceShare, Scale

router = APIRouter(include_in_schema=False)
MOST_GROUPS = 20
MOST_THINGS = 200
LONGEST_NAME = 90


def tabs_of(project: Project) -> dict[str, str]:
    """The parts of the page on agreement that a project has."""
    tabs = {"Agreement": "agreement", "Consensus": "agreement/consensus"}
    if isinstance(kind(project.kind), Pairwise):
        return tabs | {"Scale": "agreement/scale"}
    return tabs | {"Order": "agreement/order"} if isinstance(kind(project.kind), Ranking) else tabs


@router.get("/projects/{name}/agreement/scale")
def scale(request: Request, seat: Deciding) -> HTMLResponse:
    """All things compared, the best first, with intervals; the pull of the place; annotators by skill."""
    project = seat.project
    context: dict[str, Any] = {"groups": [], "heading": "Which things are better?", "tabs": tabs_of(project)}
    if not isinstance(kind(project.kind), Pairwise):
        nothing = "This project compares no things two by two, so there is nothing to put on a scale."
        return _empty(request, seat, "scale.html", context, "No scale here", nothing)
    found = orders.scale(request.app.state.numbers, request.app.state.store, project)
    context |= _place(found.place) | {"notes": [thin(note) for note in found.notes]}
    if not found.groups:
        return _empty(request, seat, "scale.html", context, "There is no scale yet", thin(found.why))
    groups = [_group(group) for group in found.groups[:MOST_GROUPS]]
    context |= {
        "groups": groups,
        "more_groups": len(found.groups) - len(groups),
        "method": found.method,
        "judges": _judges(seat, found),
        "tie": found.tie,
        "comparisons": found.comparisons,
        "things": sum(len(group.things) for group in found.groups),
    }
    verdict = Verdict(thin(found.verdict()), "good" if found.groups[0].above[0] >= 0.975 else "warn")
    return page(request, seat, "scale.html", verdict=figures.as_of(request, project, "scale", verdict), **context)


@router.get("/projects/{name}/agreement/order")
def order(request: Request, seat: Deciding) -> HTMLResponse:
    """Kendall's W with its interval, and each annotator beside the others."""
    project = seat.project
    context: dict[str, Any] = {"found": None, "heading": "Do annotators order alike?", "tabs": tabs_of(project)}
    if not isinstance(kind(project.kind), Ranking):
        nothing = "This project puts nothing in order, so there are no rankings to compare."
        return _empty(request, seat, "order.html", context, "No rankings here", nothing)
    found = orders.orders(request.app.state.numbers, request.app.state.store, project)
    one = found.concordance
    if one.value is None:
        words = (
            "Concordance is measured where several annotators ranked the same item, and no item has two rankings yet."
        )
        return _empty(request, seat, "order.html", context, "Concordance cannot be told yet", words)
    context |= {
        "found": one,
        "rows": [
            {"name": "Kendall’s W", "value": one.value, "low": one.low, "high": one.high, "n": one.items},
            {"name": "Mean rank correlation", "value": one.spearman, "low": one.spearman_low,
             "high": one.spearman_high, "n": one.items, "note": "0 is chance, whatever the number of annotators"},
        ],
        "least": min(0.0, one.spearman_low or 0.0, one.spearman or 0.0) and -1.0,
        "rankers": [
            {"name": ranker.annotator, "href": address(project, f"annotators/{ranker.annotator}"),
             "rankings": ranker.rankings, "tau": ranker.tau, "dispersion": ranker.dispersion, "pairs": ranker.pairs}
            for ranker in found.rankers
        ],
    }  # fmt: skip
    span = "" if one.low is None else f", between {figure(one.low)} and {figure(one.high)}"
    text = f"W is {figure(one.value)}{span}, over {plural(one.items, 'item')} with two rankings or more."
    verdict = figures.as_of(request, project, "orders", Verdict(thin(text)))
    return page(request, seat, "order.html", verdict=verdict, **context)


def _empty(
    request: Request, seat: Seat, template: str, context: dict[str, Any], title: str, words: str
) -> HTMLResponse:
    nothing = Nothing(title, words, address(seat.project, "annotators"), "See who is at work")
    return page(request, seat, template, nothing=nothing, **context)


def _group(group: Group) -> dict[str, Any]:
    rows = []
    for place, one in enumerate(group.things[:MOST_THINGS]):
        ranks = f"{one.rank_low} to {one.rank_high}" if one.rank_low < one.rank_high else f"{one.rank}"
        record = f"{count(one.wins)} won, {count(one.ties)} tied, {count(one.losses)} lost"
        beats = f"beats the average {percent(one.against_average)} of the time"
        rows.append(
            {"name": _short(str(one.thing)), "value": one.score, "low": one.low, "high": one.high, "n": one.comparisons,
             "note": "; ".join([f"rank {ranks}", beats, record, *([one.note] if one.note else [])]),
             "above": group.above[place] if place < len(group.above) else None}
        )  # fmt: skip
    return {"rows": rows, "reach": drawing.reach(rows), "comparisons": group.comparisons,
            "things": len(group.things), "hidden": len(group.things) - len(rows)}  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"


def _place(place: PlaceShare) -> dict[str, Any]:
    if place.share is None:
        return {"place": None, "place_words": place.verdict()}
    row = {"name": "What stood first", "value": place.share, "low": place.low, "high": place.high, "n": place.seen}
    words = thin(place.verdict())
    if place.effect is not None:
        ends = f"between {signed(place.effect_low)} and {signed(place.effect_high)}"
        words += f" With the things’ merit taken out, standing first is worth {signed(place.effect)} log odds ({ends})."
    return {"place": [row], "place_words": words}


def _judges(seat: Seat, found: Scale) -> list[dict[str, Any]]:
    return [
        {"name": str(one.annotator), "href": address(seat.project, f"annotators/{one.annotator}"),
         "value": one.skill, "low": one.low, "high": one.high, "n": one.comparisons}
        for one in found.judges
    ]  # fmt: skip
