"""Agreement as it is asked for: whole or broken down, by a coefficient of choice. Knows neither terminal nor page."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from labeling.errors import NotFound, Unusable
from labeling.kinds import kind
from labeling.kinds.measuring import each_part, keywords

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


BY_DISTANCE = ("krippendorff_alpha", "percent_agreement")
"""The coefficients that take a distance of a kind's own."""


def measured(given: Columns, here: Project, by: By | None, asked: Asked) -> Rows:
    """Agreement, whole or broken down, a row each with its verdict; `asked` has coefficient, resamples and seed.

    Raises NotFound for a coefficient that there is not, UnusableAnswers where it cannot be told of these answers.
    """
    from labeling import agreement as measures

    if asked["coefficient"] not in measures.COEFFICIENTS:
        raise NotFound("coefficient", asked["coefficient"], measures.COEFFICIENTS)
    how = keywords(kind(here.kind), here.options)
    if how["distance"] is not None and asked["coefficient"] not in BY_DISTANCE:
        raise Unusable(
            f"{asked['coefficient']} is told of answers that are classes, and those of the kind {here.kind} are none",
            cure=f"Ask for {' or '.join(BY_DISTANCE)}.",
        )
    return _BREAKDOWNS[by](given, here, asked, how)


def _overall(given: Columns, here: Project, asked: Asked, how: Asked) -> Rows:  # noqa: ARG001 - a breakdown's signature
    from labeling import agreement as measures

    name = asked["coefficient"]
    more = {"level": how["level"]} if name == "krippendorff_alpha" else {}
    if how["distance"] is not None:
        more["distance"] = how["distance"]
    function: Callable[..., Coefficient] = getattr(measures, name)
    return [function(given, labels=how["labels"], resamples=asked["resamples"], seed=asked["seed"], **more).as_json()]


def _by_label(given: Columns, here: Project, asked: Asked, how: Asked) -> Rows:
    """By label, or by question within an answer where the kind has some."""
    from labeling.agreement import per_label

    if how["distance"] is None:
        found = per_label(given, labels=how["labels"], **asked)
        return [{"label": label} | one.as_json() for label, one in found.items()]
    from labeling import agreement as measures

    one = kind(here.kind)
    if one.categories(here.options):
        return [{"label": label} | each.as_json() for label, each in per_label(given, **asked).items()]
    if not one.parts(here.options):
        raise Unusable(
            f"Answers of the kind {here.kind} have neither labels nor questions to look at one by one",
            cure="Break it down by version, pair, annotator, day or part.",
        )
    function: Callable[..., Coefficient] = getattr(measures, asked["coefficient"])
    rows = []
    for part, table, mine in each_part(one, here.options, given):
        more = {"level": mine["level"]} if asked["coefficient"] == "krippendorff_alpha" else {}
        found_of = function(table, resamples=asked["resamples"], seed=asked["seed"], distance=mine["distance"], **more)
        rows.append({"label": part.title} | found_of.as_json())
    return rows


def _by_version(given: Columns, here: Project, asked: Asked, how: Asked) -> Rows:  # noqa: ARG001
    from labeling.agreement import by_version

    found = by_version(given, **how, **asked)
    changes = {one.after: one.difference.as_json() for one in found.changes}
    return [
        {"version": one.version, "change": changes.get(one.version)} | one.coefficient.as_json()
        for one in found.versions
    ]


def _by_pair(given: Columns, here: Project, asked: Asked, how: Asked) -> Rows:  # noqa: ARG001
    from labeling.agreement import pairs

    found = pairs(given, **how, **asked)
    return [{"first": one.first, "second": one.second} | one.coefficient.as_json() for one in found.pairs]


def _by_annotator(given: Columns, here: Project, asked: Asked, how: Asked) -> Rows:  # noqa: ARG001
    from labeling.agreement import without_each

    found = without_each(given, **how, **asked)
    return [
        {"without": one.annotator, "answers": one.answers, "value": one.value, "change": one.difference.as_json()}
        for one in found.values()
    ]


def _by_day(given: Columns, here: Project, asked: Asked, how: Asked) -> Rows:  # noqa: ARG001
    from labeling.agreement import over_time

    found = over_time(given, every="day", **how, **asked)
    return [{"day": one.start.date().isoformat()} | one.coefficient.as_json() for one in found]


def _by_part(given: Columns, here: Project, asked: Asked, how: Asked) -> Rows:  # noqa: ARG001
    from labeling.agreement import over_time
    from web.details import part_size

    every = part_size(len(set(given["item"])))
    if not every:
        return []
    found = over_time(given, every=every, **how, **asked)
    return [
        {"part": place, "until": one.end.isoformat()} | one.coefficient.as_json() for place, one in enumerate(found, 1)
    ]


_BREAKDOWNS: dict[By | None, Callable[[Columns, Any, Asked, Asked], Rows]] = {
    None: _overall,
    By.LABEL: _by_label,
    By.VERSION: _by_version,
    By.PAIR: _by_pair,
    By.ANNOTATOR: _by_annotator,
    By.DAY: _by_day,
    By.PART: _by_part,
}
