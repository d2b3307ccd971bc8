"""Gold: items whose answer is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, insert, select, update

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def answers(connection: Connection, project: int) -> dict[str, Any]:
    """The known answers by item id."""
    query = (
        select(t.items.c.key, t.gold.c.answer)
        .join(t.items, t.items.c.id == t.gold.c.item_id)
        .where(t.gold.c.project_id == project)
        .order_by(t.items.c.id)
    )
    return {row.key: json.loads(row.answer) for row in connection.execute(query)}


def put(
    connection: Connection,
    *,
    project: int,
    item: int,
    answer: Any,
    purpose: str,
    note: str,
    member: int | None,
    now: int,
) -> None:
    """Make an item gold, or give a gold item another answer."""
    connection.execute(delete(t.gold).where(t.gold.c.item_id == item))
    values = {
        "item_id": item,
        "project_id": project,
        "answer": json.dumps(answer, ensure_ascii=False),
        "purpose": purpose,
        "note": note,
        "member_id": member,
        "at": now,
    }
    connection.execute(insert(t.gold), values)
    connection.execute(update(t.items).where(t.items.c.id == item).values(pool="gold"))
    connection.execute(delete(t.returned).where(t.returned.c.item_id == item))


def remove(connection: Connection, item: int, overlap: int) -> bool:
    """Make a gold item one to be labeled again, with the answers and leases it has; whether it was gold."""
    if connection.execute(delete(t.gold).where(t.gold.c.item_id == item)).rowcount == 0:
        return False
    rows = (
        connection.execute(
            select(t.assignments.c.state).where(
                and_(t.assignments.c.item_id == item, t.assignments.c.state.in_(("leased", "submitted")))
            )
        )
        .scalars()
        .all()
    )
    taken, answered = len(rows), sum(state == "submitted" for state in rows)
    connection.execute(
        update(t.items)
        .where(t.items.c.id == item)
        .values(pool="work", taken=taken, answered=answered, wanted=max(taken, overlap))
    )
    return True
