"""What people decided about annotators, and what annotators hold against gold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, delete, exists, func, insert, select, update

from labeling.model import Decided, Decision, Dispute, Told
from labeling.store import schema as t
from labeling.store.rows import AnyRow, new_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection


def add(
    connection: Connection,
    *,
    project: int,
    member: int,
    decision: Decision,
    reason: str,
    guideline_version: int,
    by: int | None,
    now: int,
) -> int:
    """A decision on record; its number."""
    values = {
        "project_id": project,
        "member_id": member,
        "decision": decision,
        "reason": reason,
        "guideline_version": guideline_version,
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
    return [
        Decided(row.id, row.name, row.decision, row.reason, row.by, row.at, row.guideline_version)
        for row in connection.execute(query)
    ]


def told(connection: Connection, project: int, member: int, decision: Decision) -> Told | None:
    """What an annotator was told with the newest decision of this sort; None where there was none."""
    row = connection.execute(
        select(t.decisions)
        .where(
            t.decisions.c.project_id == project,
            t.decisions.c.member_id == member,
            t.decisions.c.decision == decision,
        )
        .order_by(t.decisions.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else Told(row.decision, row.reason, row.guideline_version, row.at)


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


def requeue(connection: Connection, project: int, member: int, most: int, now: int) -> list[int]:
    """Ask one more answer of every item to be labeled that a member answered and that was not asked so before; the
    items. Those that want `most` already stay.
    """
    is_asked = exists().where(t.requeued.c.item_id == t.annotations.c.item_id, t.requeued.c.member_id == member)
    query = (
        select(t.annotations.c.item_id)
        .join(t.items, t.items.c.id == t.annotations.c.item_id)
        .where(
            t.annotations.c.project_id == project,
            t.annotations.c.member_id == member,
            t.annotations.c.revision == 1,
            t.annotations.c.counted,
            t.items.c.pool == "work",
            t.items.c.wanted < most,
            ~is_asked,
        )
        .distinct()
        .order_by(t.annotations.c.item_id)
    )
    numbers = list(connection.execute(query).scalars())
    more = case((t.items.c.taken > t.items.c.wanted, t.items.c.taken), else_=t.items.c.wanted)
    for some in _parts(numbers):
        connection.execute(update(t.items).where(t.items.c.id.in_(some)).values(wanted=more + 1))
        rows = [{"member_id": member, "item_id": item, "project_id": project, "at": now} for item in some]
        connection.execute(insert(t.requeued), rows)
    return numbers


def waiting(connection: Connection, project: int, member: int) -> list[int]:
    """The items asked once more because of this member whose further answer nobody has given or leased yet."""
    query = (
        select(t.requeued.c.item_id)
        .join(t.items, t.items.c.id == t.requeued.c.item_id)
        .where(
            t.requeued.c.project_id == project,
            t.requeued.c.member_id == member,
            t.items.c.pool == "work",
            t.items.c.taken < t.items.c.wanted,
        )
        .order_by(t.requeued.c.item_id)
    )
    return list(connection.execute(query).scalars())


def waiting_counts(connection: Connection, project: int) -> dict[str, int]:
    """By annotator's name, how many of their items wait to be answered once more; those without any are left out."""
    query = (
        select(t.members.c.name, func.count().label("many"))
        .select_from(t.requeued)
        .join(t.items, t.items.c.id == t.requeued.c.item_id)
        .join(t.members, t.members.c.id == t.requeued.c.member_id)
        .where(t.requeued.c.project_id == project, t.items.c.pool == "work", t.items.c.taken < t.items.c.wanted)
        .group_by(t.members.c.name)
        .order_by(t.members.c.name)
    )
    return {row.name: row.many for row in connection.execute(query)}


def withdraw(connection: Connection, member: int, items: Sequence[int]) -> None:
    """Ask one answer fewer of these items, never fewer than are given or leased; they may be asked once more again."""
    for some in _parts(items):
        free = t.items.c.id.in_(some) & (t.items.c.taken < t.items.c.wanted)
        connection.execute(update(t.items).where(free).values(wanted=t.items.c.wanted - 1))
        connection.execute(delete(t.requeued).where(t.requeued.c.member_id == member, t.requeued.c.item_id.in_(some)))


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), 500):
        yield numbers[start : start + 500]


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
