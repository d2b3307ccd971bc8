"""Agreement as it is asked for: whole or broken down, by a coefficient of choice. Knows neither terminal nor page."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from labeling.errors import NotFound, Unusable
from labeling.kinds import kind

if TYPE_CHECKING:
    from labeling.agreement import Coefficient
    from labeling.model import Project

Columns = dict[str, list[Any]]
Rows = list[dict[str, Any]]
Asked = dict[str, Any]


class By(StrEnum):
    """What agreement is broken down by; `part` cuts the items into parts of the same size, as the page does."""

    LABEL = "label"
    VERSION = "version"
    PAIR = "pair"
    ANNOTATOR = "annotator"
    DAY = "day"
    PART = "part"


def answers_of(connection: Any, here: Project) -> Columns:
    """The answers that stand, as columns, without those to gold items. Raises Unusable where there are none."""
    from labeling.store import answers

    given = answers.columns(connection, here.id)
    kept = [place for place, is_gold in enumerate(given.is_gold) if not is_gold]
    if not kept:
        raise Unusable(
            f"{here.name!r} has no answers yet",
            cure="Give some with `assay serve`, or bring some in: assay import-answers.",
        )
    columns = {
        "item": given.item,
        "annotator": given.annotator,
        "label": given.label,
        "guideline_version": given.guideline_version,
        "created_at": [at / 1000 for at in given.submitted_at],
    }
    return {name: [column[place] for place in kept] for name, column in columns.items()}


def labels_of(here: Project) -> list[Any] | None:
    """The project's labels in order; None where its answers are no categories."""
    return [category.value for category in kind(here.kind).categories(here.options)] or None


def measured(given: Columns, here: Project, by: By | None, asked: Asked) -> Rows:
    """Agreement, whole or broken down, a row each with its verdict; `asked` has coefficient, resamples and seed.

    Raises NotFound for a coefficient that there is not, UnusableAnswers where it cannot be told of these answers.
    """
    from labeling import agreement as measures

    if asked["coefficient"] not in measures.COEFFICIENTS:
        raise NotFound("coefficient", asked["coefficient"], measures.COEFFICIENTS)
    return _BREAKDOWNS[by](given, here, asked)


def _overall(given: Columns, here: Project, asked: Asked) -> Rows:
    from labeling import agreement as measures

    name = asked["coefficient"]
    level = {"level": kind(here.kind).level} if name == "krippendorff_alpha" else {}
    function: Callable[..., Coefficient] = getattr(measures, name)
    found = function(given, labels=labels_of(here), resamples=asked["resamples"], seed=asked["seed"], **level)
    return [found.as_json()]


def _by_label(given: Columns, here: Project, asked: Asked) -> Rows:
    from labeling.agreement import per_label

    found = per_label(given, labels=labels_of(here), **asked)
    return [{"label": label} | one.as_json() for label, one in found.items()]


def _by_version(given: Columns, here: Project, asked: Asked) -> Rows:
    from labeling.agreement import by_version

    found = by_version(given, labels=labels_of(here), level=kind(here.kind).level, **asked)
    changes = {one.after: one.difference.as_json() for one in found.changes}
    return [
        {"version": one.version, "change": changes.get(one.version)} | one.coefficient.as_json()
        for one in found.versions
    ]


def _by_pair(given: Columns, here: Project, asked: Asked) -> Rows:
    from labeling.agreement import pairs

    found = pairs(given, labels=labels_of(here), level=kind(here.kind).level, **asked)
    return [{"first": one.first, "second": one.second} | one.coefficient.as_json() for one in found.pairs]


def _by_annotator(given: Columns, here: Project, asked: Asked) -> Rows:
    from labeling.agreement import without_each

    found = without_each(given, labels=labels_of(here), level=kind(here.kind).level, **asked)
    return [
        {"without": one.annotator, "answers": one.answers, "value": one.value, "change": one.difference.as_json()}
        for one in found.values()
    ]


def _by_day(given: Columns, here: Project, asked: Asked) -> Rows:
    from labeling.agreement import over_time

    found = over_time(given, every="day", labels=labels_of(here), level=kind(here.kind).level, **asked)
    return [{"day": one.start.date().isoformat()} | one.coefficient.as_json() for one in found]


def _by_part(given: Columns, here: Project, asked: Asked) -> Rows:
    from labeling.agreement import over_time
    from web.details import part_size

    every = part_size(len(set(given["item"])))
    if not every:
        return []
    found = over_time(given, every=every, labels=labels_of(here), level=kind(here.kind).level, **asked)
    return [
        {"part": place, "until": one.end.isoformat()} | one.coefficient.as_json() for place, one in enumerate(found, 1)
    ]


_BREAKDOWNS: dict[By | None, Callable[[Columns, Any, Asked], Rows]] = {
    None: _overall,
    By.LABEL: _by_label,
    By.VERSION: _by_version,
    By.PAIR: _by_pair,
    By.ANNOTATOR: _by_annotator,
    By.DAY: _by_day,
    By.PART: _by_part,
}
