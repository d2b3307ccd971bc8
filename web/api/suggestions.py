"""Suggestions of models: brought in, taken away, and what they do to answers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from labeling.model import Project
from labeling.services import suggestions as services
from labeling.store import Store, suggestions
from prep.phrase import phrase
from web import auth, figures, uploads, wire
from web.api import bodies
from web.api.items import owner
from web.api.jobs import job_reply

router = APIRouter(prefix="/api/v1/projects/{name}", tags=["suggestions"], route_class=wire.CheckedRoute)


@router.get("/suggestions")
def standing(request: Request, seat: auth.Deciding) -> Response:
    """How many items have a suggestion, by model; and whether annotators who see it agree with it more than those who do not."""
    return wire.Reply(facts(request.app.state.store, seat.project))


@router.post("/suggestions")
def add(request: Request, seat: auth.Managing, body: bodies.Rows) -> Response:
    """Bring suggestions in as JSON rows of item, answer, model and confidence (0 to 1): all or none."""
    store = request.app.state.store
    rows, actor = body.rows, seat.member.id
    done = store.write(services.put_suggestions, project=seat.project.id, rows=rows, actor=actor)
    return wire.Reply(done, 201)


@router.delete("/suggestions")
def remove(request: Request, seat: auth.Managing) -> Response:
    """Take all suggestions away; what was shown stays with the answers."""
    store = request.app.state.store
    count = store.write(services.remove_suggestions, project=seat.project.id, actor=seat.member.id)
    return wire.Reply({"removed": count})


@router.post("/import-suggestions", status_code=202)
async def import_file(
    request: Request, seat: auth.Managing, file: str = "suggestions", model: str = "", encoding: str | None = None
) -> Response:
    """Bring suggestions in from the file in the body (columns item, answer, model, confidence): all or none, in a job.

    `file` is its name, `model` names the model where no column does, `encoding` what it is in where that is not UTF-8
    and no byte order mark says so, such as cp1252.
    """
    upload = await uploads.take_body(request, owner=owner(seat), name=file)
    job = request.app.state.jobs.start(
        "import_suggestions",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Importing suggestions from %(name)s", name=upload.name),
        path=str(upload.path),
        name=upload.name,
        number=seat.project.id,
        model=model,
        encoding=encoding or None,
        actor=seat.member.id,
    )
    return await run_in_threadpool(job_reply, job)


def facts(store: Store, project: Project) -> dict[str, Any]:
    """What there is of suggestions, and what they do to answers."""
    with store.read() as connection:
        there = suggestions.standing(connection, project.id)
    found = figures.anchoring(store, project)
    plain = {name: wire.plain(one) | {"verdict": one.verdict} for name, one in found.items()}
    return {
        "items": there.items,
        "models": there.models,
        "gold_without": there.gold_without,
        "withheld": project.withheld,
        "anchoring": plain.pop(""),
        "by_model": plain,
    }
