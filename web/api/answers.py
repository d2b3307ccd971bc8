"""Answers: a page of those that stand, and bringing in those given elsewhere."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from labeling.services import answers as services
from labeling.store import answers
from prep.phrase import phrase
from web import auth, uploads, wire
from web.api import bodies
from web.api.items import owner
from web.api.jobs import job_reply

router = APIRouter(prefix="/api/v1/projects/{name}", tags=["answers"], route_class=wire.CheckedRoute)


@router.get("/answers")
def listing(request: Request, seat: auth.Deciding, annotator: str | None = None) -> Response:
    """Every answer that stands and counts (of one annotator), as columns of equal length, oldest first."""
    with request.app.state.store.read() as connection:
        found = answers.columns(connection, seat.project.id, annotator=annotator)
    names = ("item", "annotator", "label", "seconds", "guideline_version", "submitted_at", "flagged", "is_gold")
    return wire.Reply({"count": len(found), "columns": {name: getattr(found, name) for name in names}})


@router.post("/answers")
def add(request: Request, seat: auth.Managing, body: bodies.Rows) -> Response:
    """Bring answers in as JSON rows of item, annotator, label (and time, seconds, guideline_version): all or none."""
    done = services.import_answers(
        request.app.state.store, project=seat.project.id, rows=body.rows, actor=seat.member.id
    )
    return wire.Reply(done, 201)


@router.post("/import-answers", status_code=202)
async def import_file(
    request: Request, seat: auth.Managing, file: str = "answers", encoding: str | None = None
) -> Response:
    """Bring answers in from the file in the body (columns such as task, worker, label): all or none, in a job.

    `file` is its name, `encoding` what it is in where that is not UTF-8 and no byte order mark says so, such as cp1252.
    """
    upload = await uploads.take_body(request, owner=owner(seat), name=file)
    job = request.app.state.jobs.start(
        "import_answers",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Importing answers from %(name)s", name=upload.name),
        path=str(upload.path),
        name=upload.name,
        number=seat.project.id,
        encoding=encoding or None,
        actor=seat.member.id,
    )
    return await run_in_threadpool(job_reply, job)
