"""Where the answers go: how many each item has, what adaptive overlap saved, and what is still unsure."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.store import chain, overlap
from labeling.store import consensus as consensus_reads
from web.auth import Deciding, Managing, Seat
from web.pages import redirect
from web.routes.manage import figures
from web.routes.manage.faces import Labels, line
from web.routes.manage.frame import Verdict, address, page, store_of
from web.routes.manage.words import count, percent, plural
from web.routing import WORDS

router = APIRouter(include_in_schema=False)
MOST_UNSURE = 20


@router.get("/projects/{name}/overlap")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """Items by the answers they have, what was saved, the last round, and the items least sure."""
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
        (one for one in unsure if (one.confidence or 0) < project.target), key=lambda one: one.confidence or 0
    )
    return page(
        request,
        seat,
        "overlap.html",
        heading="Where do the answers go?",
        verdict=_verdict(seat, found, rounds),
        found=found,
        most=most,
        each=found.answers / found.items if found.items else 0.0,
        spread=[
            {"answers": plural(answers, "answer"), "done": done, "open": rest, "all": done + rest}
            for answers, done, rest in found.rows
        ],
        rounds=[{"at": one.at, **one.detail} for one in rounds],
        unsure=[
            {
                "text": line(project, one.payload) or one.key,
                "href": address(project, "items/one", key=one.key),
                "label": labels.short(one.answer),
                "hue": labels.place(one.answer),
                "confidence": one.confidence,
                "votes": one.votes,
            }
            for one in unsure[:MOST_UNSURE]
        ],
        unsure_count=len(unsure),
        may_route=seat.role == "manager",
    )


@router.post("/projects/{name}/overlap")
def look_now(request: Request, seat: Managing) -> Response:
    """Look at what is in doubt now, in a job."""
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


def _verdict(seat: Seat, found: Any, rounds: list[Any]) -> Verdict:
    project = seat.project
    settings = address(project, "settings")
    if not project.is_adaptive:
        return Verdict(
            f"Every item gets {plural(project.overlap, 'answer')}, the clear ones as many as the doubtful.",
            "",
            settings if seat.role == "manager" else "",
            "Give more to those in doubt" if seat.role == "manager" else "",
        )
    if rounds and not rounds[0].detail.get("may_stop", True):
        return Verdict(f"Nothing is settled early: {rounds[0].detail['gold']}.", "warn")
    if not found.done:
        return Verdict(f"No item has its first {plural(project.overlap, 'answer')} yet.")
    return Verdict(
        f"{count(found.saved)} answers saved so far, {percent(found.saved / found.of if found.of else 0.0)} of what "
        f"{project.overlap_most} for each of the {plural(found.done, 'settled item')} would have cost.",
        "good" if found.saved else "",
    )
