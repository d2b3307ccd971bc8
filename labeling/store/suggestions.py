"""Suggestions of models: one an item at most, the last that was brought in. None is ever an answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, insert, select

from labeling.store import schema as t
from labeling.store.answers import excluded
from labeling.store.quick import Quick
from labeling.store.rows import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_of = Quick(
    select(t.suggestions.c.answer, t.suggestions.c.model, t.suggestions.c.confidence).where(
        t.suggestions.c.item_id == bindparam("item")
    )
)


@dataclass(frozen=True, slots=True)
class Suggested:
    """How many items have a suggestion, by model, and how many gold items have none."""

    models: dict[str, int]
    gold_without: int

    @property
    def items(self) -> int:
        """Items with one."""
        return sum(self.models.values())


def of(connection: Connection, item: int) -> AnyRow | None:
    """The suggestion for an item: `answer` (JSON text), `model`, `confidence`; None where there is none."""
    row: AnyRow | None = _of.one(connection, item=item)
    return row


def put(connection: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Take these in, in place of those that the items had; how many are new."""
    numbers = [row["item_id"] for row in rows]
    gone = 0
    for start in range(0, len(numbers), 500):
        some = t.suggestions.c.item_id.in_(numbers[start : start + 500])
        gone += connection.execute(delete(t.suggestions).where(some)).rowcount
    if rows:
        connection.execute(insert(t.suggestions), list(rows))
    return len(rows) - gone


def remove(connection: Connection, project: int) -> int:
    """Take all of a project's away; how many there were."""
    return connection.execute(delete(t.suggestions).where(t.suggestions.c.project_id == project)).rowcount


def standing(connection: Connection, project: int) -> Suggested:
    """What there is of suggestions in a project."""
    c = t.suggestions.c
    models = select(c.model, func.count()).where(c.project_id == project).group_by(c.model).order_by(c.model)
    without = (
        select(func.count())
        .select_from(t.gold.outerjoin(t.suggestions, c.item_id == t.gold.c.item_id))
        .where(t.gold.c.project_id == project, c.item_id.is_(None))
    )
    found = {row[0]: int(row[1]) for row in connection.execute(models)}
    return Suggested(found, int(connection.execute(without).scalar_one()))


def answered(connection: Connection, project: int) -> list[tuple[Any, dict[str, Any], str]]:
    """Answers that stand and count, to items that had a suggestion: the answer, the suggestion (`answer`, `model`,
    `confidence`, `is_shown`) and the annotator.
    """
    a = t.annotations.c
    query = (
        select(a.answer, a.suggested, t.members.c.name)
        .join(t.assignments, and_(t.assignments.c.id == a.assignment_id, t.assignments.c.revision == a.revision))
        .join(t.members, t.members.c.id == a.member_id)
        .where(a.project_id == project, a.suggested.is_not(None), a.counted, a.member_id.not_in(excluded(project)))
        .order_by(a.id)
    )
    return [(json.loads(row.answer), json.loads(row.suggested), row.name) for row in connection.execute(query)]
