"""What the tables say of each annotator in a project; the judging is labeling.audit's."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal_column, select

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class AnnotatorRow:
    """One annotator's work in a project, in plain counts."""

    id: int
    name: str
    display: str
    role: str | None
    answers: int
    revised: int
    skips: int
    flags: int
    late: int
    leased: int
    median_seconds: float | None
    last_at: int | None
    guideline_version: int
    must_reread: bool


def table(connection: Connection, project: int) -> list[AnnotatorRow]:
    """Everyone who has a seat or an answer in the project, by name. `last_at` is the time of their last answer."""
    stands = (t.assignments.c.id == t.annotations.c.assignment_id) & (
        t.assignments.c.revision == t.annotations.c.revision
    )
    given = {
        row.member_id: row
        for row in connection.execute(
            select(
                t.annotations.c.member_id,
                func.count().label("answers"),
                func.count().filter(t.annotations.c.revision > 1).label("revised"),
                func.count().filter(t.annotations.c.flagged).label("flags"),
                func.count().filter(~t.annotations.c.counted).label("late"),
                func.max(t.annotations.c.submitted_at).label("last_at"),
            )
            .join(t.assignments, stands)
            .where(t.annotations.c.project_id == project)
            .group_by(t.annotations.c.member_id)
        )
    }
    leased = _count_by_member(connection, project, "assignments.state = 'leased'")
    skipped = _count_by_member(connection, project, "assignments.state = 'skipped'")
    query = (
        select(t.members, t.roles.c.role, t.seats.c.acknowledged, t.seats.c.reread_at)
        .select_from(t.members)
        .outerjoin(t.roles, (t.roles.c.member_id == t.members.c.id) & (t.roles.c.project_id == project))
        .outerjoin(t.seats, (t.seats.c.member_id == t.members.c.id) & (t.seats.c.project_id == project))
        .order_by(t.members.c.name)
    )
    rows = []
    for row in connection.execute(query):
        work: Any = given.get(row.id)
        if work is None and row.role != "annotator" and row.acknowledged is None:
            continue
        rows.append(
            AnnotatorRow(
                id=row.id,
                name=row.name,
                display=row.display,
                role=row.role,
                answers=work.answers if work else 0,
                revised=work.revised if work else 0,
                skips=skipped.get(row.id, 0),
                flags=work.flags if work else 0,
                late=work.late if work else 0,
                leased=leased.get(row.id, 0),
                median_seconds=_median_seconds(connection, project, row.id) if work else None,
                last_at=work.last_at if work else None,
                guideline_version=row.acknowledged or 0,
                must_reread=row.reread_at is not None,
            )
        )
    return rows


def _count_by_member(connection: Connection, project: int, state: str) -> dict[int, int]:
    query = (
        select(t.assignments.c.member_id, func.count())
        .where(t.assignments.c.project_id == project, literal_column(state))
        .group_by(t.assignments.c.member_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _median_seconds(connection: Connection, project: int, member: int) -> float | None:
    """The middle of an annotator's newest thousand times."""
    query = (
        select(t.annotations.c.seconds)
        .where(
            t.annotations.c.project_id == project,
            t.annotations.c.member_id == member,
            t.annotations.c.seconds.is_not(None),
        )
        .order_by(t.annotations.c.id.desc())
        .limit(1000)
    )
    seconds = [value for value in connection.execute(query).scalars() if value is not None]
    return statistics.median(seconds) if seconds else None


def per_day(connection: Connection, project: int) -> list[tuple[int, int]]:
    """First answers counted per day of UTC: day as the milliseconds of its midnight, and how many."""
    day = t.annotations.c.submitted_at - t.annotations.c.submitted_at % 86_400_000
    query = (
        select(day.label("day"), func.count())
        .where(t.annotations.c.project_id == project, t.annotations.c.revision == 1)
        .group_by(day)
        .order_by(day)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]
