"""What a dataset is made of, read in one pass each: items with what was agreed and ruled, and every annotation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from labeling.store import schema as t
from labeling.store.answers import excluded
from labeling.store.rows import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

AT_ONCE = 5_000


def every_item(connection: Connection, project: int) -> Iterator[AnyRow]:
    """Every item in the order it came: `id`, `key`, `payload`, `pool`, `wanted`, `answered`; the ruling that stands as
    `ruled`; of gold `known`; of the latest consensus `answer`, `confidence`, `runner_up`, `margin`, `votes`,
    `majority`, `is_tie`, `posterior`. Answers and payload are JSON text; what is not there is None.
    """
    last = (
        select(t.adjudications.c.item_id, func.max(t.adjudications.c.id).label("last"))
        .where(t.adjudications.c.project_id == project)
        .group_by(t.adjudications.c.item_id)
        .subquery()
    )
    ruling = t.adjudications.alias("ruling")
    a = t.agreed.c
    query = (
        select(
            *(t.items.c[name] for name in ("id", "key", "payload", "pool", "wanted", "answered")),
            ruling.c.answer.label("ruled"),
            t.gold.c.answer.label("known"),
            *(a.answer, a.confidence, a.runner_up, a.margin, a.votes, a.majority, a.is_tie, a.posterior),
        )
        .select_from(t.items)
        .outerjoin(t.agreed, a.item_id == t.items.c.id)
        .outerjoin(t.gold, t.gold.c.item_id == t.items.c.id)
        .outerjoin(last, last.c.item_id == t.items.c.id)
        .outerjoin(ruling, ruling.c.id == last.c.last)
        .where(t.items.c.project_id == project)
        .order_by(t.items.c.id)
    )
    yield from connection.execution_options(yield_per=AT_ONCE).execute(query)


def every_annotation(connection: Connection, project: int) -> Iterator[AnyRow]:
    """Every revision of every answer, in the order given: `item` and `member` (their numbers), `name`, `revision`,
    `stands` (the revision that does), and the columns of the table of annotations; `answer` is JSON text. What an
    excluded annotator said is not `counted`. Revisions below 0 are answers to items shown again, and never stand.
    """
    a = t.annotations.c
    query = (
        select(
            a.item_id.label("item"), a.member_id.label("member"), t.members.c.name, a.revision,
            t.assignments.c.revision.label("stands"), a.answer, a.guideline_version, a.seconds, a.flagged, a.comment,
            a.source, a.shown, a.suggested, and_(a.counted, a.member_id.not_in(excluded(project))).label("counted"), a.submitted_at,
        )
        .join(t.members, t.members.c.id == a.member_id)
        .join(t.assignments, t.assignments.c.id == a.assignment_id)
        .where(a.project_id == project)
        .order_by(a.id)
    )  # fmt: skip
    yield from connection.execution_options(yield_per=AT_ONCE).execute(query)


def imports(connection: Connection, project: int) -> list[AnyRow]:
    """What items came in by, in order: `name`, `added`, `pipeline`, `run` ("" without one), `started_at`."""
    c = t.imports.c
    query = select(c.name, c.added, c.pipeline, c.run, c.started_at).where(c.project_id == project, c.state == "shown")
    return list(connection.execute(query.order_by(c.id)))


def import_of(connection: Connection, project: int, key: str) -> AnyRow | None:
    """The import by which an item came in; None where there was none."""
    c = t.imports.c
    query = (
        select(c.name, c.added, c.pipeline, c.run, c.started_at)
        .join(t.items, t.items.c.import_id == c.id)
        .where(t.items.c.project_id == project, t.items.c.key == key)
    )
    return connection.execute(query).first()
