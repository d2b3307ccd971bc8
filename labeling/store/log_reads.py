"""What sorts of lines the log holds; the lines themselves are labeling.store.chain's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

NEWEST = 100_000


def actions(connection: Connection, project: int) -> list[tuple[str, int]]:
    """Each action among the newest hundred thousand lines of a project, with how often, by name."""
    newest = (
        select(t.log.c.action).where(t.log.c.project_id == project).order_by(t.log.c.id.desc()).limit(NEWEST).subquery()
    )
    query = select(newest.c.action, func.count()).group_by(newest.c.action).order_by(newest.c.action)
    return [(row[0], row[1]) for row in connection.execute(query)]
