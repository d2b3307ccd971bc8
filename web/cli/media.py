"""`media add`, `media list`, `media get`, `media remove`."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import NotFound, Unusable
from web.cli.outcome import Problems
from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.root import example, media
from web.cli.screen import count, emit, note, progress, say, table

if TYPE_CHECKING:
    from labeling.media import Limits
    from labeling.model import Medium
    from labeling.services.media import Sent

FEW = 5


@media.command(
    epilog=example(
        "assay media add birds photos/", "assay media add birds photos.zip", "assay media add birds a.jpg b.wav"
    )
)
def add(
    project: ProjectName,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Files, folders or zips; each is taken by its content.")
    ],
    strip: Annotated[bool, typer.Option("--strip", help="Take out of photos where they were taken (GPS).")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Bring in images, sounds and films that items name; copied into the workspace under the hash of their content.

    A file in a folder or zip is named by its path within it. What cannot be used is refused by name; the rest is in.
    Leaves with 1 when something was refused.
    """
    from labeling.services.media import add_media
    from web.settings import Settings

    limits = Settings.from_environment().media_limits
    with opened(folder) as (store, workspace):
        with store.read() as connection:
            here = project_named(connection, project)
        with progress("Bringing in media") as advance:
            done = add_media(
                store,
                workspace=workspace.path,
                project=here.id,
                files=_sent(files, limits),
                limits=limits,
                strip=strip,
                actor=None,
                progress=advance,
            )
    if as_json:
        emit(asdict(done))
    else:
        say(f"{done}.")
        for name, why in done.refused[:FEW]:
            say(f"  {name}: {why}")
        if len(done.refused) > FEW:
            say(f"  and {len(done.refused) - FEW:,} more; --json lists them all.")
    if done.placed:
        note(
            f"{count(len(done.placed), 'photo')} among them {'tells' if len(done.placed) == 1 else 'tell'} where they "
            f"were taken (GPS): {', '.join(done.placed[:FEW])}. Add with --strip to take that out."
        )
    if done.refused:
        raise Problems


def _sent(paths: list[Path], limits: Limits) -> Iterator[Sent]:
    from labeling.services.media import Sent, in_folder, in_zip

    for path in paths:
        if not path.exists():
            raise NotFound("file", str(path), [str(one) for one in path.parent.glob("*")])
    for path in paths:
        if path.is_dir():
            yield from in_folder(path)
        elif zipfile.is_zipfile(path):
            yield from in_zip(path, limits=limits)
        else:
            yield Sent(path.name, lambda path=path: path.open("rb"))  # type: ignore[misc] # bound now


@media.command("list", epilog=example("assay media list birds", "assay media list birds --search 2024/"))
def list_media(
    project: ProjectName,
    search: Annotated[str, typer.Option(help="Only names that hold this.")] = "",
    after: Annotated[str, typer.Option(help="Only names behind this one.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="How many.")] = 50,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List the media of a project."""
    from labeling.store import media as stored

    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project)
        found, following = stored.page(connection, here.id, search=search, after=after, limit=limit)
        totals = stored.totals(connection, here.id)
    if as_json:
        emit({"media": [_as_data(one) for one in found], "next": following, "totals": asdict(totals)})
        return
    table(
        ["name", "type", ("bytes", "right"), ("pixels", "right"), ("seconds", "right"), "SHA-256"],
        [
            [
                one.name,
                one.type,
                f"{one.bytes:,}",
                f"{one.width} × {one.height}" if one.width else "",
                f"{one.seconds:,.1f}" if one.seconds else "",
                one.hash[:12],
            ]
            for one in found
        ],
        empty=f"There are no media like that. Bring some in with `assay media add {project} FOLDER`.",
    )
    if following:
        say(f"{totals.names:,} in all; the next with --after '{following}'.")


@media.command(epilog=example("assay media get birds photos/"))
def get(
    project: ProjectName,
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to put them; made if it is not there.")],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Copy all media of a project out, under the names that items know them by; what is there already is left."""
    from labeling.media.shelf import Shelf
    from labeling.store import media as stored

    if target.exists() and not target.is_dir():
        raise Unusable(f"{target} is a file", cure="Name a folder.")
    with opened(folder) as (store, workspace), progress("Copying media") as advance:
        with store.read() as connection:
            here = project_named(connection, project)
            found = list(stored.each(connection, here.id))
        shelf = Shelf(workspace.path, here.name)
        copied, missing = 0, []
        for number, one in enumerate(found, 1):
            place = target / one.name
            if not shelf.path(one.file).is_file():
                missing.append(one.name)
            elif not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(shelf.path(one.file), place)
                copied += 1
            advance(number)
    if as_json:
        emit({"media": len(found), "copied": copied, "missing": missing})
    else:
        say(f"{count(copied, 'file')} copied to {target}, {len(found) - copied - len(missing):,} there already.")
        for name in missing:
            say(f"  {name} is not in the workspace any more. Put it back from a copy.")
    if missing:
        raise Problems


@media.command(epilog=example("assay media remove birds blurred.jpg --reason 'nobody uses it'"))
def remove(
    project: ProjectName,
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names, as `assay media list` gives them.")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; kept in the log.", show_default=False)],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Take media away for good, with their files. Not those that items name: erase the item, and they go with it."""
    from labeling.services.media import remove_media

    with opened(folder) as (store, workspace):
        with store.read() as connection:
            here = project_named(connection, project)
        number = store.write(
            remove_media, workspace=workspace.path, project=here.id, names=names, reason=reason, actor=None
        )
    if as_json:
        emit({"removed": number})
    else:
        say(f"{number} {'medium' if number == 1 else 'media'} taken away.")


def _as_data(one: Medium) -> dict[str, Any]:
    return {**asdict(one), "file": one.file}
