"""My projects: what waits for me, and how the ones that I run stand. And the theme and the language, which every page can set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from labeling.store import desk_reads, projects
from web import auth, catalogue
from web.pages import is_own_url, render

if TYPE_CHECKING:
    from labeling.model import Member, Project, Role
    from labeling.store.desk_reads import Standing

router = APIRouter(include_in_schema=False)
YEAR_SECONDS = 365 * 86_400


@router.get("/")
async def front() -> Response:
    """The way in."""
    return RedirectResponse("/projects", 303)


@router.get("/projects")
async def my_projects(request: Request, found: auth.SignedIn) -> Response:
    """Every project in which you have a role; for an admin, all."""
    found.needs("read")
    with request.app.state.store.read() as connection:
        standings = desk_reads.standings(connection, found.member.id)
        roles = {project.id: (project, role) for project, role in projects.of_member(connection, found.member.id)}
        if found.member.is_admin:
            for project in projects.listing(connection):
                roles.setdefault(project.id, (project, "manager"))
    rows = [_row(project, role, standings[project.id]) for project, role in roles.values()]
    open_rows = sorted((row for row in rows if not row["is_closed"]), key=lambda row: not row["waits"])
    closed = [row for row in rows if row["is_closed"]]
    return render(request, "projects.html", rows=open_rows, closed=closed, may_create=_may_create(found.member))


@router.post("/theme")
async def set_theme(
    request: Request,
    theme: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/projects",  # noqa: A002 - the name in the form
) -> Response:
    """Light, dark, or as the system has it; kept in this browser."""
    reply = RedirectResponse(next if is_own_url(next) else "/projects", 303)
    if theme in {"light", "dark"}:
        secure = request.app.state.settings.is_secure
        reply.set_cookie(
            "assay_theme", theme, max_age=YEAR_SECONDS, path="/", httponly=True, samesite="lax", secure=secure
        )
    else:
        reply.delete_cookie("assay_theme", path="/")
    return reply


@router.post("/language")
async def set_language(
    request: Request,
    language: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/projects",  # noqa: A002 - the name in the form
) -> Response:
    """What the interface speaks; kept in this browser."""
    reply = RedirectResponse(next if is_own_url(next) else "/projects", 303)
    if language in catalogue.known():
        secure = request.app.state.settings.is_secure
        reply.set_cookie(
            catalogue.COOKIE, language, max_age=YEAR_SECONDS, path="/", httponly=True, samesite="lax", secure=secure
        )
    return reply


def _row(project: Project, role: Role, standing: Standing) -> dict[str, object]:
    """One project as the page shows it; `waits` says whether there is something to label."""
    return {
        "project": project,
        "role": role,
        "standing": standing,
        "is_closed": project.closed_at is not None,
        "waits": project.closed_at is None and standing.waits,
        "must_read": standing.must_read,
    }


def _may_create(member: Member) -> bool:
    return member.is_admin
