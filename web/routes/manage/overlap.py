"""Where the answers go: how many each item has, what adaptive overlap saved, and what is still unsure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.costs import LEAST, MOST, chance_left, name_of
from labeling.errors import AssayError, Unusable
from labeling.services import projects as services
from labeling.store import chain, overlap
from labeling.store import consensus as consensus_reads
from prep.phrase import phrase
from web import catalogue
from web.auth import Deciding, Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.pages import redirect
from web.routes.manage import figures
from web.routes.manage.faces import Labels, line
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, under
from web.routes.manage.words import count, percent, rough
from web.routing import WORDS

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.store.consensus import Disagreement

router = APIRouter(include_in_schema=False)
MOST_UNSURE = 20
COST = "cost."
"""What the name of a label's field begins with."""


@router.get("/projects/{name}/overlap")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """Items by the answers they have, what was saved, what an error costs, the last round, and the items least sure."""
    return _page(request, seat, None, None)


@router.post("/projects/{name}/overlap")
def look_now(request: Request, seat: Managing) -> Response:
    """Look at what is in doubt now, in a job."""
    return _look(request, seat)


@router.post("/projects/{name}/overlap/costs")
def save_costs(request: Request, seat: Managing, form: Form) -> Response:
    """Say what an error costs in each class, and look anew at what is in doubt where answers follow it."""
    given = under(form, COST)
    try:
        after = store_of(request).write(
            services.change_project, project=seat.project.id, actor=seat.member.id, costs=_costs(given)
        )
    except AssayError as error:
        return _page(request, seat, given, error)
    if after.is_adaptive and after.costs != seat.project.costs:
        return _look(request, seat)
    return go(request, seat, "overlap", t("Saved."))


def _look(request: Request, seat: Seat) -> Response:
    job = request.app.state.jobs.start(
        "route_items",
        project=seat.project.name,
        member=seat.member.id,
        what=WORDS,
        then=address(seat.project, "overlap"),
        number=seat.project.id,
        actor=seat.member.id,
    )
    return redirect(request, address(seat.project, f"jobs/{job.id}"))


def _costs(given: Mapping[str, str]) -> dict[str, float]:
    """The numbers in the fields of the form; an empty one is the usual cost."""
    costs = {}
    for label, typed in given.items():
        if typed:
            try:
                costs[label] = float(typed.replace(",", "."))
            except ValueError:
                raise Unusable(
                    phrase("The cost of missing %(label)r is %(typed)r", label=label, typed=typed[:40]),
                    cure=phrase("Give a number such as 5; 1 is usual."),
                ) from None
    return costs


def _page(request: Request, seat: Seat, given: Mapping[str, str] | None, error: AssayError | None) -> HTMLResponse:
    project = seat.project
    most = project.overlap_most or project.overlap
    with store_of(request).read() as connection:
        found = figures.once(
            request,
            project,
            figures.last_line(connection, project),
            "overlap",
            lambda: overlap.spread(connection, project.id, most),
            most,
        )
        rounds = chain.page(connection, project=project.id, action="route_overlap", limit=10)
        unsure = [
            one
            for one in consensus_reads.disagreements(connection, project.id, limit=200)
            if one.confidence is not None
        ]
    labels = Labels(project)
    unsure = sorted(
        (one for one in unsure if (one.confidence or 0) < project.target or _is_dear(project, one)),
        key=lambda one: one.confidence or 0,
    )
    return page(
        request,
        seat,
        "overlap.html",
        status=200 if error is None else status_of(error),
        error=error,
        heading=t("Where do the answers go?"),
        verdict=_verdict(seat, found, rounds),
        found=found,
        most=most,
        each=found.answers / found.items if found.items else 0.0,
        spread=[
            {"answers": tn("%(n)s answer", "%(n)s answers", answers), "done": done, "open": rest, "all": done + rest}
            for answers, done, rest in found.rows
        ],
        rounds=[{"at": one.at, **one.detail} for one in rounds],
        unsure=[
            {
                "text": line(project, one.payload) or one.key,
                "href": address(project, "items/one", key=one.key),
                "label": labels.short(one.answer, one.payload),
                "hue": labels.place(one.answer),
                "confidence": one.confidence,
                "votes": one.votes,
            }
            for one in unsure[:MOST_UNSURE]
        ],
        unsure_count=len(unsure),
        may_route=seat.role == "manager",
        has_classes=labels.is_by_classes,
        cost_fields=_fields(labels, given) if labels.is_by_classes else [],
        cost_words=_in_words(labels),
        least_cost=LEAST,
        most_cost=MOST,
    )


def _fields(labels: Labels, given: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """A field for each class, with what holds now or what was typed."""
    held = labels.project.costs or {}
    return [
        {
            "name": COST + name_of(one.value),
            "text": one.text,
            "hue": labels.place(one.value),
            "value": f"{held.get(name_of(one.value), 1):g}" if given is None else given.get(name_of(one.value), ""),
        }
        for one in labels.categories
    ]


def _is_dear(project: Project, one: Disagreement) -> bool:
    """Whether the second likeliest label alone costs too much to be missed."""
    if not project.costs or one.confidence is None or one.margin is None:
        return False
    cost = project.costs.get(name_of(one.runner_up), 1.0)
    return one.confidence - one.margin > chance_left(cost, project.target) + 1e-9


def _in_words(labels: Labels) -> list[dict[str, Any]]:
    """What each cost that is not the usual one changes."""
    project = labels.project
    held = project.costs or {}
    return [
        {
            "text": one.text,
            "hue": labels.place(one.value),
            "cost": rough(held[name_of(one.value)], 6),
            "chance": rough(100 * chance_left(held[name_of(one.value)], project.target), 2),
            "usual": rough(100 * chance_left(1, project.target), 2),
        }
        for one in labels.categories
        if name_of(one.value) in held
    ]


def _verdict(seat: Seat, found: Any, rounds: list[Any]) -> Verdict:
    project = seat.project
    settings = address(project, "settings")
    if not project.is_adaptive:
        return Verdict(
            tn(
                "Every item gets %(n)s answer, the clear ones as many as the doubtful.",
                "Every item gets %(n)s answers, the clear ones as many as the doubtful.",
                project.overlap,
            ),
            "",
            settings if seat.role == "manager" else "",
            t("Give more to those in doubt") if seat.role == "manager" else "",
        )
    if rounds and not rounds[0].detail.get("may_stop", True):
        return Verdict(t("Nothing is settled early: %(why)s.", why=catalogue.say(rounds[0].detail["gold"])), "warn")
    if not found.done:
        return Verdict(
            tn("No item has its first %(n)s answer yet.", "No item has its first %(n)s answers yet.", project.overlap)
        )
    return Verdict(
        tn(
            "%(saved)s answers saved so far, %(share)s of what %(most)s for each of the %(n)s settled item would have cost.",
            "%(saved)s answers saved so far, %(share)s of what %(most)s for each of the %(n)s settled items would have cost.",
            found.done,
            saved=count(found.saved),
            share=percent(found.saved / found.of if found.of else 0.0),
            most=project.overlap_most,
        ),
        "good" if found.saved else "",
    )
