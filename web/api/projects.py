"""Projects and who has which role in them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from labeling.model import Project
from labeling.services import projects as services
from labeling.store import items, members, projects
from web import auth, wire
from web.api import bodies

router = APIRouter(prefix="/api/v1/projects", tags=["projects"], route_class=wire.CheckedRoute)


@router.get("")
def listing(request: Request, found: auth.SignedIn) -> Response:
    """The projects you have a role in; for an admin all of them."""
    with request.app.state.store.read() as connection:
        mine = dict.fromkeys((project.name for project in projects.listing(connection)), "manager")
        roles = {project.name: role for project, role in projects.of_member(connection, found.member.id)}
        every = {project.name: project for project in projects.listing(connection)}
    names = mine if found.member.is_admin else roles
    return wire.Reply(
        {"projects": [{**brief(every[name]), "role": roles.get(name, "manager")} for name in names if name in every]}
    )


@router.post("", status_code=201)
def create(request: Request, found: auth.Admin, body: bodies.NewProject) -> Response:
    """Make a project; you become its manager."""
    made = request.app.state.store.write(services.create_project, **body.model_dump(), actor=found.member.id)
    return wire.Reply(full(made), 201)


@router.get("/{name}")
def one(request: Request, seat: auth.Anyone) -> Response:
    """A project: what is asked; for managers and reviewers also its settings and how it stands."""
    if seat.role == "annotator":
        return wire.Reply({**brief(seat.project), "role": seat.role})
    with request.app.state.store.read() as connection:
        counts = items.counts(connection, seat.project.id)
    return wire.Reply({**full(seat.project), "role": seat.role, "counts": counts})


@router.patch("/{name}")
def change(request: Request, seat: auth.Managing, body: bodies.ProjectChange) -> Response:
    """Change settings; what is left out stays."""
    values = body.model_dump(exclude_unset=True)
    after = request.app.state.store.write(
        services.change_project, project=seat.project.id, actor=seat.member.id, **values
    )
    return wire.Reply(full(after))


@router.post("/{name}/close")
def close(request: Request, seat: auth.Managing) -> Response:
    """Take no more work; twice is once."""
    store = request.app.state.store
    return wire.Reply(full(store.write(services.close_project, project=seat.project.id, actor=seat.member.id)))


@router.post("/{name}/reopen")
def reopen(request: Request, seat: auth.Managing) -> Response:
    """Take work again."""
    store = request.app.state.store
    return wire.Reply(full(store.write(services.reopen_project, project=seat.project.id, actor=seat.member.id)))


@router.get("/{name}/roles")
def roles(request: Request, seat: auth.Managing) -> Response:
    """Who has which role."""
    with request.app.state.store.read() as connection:
        found = projects.roles(connection, seat.project.id)
    rows = [{"member": member.name, "display": member.display, "role": role} for member, role in found]
    return wire.Reply({"roles": rows})


@router.put("/{name}/roles/{member}")
def set_role(request: Request, seat: auth.Managing, member: str, body: bodies.RoleGiven) -> Response:
    """Give a member a role, change it, or take it away with null."""
    store = request.app.state.store
    with store.read() as connection:
        who = members.by_name(connection, member)
    store.write(services.set_role, project=seat.project.id, member=who.id, role=body.role, actor=seat.member.id)
    return wire.Reply({"member": who.name, "role": body.role})


def brief(project: Project) -> dict[str, Any]:
    """What everybody in a project may know of it."""
    return {
        "name": project.name,
        "title": project.title,
        "question": project.question,
        "kind": project.kind,
        "options": project.options,
        "is_closed": project.closed_at is not None,
    }


def full(project: Project) -> dict[str, Any]:
    """What its managers and reviewers may know."""
    names = (
        "show",
        "shows",
        "overlap",
        "overlap_most",
        "target",
        "costs",
        "again_rate",
        "withheld",
        "gold_rate",
        "lease_minutes",
        "seed",
        "created_at",
        "closed_at",
    )
    return {**brief(project), **{name: getattr(project, name) for name in names}}
