"""`prep run`, `plan`, `show`, `runs`, `compare`, `rollback`, `lineage`: pipelines from a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import Conflict, NotFound, Unusable
from web.cli.place import Json
from web.cli.root import example, prep
from web.cli.screen import console, count, emit, facts, link, note, say, table
from web.cli.tables import Overwrite, check_targets, write

if TYPE_CHECKING:
    from prep.pipeline.pipeline import Pipeline
    from prep.pipeline.records import Run
    from prep.pipeline.running import Progress, Tell
    from prep.pipeline.store import RunStore

File = Annotated[Path, typer.Argument(metavar="PIPELINE", help="A pipeline in TOML, YAML or JSON.", show_default=False)]
Given = Annotated[
    list[str] | None,
    typer.Option("--given", metavar="SOURCE=FILE", help="Another file for a source, or one for a source without."),
]
Kept = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="FOLDER", help="Where results and records are kept.", show_default=".prep beside it"
    ),
]
RunId = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's id, its end, or a pipeline's name.", show_default=False)
]
HERE = ".prep"


class Picture(StrEnum):
    """How a pipeline is shown."""

    text, mermaid, svg = "text", "mermaid", "svg"


@prep.command(
    epilog=example(
        "assay prep run people.toml",
        "assay prep run people.toml --to people.parquet",
        "assay prep run people.toml --given crm=other.csv --force tidy",
    )
)
def run(
    pipeline: File,
    to: Annotated[
        Path | None, typer.Option("--to", "-o", metavar="OUT", help="Write the result here.", show_default=False)
    ] = None,
    given: Given = None,
    force: Annotated[list[str] | None, typer.Option("--force", metavar="STEP", help="Do this step anew.")] = None,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="FILE", help="Keep the pipeline with what it learned.", show_default=False),
    ] = None,
    store: Kept = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Run a pipeline: only what changed since it was run before; killed, it goes on where it stopped."""
    made, inputs, kept = _opened(pipeline, given, store)
    sources = [Path(str(one)) for one in inputs.values()]
    sources += [made.folder / str(getattr(node.work, "path", "")) for node in made.sources if node.name not in inputs]
    if to is not None:
        check_targets([to], sources, overwrite=overwrite)
    if keep is not None:
        check_targets([keep], [*sources, pipeline], overwrite=overwrite, is_table=False)
    with _bar(made, quiet=as_json) as tell:
        done = made.run(inputs, store=kept, tell=tell, force=force or [])
    if to is not None:
        write(done.frame, to)
    if keep is not None:
        done.pipeline.write(keep)
    if as_json:
        emit(dict(done.record) | {"written": None if to is None else str(to)})
        return
    _steps(done)
    say(f"{done}.")
    for line in [*done.anomalies, *done.record["notes"]]:
        note(f"Beware: {line}")
    if to is not None:
        link(f"Written to {to}: {count(done.record['statistics']['rows'], 'row')}.")


@prep.command(epilog=example("assay prep plan people.toml"))
def plan(pipeline: File, given: Given = None, store: Kept = None, as_json: Json = False) -> None:
    """Say what a run would do, step by step, and why; nothing is done."""
    made, inputs, kept = _opened(pipeline, given, store)
    found = made.plan(inputs, store=kept)
    if as_json:
        emit(found.as_json())
        return
    words = {"run": "runs", "cached": "is kept", "maybe": "may run"}
    table(["step", "what", "", "why"], [[one.name, one.verb, words[one.action], one.why] for one in found.steps])
    if found.is_nothing:
        say("All of it is kept; a run would only look.")


@prep.command(epilog=example("assay prep show people.toml", "assay prep show people.toml --as svg > people.svg"))
def show(
    pipeline: File,
    form: Annotated[Picture, typer.Option("--as", help="How: text, Mermaid or SVG.")] = Picture.text,
    as_json: Json = False,
) -> None:
    """Show a pipeline: its sources and steps, and what follows what."""
    made, _, _ = _opened(pipeline, None, None)
    if as_json:
        emit(made.as_json())
    else:
        print(made.diagram(form.value))


@prep.command(epilog=example("assay prep runs", "assay prep runs people", "assay prep runs --keep 5"))
def runs(
    pipeline: Annotated[str | None, typer.Argument(help="Only of this pipeline.", show_default=False)] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", help="Delete results but those of so many last runs.", show_default=False)
    ] = None,
    store: Kept = None,
    as_json: Json = False,
) -> None:
    """List the runs, the newest first. --keep frees the disk; the records stay."""
    kept = _store(store)
    if keep is not None:
        gone = kept.sweep(keep)
        note(f"{count(gone, 'kept result')} deleted.")
    found = kept.runs(pipeline)
    if as_json:
        emit([dict(one.record) | {"status": one.status} for one in found])
        return
    table(
        ["run", "pipeline", "began", "ended", ("seconds", "right"), ("steps run", "right"), ("rows", "right"), "beware"],
        [
            [one.id, one.name, f"{one.started_at.astimezone():%Y-%m-%d %H:%M:%S}", one.status,
             "–" if one.seconds is None else f"{one.seconds:.2f}", f"{len(one.ran)} of {len(one.steps)}", _rows(one),
             len(one.anomalies) or ""]
            for one in found
        ],
        empty="There are no runs here. Run a pipeline with `assay prep run PIPELINE`.",
    )  # fmt: skip
    for problem in kept.problems():
        note(f"Beware: {problem}")


@prep.command(epilog=example("assay prep compare 3f9a1c 77b0de", "assay prep compare 3f9a1c"))
def compare(
    before: RunId,
    after: Annotated[
        str | None, typer.Argument(metavar="RUN", help="The later one; else the latest of that pipeline.")
    ] = None,
    store: Kept = None,
    as_json: Json = False,
) -> None:
    """Show what changed from one run to another: parameters, code, inputs, results."""
    kept = _store(store)
    found = kept.compare(before, after or kept.run(before).name)
    if as_json:
        emit(found.as_json())
        return
    link(f"{found.before.id} -> {found.after.id}")
    table(
        ["step", "what changed", ("rows", "right"), ("seconds", "right")],
        [
            [step["name"], "; ".join(step["changes"]) or "the same", _pair(step["rows"], "{:,}"),
             _pair(step["seconds"], "{:.2f}")]
            for step in found.steps
        ],
    )  # fmt: skip
    for line in found.results or ("The result is the same.",):
        say(line)


@prep.command(epilog=example("assay prep rollback 3f9a1c --to people.parquet --overwrite"))
def rollback(
    run_id: RunId,
    to: Annotated[
        Path | None, typer.Option("--to", "-o", metavar="OUT", help="Write its result here.", show_default=False)
    ] = None,
    store: Kept = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Let an earlier run's result count again, until the pipeline is run anew; its content is verified first."""
    kept = _store(store)
    if to is not None:
        check_targets([to], [], overwrite=overwrite)
    found = kept.rollback(run_id)
    if to is not None:
        write(found.frame, to)
    if as_json:
        emit(
            {
                "pipeline": found.name,
                "run": found.id,
                "output": found.output,
                "written": None if to is None else str(to),
            }
        )
        return
    say(f"The result of {found.name} is that of run {found.id} again: {_rows(found)} rows.")
    if to is not None:
        link(f"Written to {to}.")


@prep.command(
    epilog=example(
        "assay prep lineage people",
        "assay prep lineage people --svg people.svg",
        "assay prep lineage intents@v1 --svg intents.svg",
        "assay prep lineage people --openlineage events.jsonl",
    )
)
def lineage(
    what: Annotated[
        str, typer.Argument(metavar="RUN|SNAPSHOT", help="A run, or in a workspace a snapshot.", show_default=False)
    ],
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write the picture here.")] = None,
    openlineage: Annotated[
        Path | None, typer.Option("--openlineage", metavar="FILE", help="Append OpenLineage events of the run here.")
    ] = None,
    store: Kept = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Show what a result or a frozen dataset came of, back to the raw files and their hashes."""
    from prep.lineage import of_run, of_snapshot

    kept = _store(store)
    if "@" in what:
        from prep.snapshot import SnapshotStore

        found = of_snapshot(SnapshotStore(_workspace(kept) / "snapshots").get(what), kept)
        if openlineage is not None:
            raise Unusable("OpenLineage tells of runs, and this is a snapshot", cure="Name the run.")
    else:
        found = of_run(kept.run(what))
    if svg is not None:
        check_targets([svg], [], overwrite=overwrite, is_table=False)
        svg.write_text(found.svg(), encoding="utf-8")
    if openlineage is not None:
        from prep.openlineage import to_file

        to_file(kept.run(what), openlineage)
    if as_json:
        emit(found.as_json())
        return
    for line in str(found).splitlines():
        link(line)
    for path in (one for one in (svg, openlineage) if one is not None):
        link(f"Written to {path}.")


def _opened(file: Path, given: list[str] | None, store: Path | None) -> tuple[Pipeline, dict[str, Any], RunStore]:
    from prep.pipeline.files import read_pipeline

    if not file.exists():
        raise NotFound("file", str(file), [str(one) for one in file.parent.glob("*")])
    made = read_pipeline(file)
    inputs: dict[str, Any] = {}
    for word in given or []:
        name, sign, path = word.partition("=")
        if not sign or not name or not path:
            raise Unusable(f"--given {word!r} is not understood", cure="Write it as --given crm=customers.csv.")
        if not Path(path).exists():
            raise NotFound("file", path, [str(one) for one in Path(path).parent.glob("*")])
        inputs[name] = Path(path)
    return made, inputs, _store(store, file.parent)


def _store(given: Path | None, beside: Path | None = None) -> RunStore:
    """The store named, that of the workspace that this is in, or the one beside the pipeline."""
    from prep.pipeline.store import RunStore

    if given is not None:
        if given.is_file():
            raise Conflict(f"{given} is a file. Name a folder.")
        return RunStore(given)
    here = (beside or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / HERE).is_dir() or (folder / "assay.db").is_file():
            return RunStore(folder / HERE)
    return RunStore((beside or Path()) / HERE)


def _workspace(store: RunStore) -> Path:
    return store.root.resolve().parent


def _steps(done: Run) -> None:
    table(
        ["step", "what", "", ("seconds", "right"), ("rows", "right"), ("set aside", "right")],
        [
            [one["name"], one["verb"], "kept" if one["status"] == "cached" else "run", f"{one['seconds']:.2f}",
             f"{one['rows']:,}", one["set_aside"] or ""]
            for one in done.steps
        ],
    )  # fmt: skip
    facts({"run": done.id, "result": str(done.output)})


def _rows(one: Run) -> str:
    return f"{one.record['statistics']['rows']:,}" if one.record["statistics"] else "–"


def _pair(values: list[Any], form: str) -> str:
    old, new = ("–" if one is None else form.format(one) for one in values)
    return old if old == new else f"{old} → {new}"


@contextmanager
def _bar(pipeline: Pipeline, *, quiet: bool) -> Iterator[Tell | None]:
    """A bar with the step under way on standard error, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console(to_stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(pipeline.name, total=len(pipeline.order))

        def tell(one: Progress) -> None:
            is_over = one.state in {"done", "cached"}
            bar.update(task, description=one.name, completed=one.place if is_over else one.place - 1)

        yield tell
