"""`audit`: what is known of each annotator's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import Unusable
from web.breakdowns import labels_of
from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.root import NUMBERS, app, example
from web.cli.screen import between, count, emit, progress, say, share, table

if TYPE_CHECKING:
    from labeling.audit import Standing
    from labeling.model import Project


@app.command(
    rich_help_panel=NUMBERS, epilog=example("assay audit intents", "assay audit intents --threshold 0.8 --json")
)
def audit(
    project: ProjectName,
    threshold: Annotated[float, typer.Option(help="The accuracy wanted, 0 to 1.")] = 0.7,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show what is known of each annotator: right on gold, agreement with the others, pace, each with its interval.

    Nobody is judged on one signal: "look" needs two, and a person decides.
    """
    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project)
        with progress("Looking at everybody's work"):
            found = standings(connection, here, threshold=threshold)
    if as_json:
        emit([one.as_json() for one in found])
        return
    show_standings(found)


def standings(connection: Any, here: Project, *, threshold: float = 0.7) -> list[Standing]:
    """The standing of each annotator who has answered. Raises Unusable where nobody has."""
    from labeling.audit import audit as judge
    from labeling.store import annotators, answers, gold

    given = answers.columns(connection, here.id)
    if not len(given):
        raise Unusable(f"{here.name!r} has no answers yet", cure="There is nobody to look at before the first one.")
    columns = {"item": given.item, "annotator": given.annotator, "label": given.label}
    times: dict[str, list[float]] = {}
    for who, seconds in zip(given.annotator, given.seconds, strict=True):
        if seconds is not None:
            times.setdefault(who, []).append(seconds)
    skips = {row.name: row.skips for row in annotators.table(connection, here.id)}
    return judge(
        columns, gold=gold.answers(connection, here.id), seconds=times, skips=skips, labels=labels_of(here),
        threshold=threshold,
    )  # fmt: skip


def show_standings(found: list[Standing]) -> None:
    """A line for each annotator, and the reasons where one should be looked at."""
    table(
        [
            "annotator", ("answers", "right"), ("skipped", "right"), ("right on gold", "right"), "interval",
            ("with the others", "right"), "interval", ("seconds", "right"), "standing",
        ],
        [
            [
                one.annotator, f"{one.answers:,}", f"{one.skips:,}", _gold(one),
                between(one.accuracy_low, one.accuracy_high, percent=True) if one.gold_seen else "–",
                share(one.agreement), between(one.agreement_low, one.agreement_high, percent=True),
                "–" if one.median_seconds is None else f"{one.median_seconds:.1f}", one.word,
            ]
            for one in found
        ],
    )  # fmt: skip
    for one in found:
        if one.signals:
            say(f"{one.annotator}: {'; '.join(signal.rstrip('.') for signal in one.signals)}.")
    lacking = [one for one in found if one.gold_seen < FEWEST_GOLD]
    if lacking:
        say(f"{count(len(lacking), 'annotator')} met too few gold items ({FEWEST_GOLD} are needed) to be judged.")


FEWEST_GOLD = 10


def _gold(one: Standing) -> str:
    return f"{one.gold_right} of {one.gold_seen}" if one.gold_seen else "none seen"
