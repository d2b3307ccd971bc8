"""Many answers at once, as an import brings them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, update

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_revise = (
    update(t.assignments)
    .where(t.assignments.c.id == bindparam("b_id"))
    .values(state=bindparam("to"), revision=bindparam("at_revision"), ended_at=bindparam("now"))
)


@dataclass(slots=True)
class Given:
    """One answer that came in."""

    item: int
    member: int
    answer: Any
    guideline_version: int
    seconds: float | None
    at: int
    assignment: int = 0
    revision: int = 1


def put(connection: Connection, project: int, given: Sequence[Given], now: int) -> tuple[int, int]:
    """Write the answers, each under the assignment of its item and annotator; how many were a first answer, and how
    many changed an earlier one.

    An answer equal to the one that stands is left out. Call `settle` once behind the last.
    """
    known = _standing(connection, [one.item for one in given])
    fresh: dict[tuple[int, int], None] = {}
    for one in given:
        if (one.item, one.member) not in known:
            fresh.setdefault((one.item, one.member))
    _assign(connection, project, list(fresh), now)
    numbers = _standing(connection, [item for item, _ in fresh])
    known.update(numbers)
    new = []
    for one in given:
        assignment, revision, text = known[one.item, one.member]
        answer = json.dumps(one.answer, ensure_ascii=False)
        if answer == text:
            continue
        known[one.item, one.member] = (assignment, revision + 1, answer)
        new.append(_row(one, project, assignment, revision + 1, answer))
    if new:
        connection.execute(insert(t.annotations), new)
        ends = [
            {
                "b_id": row["assignment_id"],
                "to": "submitted",
                "at_revision": row["revision"],
                "now": row["submitted_at"],
            }
            for row in new
        ]
        connection.execute(_revise, ends)
    first = sum(row["revision"] == 1 for row in new)
    return first, len(new) - first


def _standing(connection: Connection, items: Sequence[int]) -> dict[tuple[int, int], tuple[int, int, str | None]]:
    """By item and annotator: assignment, its revision, and the answer that stands."""
    found: dict[tuple[int, int], tuple[int, int, str | None]] = {}
    distinct = list(dict.fromkeys(items))
    stands = (t.annotations.c.assignment_id == t.assignments.c.id) & (
        t.annotations.c.revision == t.assignments.c.revision
    )
    for start in range(0, len(distinct), 500):
        query = (
            select(
                t.assignments.c.item_id,
                t.assignments.c.member_id,
                t.assignments.c.id,
                t.assignments.c.revision,
                t.annotations.c.answer,
            )
            .select_from(t.assignments.outerjoin(t.annotations, stands))
            .where(t.assignments.c.item_id.in_(distinct[start : start + 500]))
        )
        for item, member, number, revision, answer in connection.execute(query):
            found[item, member] = (number, revision, answer)
    return found


def _assign(connection: Connection, project: int, pairs: Sequence[tuple[int, int]], now: int) -> None:
    rows = [
        {
            "project_id": project,
            "item_id": item,
            "member_id": member,
            "state": "submitted",
            "leased_at": now,
            "expires_at": now,
            "ended_at": now,
        }
        for item, member in pairs
    ]
    if rows:
        connection.execute(insert(t.assignments), rows)


def _row(one: Given, project: int, assignment: int, revision: int, answer: str) -> dict[str, Any]:
    return {
        "project_id": project,
        "item_id": one.item,
        "member_id": one.member,
        "assignment_id": assignment,
        "revision": revision,
        "answer": answer,
        "guideline_version": one.guideline_version,
        "seconds": one.seconds,
        "flagged": False,
        "comment": "",
        "key": f"import-{assignment}-{revision}",
        "source": "import",
        "counted": True,
        "submitted_at": one.at,
    }


def settle(connection: Connection, project: int) -> None:
    """Make the items' own counts and the annotators' seats agree with the assignments that stand now."""
    a = t.assignments.c
    live = select(func.count()).where(a.item_id == t.items.c.id, a.state.in_(("leased", "submitted"))).scalar_subquery()
    given = select(func.count()).where(a.item_id == t.items.c.id, a.state == "submitted").scalar_subquery()
    here = t.items.c.project_id == project
    connection.execute(update(t.items).where(here).values(taken=live, answered=given))
    over = here & (t.items.c.taken > t.items.c.wanted)
    connection.execute(update(t.items).where(over).values(wanted=t.items.c.taken))
    seats = set(connection.execute(select(t.seats.c.member_id).where(t.seats.c.project_id == project)).scalars())
    work = (
        select(
            a.member_id,
            func.count().filter(a.state.in_(("submitted", "late"))).label("done"),
            func.count().filter(a.state == "skipped").label("skipped"),
        )
        .where(a.project_id == project)
        .group_by(a.member_id)
    )
    for member, done, skipped in connection.execute(work).all():
        if member in seats:
            seat = (t.seats.c.project_id == project) & (t.seats.c.member_id == member)
            connection.execute(update(t.seats).where(seat).values(done=done, skipped=skipped))
        else:
            values = {"project_id": project, "member_id": member, "done": done, "skipped": skipped}
            connection.execute(insert(t.seats), values)
