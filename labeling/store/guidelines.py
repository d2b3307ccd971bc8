"""Guideline versions and who has read which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, literal_column, select, update

from labeling.errors import NotFound
from labeling.model import Guideline
from labeling.store import schema as t
from labeling.store.quick import Quick
from labeling.store.rows import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_all = select(t.guidelines, t.members.c.name.label("by")).outerjoin(
    t.members, t.members.c.id == t.guidelines.c.published_by
)


def _guideline(row: AnyRow) -> Guideline:
    return Guideline(row.project_id, row.version, row.body, row.note, row.change, row.by, row.published_at)


def current(connection: Connection, project: int) -> Guideline | None:
    """The newest version; None before the first."""
    query = _all.where(t.guidelines.c.project_id == project).order_by(t.guidelines.c.version.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _guideline(row)


def one(connection: Connection, project: int, version: int) -> Guideline:
    """That version. Raises NotFound."""
    row = connection.execute(
        _all.where(t.guidelines.c.project_id == project, t.guidelines.c.version == version)
    ).first()
    if row is None:
        raise NotFound("guideline version", version)
    return _guideline(row)


def listing(connection: Connection, project: int) -> list[Guideline]:
    """All versions, the newest first."""
    query = _all.where(t.guidelines.c.project_id == project).order_by(t.guidelines.c.version.desc())
    return [_guideline(row) for row in connection.execute(query)]


def acknowledged(connection: Connection, project: int, member: int) -> int:
    """The newest version this member has read; 0 for none."""
    query = select(t.seats.c.acknowledged).where(t.seats.c.project_id == project, t.seats.c.member_id == member)
    return connection.execute(query).scalar_one_or_none() or 0


def readers(connection: Connection, project: int) -> list[tuple[int, str, int]]:
    """Every acknowledgement: version, member's name, when; the newest first."""
    query = (
        select(t.acknowledgements.c.version, t.members.c.name, t.acknowledgements.c.at)
        .join(t.members, t.members.c.id == t.acknowledgements.c.member_id)
        .where(t.acknowledgements.c.project_id == project)
        .order_by(t.acknowledgements.c.at.desc())
    )
    return [(row.version, row.name, row.at) for row in connection.execute(query)]


def add(connection: Connection, guideline: Guideline, by: int | None) -> None:
    """A new version, which now stands."""
    values = {
        "project_id": guideline.project,
        "version": guideline.version,
        "body": guideline.body,
        "note": guideline.note,
        "change": guideline.change,
        "published_by": by,
        "published_at": guideline.published_at,
    }
    connection.execute(insert(t.guidelines), values)
    connection.execute(
        update(t.projects).where(t.projects.c.id == guideline.project).values(guideline_version=guideline.version)
    )


def acknowledge(connection: Connection, project: int, version: int, member: int, now: int) -> None:
    """Note that a member has read a version; reading it twice keeps the first time."""
    key = {"project_id": project, "version": version, "member_id": member}
    found = connection.execute(select(t.acknowledgements.c.at).filter_by(**key)).first()
    if found is None:
        connection.execute(insert(t.acknowledgements), {**key, "at": now})


_standing = Quick(
    select(t.guidelines.c.version, t.guidelines.c.change, t.guidelines.c.published_at)
    .where(t.guidelines.c.project_id == bindparam("project"))
    .order_by(t.guidelines.c.version.desc())
    .limit(literal_column("1"))
)


def standing(connection: Connection, project: int) -> Any:
    """The newest version's number, kind of change and time, without its text; None before the first."""
    return _standing.one(connection, project=project)
