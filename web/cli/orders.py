"""`scale` and `concordance`: where compared things stand, and how alike annotators put things in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli.place import Folder, Json, ProjectName, Seed, opened, project_named
from web.cli.root import NUMBERS, app, example
from web.cli.screen import between, count, emit, figure, heading, progress, say, share, short, table

if TYPE_CHECKING:
    from labeling.scale import Group, Scale


@app.command(
    rich_help_panel=NUMBERS,
    epilog=example("assay scale replies", "assay scale replies --top 10", "assay scale replies --json"),
)
def scale(
    project: ProjectName,
    top: Annotated[int, typer.Option(min=1, help="How many things of each group to print.")] = 20,
    seed: Seed = 0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Put all things that were compared two by two on one scale, with intervals.

    Bradley–Terry with ties, annotators' skills and the pull of the place on the screen; for projects of kind pairwise.
    Things that were never compared, or only within a group of their own, are named and get no common number.
    """
    from web.orders import scale_in

    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        with progress("Measuring"):
            found = scale_in(store, here, seed=seed)
    if as_json:
        emit({"project": project, **found.as_json()})
        return
    _show(found, top)


def _show(found: Scale, top: int) -> None:
    say(found.verdict())
    for note in found.notes:
        say(note, style="dim")
    for number, group in enumerate(found.groups, 1):
        if len(found.groups) > 1:
            heading(f"Group {number}: {count(len(group.things), 'thing')}, {count(group.comparisons, 'comparison')}")
        _show_group(group, top)
    say(found.place.verdict())
    if found.method:
        say(f"{found.method}; {count(found.comparisons, 'comparison')}.", style="dim")
    low = [one for one in found.judges if one.high < 0.75]
    if low:
        said = ", ".join(f"{one.annotator} ({figure(one.skill)}, {between(one.low, one.high)})" for one in low[:10])
        say(f"Annotators who read pairs the right way round less often than three times in four: {said}.")


def _show_group(group: Group, top: int) -> None:
    shown = group.things[:top]
    table(
        [("rank", "right"), "thing", ("score", "right"), "interval", ("beats the average", "right"), ("won/tied/lost", "right")],
        [
            [
                f"{one.rank}" if one.rank_low == one.rank_high else f"{one.rank} ({one.rank_low} to {one.rank_high})",
                short(str(one.thing), 40),
                f"{one.score:+.2f}",
                between(one.low, one.high),
                share(one.against_average),
                f"{one.wins}/{one.ties}/{one.losses}",
            ]
            for one in shown
        ],
    )  # fmt: skip
    if len(group.things) > top:
        say(f"And {count(len(group.things) - top, 'thing')} more; --top prints more, --json all.", style="dim")


@app.command(rich_help_panel=NUMBERS, epilog=example("assay concordance answers", "assay concordance answers --json"))
def concordance(
    project: ProjectName,
    seed: Seed = 0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Measure how alike annotators put things in order: Kendall's W with its interval; for projects of kind ranking."""
    from web.orders import orders_in

    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        with progress("Measuring"):
            found = orders_in(store, here, seed=seed)
    one = found.concordance
    if as_json:
        from dataclasses import asdict

        facts: dict[str, Any] = asdict(found)
        emit({"project": project, **facts})
        return
    if one.value is None:
        say(f"Cannot be told: {one.why}.")
        return
    say(f"Kendall's W: {figure(one.value)} (95 % interval {between(one.low, one.high)})")
    say(f"Mean rank correlation: {figure(one.spearman)} ({between(one.spearman_low, one.spearman_high)}); 0 is chance")
    say(
        f"From {count(one.rankings, 'ranking')} of {count(one.items, 'item')} with two or more; bootstrap over items.",
        style="dim",
    )
    table(
        ["annotator", ("rankings", "right"), ("mean tau-b with others", "right"), ("weight", "right")],
        [
            [ranker.annotator, f"{ranker.rankings:,}", figure(ranker.tau), figure(ranker.dispersion)]
            for ranker in found.rankers
        ],
    )
