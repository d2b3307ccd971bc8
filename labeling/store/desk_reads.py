"""How a member stands in their projects, without handing anything out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's own work in a project, and the project's; `left` is the most that can still come to them."""

    done: int
    acknowledged: int
    version: int
    pace_seconds: float | None
    last_at: int | None
    items: int
    items_done: int
    left: int


def standings(connection: Connection, member: int) -> dict[int, Standing]:
    """By project number, for every project; somebody who was never at a desk there has done nothing yet."""
    newest = (
        select(func.max(t.guidelines.c.version))
        .where(t.guidelines.c.project_id == t.tallies.c.project_id)
        .scalar_subquery()
    )
    query = select(t.tallies, t.seats, newest.label("version")).select_from(
        t.tallies.outerjoin(t.seats, (t.seats.c.project_id == t.tallies.c.project_id) & (t.seats.c.member_id == member))
    )
    return {
        row[0]: Standing(
            done=row.done or 0,
            acknowledged=row.acknowledged or 0,
            version=row.version or 0,
            pace_seconds=row.pace_seconds,
            last_at=row.last_at,
            items=row.item_count,
            items_done=row.done_count,
            left=max(
                0,
                min(row.item_count - (row.done or 0) - (row.skipped or 0), row.item_count - row.done_count),
            ),
        )
        for row in connection.execute(query)
    }
