"""Items: pages of them, one with all its history, and counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, or_, select, update

from labeling.errors import NotFound
from labeling.model import Adjudication, Annotation, Assignment, Counts, Item
from labeling.store import schema as t
from labeling.store.rows import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

ItemState = Literal["waiting", "started", "done", "disputed", "adjudicated"]
"""No answer yet · some · all · all, but they differ and nobody ruled · ruled."""

Part = Literal["open", "part_done", "all_done", "held", "skipped"]
"""Of the items to be labeled, whatever was agreed or ruled: no answer, some, all; on a desk now, skipped."""

DISPUTED_FROM = 0.5
"""Disagreement (1 − confidence, or 1 − majority's share) from which an item asks for a ruling."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the list of items."""

    id: int
    key: str
    payload: dict[str, Any]
    state: ItemState
    wanted: int
    taken: int
    answered: int
    is_gold: bool
    answers: list[tuple[str, Any]]
    label: Any
    confidence: float | None
    disagreement: float | None
    is_adjudicated: bool
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some lines, and the number to ask for the next ones behind; None at the end."""

    rows: list[ItemRow]
    next: int | None


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """One item with all that ever happened to it."""

    item: Item
    gold: Any
    gold_note: str
    assignments: list[Assignment]
    annotations: list[Annotation]
    adjudications: list[Adjudication]
    agreed: AnyRow | None
    created_at: int
    state: ItemState


_ruled = (
    select(t.adjudications.c.answer)
    .where(t.adjudications.c.item_id == t.items.c.id)
    .order_by(t.adjudications.c.id.desc())
    .limit(1)
    .correlate(t.items)
    .scalar_subquery()
)
_is_ruled = _ruled.is_not(None)
_flagged = exists().where(t.annotations.c.item_id == t.items.c.id, t.annotations.c.flagged)
_done = t.items.c.answered >= t.items.c.wanted
_disputed = and_(t.agreed.c.disagreement >= DISPUTED_FROM, ~_is_ruled)
_state = case(
    (_is_ruled, "adjudicated"),
    (_disputed, "disputed"),
    (_done, "done"),
    (t.items.c.answered > 0, "started"),
    else_="waiting",
)
_row = (
    select(
        t.items,
        _state.label("state"),
        _ruled.label("ruled"),
        _flagged.label("is_flagged"),
        t.agreed.c.answer.label("agreed_answer"),
        t.agreed.c.confidence,
        t.agreed.c.disagreement,
    )
    .select_from(t.items.outerjoin(t.agreed, t.agreed.c.item_id == t.items.c.id))
    .order_by(t.items.c.id)
)


_to_label: ColumnElement[bool] = literal_column("items.pool = 'work'")
_PARTS: dict[Part, ColumnElement[bool]] = {
    "open": and_(_to_label, t.items.c.answered == 0),
    "part_done": and_(_to_label, t.items.c.answered > 0, ~_done),
    "all_done": and_(_to_label, _done),
    "held": exists().where(t.assignments.c.item_id == t.items.c.id, t.assignments.c.state == "leased"),
    "skipped": exists().where(t.assignments.c.item_id == t.items.c.id, t.assignments.c.state == "skipped"),
}


def page(
    connection: Connection,
    project: int,
    *,
    state: ItemState | None = None,
    label: Any = None,
    search: str | None = None,
    disagreement_at_least: float | None = None,
    flagged: bool | None = None,
    gold: bool | None = None,
    annotator: str | None = None,
    part: Part | None = None,
    after: int | None = None,
    limit: int = 50,
) -> ItemPage:
    """Items in the order they came, behind the one of that number, that meet every condition given.

    `label` is an answer: items that somebody gave it, or that it was agreed or ruled on. `search` is text in the
    item's id or its fields, whatever the case. `part` are the items behind a figure of `counts`.
    """
    query = _row.where(t.items.c.project_id == project).limit(limit + 1)
    for condition in _conditions(state, label, search, disagreement_at_least, flagged, gold, annotator):
        query = query.where(condition)
    if part is not None:
        query = query.where(_PARTS[part])
    if after is not None:
        query = query.where(t.items.c.id > after)
    found = connection.execute(query).all()
    more = len(found) > limit
    found = found[:limit]
    given = answers_of(connection, [row.id for row in found])
    rows = [_item_row(row, given.get(row.id, [])) for row in found]
    return ItemPage(rows, rows[-1].id if more else None)


def _conditions(
    state: ItemState | None,
    label: Any,
    search: str | None,
    disagreement_at_least: float | None,
    flagged: bool | None,
    gold: bool | None,
    annotator: str | None,
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if state is not None:
        wanted.append(_state == state)
    if label is not None:
        text = json.dumps(label, ensure_ascii=False)
        given = exists().where(t.annotations.c.item_id == t.items.c.id, t.annotations.c.answer == text)
        wanted.append(or_(given, t.agreed.c.answer == text, _ruled == text))
    if search:
        wanted.append(
            or_(t.items.c.key == search, t.items.c.key.contains(search, autoescape=True), _in_payload(search))
        )
    if disagreement_at_least is not None:
        wanted.append(t.agreed.c.disagreement >= disagreement_at_least)
    if flagged is not None:
        wanted.append(_flagged if flagged else ~_flagged)
    if gold is not None:
        wanted.append(literal_column("items.pool = 'gold'") if gold else literal_column("items.pool = 'work'"))
    if annotator is not None:
        # Their answers first, through their own index: looked for item by item it took seconds in a large project.
        who = select(t.members.c.id).where(t.members.c.name == annotator).scalar_subquery()
        theirs = t.items.c.id.in_(select(t.annotations.c.item_id).where(t.annotations.c.member_id == who))
        wanted.append(theirs)
    return wanted


def _in_payload(search: str) -> ColumnElement[bool]:
    # The payload is JSON text: what is looked for is written as JSON would write it inside a string.
    inside = json.dumps(search, ensure_ascii=False)[1:-1]
    return t.items.c.payload.icontains(inside, autoescape=True)


def _item_row(row: AnyRow, answers: list[tuple[str, Any]]) -> ItemRow:
    label = row.ruled if row.ruled is not None else row.agreed_answer
    return ItemRow(
        id=row.id,
        key=row.key,
        payload=json.loads(row.payload),
        state=row.state,
        wanted=row.wanted,
        taken=row.taken,
        answered=row.answered,
        is_gold=row.pool == "gold",
        answers=answers,
        label=None if label is None else json.loads(label),
        confidence=row.confidence if row.ruled is None else None,
        disagreement=row.disagreement,
        is_adjudicated=row.ruled is not None,
        is_flagged=bool(row.is_flagged),
    )


def answers_of(connection: Connection, items: Sequence[int]) -> dict[int, list[tuple[str, Any]]]:
    """The answers that stand to each of these items: annotator and answer, by annotator's name."""
    query = (
        select(t.annotations.c.item_id, t.members.c.name, t.annotations.c.answer)
        .join(t.members, t.members.c.id == t.annotations.c.member_id)
        .join(
            t.assignments,
            (t.assignments.c.id == t.annotations.c.assignment_id)
            & (t.assignments.c.revision == t.annotations.c.revision),
        )
        .where(t.annotations.c.item_id.in_(items))
        .order_by(t.members.c.name)
    )
    given: dict[int, list[tuple[str, Any]]] = {}
    for item, name, answer in connection.execute(query):
        given.setdefault(item, []).append((name, json.loads(answer)))
    return given


def by_key(connection: Connection, project: int, key: str) -> Item:
    """The item of that id. Raises NotFound."""
    row = connection.execute(select(t.items).where(t.items.c.project_id == project, t.items.c.key == key)).first()
    if row is None:
        raise NotFound("item", key)
    return _item(row)


def _item(row: AnyRow) -> Item:
    return Item(
        row.id, row.key, json.loads(row.payload), row.wanted, row.taken, row.answered, is_gold=row.pool == "gold"
    )


def numbers(connection: Connection, project: int, keys: Sequence[str]) -> dict[str, int]:
    """The numbers of the items with these ids; ids that are not there are left out."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        query = select(t.items.c.key, t.items.c.id).where(t.items.c.project_id == project, t.items.c.key.in_(some))
        found.update({row.key: row.id for row in connection.execute(query)})
    return found


def payloads(connection: Connection, items: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The fields of items, by number."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(items), 500):
        query = select(t.items.c.id, t.items.c.payload).where(t.items.c.id.in_(items[start : start + 500]))
        found |= {row.id: json.loads(row.payload) for row in connection.execute(query)}
    return found


def one(connection: Connection, project: int, key: str) -> ItemHistory:
    """One item with its whole history. Raises NotFound."""
    row = connection.execute(_row.where(t.items.c.project_id == project, t.items.c.key == key)).first()
    if row is None:
        raise NotFound("item", key)
    gold = connection.execute(select(t.gold).where(t.gold.c.item_id == row.id)).first()
    assigned = (
        select(t.assignments, t.members.c.name)
        .join(t.members, t.members.c.id == t.assignments.c.member_id)
        .where(t.assignments.c.item_id == row.id)
        .order_by(t.assignments.c.leased_at)
    )
    given = (
        select(t.annotations, t.members.c.name, t.assignments.c.revision.label("stands"))
        .join(t.members, t.members.c.id == t.annotations.c.member_id)
        .join(t.assignments, t.assignments.c.id == t.annotations.c.assignment_id)
        .where(t.annotations.c.item_id == row.id)
        .order_by(t.annotations.c.id)
    )
    ruled = (
        select(t.adjudications, t.members.c.name)
        .outerjoin(t.members, t.members.c.id == t.adjudications.c.member_id)
        .where(t.adjudications.c.item_id == row.id)
        .order_by(t.adjudications.c.id)
    )
    return ItemHistory(
        item=_item(row),
        gold=None if gold is None else json.loads(gold.answer),
        gold_note="" if gold is None else gold.note,
        assignments=[
            Assignment(a.id, a.name, a.state, a.leased_at, a.expires_at, a.ended_at, a.reason, a.note)
            for a in connection.execute(assigned)
        ],
        annotations=[_annotation(a) for a in connection.execute(given)],
        adjudications=[
            Adjudication(
                a.id, None if a.answer is None else json.loads(a.answer), a.reason, a.name, a.guideline_version, a.at
            )
            for a in connection.execute(ruled)
        ],
        agreed=connection.execute(select(t.agreed).where(t.agreed.c.item_id == row.id)).first(),
        created_at=row.created_at,
        state=row.state,
    )


def _annotation(row: AnyRow) -> Annotation:
    return Annotation(
        id=row.id,
        assignment=row.assignment_id,
        annotator=row.name,
        revision=row.revision,
        is_latest=row.revision == row.stands,
        answer=json.loads(row.answer),
        guideline_version=row.guideline_version,
        seconds=row.seconds,
        flagged=row.flagged,
        comment=row.comment,
        source=row.source,
        counted=row.counted,
        submitted_at=row.submitted_at,
    )


def counts(connection: Connection, project: int) -> Counts:
    """How the project stands. The counts of items come from the tally, so that a million of them cost nothing."""
    tally = connection.execute(select(t.tallies).where(t.tallies.c.project_id == project)).one()
    leased: ColumnElement[bool] = literal_column("assignments.state = 'leased'")
    skipped: ColumnElement[bool] = literal_column("assignments.state = 'skipped'")

    def count(table: Any, *conditions: Any) -> int:
        return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())

    gold = count(t.gold, t.gold.c.project_id == project)
    here = t.assignments.c.project_id == project
    untouched = count(
        t.items,
        t.items.c.project_id == project,
        literal_column("taken < wanted AND pool = 'work'"),
        t.items.c.answered == 0,
    )
    held_untouched = count(
        t.items,
        t.items.c.project_id == project,
        t.items.c.taken >= t.items.c.wanted,
        t.items.c.pool == "work",
        t.items.c.answered == 0,
    )
    nothing = untouched + held_untouched
    ruled = select(t.adjudications.c.item_id).where(t.adjudications.c.project_id == project)
    given = connection.execute(
        select(
            func.count().filter(t.annotations.c.flagged),
            func.count().filter(~t.annotations.c.counted),
        ).where(t.annotations.c.project_id == project)
    ).one()
    return Counts(
        items=tally.item_count,
        done=tally.done_count,
        in_progress=tally.item_count - tally.done_count - nothing,
        untouched=nothing,
        gold=gold,
        answers=tally.answer_count,
        skipped=count(t.assignments, here, skipped),
        flagged=given[0],
        leased=count(t.assignments, here, leased),
        late=given[1],
        adjudicated=int(
            connection.execute(
                select(func.count())
                .select_from(t.items)
                .where(t.items.c.project_id == project, t.items.c.id.in_(ruled), _is_ruled)
            ).scalar_one()
        ),
    )


def payload_fields(connection: Connection, project: int, sample: int = 100) -> list[str]:
    """The names of the fields that the first items have, in the order met."""
    query = select(t.items.c.payload).where(t.items.c.project_id == project).order_by(t.items.c.id).limit(sample)
    names: dict[str, None] = {}
    for text in connection.execute(query).scalars():
        names.update(dict.fromkeys(json.loads(text)))
    return list(names)


def set_overlap(connection: Connection, project: int, wanted: int) -> None:
    """Every item to be labeled wants so many answers; one that has more, or has them leased, keeps what it has."""
    more = case((t.items.c.taken > wanted, t.items.c.taken), else_=wanted)
    work = and_(t.items.c.project_id == project, t.items.c.pool == "work")
    connection.execute(update(t.items).where(work).values(wanted=more))
    recount(connection, project)


def recount(connection: Connection, project: int) -> None:
    """The tally from the rows themselves, after something changed many at once."""
    work = and_(t.items.c.project_id == project, t.items.c.pool == "work")
    row = connection.execute(
        select(
            func.count(),
            func.count().filter(t.items.c.answered >= t.items.c.wanted),
            func.coalesce(func.sum(t.items.c.answered), 0),
        ).where(work)
    ).one()
    connection.execute(
        update(t.tallies)
        .where(t.tallies.c.project_id == project)
        .values(item_count=row[0], done_count=row[1], answer_count=row[2])
    )
