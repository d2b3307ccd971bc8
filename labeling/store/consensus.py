"""Consensus runs, the items they agreed on, adjudications, and the queue of disagreements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, func, insert, literal_column, or_, select

from labeling.model import Agreed, ConsensusRun
from labeling.store import schema as t
from labeling.store.rows import AnyRow, new_number

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An item whose answers differ, for the queue of adjudication."""

    item: int
    key: str
    payload: dict[str, Any]
    answer: Any
    confidence: float | None
    runner_up: Any
    margin: float | None
    votes: int
    majority: Any
    is_tie: bool
    disagreement: float
    information: float


def latest(connection: Connection, project: int) -> ConsensusRun | None:
    """The newest run; None before the first."""
    runs = listing(connection, project, limit=1)
    return runs[0] if runs else None


def listing(connection: Connection, project: int, *, limit: int = 50) -> list[ConsensusRun]:
    """The newest runs first."""
    query = (
        select(t.consensus_runs)
        .where(t.consensus_runs.c.project_id == project)
        .order_by(t.consensus_runs.c.id.desc())
        .limit(limit)
    )
    return [
        ConsensusRun(
            id=row.id,
            method=row.method,
            parameters=json.loads(row.parameters),
            seed=row.seed,
            diagnostics=json.loads(row.diagnostics),
            answers=row.answer_count,
            items=row.item_count,
            last_annotation=row.last_annotation,
            at=row.at,
        )
        for row in connection.execute(query)
    ]


def add(
    connection: Connection,
    *,
    project: int,
    method: str,
    parameters: Mapping[str, Any],
    seed: int,
    diagnostics: Mapping[str, Any],
    answers: int,
    last_annotation: int,
    agreed: Iterable[Agreed],
    items: int,
    member: int | None,
    now: int,
) -> int:
    """A new run, whose items take the place of the run before; its number."""
    values = {
        "project_id": project,
        "method": method,
        "parameters": json.dumps(parameters),
        "seed": seed,
        "diagnostics": json.dumps(diagnostics),
        "answer_count": answers,
        "item_count": items,
        "last_annotation": last_annotation,
        "member_id": member,
        "at": now,
    }
    run = new_number(connection.execute(insert(t.consensus_runs), values))
    connection.execute(delete(t.agreed).where(t.agreed.c.project_id == project))
    statement = insert(t.agreed)
    for some in _chunks(agreed, 5_000):
        connection.execute(statement, [_agreed_row(one, project, run) for one in some])
    return run


def _chunks(agreed: Iterable[Agreed], size: int) -> Iterable[tuple[Agreed, ...]]:
    stream = iter(agreed)
    while some := tuple(islice(stream, size)):
        yield some


def _agreed_row(one: Agreed, project: int, run: int) -> dict[str, Any]:
    def text(value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    return {
        "item_id": one.item,
        "project_id": project,
        "run_id": run,
        "answer": text(one.answer),
        "confidence": one.confidence,
        "runner_up": text(one.runner_up),
        "margin": one.margin,
        "votes": one.votes,
        "majority": text(one.majority),
        "is_tie": one.is_tie,
        "disagreement": one.disagreement,
        "posterior": json.dumps(one.posterior, ensure_ascii=False),
        "information": one.information,
        "models_unlike": one.models_unlike,
        "is_majority_tie": one.is_majority_tie,
    }


def disagreements(
    connection: Connection,
    project: int,
    *,
    after: tuple[float, int] | None = None,
    limit: int = 50,
    with_ruled: bool = False,
    at_least: float = 0.0,
) -> list[Disagreement]:
    """Items whose answers differ, those first of which one more answer would tell most; behind the (information, item)
    of the last seen.

    Items that were ruled on are left out unless asked for.
    """
    ruled = (
        select(t.adjudications.c.answer)
        .where(t.adjudications.c.item_id == t.agreed.c.item_id)
        .order_by(t.adjudications.c.id.desc())
        .limit(1)
        .correlate(t.agreed)
        .scalar_subquery()
    )
    query = (
        select(t.agreed, t.items.c.key, t.items.c.payload)
        .join(t.items, t.items.c.id == t.agreed.c.item_id)
        # Said as the index of the queue has it, with a bound on what it is sorted by, so that SQLite goes through it.
        .where(
            t.agreed.c.project_id == project, t.agreed.c.disagreement > literal_column("0"), t.agreed.c.information >= 0
        )
        .order_by(t.agreed.c.information.desc(), t.agreed.c.item_id)
        .limit(limit)
    )
    if at_least:
        query = query.where(t.agreed.c.disagreement > at_least)
    if not with_ruled:
        query = query.where(ruled.is_(None))
    if after is not None:
        told, item = after
        query = query.where(
            or_(t.agreed.c.information < told, (t.agreed.c.information == told) & (t.agreed.c.item_id > item))
        )
    return [_disagreement(row) for row in connection.execute(query)]


def _disagreement(row: AnyRow) -> Disagreement:
    def value(text: str | None) -> Any:
        return None if text is None else json.loads(text)

    return Disagreement(
        item=row.item_id,
        key=row.key,
        payload=json.loads(row.payload),
        answer=value(row.answer),
        confidence=row.confidence,
        runner_up=value(row.runner_up),
        margin=row.margin,
        votes=row.votes,
        majority=value(row.majority),
        is_tie=row.is_tie,
        disagreement=row.disagreement,
        information=row.information,
    )


def disputed_count(connection: Connection, project: int, at_least: float) -> int:
    """How many items differ at least so much and were not ruled on."""
    later = t.adjudications.alias()
    standing = exists().where(
        t.adjudications.c.item_id == t.agreed.c.item_id,
        t.adjudications.c.answer.is_not(None),
        ~exists().where(later.c.item_id == t.adjudications.c.item_id, later.c.id > t.adjudications.c.id),
    )
    query = (
        select(func.count())
        .select_from(t.agreed)
        .where(t.agreed.c.project_id == project, t.agreed.c.disagreement >= at_least, ~standing)
    )
    return int(connection.execute(query).scalar_one())


def label_counts(connection: Connection, project: int) -> list[tuple[Any, int]]:
    """How many items were agreed on each answer, as (answer, how many), by the answer's JSON."""
    query = (
        select(t.agreed.c.answer, func.count())
        .where(t.agreed.c.project_id == project)
        .group_by(t.agreed.c.answer)
        .order_by(t.agreed.c.answer)
    )
    return [(json.loads(answer), count) for answer, count in connection.execute(query)]


def add_adjudication(
    connection: Connection,
    *,
    project: int,
    item: int,
    answer: Any,
    reason: str,
    guideline_version: int,
    member: int | None,
    now: int,
) -> int:
    """A ruling, or (answer None) taking one back; its number."""
    values = {
        "project_id": project,
        "item_id": item,
        "answer": None if answer is None else json.dumps(answer, ensure_ascii=False),
        "reason": reason,
        "guideline_version": guideline_version,
        "member_id": member,
        "at": now,
    }
    return new_number(connection.execute(insert(t.adjudications), values))


def rulings(connection: Connection, project: int) -> dict[str, tuple[Any, str]]:
    """The rulings that stand: item id to answer and reason."""
    query = (
        select(t.items.c.key, t.adjudications.c.answer, t.adjudications.c.reason)
        .join(t.items, t.items.c.id == t.adjudications.c.item_id)
        .where(t.adjudications.c.project_id == project)
        .order_by(t.adjudications.c.id)
    )
    standing: dict[str, tuple[Any, str]] = {}
    for key, answer, reason in connection.execute(query):
        if answer is None:
            standing.pop(key, None)
        else:
            standing[key] = (json.loads(answer), reason)
    return standing
