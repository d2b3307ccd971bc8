"""The rows behind handing out: seats, open items, leases, what came back.

Every look-up here goes through an index that holds only what it looks for, so none grows with the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, literal_column, null, select, update
from sqlalchemy.sql import and_

from labeling.store import schema as t
from labeling.store.quick import Quick
from labeling.store.rows import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

# Literals, not parameters: SQLite uses a partial index only where the query says its condition word for word.
_OPEN: ColumnElement[bool] = literal_column("taken < wanted AND pool = 'work'")
_GOLD: ColumnElement[bool] = literal_column("pool = 'gold'")
_LEASED: ColumnElement[bool] = literal_column("assignments.state = 'leased'")
_FINAL = ("leased", "submitted", "skipped", "late")
"""An item in one of these states with an annotator is not handed to them again."""


@dataclass(slots=True)
class Seat:
    """One annotator's place in one project, with their role and the version that stands."""

    project: int
    member: int
    rank_cursor: int
    returned_cursor: int
    gold_cursor: int
    handed: int
    acknowledged: int
    done: int
    skipped: int
    pace_seconds: float | None
    last_at: int | None
    again_cursor: int
    paused_at: int | None
    excluded_at: int | None
    reread_at: int | None


@dataclass(frozen=True, slots=True)
class Free:
    """An item that can be leased; `before` is the annotator's own ended assignment for it, to be taken up again."""

    item: int
    payload: str
    place: int
    before: int | None
    is_gold: bool = False
    is_again: bool = False


_seat = Quick(
    select(t.seats).where(t.seats.c.project_id == bindparam("project"), t.seats.c.member_id == bindparam("member"))
)
_save_seat = Quick(
    update(t.seats)
    .where(t.seats.c.project_id == bindparam("b_project"), t.seats.c.member_id == bindparam("b_member"))
    .values(
        rank_cursor=bindparam("rank_cursor"),
        returned_cursor=bindparam("returned_cursor"),
        gold_cursor=bindparam("gold_cursor"),
        handed=bindparam("handed"),
        acknowledged=bindparam("acknowledged"),
        done=bindparam("done"),
        skipped=bindparam("skipped"),
        pace_seconds=bindparam("pace_seconds"),
        last_at=bindparam("last_at"),
        again_cursor=bindparam("again_cursor"),
    )
)
_mine = and_(t.assignments.c.item_id == t.items.c.id, t.assignments.c.member_id == bindparam("member"))
_final: ColumnElement[bool] = literal_column("assignments.state IN ('leased', 'submitted', 'skipped', 'late')")
_taken_by_me = exists().where(_mine, _final)
_my_old = select(t.assignments.c.id).where(_mine).scalar_subquery()
_ahead = (
    select(t.items.c.id, t.items.c.payload, t.items.c.rank.label("place"), _my_old.label("before"))
    .where(t.items.c.project_id == bindparam("project"), t.items.c.rank > bindparam("cursor"), ~_taken_by_me)
    .order_by(t.items.c.rank)
    .limit(literal_column("1"))
)
_next_open = Quick(_ahead.where(_OPEN))
_next_gold = Quick(_ahead.where(_GOLD))
_last_open = Quick(
    select(func.max(t.items.c.rank).label("rank")).where(t.items.c.project_id == bindparam("project"), _OPEN)
)
_gold_count = Quick(
    select(func.count().label("many")).select_from(t.gold).where(t.gold.c.project_id == bindparam("project"))
)
_own = (
    t.annotations.c.member_id == bindparam("member"),
    t.annotations.c.project_id == bindparam("project"),
    t.annotations.c.id > bindparam("cursor"),
    t.annotations.c.revision == literal_column("1"),
)
_next_again = Quick(
    select(t.annotations.c.id.label("place"), t.items.c.id, t.items.c.payload, t.annotations.c.assignment_id)
    .join(t.items, t.items.c.id == t.annotations.c.item_id)
    .join(t.assignments, t.assignments.c.id == t.annotations.c.assignment_id)
    .where(
        *_own,
        t.annotations.c.source == literal_column("'desk'"),
        literal_column("items.pool = 'work'"),
        literal_column("assignments.state = 'submitted'"),
    )
    .order_by(t.annotations.c.id)
    .limit(literal_column("1"))
    .offset(bindparam("leap"))
)
_later = Quick(
    select(t.annotations.c.id)
    .where(*_own)
    .order_by(t.annotations.c.id)
    .limit(literal_column("1"))
    .offset(bindparam("leap"))
)
_came_back = Quick(
    select(
        t.returned.c.id.label("place"),
        t.items.c.id,
        t.items.c.payload,
        (t.items.c.taken < t.items.c.wanted).label("is_open"),
        t.items.c.pool,
        t.assignments.c.id.label("before"),
        t.assignments.c.state,
    )
    .select_from(t.returned.join(t.items, t.items.c.id == t.returned.c.item_id).outerjoin(t.assignments, _mine))
    .where(t.returned.c.project_id == bindparam("project"), t.returned.c.id > bindparam("cursor"))
    .order_by(t.returned.c.id)
    .limit(literal_column("20"))
)
_held = Quick(
    select(
        t.assignments.c.id,
        t.assignments.c.item_id,
        t.assignments.c.leased_at,
        t.assignments.c.expires_at,
        t.assignments.c.shown,
        t.assignments.c.suggested,
        t.items.c.payload,
        t.items.c.pool,
    )
    .join(t.items, t.items.c.id == t.assignments.c.item_id)
    .where(
        t.assignments.c.member_id == bindparam("member"), t.assignments.c.project_id == bindparam("project"), _LEASED
    )
    .order_by(t.assignments.c.leased_at, t.assignments.c.id)
)
_due = Quick(
    select(
        t.assignments.c.id,
        t.assignments.c.item_id,
        t.assignments.c.member_id,
        t.assignments.c.revision,
        t.items.c.pool,
        t.items.c.rank,
    )
    .join(t.items, t.items.c.id == t.assignments.c.item_id)
    .where(
        t.assignments.c.project_id == bindparam("project"),
        t.assignments.c.expires_at <= bindparam("now"),
        _LEASED,
    )
    .limit(literal_column("50"))
)
_one = Quick(
    select(
        t.assignments.c.id,
        t.assignments.c.item_id,
        t.assignments.c.member_id,
        t.assignments.c.state,
        t.assignments.c.revision,
        t.assignments.c.leased_at,
        t.assignments.c.expires_at,
        t.assignments.c.shown,
        t.assignments.c.suggested,
        t.items.c.pool,
        t.items.c.rank,
    )
    .join(t.items, t.items.c.id == t.assignments.c.item_id)
    .where(
        t.assignments.c.id == bindparam("id"),
        t.assignments.c.project_id == bindparam("project"),
        t.assignments.c.member_id == bindparam("member"),
    )
)
_lease_new = Quick(
    insert(t.assignments)
    .values(
        project_id=bindparam("project"),
        item_id=bindparam("item"),
        member_id=bindparam("member"),
        state=literal_column("'leased'"),
        revision=literal_column("0"),
        leased_at=bindparam("now"),
        expires_at=bindparam("until"),
        reason=literal_column("''"),
        note=literal_column("''"),
        shown=bindparam("as_shown"),
        suggested=bindparam("as_suggested"),
    )
    .returning(t.assignments.c.id)
)
_lease_again = Quick(
    update(t.assignments)
    .where(t.assignments.c.id == bindparam("b_id"))
    .values(
        state=literal_column("'leased'"),
        leased_at=bindparam("now"),
        expires_at=bindparam("until"),
        ended_at=null(),
        reason=literal_column("''"),
        note=literal_column("''"),
        shown=bindparam("as_shown"),
        suggested=bindparam("as_suggested"),
    )
)
_end = Quick(
    update(t.assignments)
    .where(t.assignments.c.id == bindparam("b_id"))
    .values(
        state=bindparam("to"),
        ended_at=bindparam("now"),
        revision=bindparam("at_revision"),
        reason=bindparam("why"),
        note=bindparam("text"),
    )
)
_renew = Quick(
    update(t.assignments).where(t.assignments.c.id == bindparam("b_id"), _LEASED).values(expires_at=bindparam("until"))
)
# The condition on `taken` is the promise itself: whoever comes second changes no row.
_take = Quick(
    update(t.items)
    .where(t.items.c.id == bindparam("b_id"), t.items.c.taken + bindparam("slots") <= t.items.c.wanted)
    .values(taken=t.items.c.taken + bindparam("slots"))
)
_give_back = Quick(
    update(t.items)
    .where(t.items.c.id == bindparam("b_id"), t.items.c.taken >= bindparam("slots"))
    .values(taken=t.items.c.taken - bindparam("slots"))
)
_answered = Quick(
    update(t.items)
    .where(t.items.c.id == bindparam("b_id"))
    .values(answered=t.items.c.answered + bindparam("more"))
    .returning(t.items.c.answered, t.items.c.wanted)
)
_drop_returned = Quick(delete(t.returned).where(t.returned.c.item_id == bindparam("item")))
_add_returned = Quick(insert(t.returned).values(project_id=bindparam("project"), item_id=bindparam("item")))
_tally = Quick(
    update(t.tallies)
    .where(t.tallies.c.project_id == bindparam("b_project"))
    .values(
        done_count=t.tallies.c.done_count + bindparam("more_done"),
        answer_count=t.tallies.c.answer_count + bindparam("more"),
    )
    .returning(t.tallies.c.item_count, t.tallies.c.done_count)
)
_totals = Quick(
    select(t.tallies.c.item_count, t.tallies.c.done_count).where(t.tallies.c.project_id == bindparam("project"))
)


def seat(connection: Connection, project: int, member: int) -> Seat:
    """The annotator's place; made when they come for the first time."""
    row = _seat.one(connection, project=project, member=member)
    if row is None:
        connection.execute(insert(t.seats), {"project_id": project, "member_id": member})
        row = _seat.one(connection, project=project, member=member)
    return Seat(*row)


def has_worked(connection: Connection, project: int, member: int) -> bool:
    """Whether a member was ever at this project's desk, or has answers in it."""
    if _seat.one(connection, project=project, member=member) is not None:
        return True
    mine = select(t.annotations.c.id).where(t.annotations.c.project_id == project, t.annotations.c.member_id == member)
    return connection.execute(mine.limit(1)).first() is not None


def save_seat(connection: Connection, seat: Seat) -> None:
    """Write the place back."""
    _save_seat.run(
        connection,
        b_project=seat.project,
        b_member=seat.member,
        rank_cursor=seat.rank_cursor,
        returned_cursor=seat.returned_cursor,
        gold_cursor=seat.gold_cursor,
        handed=seat.handed,
        acknowledged=seat.acknowledged,
        done=seat.done,
        skipped=seat.skipped,
        pace_seconds=seat.pace_seconds,
        last_at=seat.last_at,
        again_cursor=seat.again_cursor,
    )


def held(connection: Connection, project: int, member: int) -> Sequence[AnyRow]:
    """What the annotator holds now, the oldest first."""
    return _held.all(connection, project=project, member=member)


def due(connection: Connection, project: int, now: int) -> Sequence[AnyRow]:
    """Leases that have run out, some at a time."""
    return _due.all(connection, project=project, now=now)


def one(connection: Connection, project: int, member: int, assignment: int) -> Any:
    """An assignment of this annotator in this project."""
    return _one.one(connection, id=assignment, project=project, member=member)


def next_open(connection: Connection, seat: Seat) -> Free | None:
    """The first open item behind the annotator's cursor that they have not had."""
    row = _next_open.one(connection, project=seat.project, member=seat.member, cursor=seat.rank_cursor)
    return None if row is None else Free(row.id, row.payload, row.place, row.before)


def next_gold(connection: Connection, seat: Seat) -> Free | None:
    """The first gold item behind the annotator's gold cursor that they have not had."""
    row = _next_gold.one(connection, project=seat.project, member=seat.member, cursor=seat.gold_cursor)
    return None if row is None else Free(row.id, row.payload, row.place, row.before, is_gold=True)


def next_again(connection: Connection, seat: Seat, *, leap: int, apart: int) -> Free | None:
    """An item the annotator has answered at the desk, `leap` answers behind the last one shown again, with `apart`
    answers or more since; its assignment is taken up again. Both are small, so the index is walked a few steps.
    """
    row = _next_again.one(connection, project=seat.project, member=seat.member, cursor=seat.again_cursor, leap=leap)
    if row is None:
        return None
    since = _later.one(connection, project=seat.project, member=seat.member, cursor=row.place, leap=apart - 1)
    return None if since is None else Free(row.id, row.payload, row.place, row.assignment_id, is_again=True)


def next_returned(connection: Connection, seat: Seat) -> Free | None:
    """The first item whose slot came back and that this annotator may have.

    An entry that is none for them is passed for good (a new return gets a new number), so each is looked at once.
    A gold item comes back this way only to those who had let go of it, as another item would: what comes after a
    release must not tell.
    """
    while True:
        rows = _came_back.all(connection, project=seat.project, member=seat.member, cursor=seat.returned_cursor)
        for row in rows:
            seat.returned_cursor = row.place
            if row.pool == "gold":
                if row.state is not None and row.state not in _FINAL:
                    return Free(row.id, row.payload, row.place, row.before, is_gold=True)
            elif not row.is_open:
                _drop_returned.run(connection, item=row.id)
            elif row.state not in _FINAL:
                return Free(row.id, row.payload, row.place, row.before)
        if not rows:
            return None


def take(connection: Connection, item: int, *, slots: int = 1) -> bool:
    """Use up one slot of an item; False when none was free. A gold item, or one shown again, takes none (`slots` 0),
    by the same statement, so that time does not tell it from another.
    """
    return _take.run(connection, b_id=item, slots=slots) == 1


def give_back(connection: Connection, project: int, item: int, *, slots: int = 1) -> None:
    """Free one slot (0 of a gold item), and let those who have passed the item see it again."""
    _give_back.run(connection, b_id=item, slots=slots)
    see_again(connection, project, item)


def see_again(connection: Connection, project: int, item: int) -> None:
    """Let those who have passed the item see it once more."""
    _drop_returned.run(connection, item=item)
    _add_returned.run(connection, project=project, item=item)


def lease(
    connection: Connection,
    seat: Seat,
    free: Free,
    *,
    now: int,
    until: int,
    shown: str | None = None,
    suggested: str | None = None,
) -> int:
    """Lease an item whose slot was taken; the assignment's number. An ended one is taken up again, as an item and an
    annotator have one assignment for ever. `shown` and `suggested` are JSON text.
    """
    if free.before is not None:
        _lease_again.run(connection, b_id=free.before, now=now, until=until, as_shown=shown, as_suggested=suggested)
        return free.before
    made = _lease_new.one(
        connection, project=seat.project, item=free.item, member=seat.member, now=now, until=until, as_shown=shown,
        as_suggested=suggested,
    )  # fmt: skip
    return int(made.id)


def end(
    connection: Connection,
    assignment: int,
    state: str,
    *,
    now: int,
    revision: int = 0,
    reason: str = "",
    note: str = "",
) -> None:
    """What became of an assignment."""
    _end.run(connection, b_id=assignment, to=state, now=now, at_revision=revision, why=reason, text=note)


def renew(connection: Connection, assignment: int, until: int) -> bool:
    """Let a lease last until then; False when it is none any more."""
    return _renew.run(connection, b_id=assignment, until=until) == 1


def count_answer(connection: Connection, project: int, item: int, *, more: int = 1) -> tuple[int, int]:
    """One more answer that counts (0 for a gold item), for the item and for the project; the project's totals then."""
    row = _answered.one(connection, b_id=item, more=more)
    done = int(row.answered == row.wanted) * more
    totals = _tally.one(connection, b_project=project, more_done=done, more=more)
    return totals.item_count, totals.done_count


def totals(connection: Connection, project: int) -> tuple[int, int]:
    """Items to be labeled, and those that have all their answers."""
    row = _totals.one(connection, project=project)
    return row.item_count, row.done_count


def last_open(connection: Connection, project: int) -> int:
    """The rank of the last item that can still be handed out; 0 for none."""
    return _last_open.one(connection, project=project).rank or 0


def reset_cursors(connection: Connection, project: int) -> None:
    """Send everyone back to the start, when more answers are wanted than before."""
    rewind(connection, project, 0)


def rewind(connection: Connection, project: int, rank: int) -> None:
    """Send those who are behind that rank back to it, when items have opened that they passed."""
    seats = (t.seats.c.project_id == project) & (t.seats.c.rank_cursor > rank)
    connection.execute(update(t.seats).where(seats).values(rank_cursor=rank))


def rewind_gold(connection: Connection, project: int) -> None:
    """Send everyone back to the first gold item, when there are new ones; nobody gets one twice for that."""
    connection.execute(update(t.seats).where(t.seats.c.project_id == project).values(gold_cursor=0))


def gold_count(connection: Connection, project: int) -> int:
    """How many gold items there are."""
    return int(_gold_count.one(connection, project=project).many)


def answers_in(connection: Connection, project: int) -> int:
    """Whether anything was answered by anybody, as annotation, gold or ruling: 1 or 0, without counting."""
    for table in (t.annotations, t.gold, t.adjudications):
        if connection.execute(select(table.c.project_id).where(table.c.project_id == project).limit(1)).first():
            return 1
    return 0
