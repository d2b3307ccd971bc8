"""Figures of a whole project for its overview; each walks the answers once, so callers keep what they got."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def label_answers(connection: Connection, project: int) -> list[tuple[Any, int]]:
    """How many answers that stand and count say what, as (answer, how many), by the answer's JSON."""
    query = (
        select(t.annotations.c.answer, func.count())
        .join(
            t.assignments,
            (t.assignments.c.id == t.annotations.c.assignment_id)
            & (t.assignments.c.revision == t.annotations.c.revision),
        )
        .where(t.annotations.c.project_id == project, t.annotations.c.counted)
        .group_by(t.annotations.c.answer)
        .order_by(t.annotations.c.answer)
    )
    return [(json.loads(answer), count) for answer, count in connection.execute(query)]


def new_answers(connection: Connection, project: int, after: int) -> int:
    """How many annotations came behind that number, revisions too."""
    query = (
        select(func.count())
        .select_from(t.annotations)
        .where(t.annotations.c.project_id == project, t.annotations.c.id > after)
    )
    return int(connection.execute(query).scalar_one())


def flagged_items(connection: Connection, project: int) -> int:
    """How many items carry a flag in any revision: what the list of items shows for `flagged`."""
    query = select(func.count(t.annotations.c.item_id.distinct())).where(
        t.annotations.c.project_id == project, t.annotations.c.flagged
    )
    return int(connection.execute(query).scalar_one())


def skipped_items(connection: Connection, project: int) -> int:
    """How many items somebody skipped."""
    query = select(func.count(t.assignments.c.item_id.distinct())).where(
        t.assignments.c.project_id == project, t.assignments.c.state == "skipped"
    )
    return int(connection.execute(query).scalar_one())


def wanted_answers(connection: Connection, project: int) -> int:
    """How many answers the items to be labeled want in all, those they have among them."""
    query = select(func.sum(case((t.items.c.answered > t.items.c.wanted, t.items.c.answered), else_=t.items.c.wanted)))
    query = query.where(t.items.c.project_id == project, t.items.c.pool == "work")
    return int(connection.execute(query).scalar_one() or 0)


def answers_by_version(connection: Connection, project: int) -> dict[int, int]:
    """How many annotations were given under each guideline version, revisions too; 0 stands for none."""
    query = (
        select(t.annotations.c.guideline_version, func.count())
        .where(t.annotations.c.project_id == project)
        .group_by(t.annotations.c.guideline_version)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
