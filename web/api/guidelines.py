"""Guidelines: every version, the next one, what changed between two."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from labeling.model import Guideline
from labeling.services import guidelines as services
from labeling.store import guidelines
from web import auth, markdown, wire
from web.api import bodies

router = APIRouter(prefix="/api/v1/projects/{name}/guidelines", tags=["guidelines"], route_class=wire.CheckedRoute)


@router.get("")
def listing(request: Request, seat: auth.Deciding) -> Response:
    """All versions, the newest first."""
    with request.app.state.store.read() as connection:
        return wire.Reply({"guidelines": [_one(each) for each in guidelines.listing(connection, seat.project.id)]})


@router.post("", status_code=201)
def publish(request: Request, seat: auth.Managing, body: bodies.NewGuideline) -> Response:
    """Publish the next version; annotators read it before their next item."""
    made = request.app.state.store.write(
        services.publish, project=seat.project.id, actor=seat.member.id, **body.model_dump()
    )
    return wire.Reply(_one(made), 201)


@router.get("/diff")
def diff(request: Request, seat: auth.Deciding, before: int, after: int) -> Response:
    """What changed from one version to another, line by line and word by word."""
    with request.app.state.store.read() as connection:
        old, new = (guidelines.one(connection, seat.project.id, version) for version in (before, after))
    return wire.Reply({"before": before, "after": after, "diff": markdown.diff(old.body, new.body)})


@router.get("/{version}")
def one(request: Request, seat: auth.Deciding, version: int) -> Response:
    """One version, as Markdown and as HTML."""
    with request.app.state.store.read() as connection:
        found = guidelines.one(connection, seat.project.id, version)
    return wire.Reply({**_one(found), "html": str(markdown.to_html(found.body))})


def _one(one: Guideline) -> dict[str, Any]:
    names = ("version", "body", "note", "change", "published_by", "published_at")
    return {name: getattr(one, name) for name in names}
