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
from web.catalogue import t, tn
from web.routes.manage import drawing, figures
from web.routes.manage.frame import Nothing, Verdict, address, page
from web.routes.manage.words import count, figure, percent, signed, thin

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.scale import Group, PlaceShare, Scale

router = APIRouter(include_in_schema=False)
MOST_GROUPS = 20
MOST_THINGS = 200
LONGEST_NAME = 90


def tabs_of(project: Project) -> dict[str, str]:
    """The parts of the page on agreement that a project has."""
    tabs = {t("Agreement"): "agreement", t("Consensus"): "agreement/consensus"}
    if isinstance(kind(project.kind), Pairwise):
        return tabs | {t("Scale"): "agreement/scale"}
    return tabs | {t("Order"): "agreement/order"} if isinstance(kind(project.kind), Ranking) else tabs


@router.get("/projects/{name}/agreement/scale")
def scale(request: Request, seat: Deciding) -> HTMLResponse:
    """All things compared, the best first, with intervals; the pull of the place; annotators by skill."""
    project = seat.project
    context: dict[str, Any] = {"groups": [], "heading": t("Which things are better?"), "tabs": tabs_of(project)}
    if not isinstance(kind(project.kind), Pairwise):
        nothing = t("This project compares no things two by two, so there is nothing to put on a scale.")
        return _empty(request, seat, "scale.html", context, t("No scale here"), nothing)
    found = orders.scale(request.app.state.numbers, request.app.state.store, project)
    context |= _place(found.place) | {"notes": [thin(note) for note in found.notes]}
    if not found.groups:
        return _empty(request, seat, "scale.html", context, t("There is no scale yet"), thin(found.why))
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
    context: dict[str, Any] = {"found": None, "heading": t("Do annotators order alike?"), "tabs": tabs_of(project)}
    if not isinstance(kind(project.kind), Ranking):
        nothing = t("This project puts nothing in order, so there are no rankings to compare.")
        return _empty(request, seat, "order.html", context, t("No rankings here"), nothing)
    found = orders.orders(request.app.state.numbers, request.app.state.store, project)
    one = found.concordance
    if one.value is None:
        words = t(
            "Concordance is measured where several annotators ranked the same item, and no item has two rankings yet."
        )
        return _empty(request, seat, "order.html", context, t("Concordance cannot be told yet"), words)
    context |= {
        "found": one,
        "why": thin(one.why)[:1].upper() + thin(one.why)[1:],
        "rows": [
            {"name": t("Kendall’s W"), "value": one.value, "low": one.low, "high": one.high, "n": one.items},
            {"name": t("Mean rank correlation"), "value": one.spearman, "low": one.spearman_low,
             "high": one.spearman_high, "n": one.items, "note": t("0 is chance, whatever the number of annotators")},
        ],
        "least": min(0.0, one.spearman_low or 0.0, one.spearman or 0.0) and -1.0,
        "rankers": [
            {"name": ranker.annotator, "href": address(project, f"annotators/{ranker.annotator}"),
             "rankings": ranker.rankings, "tau": ranker.tau, "dispersion": ranker.dispersion, "pairs": ranker.pairs}
            for ranker in found.rankers
        ],
    }  # fmt: skip
    span = "" if one.low is None else t(", between %(low)s and %(high)s", low=figure(one.low), high=figure(one.high))
    text = tn(
        "W is %(value)s%(span)s, over %(n)s item with two rankings or more.",
        "W is %(value)s%(span)s, over %(n)s items with two rankings or more.",
        one.items,
        value=figure(one.value),
        span=span,
    )
    verdict = figures.as_of(request, project, "orders", Verdict(thin(text)))
    return page(request, seat, "order.html", verdict=verdict, **context)


def _empty(
    request: Request, seat: Seat, template: str, context: dict[str, Any], title: str, words: str
) -> HTMLResponse:
    nothing = Nothing(title, words, address(seat.project, "annotators"), t("See who is at work"))
    return page(request, seat, template, nothing=nothing, **context)


def _group(group: Group) -> dict[str, Any]:
    rows = []
    for place, one in enumerate(group.things[:MOST_THINGS]):
        ranks = (
            t("%(low)s to %(high)s", low=one.rank_low, high=one.rank_high)
            if one.rank_low < one.rank_high
            else f"{one.rank}"
        )
        record = t(
            "%(wins)s won, %(ties)s tied, %(losses)s lost",
            wins=count(one.wins),
            ties=count(one.ties),
            losses=count(one.losses),
        )
        beats = t("beats the average %(against_average)s of the time", against_average=percent(one.against_average))
        rows.append(
            {"name": _short(str(one.thing)), "value": one.score, "low": one.low, "high": one.high, "n": one.comparisons,
             "note": "; ".join([t("rank %(ranks)s", ranks=ranks), beats, record, *([one.note] if one.note else [])]),
             "above": group.above[place] if place < len(group.above) else None}
        )  # fmt: skip
    return {"rows": rows, "reach": drawing.reach(rows), "comparisons": group.comparisons,
            "things": len(group.things), "hidden": len(group.things) - len(rows)}  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"


def _place(place: PlaceShare) -> dict[str, Any]:
    if place.share is None:
        return {"place": None, "place_words": place.verdict()}
    row = {"name": t("What stood first"), "value": place.share, "low": place.low, "high": place.high, "n": place.seen}
    words = thin(place.verdict())
    if place.effect is not None:
        ends = t(
            "between %(effect_low)s and %(effect_high)s",
            effect_low=signed(place.effect_low),
            effect_high=signed(place.effect_high),
        )
        words += t(
            " With the things’ merit taken out, standing first is worth %(effect)s log odds (%(ends)s).",
            effect=signed(place.effect),
            ends=ends,
        )
    return {"place": [row], "place_words": words}


def _judges(seat: Seat, found: Scale) -> list[dict[str, Any]]:
    return [
        {"name": str(one.annotator), "href": address(seat.project, f"annotators/{one.annotator}"),
         "value": one.skill, "low": one.low, "high": one.high, "n": one.comparisons}
        for one in found.judges
    ]  # fmt: skip
