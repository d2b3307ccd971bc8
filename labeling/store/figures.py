"""Figures of large projects, kept with the state they were measured in, and what a consensus may start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from labeling.store import schema as t

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

LARGE = 2_000
"""From so many answers on a project's figures are kept, and not measured while somebody waits for a page."""
CHANGES_NOTHING = ("export", "snapshot", "tag", "create_token", "revoke_token")
"""Actions that change no figure."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure as text, the state of the project it stands for, when it was measured and how long that took."""

    state: int
    body: str
    answers: int
    seconds: float
    at: int


def state(connection: Connection, project: int) -> int:
    """The number of the newest line of the log that may change a figure: it tells the project's states apart."""
    query = (
        select(t.log.c.id)
        .where(t.log.c.project_id == project, t.log.c.action.not_in(CHANGES_NOTHING))
        .order_by(t.log.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or 0


def is_large(connection: Connection, project: int) -> bool:
    """Whether the project has so many annotations that its figures are kept; costs the same however many it has."""
    query = select(t.annotations.c.id).where(t.annotations.c.project_id == project).offset(LARGE - 1).limit(1)
    return connection.execute(query).first() is not None


def answers_in(connection: Connection, project: int) -> int:
    """How many annotations there are, revisions too."""
    query = select(func.count()).select_from(t.annotations).where(t.annotations.c.project_id == project)
    return int(connection.execute(query).scalar_one())


def read(connection: Connection, project: int, name: str) -> Kept | None:
    """The figure of that name, of whatever state; None where it was never measured."""
    query = select(t.figures).where(t.figures.c.project_id == project, t.figures.c.name == name)
    row = connection.execute(query).first()
    return None if row is None else Kept(row.state, row.body, row.answer_count, row.seconds, row.at)


def keep(connection: Connection, project: int, name: str, kept: Kept) -> None:
    """A figure in place of the one before."""
    connection.execute(delete(t.figures).where(t.figures.c.project_id == project, t.figures.c.name == name))
    values = {
        "project_id": project,
        "name": name,
        "state": kept.state,
        "body": kept.body,
        "answer_count": kept.answers,
        "seconds": kept.seconds,
        "at": kept.at,
    }
    connection.execute(insert(t.figures), values)


def forget_others(connection: Connection, project: int, name: str, state: int) -> None:
    """Drop the figures of other states that are kept under `name:…`, one for each thing that was asked.

    Such names are without end; what they held of a state that is past is never read again.
    """
    begins = t.figures.c.name.startswith(f"{name}:", autoescape=True)
    connection.execute(delete(t.figures).where(t.figures.c.project_id == project, begins, t.figures.c.state != state))


def start(connection: Connection, project: int) -> tuple[int, bytes] | None:
    """The run whose learning is kept for the next consensus to begin from, and what it learned."""
    query = select(t.consensus_starts.c.run_id, t.consensus_starts.c.learned)
    row = connection.execute(query.where(t.consensus_starts.c.project_id == project)).first()
    return None if row is None else (row.run_id, bytes(row.learned))


def keep_start(connection: Connection, project: int, run: int, learned: bytes) -> None:
    """What a run learned, in place of the one before."""
    connection.execute(delete(t.consensus_starts).where(t.consensus_starts.c.project_id == project))
    connection.execute(insert(t.consensus_starts), {"project_id": project, "run_id": run, "learned": learned})
