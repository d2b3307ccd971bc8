"""`delete`, `retain`, `gc`, `erase`, `publish`, `readiness`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from labeling.errors import Unusable
from web.cli.datasets import Ref
from web.cli.outcome import Problems
from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.root import CARE, DATASETS, app, example
from web.cli.screen import count, emit, note, say, short, table

Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept for ever.", show_default=False)]


@app.command(
    rich_help_panel=DATASETS,
    epilog=example('assay delete intents@3f9a1c --reason "made with the wrong guideline" --confirm intents'),
)
def delete(
    ref: Ref,
    reason: Reason,
    confirm: Annotated[
        str, typer.Option(metavar="PROJECT", help="The project's name once more: this cannot be undone.")
    ] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Take a snapshot away for good; that it was, when and why is kept, and `assay verify` knows it.

    A snapshot that a tag points to is not taken away.
    """
    from labeling.dataset import delete as take_away
    from prep.snapshot import SnapshotStore

    with opened(folder) as (store, workspace):
        one = SnapshotStore(workspace.snapshots).get(ref)
        if confirm != one.name:
            raise Unusable(
                f"{one.ref} ({one.rows(one.tables[0]):,} items, {one.bytes / 1e6:,.1f} MB) would be deleted for good",
                cure=f"Say --confirm {one.name} if that is meant.",
            )
        with store.read() as connection:
            project = project_named(connection, one.name).id
        record = take_away(
            store, workspace=workspace.path, project=project, ref=f"{one.name}@{one.id}", reason=reason, actor=None
        )
    if as_json:
        emit(record)
        return
    say(f"{one.ref} is gone; what it was, when it went and why stays: {record['reason']}")


@app.command(
    rich_help_panel=DATASETS,
    epilog=example("assay retain intents --keep-last 5", "assay retain intents --keep-last 5 --newer-than 90 --do"),
)
def retain(
    project: ProjectName,
    keep_last: Annotated[int | None, typer.Option(metavar="N", help="Keep the last N.", show_default=False)] = None,
    newer_than: Annotated[
        float | None, typer.Option(metavar="DAYS", help="Keep those newer than so many days.", show_default=False)
    ] = None,
    do: Annotated[
        bool, typer.Option("--do", help="Take away what the policy lets go; without it, only say so.")
    ] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Keep the snapshots that a policy keeps; the latest and the tagged always stay.

    Without --do nothing is taken away.
    """
    from labeling.dataset import retain as keep
    from prep.retention import Policy

    policy = Policy(keep_last, newer_than)
    with opened(folder) as (store, workspace):
        with store.read() as connection:
            number = project_named(connection, project).id
        decided = keep(store, workspace=workspace.path, project=number, policy=policy, actor=None, dry_run=not do)
    rows: list[dict[str, Any]] = [
        {"id": one.snapshot.id, "keep": one.keep, "why": one.why, "bytes": one.snapshot.bytes} for one in decided
    ]
    if as_json:
        emit({"policy": str(policy), "done": do, "snapshots": rows})
        return
    went = "taken away" if do else "would go"
    table(
        ["id", "", "why", ("size", "right")],
        [[r["id"][:12], "stays" if r["keep"] else went, r["why"], f"{r['bytes'] / 1e6:,.1f} MB"] for r in rows],
    )  # fmt: skip
    goes = [row for row in rows if not row["keep"]]
    if goes and not do:
        note(f"Nothing was taken away. Say --do to take away {count(len(goes), 'snapshot')}.")


@app.command(rich_help_panel=CARE, epilog=example("assay gc", "assay gc --do"))
def gc(
    do: Annotated[bool, typer.Option("--do", help="Take it away; without it, only list it.")] = False,
    older_than: Annotated[
        float, typer.Option(metavar="HOURS", help="Leave younger files: somebody may be writing them.")
    ] = 24.0,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Find files in the snapshots' folder that belong to no snapshot, such as those of a writer that was killed.

    What a manifest names is never touched. Without --do nothing is taken away.
    """
    from prep.snapshot import SnapshotStore

    with opened(folder) as (_, workspace):
        found = SnapshotStore(workspace.snapshots).gc(
            now=datetime.now(UTC), dry_run=not do, older_than_hours=older_than
        )
    if as_json:
        emit({"done": do, "files": found})
        return
    table(
        ["file", ("bytes", "right")],
        [[file, f"{size:,}"] for file, size in found.items()],
        empty="Nothing lies there that belongs to no snapshot.",
    )
    if found and not do:
        note(f"Nothing was taken away. Say --do to take away {count(len(found), 'file')}.")


@app.command(
    rich_help_panel=CARE,
    epilog=example(
        'assay erase intents --item t-17 --item t-18 --reason "request of 3 March"',
        'assay erase intents --annotator ann --reason "left, asked for it" --confirm intents',
    ),
)
def erase(
    project: ProjectName,
    reason: Reason,
    item: Annotated[list[str] | None, typer.Option(metavar="ID", help="An item to erase; may be repeated.")] = None,
    annotator: Annotated[str, typer.Option(metavar="NAME", help="The member to erase, with all they wrote.")] = "",
    confirm: Annotated[
        str, typer.Option(metavar="PROJECT", help="The project's name once more: this cannot be undone.")
    ] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Erase a person from every snapshot of a project and from the database, and keep for ever that it was done.

    Without --confirm only what would be done is said. Each snapshot that held them is frozen anew without them; its old
    files are deleted, its tags go along. Copies elsewhere (exports, backups, other stores) are yours to erase.
    """
    from labeling.dataset import erase as take_out
    from labeling.dataset import would_erase

    keys = item or []
    if bool(keys) == bool(annotator):
        raise Unusable("Say whom to erase", cure="Name items with --item, or one member with --annotator.")
    with opened(folder) as (store, workspace):
        with store.read() as connection:
            number = project_named(connection, project).id
        found = would_erase(store, workspace=workspace.path, project=number, keys=keys, annotator=annotator)
        made: list[Any] = []
        if confirm == project:
            made = take_out(
                store, workspace=workspace.path, project=number, reason=reason, keys=keys, annotator=annotator,
                actor=None,
            )  # fmt: skip
    done = confirm == project
    if as_json:
        emit({"done": done, "found": found, "erased": made})
        return
    into = {one.before: one.after[:12] for one in made}
    table(
        ["snapshot", "rows", *(["erased into"] if done else [])],
        [
            [id_[:12], ", ".join(f"{name} {rows:,}" for name, rows in counts.items()), *([into[id_]] if done else [])]
            for id_, counts in found.items()
        ],
        empty="No snapshot of the project holds them.",
    )
    if done:
        say("They are erased from the snapshots and the database. Erase exports and backups made earlier yourself.")
        note("SQLite keeps overwritten pages until it is compacted: stop the server and run sqlite3 assay.db VACUUM.")
    else:
        note(f"Nothing was erased. Say --confirm {project} to erase them for good.")


@app.command(
    rich_help_panel=DATASETS,
    epilog=example("assay publish intents@v1 s3://team-data/snapshots", "assay publish intents /mnt/share/snapshots"),
)
def publish(
    ref: Ref,
    to: Annotated[str, typer.Argument(metavar="URL", help="s3://bucket/folder, or a folder.", show_default=False)],
    tag: Annotated[str, typer.Option("--tag", "-t", help="A name that points to it there.")] = "",
    endpoint: Annotated[str, typer.Option(help="The address of an S3 that is not Amazon's.")] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Copy a snapshot, byte for byte, to an object store or another folder, from which `prep.load` reads it.

    Keys are taken from where the store's own tools take them (for S3: its environment and files).
    """
    from prep.snapshot import SnapshotStore

    with opened(folder) as (_, workspace):
        options = {"endpoint_url": endpoint} if endpoint else None
        there = SnapshotStore(to, options=options)
        one = SnapshotStore(workspace.snapshots).copy(ref, there)
        if tag:
            there.tag(f"{one.name}@{one.id}", tag)
    if as_json:
        emit({"name": one.name, "id": one.id, "at": to, "tag": tag or None})
        return
    say(f"{one.ref} lies at {to}: {count(len(one.manifest['files']), 'file')}, {one.bytes / 1e6:,.1f} MB.")


@app.command(rich_help_panel=DATASETS, epilog=example("assay readiness intents@v1", "assay readiness intents --json"))
def readiness(ref: Ref, folder: Folder = None, as_json: Json = False) -> None:
    """Score a snapshot by the seven data tests of the ML Test Score (Breck and others, 2017), with the evidence.

    Leaves with 1 when a test has no point at all.
    """
    from prep.readiness import readiness as score
    from prep.snapshot import SnapshotStore

    with opened(folder) as (_, workspace):
        found = score(SnapshotStore(workspace.snapshots).get(ref))
    if as_json:
        emit(found.as_dict())
    else:
        say(found.verdict)
        table(
            ["", "test", "points", "evidence", "what is missing"],
            [
                [one.name, one.title, f"{one.points:g}", short(one.evidence, 200), short(one.missing, 200)]
                for one in found.tests
            ],
        )
    if any(not one.points for one in found.tests):
        raise Problems
