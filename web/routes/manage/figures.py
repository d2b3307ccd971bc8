"""The figures of web.figures and web.details as the pages ask for them, and others computed once for each state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from labeling.store import chain
from web import catalogue, details, figures
from web.catalogue import tn
from web.routes.manage.frame import Verdict
from web.routes.manage.words import moment

if TYPE_CHECKING:
    from fastapi import Request

    from labeling.model import Project
    from labeling.store import Connection

T = TypeVar("T")
FLOOR = 0.667
MOST_PAIRED = 16
"""So many annotators get a row in the pair matrix, those with most answers: more cannot be read."""
FEWEST_IN_PAIR = 10


def once(request: Request, project: Project, last: int, name: str, compute: Callable[[], T], *more: Any) -> T:
    """What `compute` gives, kept while the project's answers, labels and `more` stay as they are."""
    key = (name, project.id, last, repr(project.options), *more)
    value: T = request.app.state.numbers.get(key, compute)
    return value


def agreement(request: Request, project: Project) -> figures.Agreement:
    """Krippendorff's alpha with its interval: over all, by label, by version, by pair."""
    return figures.agreement(request.app.state.numbers, request.app.state.store, project)


def audit(request: Request, project: Project) -> figures.Audited:
    """The audit of everybody; empty before the first answer."""
    return figures.audit(request.app.state.numbers, request.app.state.store, project)


def last_line(connection: Connection, project: Project) -> int:
    """The number of the newest line of the project's log, which tells all its states apart: every change has a line."""
    newest = chain.page(connection, project=project.id, limit=1)
    return newest[0].id if newest else 0


def detail(request: Request, project: Project) -> details.Detail:
    """The rest of the page on agreement."""
    return figures.detail(request.app.state.numbers, request.app.state.store, project)


def overview(request: Request, project: Project) -> figures.Overview:
    """How the whole project stands."""
    return figures.overview(request.app.state.numbers, request.app.state.store, project)


def agreed(request: Request, project: Project, run: int) -> figures.Agreed:
    """What the newest consensus run, of that number, agreed on."""
    return figures.agreed(request.app.state.numbers, request.app.state.store, project, run)


def as_of(request: Request, project: Project, name: str, verdict: Verdict | None) -> Verdict | None:
    """The verdict, with what the figure it rests on stands for where a large project has moved on since."""
    kept = request.app.state.numbers.behind(request.app.state.store, project, name)
    if kept is None or verdict is None:
        return verdict
    words = tn(
        "As of %(at)s, over %(n)s answer; what came since is being counted in.",
        "As of %(at)s, over %(n)s answers; what came since is being counted in.",
        kept.answers,
        at=moment(kept.at),
    )
    return replace(verdict, text=f"{catalogue.say(verdict.text)} {words}")
