"""Comments of annotators, and replies to them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from labeling.services import remarks as services
from labeling.store import remarks
from web import auth, wire

router = APIRouter(prefix="/api/v1/projects/{name}", tags=["comments"], route_class=wire.CheckedRoute)


@router.get("/comments")
def listing(request: Request, seat: auth.Deciding, open: bool = True) -> Response:  # noqa: A002 - the name on the wire
    """The newest comments that annotators left with answers and skips; with `open=false` those that are solved too."""
    with request.app.state.store.read() as connection:
        found = remarks.listing(connection, seat.project.id, is_open=open)
    return wire.Reply({"comments": found})


@router.put("/comments/{assignment}")
def answer(request: Request, seat: auth.Managing, assignment: int, body: Annotated[dict[str, Any], Body()]) -> Response:
    """Reply to the comment that came with an assignment, `{"reply": "…", "solved": true}`; the annotator reads it."""
    reply = wire.text(body, "reply", "", most=services.LONGEST_REPLY)
    solved = wire.truth(body, "solved", default=False)
    request.app.state.store.write(
        services.answer_comment,
        project=seat.project.id,
        assignment=assignment,
        reply=reply,
        is_solved=solved,
        actor=seat.member.id,
    )
    return wire.Reply({"assignment": assignment, "solved": solved})
