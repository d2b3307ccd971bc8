"""`import`, `import-answers`, `gold`, `suggest`."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import NotFound, Unusable
from labeling.kinds import kind
from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.root import DATA, app, example
from web.cli.screen import count, emit, note, progress, say, table

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.store import Store
    from prep.read import Table

ROWS_AT_ONCE = 5_000
File = Annotated[Path, typer.Argument(help="csv, jsonl or parquet; what it is is seen from its content.")]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="The file's encoding, such as cp1252.", show_default="found")
]


def _opened_file(file: Path, encoding: str | None) -> Table:
    """The table in a file, open; close it. Raises NotFound, naming the nearest file, Unusable, UnreadableFile."""
    from prep.read import open_table

    if not file.exists():
        raise NotFound("file", str(file), [str(one) for one in file.parent.glob("*")])
    if file.is_dir():
        raise Unusable(f"{file} is a folder", cure="Name a file: csv, jsonl or parquet.")
    return open_table(file, encoding=encoding)


@app.command(
    "import",
    rich_help_panel=DATA,
    epilog=example(
        "assay import intents messages.csv",
        "assay import intents messages.jsonl --id message_id",
        "assay import intents raw.csv --pipeline tidy",
    ),
)
def import_items(
    project: ProjectName,
    file: File,
    id_column: Annotated[
        str | None,
        typer.Option("--id", metavar="COLUMN", help="The column with the item's id.", show_default="id, item, task, …"),
    ] = None,
    encoding: Encoding = None,
    pipeline: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Send it through this pipeline of the workspace first.", show_default=False),
    ] = None,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Also where media that items name are not here.")
    ] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Bring in items to be labeled: all of the file, or nothing of it.

    Items that are there with the same content are left as they are, so the same file may be imported again. Media that
    items name (`assay project fields`) must be here first: `assay media add`.
    """
    from labeling.services.items import import_items as service

    with opened(folder) as (store, workspace):
        with store.read() as connection:
            here = project_named(connection, project)
        if pipeline is not None:
            _import_through(
                store, workspace.path, here, file, pipeline, id_column, encoding, allow_missing, as_json=as_json
            )
            return
        with _opened_file(file, encoding) as opened_table, progress(f"Importing {file.name}") as advance:
            done = service(
                store,
                project=here.id,
                rows=opened_table.batches(ROWS_AT_ONCE),
                id_column=id_column,
                name=file.name,
                actor=None,
                progress=advance,
                first_row=opened_table.first_row,
                allow_missing=allow_missing,
            )
        _say_looks(store, here)
    _tell(asdict(done), f"{done}.", as_json)


def _say_looks(store: Store, here: Project) -> None:
    """What fields look like that nothing is said of, on standard error: one line each."""
    from labeling import showing
    from labeling.store import items

    with store.read() as connection:
        first = [row.payload for row in items.page(connection, here.id, limit=100).rows]
    for name in dict.fromkeys(name for payload in first for name in payload):
        look = showing.guess(name, [payload.get(name) for payload in first])
        if look != "text" and name not in (here.shows or {}):
            what = {"link": "links", "markdown": "Markdown", "code": "code"}.get(
                look, f"a{'n' if look[0] in 'aei' else ''} {look}"
            )
            note(f"The field {name!r} looks like {what}: assay project fields {here.name} {name}={look}")


def _import_through(
    store: Store,
    workspace: Path,
    here: Project,
    file: Path,
    pipeline: str,
    id_column: str | None,
    encoding: str | None,
    allow_missing: bool,
    *,
    as_json: bool,
) -> None:
    """Items from what a pipeline makes of a file."""
    from labeling import pipelines
    from labeling.services.items import import_items as service

    _opened_file(file, encoding).close()
    with (
        progress(f"Running {pipeline}") as advance,
        pipelines.pass_file(
            workspace,
            pipeline,
            file,
            name=file.name,
            project=here.name,
            encoding=encoding,
            tell=pipelines.telling(lambda done, _total, _unit: advance(done)),
        ) as run,
    ):
        rows = (part.to_dicts() for part in run.frame.iter_slices(ROWS_AT_ONCE))
        done = service(
            store,
            project=here.id,
            rows=rows,
            id_column=id_column,
            name=file.name,
            actor=None,
            pipeline=pipeline,
            run=run.id,
            allow_missing=allow_missing,
        )
    _tell(asdict(done) | {"pipeline": pipeline, "run": run.id}, f"{done}, through {pipeline} (run {run.id}).", as_json)


@app.command("import-answers", rich_help_panel=DATA, epilog=example("assay import-answers intents answers.csv"))
def import_answers(
    project: ProjectName,
    file: File,
    encoding: Encoding = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Bring in answers given elsewhere, a row each: task, worker, label; if known time, seconds, guideline_version.

    The items must be in already. Annotators who are no members become members who cannot sign in. For boxes and outlines a
    COCO file (.json) is taken too: its images are items by their file names, and who drew is "coco" where nobody is named.
    """
    from labeling.formats import read_long
    from labeling.services.answers import import_answers as service
    from web import measures

    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        is_json = file.suffix.lower() == ".json" and file.is_file()  # may be COCO, which is no table
        opening = nullcontext(file) if is_json else _opened_file(file, encoding)
        with opening as source, progress(f"Importing {file.name}") as advance:
            done = service(store, project=here.id, rows=read_long(source), actor=None, progress=advance)
        with progress("Measuring the figures of its pages"):
            measures.measure_if_large(store, here.id)
    _tell(asdict(done), f"{done}.", as_json)


def from_cell(text: str, here: Project) -> Any:
    """The answer in a cell of text, as `parse` wants it."""
    return kind(here.kind).from_form([text], here.options)


@app.command(
    rich_help_panel=DATA,
    epilog=example("assay gold intents known.csv", "assay gold intents", "assay gold intents --remove M-0007"),
)
def gold(
    project: ProjectName,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A table with an id and a label column; without it the gold items are listed.", show_default=False
        ),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="ID", help="Make this gold item one to be labeled.")
    ] = None,
    note: Annotated[str, typer.Option(help="Where the answers are from.")] = "",
    encoding: Encoding = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Say which items have a known answer; they are mixed in to see how right each annotator is.

    The items must be in already. Gold is told to nobody, and is no part of what is to be labeled.
    """
    from labeling.services import gold as service
    from labeling.store import gold as known

    if file is not None and remove:
        raise Unusable("A file and --remove were both given", cure="Do one after the other.")
    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        if file is not None:
            with _opened_file(file, encoding) as opened_table:
                answers, lines = _known(opened_table, here)
            number = store.write(service.set_gold, project=here.id, answers=answers, note=note, lines=lines, actor=None)
            _tell(
                {"set": number},
                f"{count(number, 'item')} of {project!r} {'is' if number == 1 else 'are'} gold now.",
                as_json,
            )
            return
        if remove:
            store.write(_remove, project=here.id, keys=remove)
            _tell({"removed": len(remove)}, f"{count(len(remove), 'item')} will be labeled like any other.", as_json)
            return
        with store.read() as connection:
            found = known.answers(connection, here.id)
    if as_json:
        emit([{"item": key, "answer": answer} for key, answer in found.items()])
        return
    table(
        ["item", "known answer"],
        [[key, kind(here.kind).text(answer, here.options)] for key, answer in found.items()],
        empty=f"There is no gold yet. Name some with `assay gold {project} FILE` (columns id and label).",
    )
    if found and here.gold_rate == 0:
        say("The project's gold rate is 0, so none of them are mixed in. Set it on the page of settings.")


@app.command(
    rich_help_panel=DATA,
    epilog=example("assay suggest intents bert.jsonl", "assay suggest intents", "assay suggest intents --withhold 0.3"),
)
def suggest(
    project: ProjectName,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A table of item, answer, model and confidence; without it what there is is told.", show_default=False
        ),
    ] = None,
    model: Annotated[str, typer.Option(help="The model's name, where no column says it.")] = "",
    withhold: Annotated[
        float | None, typer.Option(help="The share of items that shows none, 0 to 0.9.", show_default="0.2")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take all of them away.")] = False,
    encoding: Encoding = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show a model's answers at the desk as suggestions, and tell what they do to the answers.

    They are never answers by themselves. A share of the items shows none, which tells how far the others are led.
    """
    from labeling.formats.suggested import read_suggestions
    from labeling.services import projects as project_services
    from labeling.services import suggestions as service
    from web.api.suggestions import facts

    if file is not None and remove:
        raise Unusable("A file and --remove were both given", cure="Do one after the other.")
    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        if file is not None:
            with _opened_file(file, encoding) as opened_table, progress(f"Importing {file.name}") as advance:
                rows = read_suggestions(opened_table, model)
                done = store.write(service.put_suggestions, project=here.id, rows=rows, actor=None, progress=advance)
            _tell(asdict(done), f"{done}.", as_json)
        if remove:
            number = store.write(service.remove_suggestions, project=here.id, actor=None)
            _tell({"removed": number}, f"{count(number, 'suggestion')} taken away.", as_json)
        if withhold is not None:
            here = store.write(project_services.change_project, project=here.id, actor=None, withheld=withhold)
        if file is not None or remove:
            return
        found = facts(store, here)
    if as_json:
        emit(found)
        return
    _tell_suggestions(project, found)


def _tell_suggestions(project: str, found: dict[str, Any]) -> None:
    table(["model", ("items", "right")], [[name, f"{many:,}"] for name, many in found["models"].items()],
          empty=f"There are no suggestions yet. Bring some with `assay suggest {project} FILE`.")  # fmt: skip
    if found["items"]:
        say(f"{100 * (found['withheld'] or 0):g} % of the items show none.")
    effect = found["anchoring"]
    if effect["shown"] + effect["withheld"]:
        say(effect["verdict"])
    if effect["low"] is not None:
        say(
            f"They agree with it {effect['when_shown']:.0%} of {effect['shown']:,} times when it is shown, "
            f"{effect['when_withheld']:.0%} of {effect['withheld']:,} when it is not: {100 * effect['difference']:+.0f} "
            f"points, 95 % {100 * effect['low']:+.0f} to {100 * effect['high']:+.0f}."
        )
    if found["gold_without"]:
        say(
            f"{count(found['gold_without'], 'gold item')} without one can be told from others by it: give them some too."
        )


def _tell(data: dict[str, Any], words: str, as_json: bool) -> None:
    if as_json:
        emit(data)
    else:
        say(words)


def _remove(tx: Any, *, project: int, keys: list[str]) -> None:
    from labeling.services.gold import remove_gold

    for key in keys:
        remove_gold(tx, project=project, item_key=key, actor=None)


def _known(given: Table, here: Project) -> tuple[dict[str, Any], dict[str, int]]:
    """Item id to known answer, and to its line. Raises Unusable naming the row for a missing column, cell or a repeated item."""
    item = _column(given.columns, ("id", "item", "item_id", "task", "task_id"))
    label = _column(given.columns, ("label", "answer", "gold", "truth", "value"))
    answers: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for batch in given.batches(ROWS_AT_ONCE):
        for line, row in zip(batch.lines, batch, strict=True):
            for column in (item, label):
                if row[column] is None or row[column] == "":
                    raise Unusable("is empty", row=line, column=column, cure="Fill it in or delete the row.")
            key, answer = str(row[item]), row[label]
            if key in answers:
                raise Unusable(f"item {key!r} stands twice", row=line, column=item, cure="Keep one of the two rows.")
            answers[key] = from_cell(answer, here) if isinstance(answer, str) else answer
            lines[key] = line
    return answers, lines


def _column(there: list[str], names: tuple[str, ...]) -> str:
    spelt = {name.casefold(): name for name in there}
    for name in names:
        if name in spelt:
            return spelt[name]
    raise Unusable(
        f"There is no column {names[0]!r}; the columns are: {', '.join(there)}",
        cure=f"Call the one that is meant {' or '.join(map(repr, names))}.",
    )
