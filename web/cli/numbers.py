"""`agreement`, `consensus`, `disagreements`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.breakdowns import By, Rows, answers_of, measured
from web.cli.place import Folder, Json, ProjectName, Seed, opened, project_named
from web.cli.root import NUMBERS, app, example
from web.cli.screen import between, count, date, emit, facts, figure, heading, iso, progress, say, share, short, table

if TYPE_CHECKING:
    from labeling.model import ConsensusRun


@app.command(
    rich_help_panel=NUMBERS,
    epilog=example(
        "assay agreement intents",
        "assay agreement intents --by version",
        "assay agreement intents --coefficient gwet_ac1 --by label --json",
    ),
)
def agreement(
    project: ProjectName,
    by: Annotated[By | None, typer.Option("--by", help="Break it down.", show_default="overall")] = None,
    coefficient: Annotated[
        str,
        typer.Option("--coefficient", "-c", help="krippendorff_alpha, gwet_ac1, fleiss_kappa, percent_agreement, …"),
    ] = "krippendorff_alpha",
    resamples: Annotated[int, typer.Option(min=100, max=100_000, help="How often the interval resamples.")] = 1000,
    seed: Seed = 0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Measure how far annotators agree, with its interval, and say what follows from it.

    Gold items do not count.
    """
    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project)
        given = answers_of(connection, here)
    with progress("Measuring"):
        rows = measured(given, here, by, {"coefficient": coefficient, "resamples": resamples, "seed": seed})
    if as_json:
        emit({"project": project, "by": by.value if by else None, "rows": rows})
        return
    if by is None:
        show_coefficient(rows[0])
        return
    _show_breakdown(by, rows)


_HEADS = {By.LABEL: "label", By.VERSION: "version", By.DAY: "day", By.PART: "part"}


def show_coefficient(one: dict[str, Any]) -> None:
    """One coefficient: its value and interval, what it rests on, what follows."""
    interval = between(one["low"], one["high"])
    say(f"{one['plain_name']}: {figure(one['value'])} ({100 * one['confidence']:.0f} % interval {interval})")
    say(one["verdict"])
    say(
        f"From {count(one['answers'], 'answer')} to {count(one['items'], 'item')}, {one['units']:,} of them with two "
        f"or more; {one['method']}.",
        style="dim",
    )


def _show_breakdown(by: By, rows: Rows) -> None:
    if by is By.PAIR:
        table(
            ["annotators", ("items", "right"), ("agreement", "right"), "interval"],
            [
                [f"{one['first']} and {one['second']}", f"{one['units']:,}", figure(one["value"]),
                 between(one["low"], one["high"])]
                for one in rows
            ],
            empty="No two annotators have an item in common.",
        )  # fmt: skip
        return
    if by is By.ANNOTATOR:
        table(
            ["without", ("answers", "right"), ("agreement of the others", "right"), "compared with all"],
            [[one["without"], f"{one['answers']:,}", figure(one["value"]), one["change"]["verdict"]] for one in rows],
        )
        return
    head = _HEADS[by]
    table(
        [head, ("answers", "right"), ("agreement", "right"), "interval", "what it says"],
        [
            [f"v{one[head]}" if by is By.VERSION else one[head], f"{one['answers']:,}", figure(one["value"]),
             between(one["low"], one["high"]), one["verdict"]]
            for one in rows
        ],
        empty="There are too few items for parts of time.",
    )  # fmt: skip
    for one in rows:
        if one.get("change"):
            say(f"To v{one['version']}: {one['change']['verdict']}")


@app.command(
    rich_help_panel=NUMBERS,
    epilog=example("assay consensus intents", "assay consensus intents --method majority --seed 7 --json"),
)
def consensus(
    project: ProjectName,
    method: Annotated[str, typer.Option("--method", "-m", help="auto, majority, dawid_skene, …")] = "auto",
    seed: Seed = 0,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Compute from nothing, not from what the last run learned.")
    ] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Compute the consensus of each item with its confidence, and record how.

    Gold answers hold the model to what is known. Where nothing has changed since the last run of this method and seed,
    that run stands; else the models begin from what it learned. --fresh begins from nothing.
    """
    from labeling.services.consensus import run_consensus
    from labeling.store import consensus as reads
    from labeling.store import consensus_reads
    from web.figures import by_label

    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        with progress("Computing the consensus"):
            run = run_consensus(store, project=here.id, method=method, seed=seed, fresh=fresh, actor=None)
        with store.read() as connection:
            shares = dict(by_label(here, lambda: reads.label_counts(connection, here.id)))
            disputed = reads.disputed_count(connection, here.id, 0.5)
            unlike = consensus_reads.counts(connection, here.id)
            bands = consensus_reads.confidence_bands(connection, here.id)
    if as_json:
        labels = [{"label": label, "items": items} for label, items in shares.items()]
        confidence = [{"from": low, "to": high, "items": items} for low, high, items in bands]
        emit(
            run_as_data(run)
            | {"labels": labels, "disputed": disputed, "confidence": confidence, "unlike": dict(unlike)}
        )
        return
    say(f"Consensus on {count(run.items, 'item')} from {count(run.answers, 'answer')}.")
    show_run(run)
    if shares:
        table(
            ["label", ("items", "right"), ("share", "right")],
            [[label, f"{items:,}", share(items / max(run.items, 1))] for label, items in shares.items()],
        )
    if disputed:
        say(f"{count(disputed, 'item')} divide the annotators in half or worse: assay disagreements {project}")


def run_as_data(run: ConsensusRun) -> dict[str, Any]:
    """A consensus run for JSON."""
    names = ("method", "parameters", "seed", "answers", "items", "diagnostics")
    return {name: getattr(run, name) for name in names} | {"at": iso(run.at)}


def show_run(run: ConsensusRun) -> None:
    """How a consensus was made, in words."""
    if run.diagnostics.get("summary"):
        say(str(run.diagnostics["summary"]))
    began = run.diagnostics.get("began_from")
    begun = f"what run {began} learned" if began else "nothing"
    facts({"method": run.method, "seed": run.seed, "computed": date(run.at), "begun from": begun})


@app.command(
    rich_help_panel=NUMBERS, epilog=example("assay disagreements intents", "assay disagreements intents --limit 5")
)
def disagreements(
    project: ProjectName,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many items.")] = 20,
    with_ruled: Annotated[bool, typer.Option("--with-ruled", help="Also items that were ruled on.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List the items whose answers differ, those first of which one more answer would tell most; a reviewer rules on them
    in the browser.
    """
    from labeling.store import consensus as reads

    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project)
        run = reads.latest(connection, here.id)
        rows = reads.disagreements(connection, here.id, limit=limit, with_ruled=with_ruled)
    if as_json:
        names = (
            "answer",
            "confidence",
            "runner_up",
            "votes",
            "majority",
            "is_tie",
            "disagreement",
            "information",
            "payload",
        )
        emit([{"item": one.key} | {name: getattr(one, name) for name in names} for one in rows])
        return
    if run is None:
        say(f"There is no consensus yet. Compute it with `assay consensus {project}`.")
        return
    fields = here.show or (next(iter(rows[0].payload), ""),) if rows else ()
    table(
        ["item", "what", "consensus", ("confidence", "right"), "or", ("said otherwise", "right"), ("tells", "right")],
        [
            [one.key, short(" · ".join(str(one.payload.get(name, "")) for name in fields), 70), one.answer,
             share(one.confidence), one.runner_up, f"{round(one.disagreement * one.votes)} of {one.votes}",
             f"{one.information:.2f} bits"]
            for one in rows
        ],
        empty="No item divides the annotators.",
    )  # fmt: skip
    if rows:
        heading("Rule on them under Disagreements: assay serve")
