"""Long work: how far it is and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from web import auth, wire

if TYPE_CHECKING:
    from web.jobs import Job

router = APIRouter(prefix="/api/v1/projects/{name}/jobs", tags=["jobs"], route_class=wire.CheckedRoute)
PATIENCE_SECONDS = 1.5


@router.get("")
def listing(request: Request, seat: auth.Deciding) -> Response:
    """The jobs of a project since the server started, the newest first."""
    return wire.Reply({"jobs": [job.as_json() for job in request.app.state.jobs.of_project(seat.project.name)]})


@router.get("/{number}")
def one(request: Request, seat: auth.Deciding, number: str, wait_seconds: float = 0) -> Response:
    """One job; `wait_seconds` (up to 30) waits for its end."""
    job = request.app.state.jobs.get(number, project=seat.project.name)
    if wait_seconds > 0:
        job.over.wait(min(wait_seconds, 30))
    return wire.Reply(job.as_json())


def job_reply(job: Job) -> Response:
    """What starting a job answers: 200 or the error when it was over soon, else 202 with where to look."""
    job.over.wait(PATIENCE_SECONDS)
    if job.error is not None:
        return wire.Reply({"error": job.error}, job.status)
    status = 200 if job.state == "done" else 202
    where = f"/api/v1/projects/{job.project}/jobs/{job.id}"
    return wire.Reply({**job.as_json(), "url": where}, status, {"location": where})
