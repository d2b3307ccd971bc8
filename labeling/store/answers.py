"""Annotations: written once, never changed; the newest revision of each is the one that stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, func, insert, or_, select, update

from labeling.store import schema as t
from labeling.store.quick import Quick
from labeling.store.rows import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_add = Quick(
    insert(t.annotations).values(
        project_id=bindparam("project"),
        item_id=bindparam("item"),
        member_id=bindparam("member"),
        assignment_id=bindparam("assignment"),
        revision=bindparam("revision"),
        answer=bindparam("answer"),
        guideline_version=bindparam("guideline_version"),
        seconds=bindparam("seconds"),
        flagged=bindparam("flagged"),
        comment=bindparam("comment"),
        key=bindparam("key"),
        source=bindparam("source"),
        counted=bindparam("counted"),
        submitted_at=bindparam("now"),
        shown=bindparam("shown"),
        suggested=bindparam("suggested"),
    )
)
_by_key = select(t.annotations).where(
    t.annotations.c.assignment_id == bindparam("assignment"), t.annotations.c.key == bindparam("key")
)
_set_revision = update(t.assignments).where(t.assignments.c.id == bindparam("b_id")).values(revision=bindparam("to"))


def add(
    connection: Connection,
    *,
    assignment: int,
    project: int,
    item: int,
    member: int,
    revision: int,
    answer: Any,
    guideline_version: int,
    seconds: float | None,
    flagged: bool,
    comment: str,
    key: str,
    source: str,
    counted: bool,
    now: int,
    shown: str | None = None,
    suggested: str | None = None,
) -> None:
    """One revision of one answer; `shown` is the JSON text of what the desk had changed, `suggested` of what a model
    suggested.
    """
    _add.run(
        connection,
        project=project,
        item=item,
        member=member,
        assignment=assignment,
        revision=revision,
        answer=json.dumps(answer, ensure_ascii=False),
        guideline_version=guideline_version,
        seconds=seconds,
        flagged=flagged,
        comment=comment,
        key=key,
        source=source,
        counted=counted,
        now=now,
        shown=shown,
        suggested=suggested,
    )


def by_key(connection: Connection, assignment: int, key: str) -> AnyRow | None:
    """The annotation that a submit with this key made, if it did."""
    return connection.execute(_by_key, {"assignment": assignment, "key": key}).first()


def set_revision(connection: Connection, assignment: int, revision: int) -> None:
    """Which revision of an assignment stands."""
    connection.execute(_set_revision, {"b_id": assignment, "to": revision})


def latest(connection: Connection, assignment: int) -> AnyRow | None:
    """The revision that stands."""
    query = (
        select(t.annotations)
        .where(t.annotations.c.assignment_id == assignment)
        .order_by(t.annotations.c.revision.desc())
        .limit(1)
    )
    return connection.execute(query).first()


def next_again(connection: Connection, assignment: int) -> int:
    """The number for an answer to an item shown again: −1, −2, …, so that none of them ever stands."""
    query = select(func.min(t.annotations.c.revision)).where(t.annotations.c.assignment_id == assignment)
    return min(connection.execute(query).scalar_one() or 0, 0) - 1


def last_number(connection: Connection, project: int) -> int:
    """The number of the newest annotation of a project: what a cached figure is checked against. 0 for none."""
    query = select(func.max(t.annotations.c.id)).where(t.annotations.c.project_id == project)
    return connection.execute(query).scalar_one() or 0


def mine(
    connection: Connection, project: int, member: int, *, before: int | None = None, limit: int = 20
) -> list[dict[str, Any]]:
    """An annotator's own answers that stand, the newest first, before the annotation of that number."""
    query = (
        select(t.annotations, t.items.c.payload, t.remarks.c.reply)
        .outerjoin(t.remarks, t.remarks.c.assignment_id == t.annotations.c.assignment_id)
        .join(t.items, t.items.c.id == t.annotations.c.item_id)
        .join(
            t.assignments,
            (t.assignments.c.id == t.annotations.c.assignment_id)
            & (t.assignments.c.revision == t.annotations.c.revision),
        )
        .where(t.annotations.c.member_id == member, t.annotations.c.project_id == project)
        .order_by(t.annotations.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(t.annotations.c.id < before)
    return [
        {
            "number": row.id,
            "assignment": row.assignment_id,
            "item": row.item_id,
            "revision": row.revision,
            "answer": json.loads(row.answer),
            "payload": json.loads(row.payload),
            "submitted_at": row.submitted_at,
            "guideline_version": row.guideline_version,
            "flagged": row.flagged,
            "comment": row.comment,
            "counted": row.counted,
            "reply": row.reply or "",
            "shown": None if row.shown is None else json.loads(row.shown),
            "suggested": None if row.suggested is None else json.loads(row.suggested),
        }
        for row in connection.execute(query)
    ]


MOST_A_DAY = 20_000


def since(connection: Connection, project: int, member: int, at: int) -> tuple[int, float, float | None]:
    """How many answers a member gave since then, the seconds they took, and the median of one; from their last backwards."""
    a = t.annotations.c
    last = (
        select(a.seconds, a.submitted_at)
        .where(a.member_id == member, a.project_id == project, a.source != "import", a.revision.in_((1, -1)))
        .order_by(a.id.desc())
        .limit(MOST_A_DAY)
    )
    took = []
    for seconds, submitted_at in connection.execute(last):
        if submitted_at < at:
            break
        took.append(seconds or 0.0)
    return len(took), round(sum(took), 1), median(took) if took else None


@dataclass(slots=True)
class AnswerColumns:
    """The answers that stand, as columns of equal length, in the order they were given."""

    item: list[str] = field(default_factory=list)
    number: list[int] = field(default_factory=list)
    annotator: list[str] = field(default_factory=list)
    label: list[Any] = field(default_factory=list)
    seconds: list[float | None] = field(default_factory=list)
    guideline_version: list[int] = field(default_factory=list)
    submitted_at: list[int] = field(default_factory=list)
    flagged: list[bool] = field(default_factory=list)
    is_gold: list[bool] = field(default_factory=list)
    shown: list[Mapping[str, Any] | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.item)


_columns = (
    select(
        t.items.c.key,
        t.items.c.id,
        t.members.c.name,
        t.annotations.c.answer,
        t.annotations.c.seconds,
        t.annotations.c.guideline_version,
        t.annotations.c.submitted_at,
        t.annotations.c.flagged,
        t.items.c.pool,
        t.annotations.c.shown,
    )
    .select_from(t.annotations)
    .join(t.items, t.items.c.id == t.annotations.c.item_id)
    .join(t.members, t.members.c.id == t.annotations.c.member_id)
    .join(t.assignments, t.assignments.c.id == t.annotations.c.assignment_id)
    .where(t.annotations.c.counted)
    .order_by(t.annotations.c.id)
)
_is_standing = t.assignments.c.revision == t.annotations.c.revision
_stands = _columns.where(_is_standing)
_with_again = _columns.where(or_(_is_standing, t.annotations.c.revision < 0))


def excluded(project: int) -> Select[tuple[int]]:
    """The members whose answers are excluded."""
    return select(t.seats.c.member_id).where(t.seats.c.project_id == project, t.seats.c.excluded_at.is_not(None))


def columns(
    connection: Connection,
    project: int,
    *,
    annotator: str | None = None,
    with_excluded: bool = False,
    with_again: bool = False,
) -> AnswerColumns:
    """Every counted answer that stands in a project (of one annotator), ready for `Answers.from_columns`.

    Without those of annotators whose answers are excluded, and without answers to items shown again, which never
    stand; an audit asks for both.

    `item` is the user's own id, `number` the store's.
    Equal JSON gives equal labels; an answer is read once however often it was given. `shown` is what the desk had
    changed for it.
    """
    query = (_with_again if with_again else _stands).where(t.annotations.c.project_id == project)
    if not with_excluded:
        query = query.where(t.annotations.c.member_id.not_in(excluded(project)))
    if annotator is not None:
        query = query.where(t.members.c.name == annotator)
    out = AnswerColumns()
    read: dict[str, Any] = {}
    for key, number, name, answer, seconds, version, at, flagged, pool, shown in connection.execute(query):
        for text in (answer, shown):
            if text is not None and text not in read:
                read[text] = json.loads(text)
        out.item.append(key)
        out.number.append(number)
        out.annotator.append(name)
        out.label.append(read[answer])
        out.seconds.append(seconds)
        out.guideline_version.append(version)
        out.submitted_at.append(at)
        out.flagged.append(flagged)
        out.is_gold.append(pool == "gold")
        out.shown.append(None if shown is None else read[shown])
    return out
