"""Snapshots: what would be in one, freezing, the list of them, tags, differences, checking every byte, exports."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from prep.phrase import phrase
from web import auth, wire
from web.api import bodies
from web.api.jobs import job_reply
from web.errors import Missing

router = APIRouter(prefix="/api/v1/projects/{name}", tags=["snapshots"], route_class=wire.CheckedRoute)


@router.get("/snapshots")
def listing(request: Request, seat: auth.Deciding) -> Response:
    """Every snapshot of a project, the newest first, with its tags."""
    return wire.Reply({"snapshots": request.app.state.jobs.call("snapshots", project_name=seat.project.name)})


@router.get("/snapshots/check")
def check(request: Request, seat: auth.Deciding) -> Response:
    """What would be in a snapshot now, what is left out and why, and the gates it has to pass."""
    return wire.Reply(request.app.state.jobs.call("check", number=seat.project.id, choices={}))


@router.post("/snapshots")
def freeze(request: Request, seat: auth.Managing, body: bodies.FreezeOrder) -> Response:
    """Freeze the dataset under the hash of its content, in a job; refused where a gate fails."""
    job = request.app.state.jobs.start(
        "freeze",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Freezing the dataset"),
        number=seat.project.id,
        choices=body.model_dump(exclude={"tag", "pipeline"}),
        tag=body.tag,
        pipeline=body.pipeline,
        actor=seat.member.id,
    )
    return job_reply(job)


@router.get("/snapshots/diff")
def diff(request: Request, seat: auth.Deciding, before: str, after: str) -> Response:
    """What changed from one snapshot to another, by item id."""
    return wire.Reply(request.app.state.jobs.call("diff", project_name=seat.project.name, before=before, after=after))


@router.get("/snapshots/verify")
def verify(request: Request, seat: auth.Deciding) -> Response:
    """Check every byte of every snapshot of the project."""
    return wire.Reply({"problems": request.app.state.jobs.call("verify", project_name=seat.project.name, seconds=600)})


@router.put("/snapshots/{snapshot}/tag")
def tag(request: Request, seat: auth.Managing, snapshot: str, body: bodies.TagOrder) -> Response:
    """Let a tag point to a snapshot; it may have pointed elsewhere."""
    request.app.state.jobs.call(
        "put_tag",
        number=seat.project.id,
        ref=f"{seat.project.name}@{snapshot}",
        tag=body.tag,
        actor=seat.member.id,
    )
    return wire.Reply({"tag": body.tag, "snapshot": snapshot})


@router.post("/snapshots/{snapshot}/exports")
def export(request: Request, seat: auth.Deciding, snapshot: str, body: bodies.ExportOrder) -> Response:
    """Write a snapshot out, in a job; its result names the file, to be had from `exports/{token}` for a day."""
    job = request.app.state.jobs.start(
        "export",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase(
            "Exporting %(snapshot)s as %(format)s", snapshot=f"{seat.project.name}@{snapshot}", format=body.format
        ),
        number=seat.project.id,
        ref=f"{seat.project.name}@{snapshot}",
        format_name=body.format,
        options=body.model_dump(exclude={"format"}),
        actor=seat.member.id,
    )
    return job_reply(job)


@router.get("/exports/{token}")
def download(request: Request, seat: auth.Deciding, token: str) -> Response:
    """A file that an export made, as an attachment."""
    return exported(request, seat, token)


def exported(request: Request, seat: auth.Seat, token: str) -> Response:
    """The file of an export of this project; for the page and the API. Raises Missing."""
    number, _, rest = token.partition("-")
    folder = request.app.state.workspace.path / "exports" / token
    if number != str(seat.project.id) or not rest.isalnum() or not folder.is_dir():
        raise Missing("That export is not here any more; they are kept for a day. Make it again.")
    path = next(folder.iterdir())
    return FileResponse(path, filename=path.name, media_type="application/octet-stream")
