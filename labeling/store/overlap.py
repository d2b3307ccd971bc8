"""Where the answers of a project go, and how many each item is to get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, func, select, update

from labeling.model import Overlap
from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def spread(connection: Connection, project: int, most: int) -> Overlap:
    """Items by how many answers they have, and what was saved against giving each item `most`; walks the items once."""
    done = t.items.c.answered >= t.items.c.wanted
    query = (
        select(t.items.c.answered, func.count().filter(done).label("done"), func.count().filter(~done).label("open"))
        .where(t.items.c.project_id == project, t.items.c.pool == "work")
        .group_by(t.items.c.answered)
        .order_by(t.items.c.answered)
    )
    rows = tuple((row.answered, row.done, row.open) for row in connection.execute(query))
    return Overlap(
        rows=rows,
        answers=sum(answers * (full + rest) for answers, full, rest in rows),
        items=sum(full + rest for _, full, rest in rows),
        done=sum(full for _, full, _ in rows),
        saved=sum(max(most - answers, 0) * full for answers, full, _ in rows),
        of=sum(max(most, answers) * full for answers, full, _ in rows),
    )


def slots(connection: Connection, project: int) -> dict[int, tuple[int, int, int]]:
    """By item to be labeled that has an answer: answers it wants, has leased or given, and given."""
    query = select(t.items.c.id, t.items.c.wanted, t.items.c.taken, t.items.c.answered).where(
        t.items.c.project_id == project, t.items.c.pool == "work", t.items.c.answered > 0
    )
    return {row.id: (row.wanted, row.taken, row.answered) for row in connection.execute(query)}


def want(connection: Connection, wanted: Mapping[int, int]) -> None:
    """Set how many answers items are to get; never fewer than they have or have leased."""
    if not wanted:
        return
    never_less = case((t.items.c.taken > bindparam("to"), t.items.c.taken), else_=bindparam("to"))
    statement = (
        update(t.items)
        .where(and_(t.items.c.id == bindparam("b_id"), t.items.c.pool == "work"))
        .values(wanted=never_less)
    )
    connection.execute(statement, [{"b_id": item, "to": number} for item, number in wanted.items()])
