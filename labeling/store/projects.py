"""Projects and who has which role in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, delete, insert, select, update

from labeling.errors import NotFound
from labeling.model import Member, Project, Role
from labeling.store import schema as t
from labeling.store.members import _member
from labeling.store.quick import Quick
from labeling.store.rows import AnyRow, new_number

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_by_name = Quick(select(t.projects).where(t.projects.c.name == bindparam("name")))
_by_id = Quick(select(t.projects).where(t.projects.c.id == bindparam("id")))
_role = Quick(
    select(t.roles.c.role).where(
        t.roles.c.project_id == bindparam("project"), t.roles.c.member_id == bindparam("member")
    )
)


@lru_cache(maxsize=256)
def _read(text: str) -> Any:
    """Options change seldom and are read with every submit; callers must not alter what they get."""
    return json.loads(text)


def _project(row: AnyRow) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        title=row.title,
        question=row.question,
        kind=row.kind,
        options=_read(row.options),
        show=None if row.show is None else tuple(_read(row.show)),
        overlap=row.overlap,
        gold_rate=row.gold_rate,
        lease_minutes=row.lease_minutes,
        seed=row.seed,
        created_at=row.created_at,
        closed_at=row.closed_at,
        guideline_version=row.guideline_version,
        overlap_most=row.overlap_most,
        target=row.target,
        again_rate=row.again_rate,
        shows=None if row.shows is None else _read(row.shows),
        withheld=row.withheld,
        costs=None if row.costs is None else _read(row.costs),
    )


def by_name(connection: Connection, name: str) -> Project:
    """The project of that name. Raises NotFound, naming the nearest."""
    row = _by_name.one(connection, name=name)
    if row is None:
        raise NotFound("project", name, connection.execute(select(t.projects.c.name)).scalars())
    return _project(row)


def by_id(connection: Connection, project: int) -> Project:
    """The project of that number. Raises NotFound."""
    row = _by_id.one(connection, id=project)
    if row is None:
        raise NotFound("project", project)
    return _project(row)


def listing(connection: Connection) -> list[Project]:
    """All projects by name."""
    return [_project(row) for row in connection.execute(select(t.projects).order_by(t.projects.c.name))]


def of_member(connection: Connection, member: int) -> list[tuple[Project, Role]]:
    """The projects a member has a role in, by title."""
    query = (
        select(t.projects, t.roles.c.role)
        .join(t.roles, t.roles.c.project_id == t.projects.c.id)
        .where(t.roles.c.member_id == member)
        .order_by(t.projects.c.title, t.projects.c.name)
    )
    return [(_project(row), row.role) for row in connection.execute(query)]


def role(connection: Connection, project: int, member: int) -> Role | None:
    """A member's role in a project; None for none."""
    row = _role.one(connection, project=project, member=member)
    return None if row is None else cast("Role", row.role)


def roles(connection: Connection, project: int) -> list[tuple[Member, Role]]:
    """Who has a role in a project, by name."""
    query = (
        select(t.members, t.roles.c.role)
        .join(t.roles, t.roles.c.member_id == t.members.c.id)
        .where(t.roles.c.project_id == project)
        .order_by(t.members.c.name)
    )
    return [(_member(row), row.role) for row in connection.execute(query)]


def add(connection: Connection, values: Mapping[str, Any]) -> Project:
    """A new project with an empty tally."""
    done = connection.execute(insert(t.projects), _as_row(values))
    number = new_number(done)
    connection.execute(insert(t.tallies), {"project_id": number, "item_count": 0, "done_count": 0, "answer_count": 0})
    return by_id(connection, number)


def change(connection: Connection, project: int, values: Mapping[str, Any]) -> Project:
    """Set columns of one project."""
    connection.execute(update(t.projects).where(t.projects.c.id == project).values(**_as_row(values)))
    return by_id(connection, project)


def set_role(connection: Connection, project: int, member: int, role: Role | None) -> None:
    """Give, change or take a role."""
    connection.execute(delete(t.roles).where(t.roles.c.project_id == project, t.roles.c.member_id == member))
    if role is not None:
        connection.execute(insert(t.roles), {"project_id": project, "member_id": member, "role": role})


def _as_row(values: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(values)
    for name in ("options", "show", "shows", "costs"):
        if row.get(name) is not None:
            row[name] = json.dumps(row[name], ensure_ascii=False)
    return row
