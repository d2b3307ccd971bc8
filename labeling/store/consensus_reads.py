"""The newest consensus in figures: how sure it is, and where it is not the majority's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.0))


@dataclass(frozen=True, slots=True)
class Unlike:
    """An item whose consensus is not what most said."""

    item: int
    key: str
    payload: dict[str, Any]
    answer: Any
    majority: Any
    confidence: float | None
    votes: int
    is_tie: bool


def confidence_bands(connection: Connection, project: int) -> list[tuple[float, float, int]]:
    """How many items have a confidence from `low` to below `high`; empty where no item has one."""
    band = case(
        *((t.agreed.c.confidence < high, place) for place, (_, high) in enumerate(BANDS[:-1])), else_=len(BANDS) - 1
    )
    query = (
        select(band.label("band"), func.count())
        .where(t.agreed.c.project_id == project, t.agreed.c.confidence.is_not(None))
        .group_by("band")
    )
    counts = {row[0]: row[1] for row in connection.execute(query)}
    return [(low, high, counts.get(place, 0)) for place, (low, high) in enumerate(BANDS)] if counts else []


def differing(connection: Connection, project: int, *, after: int | None = None, limit: int = 50) -> list[Unlike]:
    """Items whose consensus is not the majority's, behind the item of that number."""
    query = (
        select(t.agreed, t.items.c.key, t.items.c.payload)
        .join(t.items, t.items.c.id == t.agreed.c.item_id)
        .where(t.agreed.c.project_id == project, t.agreed.c.answer != t.agreed.c.majority)
        .order_by(t.agreed.c.item_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(t.agreed.c.item_id > after)
    return [
        Unlike(
            row.item_id,
            row.key,
            json.loads(row.payload),
            json.loads(row.answer),
            json.loads(row.majority),
            row.confidence,
            row.votes,
            row.is_tie,
        )
        for row in connection.execute(query)
    ]
