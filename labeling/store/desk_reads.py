"""How a member stands in their projects, without handing anything out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from labeling.store import schema as t
from labeling.store.rows import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's own work in a project, and the project's.

    `left` is the most that can still come to them; `waits` says whether anything is open at all, `must_read` whether a
    guideline stands before it, `must_reread` whether it is to be read again.
    """

    done: int
    acknowledged: int
    version: int
    pace_seconds: float | None
    last_at: int | None
    items: int
    items_done: int
    left: int
    waits: bool
    must_read: bool
    must_reread: bool


def most_left(*, items: int, items_done: int, gold: int, done: int, skipped: int) -> int:
    """How much can still come to an annotator, at most: what they have not had, of what is not finished.

    Blind: a gold item counts like any other, and where there are such, what is not finished is said in tens, as
    whether the annotator's own answer made it one less would tell.

    >>> most_left(items=100, items_done=97, gold=4, done=3, skipped=0)
    10
    """
    unfinished = items - items_done + gold
    if gold:
        unfinished = -(-unfinished // 10) * 10
    return max(0, min(items + gold - done - skipped, unfinished))


def standings(connection: Connection, member: int) -> dict[int, Standing]:
    """By project number, for every project; somebody who was never at a desk there has done nothing yet."""
    newest = (
        select(func.max(t.guidelines.c.version))
        .where(t.guidelines.c.project_id == t.tallies.c.project_id)
        .scalar_subquery()
    )
    gold = (
        select(func.count())
        .select_from(t.gold)
        .where(t.gold.c.project_id == t.tallies.c.project_id, t.projects.c.gold_rate > 0)
        .scalar_subquery()
    )
    query = select(t.tallies, t.seats, newest.label("version"), gold.label("gold")).select_from(
        t.tallies.join(t.projects, t.projects.c.id == t.tallies.c.project_id).outerjoin(
            t.seats, (t.seats.c.project_id == t.tallies.c.project_id) & (t.seats.c.member_id == member)
        )
    )
    return {row[0]: _standing(row) for row in connection.execute(query)}


def _standing(row: AnyRow) -> Standing:
    done, skipped = row.done or 0, row.skipped or 0
    must_reread = bool(row.version) and row.reread_at is not None
    left = most_left(items=row.item_count, items_done=row.done_count, gold=row.gold, done=done, skipped=skipped)
    return Standing(
        done=done,
        acknowledged=row.acknowledged or 0,
        version=row.version or 0,
        pace_seconds=row.pace_seconds,
        last_at=row.last_at,
        items=row.item_count,
        items_done=row.done_count,
        left=left,
        waits=left > 0 and row.done_count < row.item_count,
        must_read=must_reread or (row.version or 0) > (row.acknowledged or 0),
        must_reread=must_reread,
    )
