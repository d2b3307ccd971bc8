"""The audit log: appended lines, each with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, literal_column, select, update

from labeling.model import LogLine
from labeling.store.quick import Quick
from labeling.store.schema import log, log_head, members, projects
from prep.phrase import phrase

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

FIRST = "0" * 64

# Made once: `json.dumps` with options of its own makes an encoder at every call.
_detail = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode
_fields = json.JSONEncoder(ensure_ascii=False).encode

_append = Quick(insert(log).values({name: bindparam(name) for name in log.c.keys()}))  # noqa: SIM118 - a collection
_head = Quick(select(log_head.c.line, log_head.c.hash).where(log_head.c.one == literal_column("1")))
_keep_head = Quick(
    update(log_head)
    .where(log_head.c.one == literal_column("1"))
    .values(line=bindparam("b_line"), hash=bindparam("b_hash"))
)


@dataclass(slots=True)
class Tail:
    """The last line as far as this transaction knows; read from the table when first needed."""

    line: int | None = None
    hash: str = FIRST
    grew: bool = False

    def copy(self) -> Tail:
        """The tail as it is now."""
        return Tail(self.line, self.hash, self.grew)

    def restore(self, before: Tail) -> None:
        """Back to an earlier one, when the lines since were rolled back."""
        self.line, self.hash, self.grew = before.line, before.hash, before.grew


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the log."""

    line: int
    what: str


def append(
    connection: Connection,
    tail: Tail,
    at: int,
    actor: int | None,
    action: str,
    project: int | None,
    subject: str,
    detail: Mapping[str, Any],
) -> None:
    """One line behind the last; the caller holds the write lock, so the last cannot move."""
    if tail.line is None:
        found = _head.one(connection)
        tail.line, tail.hash = (found.line, found.hash) if found else (0, FIRST)
    text = _detail(detail)
    line = tail.line + 1
    digest = link(tail.hash, line, at, actor, action, project, subject, text)
    _append.run(
        connection,
        id=line,
        at=at,
        actor_id=actor,
        action=action,
        project_id=project,
        subject=subject,
        detail=text,
        hash=digest,
    )
    tail.line, tail.hash, tail.grew = line, digest, True


def link(
    before: str, line: int, at: int, actor: int | None, action: str, project: int | None, subject: str, detail: str
) -> str:
    """The hash of a line: SHA-256 over the hash before it and its own fields."""
    fields = _fields([before, line, at, actor, action, project, subject, detail])
    return hashlib.sha256(fields.encode("utf-8", "surrogatepass")).hexdigest()


def keep_head(connection: Connection, tail: Tail) -> None:
    """Note the last line once more, beside the table; once a commit."""
    if not tail.grew:
        return
    if _keep_head.run(connection, b_line=tail.line, b_hash=tail.hash) == 0:
        connection.execute(insert(log_head), {"one": 1, "line": tail.line, "hash": tail.hash})


def page(
    connection: Connection,
    *,
    project: int | None = None,
    action: str | None = None,
    actor: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[LogLine]:
    """The newest lines first, before the line of that number."""
    query = (
        select(log, members.c.name.label("actor"), projects.c.name.label("project"))
        .select_from(log.outerjoin(members, members.c.id == log.c.actor_id))
        .outerjoin(projects, projects.c.id == log.c.project_id)
        .order_by(log.c.id.desc())
        .limit(limit)
    )
    if project is not None:
        query = query.where(log.c.project_id == project)
    if action is not None:
        query = query.where(log.c.action == action)
    if actor is not None:
        query = query.where(members.c.name == actor)
    if before is not None:
        query = query.where(log.c.id < before)
    return [
        LogLine(row.id, row.at, row.actor, row.action, row.project, row.subject, json.loads(row.detail), row.hash)
        for row in connection.execute(query)
    ]


def verify(connection: Connection, *, most: int = 20) -> list[Problem]:
    """What is wrong with the chain: changed, missing, added or cut-off lines; empty when all is well."""
    problems: list[Problem] = []
    before, expected = FIRST, 1
    rows = connection.execution_options(yield_per=5000).execute(select(log).order_by(log.c.id))
    for row in rows:
        if row.id != expected:
            problems.append(
                Problem(expected, phrase("line %(line)s is missing; the next is %(next)s", line=expected, next=row.id))
            )
        fields = (row.at, row.actor_id, row.action, row.project_id, row.subject, row.detail)
        if link(before, row.id, *fields) != row.hash and row.id == expected:
            problems.append(
                Problem(
                    row.id,
                    phrase(
                        "line %(line)s (%(action)s) was changed, or the one before it", line=row.id, action=row.action
                    ),
                )
            )
        before, expected = row.hash, row.id + 1
        if len(problems) >= most:
            return problems
    head = _head.one(connection)
    last = expected - 1
    if (head.line if head else 0) != last:
        problems.append(
            Problem(
                last,
                phrase(
                    "the log ends at line %(line)s, but line %(head)s was written",
                    line=last,
                    head=head.line if head else 0,
                ),
            )
        )
    elif head is not None and head.hash != before:
        problems.append(Problem(last, phrase("the last line (%(line)s) is not the one that was written", line=last)))
    return problems


def subjects(connection: Connection, action: str) -> list[tuple[str, str]]:
    """What an action was ever done to, once each: the project's name and the subject, the oldest first."""
    query = (
        select(projects.c.name, log.c.subject)
        .select_from(log.join(projects, projects.c.id == log.c.project_id))
        .where(log.c.action == action)
        .group_by(projects.c.name, log.c.subject)
        .order_by(func.min(log.c.id))
    )
    return [(row.name, row.subject) for row in connection.execute(query)]


def size(connection: Connection) -> int:
    """How many lines there are."""
    return int(connection.execute(select(func.count()).select_from(log)).scalar_one())
