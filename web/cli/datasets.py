"""`snapshot`, `snapshots`, `tag`, `diff`, `export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import Unusable
from prep.errors import Leak
from web.cli.outcome import Problems
from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.root import DATASETS, app, example
from web.cli.screen import between, count, emit, facts, figure, heading, link, note, progress, say, short, table

if TYPE_CHECKING:
    from labeling.dataset import Check
    from labeling.store import Store
    from prep.frozen import Snapshot

Ref = Annotated[
    str,
    typer.Argument(metavar="SNAPSHOT", help="project (the latest), project@tag or project@id.", show_default=False),
]


@app.command(
    rich_help_panel=DATASETS,
    epilog=example(
        "assay snapshot intents --tag v1",
        "assay snapshot intents --check",
        "assay snapshot intents --min-confidence 0.8 --pseudonyms",
        "assay snapshot intents --pipeline redacted",
    ),
)
def snapshot(
    project: ProjectName,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what would be in it, and whether it is valid.")
    ] = False,
    tag: Annotated[str, typer.Option("--tag", "-t", help="A name that points to it, such as v1.")] = "",
    min_confidence: Annotated[float | None, typer.Option(help="Leave out items less sure than this, 0 to 1.")] = None,
    min_answers: Annotated[int, typer.Option(help="Leave out items with fewer answers.")] = 1,
    finished_only: Annotated[
        bool, typer.Option("--finished-only", help="Leave out items still waiting for answers.")
    ] = False,
    with_gold: Annotated[
        bool, typer.Option("--with-gold", help="Put gold items in, with their known answers.")
    ] = False,
    pseudonyms: Annotated[
        bool, typer.Option("--pseudonyms", help="Number annotators and leave their comments out.")
    ] = False,
    schema: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own pandera YAML.", show_default="projects/NAME.schema.yml"),
    ] = None,
    attest: Annotated[
        list[str] | None,
        typer.Option(metavar="TEST=WORDS", help="By hand: 'Data 3=measured on 3 March, see wiki'; may be repeated."),
    ] = None,
    forbid: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="A column that must not be in it; may be repeated.")
    ] = None,
    budget_bytes: Annotated[
        float | None, typer.Option(help="Most bytes a row that one field may take.", show_default="none")
    ] = None,
    pipeline: Annotated[
        str, typer.Option(metavar="NAME", help="Send the items through this pipeline of the workspace first.")
    ] = "",
    method: Annotated[str | None, typer.Option(help="The consensus method.", show_default="as last time")] = None,
    seed: Annotated[int | None, typer.Option(help="The consensus's seed.", show_default="as last time")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Freeze a dataset: consensus and rulings, checked by a schema, under the hash of its content.

    Leaves with 1 when the dataset does not meet its rules; nothing is written then.
    """
    from labeling.dataset import Choices, NotValid, freeze
    from labeling.dataset import check as look

    choices = Choices(
        min_answers=min_answers, min_confidence=min_confidence, finished_only=finished_only, with_gold=with_gold,
        pseudonyms=pseudonyms,
    )  # fmt: skip
    if schema is not None and not schema.is_file():
        raise Unusable(f"There is no file {schema}", cure="Name a pandera schema in YAML.")
    with opened(folder) as (store, workspace):
        with store.read() as connection:
            here = project_named(connection, project)
        if check:
            found = look(
                store, workspace=workspace.path, project=here.id, choices=choices, schema=schema, pipeline=pipeline
            )
            _show_check(found, as_json=as_json)
            if not found.is_valid:
                raise Problems
            return
        try:
            done = freeze(
                store, workspace=workspace.path, project=here.id, choices=choices, schema=schema, pipeline=pipeline,
                method=method, seed=seed, tag=tag, told=_told(attest, forbid, budget_bytes), actor=None, tell=_tell,
            )  # fmt: skip
        except NotValid as refused:
            _show_check(refused.check, as_json=as_json)
            note(str(refused))
            raise Problems from None
    if as_json:
        emit(_as_data(done.snapshot) | {"is_new": done.is_new, "tag": tag or None, "check": done.check.as_json()})
        return
    show_frozen(done.snapshot, done.check, is_new=done.is_new, tag=tag)


def _told(attest: list[str] | None, forbid: list[str] | None, budget_bytes: float | None) -> dict[str, Any]:
    """What a person says for the card of data readiness."""
    from prep.readiness import TITLES

    attested = {}
    for one in attest or []:
        name, equals, words = one.partition("=")
        if name.strip() not in TITLES or not equals or not words.strip():
            raise Unusable(
                f"--attest {one!r} cannot be read", cure="Write it as 'Data 3=what was done, when, by whom'."
            )
        attested[name.strip()] = words.strip()
    told = {"attested": attested, "forbidden": forbid or [], "budget_bytes": budget_bytes}
    return {name: value for name, value in told.items() if value}


def _tell(words: str) -> None:
    import sys

    if sys.stderr.isatty():
        note(f"{words} …")


def show_frozen(frozen: Snapshot, check: Check, *, is_new: bool, tag: str) -> None:
    """What was frozen, under which id, and how to load it."""
    words = "Frozen" if is_new else "The same content was frozen before"
    say(f"{words}: {count(check.items, 'item')} and {count(check.annotations, 'annotation')}.")
    reference = f"{frozen.name}@{tag}" if tag else frozen.ref
    facts({"id": frozen.id, "folder": frozen.path, "load": f'prep.load("{reference}")'})
    for gate in check.gates:
        if gate.state == "warn":
            note(f"Beware: {gate.words}")


def _show_check(found: Check, *, as_json: bool) -> None:
    if as_json:
        emit(found.as_json())
    else:
        show_check(found)


def show_check(found: Check) -> None:
    """What would be in a dataset, what not and why, and its gates."""
    say(
        f"{count(found.items, 'item')} and {count(found.annotations, 'annotation')} by "
        f"{count(found.annotators, 'annotator')} would be in it."
    )
    if found.agreement.get("value") is not None:
        interval = between(found.agreement["low"], found.agreement["high"])
        say(f"{found.agreement['plain_name']}: {figure(found.agreement['value'])} ({interval}).")
    table(["label", ("items", "right")], [[label, f"{items:,}"] for label, items in found.labels.items()])
    if found.excluded:
        heading("Left out")
        table(
            [("items", "right"), "why", "such as"],
            [
                [f"{items:,}", reason, short(", ".join(found.examples.get(reason, [])), 40)]
                for reason, items in found.excluded.items()
            ],
        )
    if found.preview.get("rows"):
        heading(f"The first rows of about {found.bytes / 1e6:,.1f} MB")
        table(found.preview["columns"], [[short(cell, 30) for cell in row] for row in found.preview["rows"]])
    heading("Gates")
    for gate in found.gates:
        mark = {"pass": "ok    ", "warn": "beware", "fail": "FAILS "}[gate.state]
        say(f"{mark}  {gate.words}" + (f" {gate.cure}" if gate.state != "pass" else ""))
        for row in gate.rows[:10]:
            say("          " + ", ".join(f"{name}={value!r}" for name, value in row.items()))
        if gate.count > 10 and gate.rows:
            say(f"          and {gate.count - 10:,} more")
    for remark in found.notes:
        note(remark)
    say("It can be frozen." if found.is_valid else "It cannot be frozen as it is.")


def _as_data(one: Snapshot) -> dict[str, Any]:
    return {"name": one.name, "id": one.id, "folder": str(one.path), "manifest": one.manifest}


@app.command(rich_help_panel=DATASETS, epilog=example("assay snapshots", "assay snapshots intents --json"))
def snapshots(
    project: Annotated[str | None, typer.Argument(help="Only of this project.", show_default=False)] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List the frozen datasets, the newest first, with their tags."""
    from prep.snapshot import SnapshotStore

    with opened(folder) as (store, workspace):
        if project is not None:
            with store.read() as connection:
                project_named(connection, project)
        frozen = SnapshotStore(workspace.snapshots)
        found = list(reversed(frozen.list(project)))
        tags: dict[str, list[str]] = {}
        for name in {one.name for one in found}:
            for tag, target in frozen.tags(name).items():
                tags.setdefault(target, []).append(tag)
    if as_json:
        emit([_as_data(one) | {"tags": sorted(tags.get(one.id, []))} for one in found])
        return
    table(
        ["project", "id", "tags", "frozen", ("items", "right"), ("annotations", "right"), "agreement"],
        [
            [one.name, one.id[:12], ", ".join(sorted(tags.get(one.id, []))), one.created_at.astimezone().strftime("%Y-%m-%d %H:%M"), f"{one.rows('items'):,}",
             f"{one.rows('annotations'):,}", _agreement(one)]
            for one in found
        ],
        empty="Nothing is frozen yet. Freeze a dataset with `assay snapshot PROJECT`.",
    )  # fmt: skip


def _agreement(one: Snapshot) -> str:
    found = one.about.get("agreement") or {}
    if found.get("value") is None:
        return "–"
    return f"{figure(found['value'])} ({between(found.get('low'), found.get('high'))})"


@app.command(rich_help_panel=DATASETS, epilog=example("assay tag intents@3f9a1c approved", "assay tag intents v2"))
def tag(
    ref: Ref,
    name: Annotated[str, typer.Argument(metavar="TAG", help="The name that is to point to it.", show_default=False)],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Let a tag point to a snapshot; it may have pointed elsewhere before."""
    from labeling.dataset import put_tag
    from prep.snapshot import SnapshotStore

    with opened(folder) as (store, workspace):
        one = SnapshotStore(workspace.snapshots).get(ref)
        put_tag(store, workspace=workspace.path, project=_project_of(store, one.name), ref=ref, tag=name, actor=None)
    if as_json:
        emit({"name": one.name, "id": one.id, "tag": name})
    else:
        say(f"{one.name}@{name} is {one.id[:12]} now.")


def _project_of(store: Store, name: str) -> int:
    with store.read() as connection:
        return project_named(connection, name).id


@app.command(
    rich_help_panel=DATASETS, epilog=example("assay diff intents@v1 intents@v2", "assay diff intents@v1 intents")
)
def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="project@tag or project@id.", show_default=False)],
    after: Annotated[
        str, typer.Argument(metavar="AFTER", help="project@tag, project@id or project.", show_default=False)
    ],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show what changed between two snapshots: items added, removed, changed, and which labels flipped."""
    from prep.snapshot import SnapshotStore

    with opened(folder) as (_, workspace):
        found = SnapshotStore(workspace.snapshots).diff(before, after)
    if as_json:
        emit(found.as_dict())
        return
    say(str(found))


@app.command(
    rich_help_panel=DATASETS,
    epilog=example(
        "assay export intents@v1 --to intents.parquet",
        "assay export intents --format huggingface --to train --splits train=0.8,validation=0.1,test=0.1",
        "assay export intents@v1 --to train.parquet --splits train=0.9,test=0.1 --together",
        "assay export intents@v1 --format csv --to answers.csv --table annotations",
    ),
)
def export(
    ref: Ref,
    to: Annotated[Path, typer.Option("--to", "-o", metavar="PATH", help="Where to write it.", show_default=False)],
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            help="parquet, jsonl, csv, huggingface; of shapes coco, of spans doccano, conll.",
            show_default="by the name of --to",
        ),
    ] = None,
    table_name: Annotated[str, typer.Option("--table", help="items, annotations or posteriors.")] = "items",
    splits: Annotated[
        str | None, typer.Option(metavar="A=N,B=N", help="Split items: shares that add up to 1.", show_default="none")
    ] = None,
    stratify: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Draw within each value of this column.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Keep items that share this value together.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the split; the same item never changes sides.")] = 0,
    together: Annotated[
        bool, typer.Option("--together", help="Keep items with nearly the same fields in one part.")
    ] = False,
    allow_leak: Annotated[
        str, typer.Option(metavar="REASON", help="Write a split that leaks all the same; the reason is kept.")
    ] = "",
    soft_labels: Annotated[bool, typer.Option("--soft-labels", help="Add a probability for each label.")] = False,
    no_guard: Annotated[
        bool, typer.Option("--no-guard", help="CSV: write cells as they are, also those a spreadsheet would run.")
    ] = False,
    tokeniser: Annotated[
        str, typer.Option("--tokeniser", help="CoNLL: word, space or character.", show_default="word")
    ] = "word",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over what is there.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Write a snapshot out for training, in a format that other tools read.

    Leaves with 1 when a split leaks (items with the same or nearly the same fields in two parts), and nothing is
    written then.
    """
    from labeling.formats import export as write
    from labeling.services.snapshots import record_export
    from prep.snapshot import SnapshotStore

    shares = None if splits is None else _shares(splits)
    with opened(folder) as (store, workspace):
        one = SnapshotStore(workspace.snapshots).get(ref)
        chosen = form or _format_of(to)
        if to.exists() and not overwrite:
            raise Unusable(f"{to} is there already", cure="Choose another path, or say --overwrite.")
        options: dict[str, Any] = {"table": table_name, "splits": shares, "seed": seed, "soft_labels": soft_labels}
        options |= {"together": True} if together else {}
        options |= {"allow_leak": allow_leak} if allow_leak else {}
        if no_guard:
            options["guard"] = False
        options |= {"tokeniser": tokeniser} if tokeniser != "word" else {}
        try:
            with progress(f"Writing {to.name}"):
                written = write(one, chosen, to, **options, stratify=stratify, group=group)
        except Leak as leak:
            _show_leak(leak, as_json=as_json)
            raise Problems from None
        store.write(
            record_export, project=_project_of(store, one.name), snapshot=one.id, written_as=chosen, options=options, actor=None
        )  # fmt: skip
    if as_json:
        emit({"snapshot": one.id, "format": chosen, "path": str(written)})
        return
    say(f"{one.ref} is written as {chosen}:")
    link(str(written))


def _show_leak(leak: Leak, *, as_json: bool) -> None:
    if as_json:
        emit(leak.report.as_dict())
        return
    say(str(leak.report))
    note("Nothing was written. Keep such items in one part with --together, or allow it: --allow-leak REASON.")


def _format_of(to: Path) -> str:
    from labeling.formats import formats

    every = sorted(
        formats().values(), key=lambda one: not hasattr(one, "KINDS")
    )  # a format for all kinds has the last word
    known = {one.SUFFIX: one.NAME for one in every if one.SUFFIX}
    if to.suffix in known:
        return known[to.suffix]
    raise Unusable(
        f"The name {to.name!r} does not say the format",
        cure=f"End it in {', '.join(sorted(known))}, or say --format: {', '.join(formats())}.",
    )


def _shares(text: str) -> dict[str, float]:
    shares = {}
    for part in text.split(","):
        name, equals, number = part.partition("=")
        try:
            shares[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise Unusable(f"--splits {text!r} cannot be read", cure="Write it as train=0.8,validation=0.1,test=0.1.")
    return shares
