"""What the pages show beside web.figures: where agreement comes from. Computed once for each state of the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from labeling.errors import UnusableAnswers
from labeling.kinds import kind
from labeling.store import answers as answer_reads
from labeling.store import chain, decisions
from web import figures

if TYPE_CHECKING:
    from fastapi import Request

    from labeling.agreement import Coefficient, Period, Without
    from labeling.audit import Audit, Standing
    from labeling.model import Project
    from labeling.store import Connection
    from labeling.store.answers import AnswerColumns

T = TypeVar("T")
FLOOR = 0.667
MOST_PAIRED = 16
"""So many annotators get a row in the pair matrix, those with most answers: more cannot be read."""
FEWEST_IN_PAIR = 10
PARTS = 6


@dataclass(frozen=True, slots=True)
class Detail:
    """Other coefficients over the same answers, the whole without each annotator, and agreement part by part."""

    others: list[Coefficient]
    without: dict[Any, Without]
    periods: tuple[Period, ...]


def once(request: Request, project: Project, last: int, name: str, compute: Callable[[], T], *more: Any) -> T:
    """What `compute` gives, kept while the project's answers, labels and `more` stay as they are."""
    key = (name, project.id, last, repr(project.options), *more)
    value: T = request.app.state.numbers.get(key, compute)
    return value


def agreement(request: Request, project: Project) -> figures.Agreement:
    """Krippendorff's alpha with its interval: over all, by label, by version, by pair."""
    return figures.agreement(request.app.state.numbers, request.app.state.store, project)


def standings(request: Request, project: Project) -> dict[str, Standing]:
    """What the audit says of each annotator, by name."""
    return {str(one.annotator): one for one in audit(request, project) or ()}


def audit(request: Request, project: Project) -> Audit | None:
    """The audit of everybody; None before the first answer."""
    return figures.audit(request.app.state.numbers, request.app.state.store, project)


def last_line(connection: Connection, project: Project) -> int:
    """The number of the newest line of the project's log, which tells all its states apart: every change has a line."""
    newest = chain.page(connection, project=project.id, limit=1)
    return newest[0].id if newest else 0


def last_answer(connection: Connection, project: Project) -> int:
    """The number of the newest annotation, which tells the states of a project's answers apart."""
    return answer_reads.last_number(connection, project.id)


def detail(request: Request, connection: Connection, project: Project) -> Detail | None:
    """The rest of the page on agreement; None where there is nothing to compare."""
    last, decided = last_answer(connection, project), decisions.newest(connection, project.id)
    compute = lambda: _detail(project, answer_reads.columns(connection, project.id))  # noqa: E731 - one line, used once
    return once(request, project, last, "detail", compute, decided)


def _detail(project: Project, given: AnswerColumns) -> Detail | None:
    # numpy comes with these: a server on whose pages nobody asks for figures never loads it.
    from labeling import agreement as measure
    from labeling.answers import Answers

    one = kind(project.kind)
    labels = list(one.consensus_labels(project.options)) or None
    work = [row for row, is_gold in enumerate(given.is_gold) if not is_gold]
    columns: dict[str, list[Any]] = {
        "item": [given.number[row] for row in work],
        "annotator": [given.annotator[row] for row in work],
        "label": [given.label[row] for row in work],
        "created_at": [given.submitted_at[row] / 1000 for row in work],
    }
    try:
        table = Answers.from_columns(columns["item"], columns["annotator"], columns["label"], labels=labels)
        others = [measure.percent_agreement(table), measure.gwet_ac1(table), measure.fleiss_kappa(table)]
        others.append(measure.brennan_prediger(table))
        if one.level != "nominal":
            others += [measure.krippendorff_alpha(table), measure.gwet_ac2(table)]
        people = len(table.annotators)
        without = measure.without_each(table, level=one.level, most=MOST_PAIRED) if people > 2 else {}
        items = len(table.items)
        periods: tuple[Period, ...] = ()
        if items >= PARTS * FEWEST_IN_PAIR:
            periods = measure.over_time(columns, every=-(-items // PARTS), level=one.level, labels=labels)
    except UnusableAnswers:
        return None
    return Detail(others, without, periods)
