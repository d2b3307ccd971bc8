"""Imports of items: staged row by row, then shown all at once, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, insert, literal_column, select, update

from labeling.errors import Conflict
from labeling.store import schema as t
from labeling.store.rows import AnyRow, new_number

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def begin(
    connection: Connection, project: int, name: str, member: int | None, now: int, *, pipeline: str = "", run: str = ""
) -> int:
    """A new import (through that run of a pipeline), and the end of those that were left lying; its number."""
    stale = select(t.imports.c.id).where(t.imports.c.state == "staging", t.imports.c.touched_at < now - 600_000)
    for old in connection.execute(stale).scalars().all():
        abandon(connection, old)
    values = {
        "project_id": project,
        "name": name,
        "state": "staging",
        "pipeline": pipeline,
        "run": run,
        "member_id": member,
        "started_at": now,
        "touched_at": now,
    }
    return new_number(connection.execute(insert(t.imports), values))


def stage(connection: Connection, batch: int, rows: Sequence[dict[str, Any]], now: int) -> list[AnyRow]:
    """Put rows by (`key`, `row`, `payload`, `rank`); those whose key stands in this import already come back."""
    keys = [row["key"] for row in rows]
    before: dict[str, AnyRow] = {}
    for start in range(0, len(keys), 500):
        query = select(t.staged_items).where(
            t.staged_items.c.import_id == batch, t.staged_items.c.key.in_(keys[start : start + 500])
        )
        before.update({row.key: row for row in connection.execute(query)})
    fresh = [{"import_id": batch, **row} for row in rows if row["key"] not in before]
    if fresh:
        connection.execute(insert(t.staged_items), fresh)
    _touch(connection, batch, {"touched_at": now})
    return list(before.values())


def _touch(connection: Connection, batch: int, values: dict[str, Any]) -> None:
    """Change an import that is still being staged; one that another import has given up meanwhile is refused."""
    staging = (t.imports.c.id == batch) & (t.imports.c.state == "staging")
    if connection.execute(update(t.imports).where(staging).values(**values)).rowcount == 0:
        raise Conflict("The import stood still for ten minutes and was given up; nothing of it was kept. Begin anew.")


def conflicts(connection: Connection, project: int, batch: int, most: int = 5) -> list[tuple[int, str]]:
    """Staged rows whose id the project has with other content: row and id."""
    query = (
        select(t.staged_items.c.row, t.staged_items.c.key)
        .join(t.items, and_(t.items.c.project_id == project, t.items.c.key == t.staged_items.c.key))
        .where(t.staged_items.c.import_id == batch, t.items.c.payload != t.staged_items.c.payload)
        .order_by(t.staged_items.c.row)
        .limit(most)
    )
    return [(row.row, row.key) for row in connection.execute(query)]


def show(connection: Connection, project: int, batch: int, wanted: int, now: int) -> int:
    """All staged rows become items at once, but those that are there already; how many are new."""
    s = t.staged_items.c
    there = exists().where(t.items.c.project_id == project, t.items.c.key == s.key)
    fresh = select(
        literal_column(str(int(project))),
        s.key,
        s.payload,
        s.rank,
        literal_column("'work'"),
        literal_column(str(int(wanted))),
        literal_column("0"),
        literal_column("0"),
        literal_column(str(int(batch))),
        literal_column(str(int(now))),
    ).where(s.import_id == batch, ~there)
    names = ["project_id", "key", "payload", "rank", "pool", "wanted", "taken", "answered", "import_id", "created_at"]
    added = connection.execute(insert(t.items).from_select(names, fresh.order_by(s.id))).rowcount
    connection.execute(
        update(t.tallies).where(t.tallies.c.project_id == project).values(item_count=t.tallies.c.item_count + added)
    )
    _touch(connection, batch, {"state": "shown", "added": added})
    return added


def sweep(connection: Connection, batch: int, most: int = 20_000) -> int:
    """Take staged rows away, some at a time; how many went."""
    some = select(t.staged_items.c.id).where(t.staged_items.c.import_id == batch).limit(most)
    return connection.execute(delete(t.staged_items).where(t.staged_items.c.id.in_(some))).rowcount


def abandon(connection: Connection, batch: int) -> None:
    """An import that came to nothing: its rows go."""
    connection.execute(delete(t.staged_items).where(t.staged_items.c.import_id == batch))
    connection.execute(update(t.imports).where(t.imports.c.id == batch).values(state="abandoned"))
