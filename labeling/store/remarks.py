"""Comments that annotators left with an answer or a skip, and what was said to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, delete, insert, literal_column, or_, select

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Comment:
    """What an annotator wrote to the manager. `said` is the answer it came with, None for a skip, whose `reason` stands.

    It is open until it is marked as solved, and again once the annotator has changed its text.
    """

    assignment: int
    key: str
    payload: Mapping[str, Any]
    annotator: str
    text: str
    said: Any
    reason: str
    at: int
    reply: str
    is_open: bool


def listing(
    connection: Connection, project: int, *, is_open: bool = False, member: int | None = None, limit: int = 100
) -> list[Comment]:
    """The newest comments (that are open; of one annotator), at most so many with answers and so many with skips."""
    a, s = t.annotations.c, t.assignments.c
    with_answers = _about(a.comment.label("words"), a.answer, a.submitted_at.label("at")).where(
        a.project_id == project, literal_column("annotations.comment <> ''"), a.revision == s.revision
    )
    with_answers = with_answers.order_by(a.id.desc())
    skips = _about(
        s.note.label("words"), literal_column("NULL").label("answer"), s.ended_at.label("at"), skips=True
    ).where(s.project_id == project, literal_column("assignments.state = 'skipped'"), s.note != "")
    skips = skips.order_by(s.id.desc())
    found: list[Comment] = []
    r = t.remarks.c
    for query, words in ((with_answers, a.comment), (skips, s.note)):
        theirs = query if member is None else query.where(s.member_id == member)
        unsolved = or_(r.assignment_id.is_(None), r.is_solved.is_(False), r.said != words)
        found += _read(connection, (theirs.where(unsolved) if is_open else theirs).limit(limit))
    return sorted(found, key=lambda one: -one.at)


def one(connection: Connection, project: int, assignment: int) -> Comment | None:
    """The comment that stands with an assignment; None where there is none."""
    s = t.assignments.c
    a = t.annotations.c
    latest = and_(a.assignment_id == s.id, a.revision == s.revision)
    row = connection.execute(
        select(s.state, s.note, a.comment, a.id.label("annotation"))
        .select_from(t.assignments.outerjoin(t.annotations, latest))
        .where(s.id == assignment, s.project_id == project)
    ).first()
    if row is None:
        return None
    if row.state == "skipped":
        query = _about(
            s.note.label("words"), literal_column("NULL").label("answer"), s.ended_at.label("at"), skips=True
        )
        found = list(_read(connection, query.where(s.id == assignment)))
    else:
        query = _about(a.comment.label("words"), a.answer, a.submitted_at.label("at")).where(a.id == row.annotation)
        found = list(_read(connection, query))
    return found[0] if found and found[0].text else None


def put(
    connection: Connection, *, project: int, assignment: int, said: str, reply: str, is_solved: bool, member: int | None, now: int
) -> None:  # fmt: skip
    """What was said to a comment, in place of what was said before."""
    connection.execute(delete(t.remarks).where(t.remarks.c.assignment_id == assignment))
    values = {"assignment_id": assignment, "project_id": project, "said": said, "reply": reply}
    connection.execute(insert(t.remarks), {**values, "is_solved": is_solved, "member_id": member, "at": now})


def _about(*columns: Any, skips: bool = False) -> Select[Any]:
    s, r = t.assignments.c, t.remarks.c
    source = t.assignments if skips else t.annotations.join(t.assignments, s.id == t.annotations.c.assignment_id)
    return select(
        s.id, t.items.c.key, t.items.c.payload, t.members.c.name, s.reason, r.said, r.reply, r.is_solved, *columns
    ).select_from(
        source.join(t.items, t.items.c.id == s.item_id)
        .join(t.members, t.members.c.id == s.member_id)
        .outerjoin(t.remarks, r.assignment_id == s.id)
    )


def _read(connection: Connection, query: Select[Any]) -> Iterator[Comment]:
    for row in connection.execute(query):
        yield Comment(
            assignment=row.id,
            key=row.key,
            payload=json.loads(row.payload),
            annotator=row.name,
            text=row.words,
            said=None if row.answer is None else json.loads(row.answer),
            reason=row.reason,
            at=row.at or 0,
            reply=row.reply or "",
            is_open=not row.is_solved or row.said != row.words,
        )
