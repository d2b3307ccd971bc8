"""What items hold, for figures that rest on it; read in one walk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from labeling.store import schema as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection


def payloads(connection: Connection, project: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The number and the fields of every item to be labeled, in the order they came."""
    query = (
        select(t.items.c.id, t.items.c.payload)
        .where(t.items.c.project_id == project, t.items.c.pool == "work")
        .order_by(t.items.c.id)
    )
    for number, text in connection.execute(query):
        yield number, json.loads(text)
