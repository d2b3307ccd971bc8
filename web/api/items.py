"""Items: a page of them, one with its history, bringing them in; and gold among them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from labeling.kinds import kind
from labeling.services import gold as gold_services
from labeling.services import items as services
from labeling.store import gold, items
from prep.phrase import phrase
from web import auth, uploads, wire
from web.api import bodies
from web.api.jobs import job_reply

router = APIRouter(prefix="/api/v1/projects/{name}", tags=["items"], route_class=wire.CheckedRoute)


@router.get("/items")
def page(
    request: Request,
    seat: auth.Deciding,
    state: items.ItemState | None = None,
    label: str | None = None,
    search: str | None = None,
    disagreement_at_least: Annotated[float | None, Query(ge=0, le=1)] = None,
    flagged: bool | None = None,
    gold: bool | None = None,
    after: int | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Items in the order they came, behind `after`; `next` is the `after` of the page behind, null at the end."""
    project = seat.project
    answer = None if label is None else kind(project.kind).from_form([label], project.options)
    with request.app.state.store.read() as connection:
        found = items.page(
            connection,
            project.id,
            state=state,
            label=answer,
            search=search,
            disagreement_at_least=disagreement_at_least,
            flagged=flagged,
            gold=gold,
            after=after,
            limit=limit,
        )
    return wire.Reply({"items": [_row(row) for row in found.rows], "next": found.next})


@router.get("/items/{key:path}")
def one(request: Request, seat: auth.Deciding, key: str) -> Response:
    """One item, by its id, with everything that ever happened to it."""
    with request.app.state.store.read() as connection:
        found = items.one(connection, seat.project.id, key)
    item = found.item
    return wire.Reply(
        {
            "key": item.key,
            "fields": item.payload,
            "state": found.state,
            "wanted": item.wanted,
            "answered": item.answered,
            "is_gold": item.is_gold,
            "gold": found.gold,
            "assignments": found.assignments,
            "annotations": found.annotations,
            "adjudications": found.adjudications,
            "created_at": found.created_at,
        }
    )


@router.post("/items")
def add(request: Request, seat: auth.Managing, body: bodies.Rows) -> Response:
    """Bring items in as JSON rows: all or none. Larger amounts go as a file to `import`."""
    done = services.import_items(
        request.app.state.store,
        project=seat.project.id,
        rows=body.rows,
        id_column=body.id_column,
        name="API",
        actor=seat.member.id,
        allow_missing=body.allow_missing,
    )
    return wire.Reply(done, 201)


@router.post("/import", status_code=202)
async def import_file(
    request: Request,
    seat: auth.Managing,
    file: str = "items",
    id_column: str | None = None,
    encoding: str | None = None,
    pipeline: str | None = None,
    allow_missing: bool = False,
) -> Response:
    """Bring items in from the file in the body (csv, jsonl, parquet): all or none, in a job whose state is returned.

    `file` is its name, `id_column` the column that tells items apart, `encoding` what the file is in where that is not
    UTF-8 and no byte order mark says so, such as cp1252. `pipeline` names one of the workspace's that the file goes through.
    Media that items name must be here, unless `allow_missing`.
    """
    upload = await uploads.take_body(request, owner=owner(seat), name=file)
    job = request.app.state.jobs.start(
        "import_items",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Importing items from %(name)s", name=upload.name),
        path=str(upload.path),
        name=upload.name,
        number=seat.project.id,
        id_column=id_column,
        encoding=encoding or None,
        pipeline=pipeline or "",
        allow_missing=allow_missing,
        actor=seat.member.id,
    )
    return await run_in_threadpool(job_reply, job)


@router.get("/gold")
def gold_items(request: Request, seat: auth.Deciding) -> Response:
    """The items whose answer is known, with it."""
    with request.app.state.store.read() as connection:
        return wire.Reply({"gold": gold.answers(connection, seat.project.id)})


@router.post("/gold")
def set_gold(request: Request, seat: auth.Managing, body: bodies.Gold) -> Response:
    """Make items gold: all or none."""
    count = request.app.state.store.write(
        gold_services.set_gold,
        project=seat.project.id,
        answers=body.answers,
        note=body.note,
        actor=seat.member.id,
    )
    return wire.Reply({"set": count})


@router.delete("/gold/{key:path}")
def remove_gold(request: Request, seat: auth.Managing, key: str) -> Response:
    """Make a gold item one that is to be labeled."""
    request.app.state.store.write(
        gold_services.remove_gold, project=seat.project.id, item_key=key, actor=seat.member.id
    )
    return wire.Reply({"removed": key})


def owner(seat: auth.Seat) -> str:
    """Whose an upload is: one member's in one project."""
    return f"{seat.project.name}-{seat.member.id}"


def _row(row: items.ItemRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "fields": row.payload,
        "state": row.state,
        "wanted": row.wanted,
        "answered": row.answered,
        "is_gold": row.is_gold,
        "answers": [{"annotator": name, "answer": answer} for name, answer in row.answers],
        "label": row.label,
        "confidence": row.confidence,
        "disagreement": row.disagreement,
        "is_adjudicated": row.is_adjudicated,
        "is_flagged": row.is_flagged,
    }
