"""The audit log: its lines and whether its chain holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from labeling.store import chain
from web import auth, wire

router = APIRouter(prefix="/api/v1", tags=["log"], route_class=wire.CheckedRoute)


@router.get("/projects/{name}/log")
def page(
    request: Request,
    seat: auth.Managing,
    before: int | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    action: str | None = None,
    actor: str | None = None,
) -> Response:
    """The newest lines of a project first, before the line of that number."""
    with request.app.state.store.read() as connection:
        lines = chain.page(connection, project=seat.project.id, before=before, limit=limit, action=action, actor=actor)
    return wire.Reply({"lines": lines, "next": lines[-1].id if len(lines) == limit else None})


@router.post("/log/verify")
def verify(request: Request, _: auth.Admin) -> Response:
    """Check every line of the workspace's log against the one before (admins only)."""
    with request.app.state.store.read() as connection:
        problems = chain.verify(connection)
        return wire.Reply({"lines": chain.size(connection), "problems": problems})
