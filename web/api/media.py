"""Media: a file of one for whoever may see it, and for managers the list, bringing them in and taking them away."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from labeling.media.shelf import FILE, Shelf
from labeling.model import ROLES, Medium
from labeling.services import media as services
from labeling.store import media
from web import auth, cards, uploads, wire
from web.api import bodies
from web.errors import Missing

if TYPE_CHECKING:
    from web.auth import Scope

router = APIRouter(prefix="/api/v1/projects/{name}/media", tags=["media"], route_class=wire.CheckedRoute)
KEEP = "private, max-age=31536000, immutable"
"""What lies under a hash never changes; it is kept by the browser that asked and by nobody between."""


@router.get("")
def listing(
    request: Request,
    seat: auth.Deciding,
    search: str = "",
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Media by name, behind `after`; `next` is the `after` of the page behind, null at the end."""
    with request.app.state.store.read() as connection:
        found, following = media.page(connection, seat.project.id, search=search, after=after, limit=limit)
        totals = media.totals(connection, seat.project.id)
    return wire.Reply({"media": [as_row(one) for one in found], "next": following, "totals": totals})


@router.post("", status_code=201)
async def add(request: Request, seat: auth.Managing, file: str, strip: bool = False) -> Response:
    """Bring in the file in the body, or all that are in it where it is a zip; `file` is its name.

    Each is taken by what it contains; `refused` says which were not, and why. `strip` takes out of photos where they were
    taken.
    """
    upload = await uploads.take_body(request, owner=f"{seat.project.name}-{seat.member.id}", name=file)
    done = await run_in_threadpool(_bring_in, request, seat, upload, file, strip)
    return wire.Reply(done, 201)


@router.delete("")
def remove(request: Request, seat: auth.Managing, body: bodies.MediaRemoved) -> Response:
    """Take media away for good, with their files; not those that items name."""
    count = request.app.state.store.write(
        services.remove_media,
        workspace=request.app.state.workspace.path,
        project=seat.project.id,
        names=body.names,
        reason=body.reason,
        actor=seat.member.id,
    )
    return wire.Reply({"removed": count})


async def _looking(request: Request, name: str, found: auth.Visitor = Depends(auth.present)) -> auth.Seat:
    """Anybody of the project; a token may be one to read or one to label."""
    scope: Scope = "label" if found.scopes is not None and "read" not in found.scopes else "read"
    return auth.take_seat(request, found, name, ROLES, scope)


@router.get("/{file}")
def one(request: Request, seat: Annotated[auth.Seat, Depends(_looking)], file: str, seal: str = "") -> Response:
    """A medium by its `file`. An annotator needs the `seal` that stands in the item they were handed."""
    if not FILE.fullmatch(file) or (seat.role == "annotator" and not cards.is_sealed(request, seat, file, seal)):
        raise Missing("There is no such medium here, or it is not in an item of yours.")
    connection = request.app.state.store.glance()
    found = media.by_hash(connection, seat.project.id, file[:64])
    path = Shelf(request.app.state.workspace.path, seat.project.name).path(file)
    if found is None or found.file != file or not path.is_file():
        raise Missing("There is no such medium here, or it is not in an item of yours.")
    headers = {"cache-control": KEEP, "content-disposition": "inline", "etag": f'"{found.hash}"'}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=found.type, headers=headers)


def _bring_in(request: Request, seat: auth.Seat, upload: uploads.Upload, name: str, strip: bool) -> Any:
    state = request.app.state
    limits = state.settings.media_limits
    try:
        files = (
            services.in_zip(upload.path, limits=limits)
            if zipfile.is_zipfile(upload.path)
            else [services.Sent(name, lambda: upload.path.open("rb"))]
        )
        return services.add_media(
            state.store,
            workspace=state.workspace.path,
            project=seat.project.id,
            files=files,
            limits=limits,
            strip=strip,
            actor=seat.member.id,
        )
    finally:
        upload.drop()


def as_row(one: Medium) -> dict[str, Any]:
    """A medium as the API tells it; `url` is where its content is."""
    return {
        "name": one.name,
        "file": one.file,
        "type": one.type,
        "bytes": one.bytes,
        "width": one.width,
        "height": one.height,
        "seconds": one.seconds,
        "has_place": one.has_place,
        "sha256": one.hash,
    }
