"""`audit`, `decide`: what is known of each annotator's work, and what a person makes of it."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from labeling.errors import NotFound, Unusable
from labeling.model import DECISIONS
from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.root import NUMBERS, app, example
from web.cli.screen import between, count, date, emit, facts, figure, heading, progress, say, share, table

if TYPE_CHECKING:
    from labeling.audit import Audit, Standing
    from labeling.audit.apart import ApartAudit
    from labeling.model import Decided, Decision, Project

Decisions = StrEnum("Decisions", {name.upper(): name for name in DECISIONS})  # type: ignore[misc] # one list of words


@app.command(
    rich_help_panel=NUMBERS,
    epilog=example(
        "assay audit intents", "assay audit intents --annotator cleo", "assay audit intents --threshold 0.8 --json"
    ),
)
def audit(
    project: ProjectName,
    annotator: Annotated[
        str | None, typer.Option("--annotator", "-a", metavar="NAME", help="All that is known of one.")
    ] = None,
    threshold: Annotated[float, typer.Option(help="The accuracy wanted, 0 to 1.")] = 0.7,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show what is known of each annotator: gold, the others, expected accuracy, pace, and what stands out.

    Nobody is judged on one signal: "look" needs two that do not follow from each other, and a person decides.
    """
    from labeling.store import decisions

    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project)
        with progress("Looking at everybody's work"):
            whole = audit_here(connection, here, threshold=threshold)
        decided = [one for one in decisions.listing(connection, here.id) if one.annotator == annotator]
    if annotator is not None:
        one = next((one for one in whole if one.annotator == annotator), None)
        if one is None:
            raise NotFound("annotator of this project", annotator, [one.annotator for one in whole])
        if as_json:
            emit(one.as_json() | {"decisions": [asdict(found) for found in decided]})
        else:
            show_one(one, whole)
            show_decided(decided)
        return
    if as_json:
        emit(whole.as_json())
        return
    show_standings(list(whole))


@app.command(
    rich_help_panel=NUMBERS,
    epilog=example(
        "assay decide intents eve exclude --reason 'answers at random, see the audit'",
        "assay decide intents eve requeue --reason 'their items deserve a second look'",
        "assay decide intents eve withdraw --reason 'a talk made it clear'",
    ),
)
def decide(
    project: ProjectName,
    annotator: Annotated[str, typer.Argument(metavar="ANNOTATOR", help="Whom it is about.", show_default=False)],
    decision: Annotated[
        Decisions, typer.Argument(help="What follows: pause, resume, retrain, exclude, include, requeue or withdraw.")
    ],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; it stands in the log.", show_default=False)],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Decide about an annotator: pause them, ask them to read again, exclude their answers, requeue their items.

    Every decision needs a reason. Resume takes back a pause, include an exclusion, and withdraw a requeue as far as
    nobody has the items yet.
    """
    from labeling.services import decisions as services

    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        items = store.write(
            services.decide,
            project=here.id,
            annotator=annotator,
            decision=cast("Decision", decision.value),
            reason=reason,
            actor=None,
        )
    if as_json:
        opened_now, withdrawn = (0, items) if decision.value == "withdraw" else (items, 0)
        emit(
            {
                "annotator": annotator, "decision": decision.value, "reason": reason,
                "items_opened": opened_now, "items_withdrawn": withdrawn,
            }
        )  # fmt: skip
        return
    what = DECISIONS[cast("Decision", decision.value)]
    words = f"{what[0].upper()}{what[1:]}."
    if items:
        words = f"{count(items, 'item')} {'not asked' if decision.value == 'withdraw' else 'asked'} once more."
    say(f"{annotator}: {decision.value}. {words}")


def audit_here(connection: Any, here: Project, *, threshold: float = 0.7) -> Audit | ApartAudit:
    """The audit of everybody who has answered. Raises Unusable where nobody has."""
    from labeling.store import annotators, answers, gold
    from web import figures

    given = answers.columns(connection, here.id, with_excluded=True, with_again=True)
    skips = {row.name: row.skips for row in annotators.table(connection, here.id)}
    found = figures.audit_of(given, gold.answers(connection, here.id), here, skips=skips, threshold=threshold)
    if found is None:
        raise Unusable(f"{here.name!r} has no answers yet", cure="There is nobody to look at before the first one.")
    return found


def show_standings(found: list[Standing]) -> None:
    """A line for each annotator, and the reasons where something stands out."""
    table(
        [
            "annotator", ("answers", "right"), ("right on gold", "right"), ("with the others", "right"),
            ("expected", "right"), ("seconds", "right"), "standing",
        ],
        [
            [
                one.annotator, f"{one.answers:,}",
                f"{_gold(one)} ({between(one.accuracy_low, one.accuracy_high, percent=True)})" if one.gold_seen else "–",
                f"{share(one.agreement)} ({between(one.agreement_low, one.agreement_high, percent=True)})",
                share(one.skill), "–" if one.median_seconds is None else f"{one.median_seconds:.1f}", one.word,
            ]
            for one in found
        ],
    )  # fmt: skip
    for one in found:
        if one.signals:
            say(f"{one.annotator}: {'; '.join(map(str, one.signals))}.")
    lacking = [one for one in found if one.word == "not known yet"]
    if lacking:
        say(
            f"{count(len(lacking), 'annotator')} not known yet: fewer than {FEWEST_GOLD} gold answers, "
            f"and fewer than {FEWEST_SHARED} beside the others'."
        )


FEWEST_GOLD, FEWEST_SHARED = 10, 30


def show_one(one: Standing, whole: Audit | ApartAudit) -> None:
    """All that is known of one annotator."""
    facts(
        {
            "annotator": f"{one.annotator}: {one.word}",
            "answers": f"{one.answers:,}, {one.skips:,} skipped",
            "right on gold": f"{_gold(one)} {between(one.accuracy_low, one.accuracy_high, percent=True)}; "
            f"under what is wanted with probability {share(one.below)}; one by one: {one.sequential}" if one.gold_seen else "none seen",
            "with the others": f"{share(one.agreement)} {between(one.agreement_low, one.agreement_high, percent=True)} "
            f"of {one.compared:,}, {_points(one.excess)} against what the items allow",
            "expected accuracy": f"{share(one.skill)} {between(one.skill_low, one.skill_high, percent=True)}",
            "tells labels apart": figure(one.spammer),
            "pace": "not timed" if one.median_seconds is None
            else f"{one.median_seconds:.1f} s, {share(one.too_fast)} too fast, {share(one.hasty)} far faster than usual",
            "longest run": f"{one.longest_run} × {one.run_label}" if one.longest_run else "–",
            "unlike the others'": f"{one.favoured} of {one.misses} are {one.favourite}" if one.misses else "none",
            "shown again": f"the same {one.again_same} of {one.again} times" if one.again else "nothing yet",
            "drift": "–" if one.fall is None
            else f"{share(one.fall)} worse after {one.drift_turn} answers (p {figure(one.drift_chance)})",
        }
    )  # fmt: skip
    heading("What stands out")
    for signal in one.signals:
        say(f"  {signal} (q {figure(signal.q)})")
    if not one.signals:
        say("  Nothing.")
    course = whole.course(one.annotator)
    if len(course) > 1:
        heading("Over time")
        table(
            [("answers", "right"), ("with the others", "right"), "interval", ("against the items", "right"), "guideline"],
            [
                [str(part.answers), share(part.agreement), between(part.low, part.high, percent=True),
                 _points(part.excess), ", ".join(f"v{version}" for version in part.versions)]
                for part in course
            ],
        )  # fmt: skip


def show_decided(decided: list[Decided]) -> None:
    """What people decided about one annotator, the newest first."""
    if not decided:
        return
    heading("What was decided")
    for one in decided:
        under = f", under guideline v{one.guideline_version}" if one.guideline_version else ""
        say(f"  {date(one.at)} {one.decision} by {one.by or 'the command line'}{under}: {one.reason}")


def _points(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:+.0f} points"


def _gold(one: Standing) -> str:
    return f"{one.gold_right} of {one.gold_seen}" if one.gold_seen else "none seen"
