"""The figures of a project that pages, the API and the command line show: agreement and annotators' standings.

One definition for all of them, so that no two places show different numbers: agreement is over the answers that count
to items that are to be labeled (gold items are left out: they were chosen, and their answer is known).
numpy is loaded here, when a figure is first asked for. Call these in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labeling.kinds import kind
from labeling.store import Store, answers, decisions, gold
from labeling.store.answers import AnswerColumns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labeling.agreement import ByVersion, Coefficient, Pairs
    from labeling.audit import Audit, Standing
    from labeling.model import Project
    from web.numbers import Numbers

RESAMPLES = 1000
THRESHOLD = 0.7


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the annotators of a project agree. All None or empty before the first answer."""

    alpha: Coefficient | None
    percent: Coefficient | None
    per_label: Mapping[Any, Coefficient]
    by_version: ByVersion | None
    pairs: Pairs | None
    answers: int
    last_annotation: int


def agreement(numbers: Numbers, store: Store, project: Project) -> Agreement:
    """The agreement as of the last answer, computed once for each state of the project."""
    last = last_annotation(store, project)
    with store.read() as connection:
        decided = decisions.newest(connection, project.id)
    key = ("agreement", project.id, last, decided, str(project.options))
    return numbers.get(key, lambda: _agreement(_columns(store, project), project, last))


def audit(numbers: Numbers, store: Store, project: Project) -> Audit | None:
    """The audit of everybody as of the last answer, the gold that is set and what was decided; None before an answer.

    Answers that are excluded and those to items shown again are looked at too.
    """
    last = last_annotation(store, project)
    with store.read() as connection:
        known = gold.answers(connection, project.id)
    key = ("audit", project.id, last, str(project.options), str(known))

    def compute() -> Audit | None:
        with store.read() as connection:
            given = answers.columns(connection, project.id, with_excluded=True, with_again=True)
        return audit_of(given, known, project)

    return numbers.get(key, compute)


def standings(numbers: Numbers, store: Store, project: Project) -> list[Standing]:
    """The standing of every annotator, by their first answer."""
    return list(audit(numbers, store, project) or ())


def last_annotation(store: Store, project: Project) -> int:
    """The number of the newest annotation; 0 for none."""
    with store.read() as connection:
        return answers.last_number(connection, project.id)


def _columns(store: Store, project: Project) -> AnswerColumns:
    with store.read() as connection:
        return answers.columns(connection, project.id)


def _agreement(columns: AnswerColumns, project: Project, last: int) -> Agreement:
    from labeling import agreement as measure

    work = [place for place, is_gold in enumerate(columns.is_gold) if not is_gold]
    if not work:
        return Agreement(None, None, {}, None, None, 0, last)
    frame = {
        name: [getattr(columns, name)[place] for place in work]
        for name in ("item", "annotator", "label", "guideline_version")
    }
    one = kind(project.kind)
    level, labels = one.level, list(one.consensus_labels(project.options)) or None
    return Agreement(
        alpha=measure.krippendorff_alpha(frame, level=level, labels=labels, resamples=RESAMPLES),
        percent=measure.percent_agreement(frame, labels=labels, resamples=RESAMPLES),
        per_label=measure.per_label(frame, labels=labels, resamples=RESAMPLES),
        by_version=measure.by_version(frame, level=level, labels=labels, resamples=RESAMPLES),
        pairs=measure.pairs(frame, level=level, labels=labels, resamples=RESAMPLES),
        answers=len(work),
        last_annotation=last,
    )


def audit_of(
    columns: AnswerColumns,
    known: Mapping[str, Any],
    project: Project,
    *,
    skips: Mapping[str, int] | None = None,
    threshold: float = THRESHOLD,
) -> Audit | None:
    """The audit of everybody who gave one of these answers, gold being `known`; None without answers."""
    from labeling.audit.engine import audit as look

    if not len(columns):
        return None
    table = {
        "item": columns.item,
        "annotator": columns.annotator,
        "label": columns.label,
        "seconds": columns.seconds,
        "guideline_version": columns.guideline_version,
        "created_at": [at / 1000 for at in columns.submitted_at],
    }
    labels = list(kind(project.kind).consensus_labels(project.options)) or None
    return look(table, gold=dict(known), skips=skips, labels=labels, threshold=threshold)
