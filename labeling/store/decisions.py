"""What people decided about annotators, and what annotators hold against gold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, insert, select, update

from labeling.model import Decided, Decision, Dispute
from labeling.store import schema as t
from labeling.store.rows import AnyRow, new_number

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def add(
    connection: Connection, *, project: int, member: int, decision: Decision, reason: str, by: int | None, now: int
) -> int:
    """A decision on record; its number."""
    values = {
        "project_id": project,
        "member_id": member,
        "decision": decision,
        "reason": reason,
        "decided_by": by,
        "at": now,
    }
    return new_number(connection.execute(insert(t.decisions), values))


def listing(connection: Connection, project: int, *, member: int | None = None, limit: int = 100) -> list[Decided]:
    """The decisions in a project (about one annotator), the newest first."""
    by = t.members.alias("by")
    query = (
        select(t.decisions, t.members.c.name, by.c.name.label("by"))
        .join(t.members, t.members.c.id == t.decisions.c.member_id)
        .outerjoin(by, by.c.id == t.decisions.c.decided_by)
        .where(t.decisions.c.project_id == project)
        .order_by(t.decisions.c.id.desc())
        .limit(limit)
    )
    if member is not None:
        query = query.where(t.decisions.c.member_id == member)
    return [Decided(row.id, row.name, row.decision, row.reason, row.by, row.at) for row in connection.execute(query)]


def newest(connection: Connection, project: int) -> int:
    """The number of the newest decision of a project, which tells its states apart; 0 for none."""
    query = select(func.max(t.decisions.c.id)).where(t.decisions.c.project_id == project)
    return connection.execute(query).scalar_one() or 0


def mark(connection: Connection, project: int, member: int, **values: Any) -> None:
    """Set columns of an annotator's seat."""
    here = (t.seats.c.project_id == project) & (t.seats.c.member_id == member)
    connection.execute(update(t.seats).where(here).values(**values))


def states(connection: Connection, project: int) -> dict[str, tuple[bool, bool]]:
    """By name, whether an annotator is paused and whether their answers are excluded; the others are left out."""
    query = (
        select(t.members.c.name, t.seats.c.paused_at, t.seats.c.excluded_at)
        .join(t.members, t.members.c.id == t.seats.c.member_id)
        .where(
            t.seats.c.project_id == project,
            (t.seats.c.paused_at.is_not(None)) | (t.seats.c.excluded_at.is_not(None)),
        )
    )
    return {row.name: (row.paused_at is not None, row.excluded_at is not None) for row in connection.execute(query)}


def requeue(connection: Connection, project: int, member: int, after: int, most: int) -> tuple[list[int], int]:
    """Ask one more answer of every item to be labeled that a member answered behind an annotation; the items and the
    member's newest annotation. Items that want `most` already stay.
    """
    query = (
        select(t.annotations.c.item_id, func.max(t.annotations.c.id).label("last"))
        .join(t.items, t.items.c.id == t.annotations.c.item_id)
        .where(
            t.annotations.c.project_id == project,
            t.annotations.c.member_id == member,
            t.annotations.c.revision == 1,
            t.annotations.c.counted,
            t.annotations.c.id > after,
            t.items.c.pool == "work",
            t.items.c.wanted < most,
        )
        .group_by(t.annotations.c.item_id)
    )
    rows = connection.execute(query).all()
    numbers = [row.item_id for row in rows]
    for start in range(0, len(numbers), 500):
        some = t.items.c.id.in_(numbers[start : start + 500])
        more = case((t.items.c.taken > t.items.c.wanted, t.items.c.taken), else_=t.items.c.wanted)
        connection.execute(update(t.items).where(some).values(wanted=more + 1))
    return numbers, max((row.last for row in rows), default=after)


_dispute = (
    select(
        t.disputes,
        t.items.c.key,
        t.items.c.payload,
        t.members.c.name,
        t.gold.c.answer.label("known"),
        t.annotations.c.answer.label("said"),
    )
    .join(t.items, t.items.c.id == t.disputes.c.item_id)
    .join(t.members, t.members.c.id == t.disputes.c.member_id)
    .outerjoin(t.gold, t.gold.c.item_id == t.disputes.c.item_id)
    .outerjoin(
        t.assignments,
        (t.assignments.c.item_id == t.disputes.c.item_id) & (t.assignments.c.member_id == t.disputes.c.member_id),
    )
    .outerjoin(
        t.annotations,
        (t.annotations.c.assignment_id == t.assignments.c.id) & (t.annotations.c.revision == t.assignments.c.revision),
    )
    .order_by(t.disputes.c.id.desc())
)


def disputes(
    connection: Connection, project: int, *, member: int | None = None, is_open: bool | None = None, limit: int = 200
) -> list[Dispute]:
    """Disputes of a project (of one annotator), the newest first; `gold` is None where the item is no gold."""
    query = _dispute.where(t.disputes.c.project_id == project).limit(limit)
    if member is not None:
        query = query.where(t.disputes.c.member_id == member)
    if is_open is not None:
        query = query.where((t.disputes.c.outcome == "") == is_open)
    return [_disputed(row) for row in connection.execute(query)]


def dispute(connection: Connection, project: int, number: int) -> Dispute | None:
    """One dispute."""
    row = connection.execute(_dispute.where(t.disputes.c.project_id == project, t.disputes.c.id == number)).first()
    return None if row is None else _disputed(row)


def add_dispute(connection: Connection, *, project: int, item: int, member: int, reason: str, now: int) -> int:
    """A dispute; its number."""
    values = {"project_id": project, "item_id": item, "member_id": member, "reason": reason, "at": now}
    return new_number(connection.execute(insert(t.disputes), values))


def dispute_of(connection: Connection, item: int, member: int) -> AnyRow | None:
    """The dispute of a member over an item, if there is one."""
    query = select(t.disputes).where(t.disputes.c.item_id == item, t.disputes.c.member_id == member)
    return connection.execute(query).first()


def change_dispute(connection: Connection, number: int, **values: Any) -> None:
    """Set columns of a dispute."""
    connection.execute(update(t.disputes).where(t.disputes.c.id == number).values(**values))


def _disputed(row: AnyRow) -> Dispute:
    return Dispute(
        id=row.id,
        item=row.item_id,
        key=row.key,
        payload=json.loads(row.payload),
        annotator=row.name,
        said=None if row.said is None else json.loads(row.said),
        gold=None if row.known is None else json.loads(row.known),
        reason=row.reason,
        outcome=row.outcome,
        answer=row.answer,
        at=row.at,
        decided_at=row.decided_at,
    )
