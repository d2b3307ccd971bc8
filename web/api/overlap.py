"""Adaptive overlap, decisions about annotators, and answers that annotators stand by."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from labeling.services import decisions as services
from labeling.store import chain, decisions, overlap
from web import auth, wire
from web.api import bodies
from web.api.jobs import job_reply
from web.routing import WORDS

router = APIRouter(prefix="/api/v1/projects/{name}", tags=["annotators"])


@router.get("/overlap")
def where_answers_go(request: Request, seat: auth.Deciding) -> Response:
    """Items by the answers they have, answers saved against the ceiling, and the last rounds of adaptive overlap."""
    project = seat.project
    with request.app.state.store.read() as connection:
        found = overlap.spread(connection, project.id, project.overlap_most or project.overlap)
        rounds = chain.page(connection, project=project.id, action="route_overlap", limit=10)
    return wire.Reply({"overlap": found, "rounds": [{"at": one.at, **one.detail} for one in rounds]})


@router.post("/overlap")
def look_now(request: Request, seat: auth.Managing) -> Response:
    """Look at what is in doubt now, in a job: sure items are settled, those in doubt open for one more answer."""
    job = request.app.state.jobs.start(
        "route_items",
        project=seat.project.name,
        member=seat.member.id,
        what=WORDS,
        number=seat.project.id,
        actor=seat.member.id,
    )
    return job_reply(job)


@router.get("/decisions")
def decided(request: Request, seat: auth.Deciding) -> Response:
    """What was decided about annotators, the newest first, with reasons, and where that stands now."""
    with request.app.state.store.read() as connection:
        found = decisions.listing(connection, seat.project.id)
        states = decisions.states(connection, seat.project.id)
        waiting = decisions.waiting_counts(connection, seat.project.id)
    return wire.Reply(
        {
            "decisions": found,
            "paused": sorted(name for name, (is_paused, _) in states.items() if is_paused),
            "excluded": sorted(name for name, (_, is_excluded) in states.items() if is_excluded),
            "asked_once_more": waiting,
        }
    )


@router.post("/annotators/{annotator}/decisions")
def decide(request: Request, seat: auth.Managing, annotator: str, body: bodies.DecisionMade) -> Response:
    """Pause, resume, retrain, exclude, include or requeue an annotator, or withdraw a requeue, with a reason."""
    moved = request.app.state.store.write(
        services.decide,
        project=seat.project.id,
        annotator=annotator,
        decision=body.decision,
        reason=body.reason,
        actor=seat.member.id,
    )
    opened, withdrawn = (0, moved) if body.decision == "withdraw" else (moved, 0)
    return wire.Reply(
        {
            "annotator": annotator,
            "decision": body.decision,
            "items_opened": opened,
            "items_withdrawn": withdrawn,
        }
    )


@router.get("/disputes")
def disputes(request: Request, seat: auth.Deciding) -> Response:
    """Answers that annotators stand by, the newest first; `gold` is null where the item is none."""
    with request.app.state.store.read() as connection:
        return wire.Reply({"disputes": decisions.disputes(connection, seat.project.id)})


@router.post("/disputes/{number}")
def settle(request: Request, seat: auth.Managing, number: int, body: bodies.DisputeSettled) -> Response:
    """Accept a dispute, or uphold what is."""
    request.app.state.store.write(
        services.settle_dispute,
        project=seat.project.id,
        dispute=number,
        accept=body.accept,
        answer=body.answer,
        actor=seat.member.id,
    )
    return wire.Reply({"dispute": number, "outcome": "accepted" if body.accept else "upheld"})


@router.post("/desk/disputes")
def stand_by(request: Request, seat: auth.AtDesk, body: bodies.Standing) -> Response:
    """Stand by an answer of yours, gold or not; the reply does not tell which."""
    request.app.state.store.write(
        services.dispute,
        project=seat.project.id,
        member=seat.member.id,
        assignment=body.assignment,
        reason=body.reason,
    )
    return wire.Reply({"assignment": body.assignment})
