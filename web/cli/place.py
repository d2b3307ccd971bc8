"""Where a command works: the workspace, its store, and the options that all commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeling.errors import NotFound

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.store import Connection, Store
    from web.settings import Workspace

Folder = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", metavar="FOLDER", show_default=False,
        help="The workspace; by default the nearest folder upward that holds one.",
    ),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same result.")]
ProjectName = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's name.", show_default=False)]


def find(folder: Path | None) -> Workspace:
    """The workspace meant. Raises NotFound with the command that makes one."""
    from web.settings import Settings, open_workspace

    named = Settings.from_environment().workspace
    if folder is not None or named != Path():
        return open_workspace(folder or named)
    here = Path.cwd()
    for upward in (here, *here.parents):
        if (upward / "assay.db").is_file():
            return open_workspace(upward)
    raise NoWorkspaceHere(here)


class NoWorkspaceHere(NotFound):
    """Neither this folder nor one above it is a workspace."""

    def __init__(self, here: Path) -> None:
        super().__init__("workspace", str(here))
        cure = "Make one with `assay init FOLDER`, or name one with --workspace FOLDER."
        self.args = (f"There is no workspace in {here} or above it. {cure}",)


@contextmanager
def opened(folder: Path | None) -> Iterator[tuple[Store, Workspace]]:
    """The store of the workspace meant, closed at the end; a server may be running on it."""
    from labeling.store import Store, now_ms

    workspace = find(folder)
    store = Store.open(workspace.database, clock=now_ms)
    try:
        yield store, workspace
    finally:
        store.close()


def project_named(connection: Connection, name: str) -> Project:
    """The project of that name. Raises NotFound, naming the nearest."""
    from labeling.store import projects

    return projects.by_name(connection, name)
