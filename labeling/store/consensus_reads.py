"""The newest consensus in figures: how sure it is, and where it is not the majority's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, case, func, select

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Why = Literal["majority", "drawn", "models"]
"""Not the label of a clear majority; chosen where the majority is drawn among equals; some of the models prefer another."""
BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.0))


@dataclass(frozen=True, slots=True)
class Unlike:
    """An item whose consensus is not what most said, or not what each of the models says."""

    item: int
    key: str
    payload: dict[str, Any]
    answer: Any
    majority: Any
    confidence: float | None
    votes: int
    is_tie: bool
    models_unlike: int


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


_WHY: dict[Why, Any] = {
    "majority": and_(t.agreed.c.answer != t.agreed.c.majority, ~t.agreed.c.is_majority_tie),
    "drawn": t.agreed.c.is_majority_tie,
    "models": t.agreed.c.models_unlike > 0,
}


def counts(connection: Connection, project: int) -> dict[Why, int]:
    """On how many items the consensus is unlike something, by what; gold items are not among them."""
    found = {why: func.sum(case((wanted, 1), else_=0)).label(why) for why, wanted in _WHY.items()}
    row = connection.execute(select(*found.values()).where(t.agreed.c.project_id == project)).mappings().one()
    return {why: int(row[why] or 0) for why in found}


def differing(
    connection: Connection, project: int, why: Why, *, after: int | None = None, limit: int = 50
) -> list[Unlike]:
    """Items whose consensus is unlike something, behind the item of that number."""
    query = (
        select(t.agreed, t.items.c.key, t.items.c.payload)
        .join(t.items, t.items.c.id == t.agreed.c.item_id)
        .where(t.agreed.c.project_id == project, _WHY[why])
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
            row.models_unlike,
        )
        for row in connection.execute(query)
    ]
