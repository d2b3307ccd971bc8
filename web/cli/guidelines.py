"""`guideline publish`, `guideline list`, `guideline diff`."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from labeling.errors import NotFound, Unusable
from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.root import example, guideline
from web.cli.screen import console, date, emit, iso, plain, say, table


@guideline.command(
    epilog=example(
        "assay guideline publish intents guide.md",
        "assay guideline publish intents guide.md --note 'Broken items are damaged item' --change meaning",
    )
)
def publish(
    project: ProjectName,
    file: Annotated[Path, typer.Argument(help="The instructions in Markdown; - reads standard input.")],
    note: Annotated[str, typer.Option("--note", "-m", help="What changed; needed from the second version on.")] = "",
    change: Annotated[
        Literal["clarification", "meaning"], typer.Option(help="Do earlier answers hold, or may they not?")
    ] = "meaning",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Publish the next version. Annotators read what changed before their next item."""
    from labeling.services.guidelines import publish as service

    body = _text(file)
    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        made = store.write(service, project=here.id, body=body, note=note, change=change, actor=None)
    if as_json:
        emit({"project": project, "version": made.version, "change": made.change, "note": made.note})
        return
    say(f"Guideline v{made.version} of {project!r} is published. Every annotator reads it before the next item.")


def _text(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except FileNotFoundError:
        raise NotFound("file", str(file)) from None
    except IsADirectoryError:
        raise Unusable(f"{file} is a folder", cure="Name a Markdown file.") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(f"{file} is not UTF-8 text (byte {error.start})", cure="Save it as UTF-8.") from None


@guideline.command("list", epilog=example("assay guideline list intents"))
def list_versions(project: ProjectName, folder: Folder = None, as_json: Json = False) -> None:
    """List the versions, what changed, and how many have read each."""
    from labeling.store import guidelines

    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project)
        found = guidelines.listing(connection, here.id)
        readers = guidelines.readers(connection, here.id)
    read = {one.version: sorted(name for version, name, _ in readers if version == one.version) for one in found}
    if as_json:
        emit(
            [
                {"version": one.version, "published_at": iso(one.published_at), "by": one.published_by,
                 "change": one.change, "note": one.note, "read_by": read[one.version]}
                for one in found
            ]
        )  # fmt: skip
        return
    table(
        ["version", "published", "by", "change", "note", "read by"],
        [
            [f"v{one.version}", date(one.published_at), one.published_by or "the command line",
             one.change if one.version > 1 else "the first", one.note, ", ".join(read[one.version]) or "nobody yet"]
            for one in found
        ],
        empty=f"There is no guideline yet. Publish one with `assay guideline publish {project} FILE`.",
    )  # fmt: skip


@guideline.command(epilog=example("assay guideline diff intents", "assay guideline diff intents 1 3"))
def diff(
    project: ProjectName,
    before: Annotated[int | None, typer.Argument(help="The older version.", show_default="the last but one")] = None,
    after: Annotated[int | None, typer.Argument(help="The newer version.", show_default="the newest")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show what changed between two versions, line by line."""
    from labeling.store import guidelines

    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project)
        newest = guidelines.current(connection, here.id)
        if newest is None:
            raise NotFound("guideline of", project)
        new = newest if after is None else guidelines.one(connection, here.id, after)
        old_version = max(1, new.version - 1) if before is None else before
        old = guidelines.one(connection, here.id, old_version)
    lines = list(
        difflib.unified_diff(
            old.body.splitlines(), new.body.splitlines(), f"v{old.version}", f"v{new.version}", lineterm="", n=2
        )
    )
    if as_json:
        emit({"from": old.version, "to": new.version, "note": new.note, "change": new.change, "diff": lines})
        return
    if not lines:
        say(f"v{old.version} and v{new.version} say the same.")
    styles = {"+": "green", "-": "red", "@": "dim"}
    for line in lines:
        console().print(plain(line), style=styles.get(line[:1]), soft_wrap=True)
