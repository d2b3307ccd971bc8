"""One annotator's answers, the newest first, and the gold items with how they were answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from labeling.store import schema as t
from labeling.store.items import answers_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that stands, with the item it was given to."""

    number: int
    key: str
    payload: dict[str, Any]
    answer: Any
    seconds: float | None
    guideline_version: int
    flagged: bool
    submitted_at: int


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A gold item, its known answer, and what those who had it said."""

    item: int
    key: str
    payload: dict[str, Any]
    answer: Any
    note: str
    answers: tuple[Any, ...]

    @property
    def seen(self) -> int:
        """How many had it."""
        return len(self.answers)


_stands = (t.assignments.c.id == t.annotations.c.assignment_id) & (t.assignments.c.revision == t.annotations.c.revision)


def given(
    connection: Connection, project: int, member: int, *, before: int | None = None, limit: int = 20
) -> list[Given]:
    """The newest answers of a member that stand, before the annotation of that number."""
    query = (
        select(t.annotations, t.items.c.key.label("item_key"), t.items.c.payload)
        .join(t.items, t.items.c.id == t.annotations.c.item_id)
        .join(t.assignments, _stands)
        .where(t.annotations.c.member_id == member, t.annotations.c.project_id == project)
        .order_by(t.annotations.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(t.annotations.c.id < before)
    return [
        Given(
            row.id,
            row.item_key,
            json.loads(row.payload),
            json.loads(row.answer),
            row.seconds,
            row.guideline_version,
            row.flagged,
            row.submitted_at,
        )
        for row in connection.execute(query)
    ]


def payloads(connection: Connection, project: int, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The fields of the items with these ids, at most a few hundred."""
    query = select(t.items.c.key, t.items.c.payload).where(t.items.c.project_id == project, t.items.c.key.in_(keys))
    return {row.key: json.loads(row.payload) for row in connection.execute(query)}


def per_day(connection: Connection, project: int, member: int) -> list[tuple[int, int]]:
    """First answers of a member per day of UTC: the milliseconds of its midnight, and how many."""
    day = t.annotations.c.submitted_at - t.annotations.c.submitted_at % 86_400_000
    query = (
        select(day.label("day"), func.count())
        .where(
            t.annotations.c.project_id == project, t.annotations.c.member_id == member, t.annotations.c.revision == 1
        )
        .group_by(day)
        .order_by(day)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def gold_page(connection: Connection, project: int, *, after: int | None = None, limit: int = 50) -> list[GoldRow]:
    """Gold items in the order they came, behind the item of that number."""
    query = (
        select(t.gold.c.item_id, t.gold.c.answer, t.gold.c.note, t.items.c.key, t.items.c.payload)
        .join(t.items, t.items.c.id == t.gold.c.item_id)
        .where(t.gold.c.project_id == project)
        .order_by(t.gold.c.item_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(t.gold.c.item_id > after)
    rows = connection.execute(query).all()
    said = answers_of(connection, [row.item_id for row in rows])
    found = []
    for row in rows:
        known, answers = json.loads(row.answer), [answer for _, answer in said.get(row.item_id, [])]
        found.append(GoldRow(row.item_id, row.key, json.loads(row.payload), known, row.note, tuple(answers)))
    return found


def gold_count(connection: Connection, project: int) -> int:
    """How many gold items there are."""
    return int(
        connection.execute(select(func.count()).select_from(t.gold).where(t.gold.c.project_id == project)).scalar_one()
    )
