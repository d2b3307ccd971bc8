"""`verify`, `log`, `bench`."""

from __future__ import annotations

from typing import Annotated

import typer

from web.cli.outcome import Problems
from web.cli.place import Folder, Json, opened, project_named
from web.cli.root import CARE, app, example
from web.cli.screen import count, date, emit, iso, progress, say, short, table


@app.command(rich_help_panel=CARE, epilog=example("assay verify", "assay verify --json"))
def verify(folder: Folder = None, as_json: Json = False) -> None:
    """Check that nothing was changed behind Assay's back: every line of the log, every byte of every snapshot and medium.

    Leaves with 1 when something was.
    """
    from labeling import dataset
    from labeling.services.media import verify_media
    from labeling.store import chain
    from prep.snapshot import SnapshotStore

    with opened(folder) as (store, workspace):
        with store.read() as connection, progress("Checking the log"):
            lines, of_log = chain.size(connection), chain.verify(connection)
        snapshots = SnapshotStore(workspace.snapshots)
        with progress("Checking the snapshots"):
            known, of_snapshots = len(snapshots.list()), dataset.verify(store, snapshots)
            gaps = dataset.gaps(snapshots)
        with progress("Checking the media"):
            pieces, of_media = verify_media(store, workspace=workspace.path)
    problems = [f"log: {problem.what}" for problem in of_log] + [f"snapshots: {problem}" for problem in of_snapshots]
    problems += [f"media: {problem}" for problem in of_media]
    if as_json:
        emit(
            {
                "log_lines": lines,
                "snapshots": known,
                "media": pieces,
                "gaps": gaps,
                "problems": problems,
                "ok": not problems,
            }
        )
    elif problems:
        say(f"{count(len(problems), 'problem')}:")
        for problem in problems:
            say(f"  {problem}")
        say("Put the damaged part back from a copy, and find out who could write to this folder.")
    else:
        there = [count(lines, "line") + " of the log", count(known, "snapshot")]
        there += [count(pieces, "medium", "media")] if pieces else []
        say(f"All is as it was written: {', '.join(there)}.")
    if not as_json:
        for name, id_, words in gaps:
            say(f"  {name}@{id_[:12]} was taken away on purpose: {words}")
    if problems:
        raise Problems


@app.command(rich_help_panel=CARE, epilog=example("assay log", "assay log --project intents --limit 20"))
def log(
    project: Annotated[str, typer.Option("--project", "-p", help="Only lines of this project.")] = "",
    action: Annotated[str | None, typer.Option(help="Only this action, such as submit.")] = None,
    actor: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Only what this member did.")] = None,
    before: Annotated[int | None, typer.Option(help="Only lines before the one of this number.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="How many lines.")] = 50,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show who did what, the newest first."""
    from labeling.store import chain

    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project).id if project else None
        lines = chain.page(connection, project=here, action=action, actor=actor, before=before, limit=limit)
    if as_json:
        emit(
            [
                {"line": one.id, "at": iso(one.at), "actor": one.actor, "action": one.action, "project": one.project,
                 "subject": one.subject, "detail": one.detail, "hash": one.hash}
                for one in lines
            ]
        )  # fmt: skip
        return
    table(
        [("line", "right"), "when", "who", "did", "project", "what"],
        [
            [
                f"{one.id:,}",
                date(one.at),
                one.actor or "the command line",
                one.action,
                one.project,
                short(one.subject, 40),
            ]
            for one in lines
        ],
        empty="No line of the log is like that.",
    )


@app.command(rich_help_panel=CARE, epilog=example("assay bench", "assay bench import"))
def bench(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]…", help="Which; all of them by default.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure this machine: handing out and submitting, importing, exporting, in a workspace thrown away after."""
    from web.cli.bench import measure

    with progress("Measuring"):
        results = list(measure(names or []))
    if as_json:
        emit([result.as_json() for result in results])
        return
    table(
        ["benchmark", "what", ("measured", "right"), ("promised", "right"), ""],
        [[one.name, one.what, one.shown, one.promised, "" if one.is_met else "missed"] for one in results],
    )
