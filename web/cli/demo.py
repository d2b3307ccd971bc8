"""`demo`: the whole line with a made-up team, told step by step."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from labeling.errors import Conflict, Unusable
from web.cli.root import BEGIN, app, example
from web.cli.screen import emit


@app.command(rich_help_panel=BEGIN, epilog=example("assay demo", "assay demo /tmp/try --no-serve"))
def demo(
    folder: Annotated[Path, typer.Argument(help="A new folder for the demo's workspace.")] = Path("assay-demo"),
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before serving it.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to serve at; 0 takes a free one.")] = 8000,
    seed: Annotated[int, typer.Option("--seed", help="Another team and other messages.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and do not serve.")] = False,
) -> None:
    """See the whole line in ten seconds: five made-up annotators sort 400 made-up messages, then you look around.

    Everything goes through the real program; only the people and their messages are made up.
    """
    from web.cli.demo_story import show_logins, tell
    from web.settings import Settings, init_workspace

    _refuse_what_is_there(folder)
    workspace = init_workspace(folder)
    passwords = _passwords()
    figures = tell(workspace, passwords=passwords, hashes=_hashes(passwords), seed=seed, quiet=as_json)
    if as_json:
        emit(figures.as_json() | {"workspace": str(folder), "passwords": passwords})
        return
    settings = Settings.from_environment(workspace=workspace.path, port=port)
    show_logins(folder, passwords, is_served=not no_serve)
    if not no_serve:
        from web.cli.workspace import run_server

        run_server(settings)


def _refuse_what_is_there(folder: Path) -> None:
    if folder.is_file():
        raise Unusable(f"{folder} is a file", cure="Name a new folder.")
    if (folder / "assay.db").exists():
        raise Conflict(
            f"There is a workspace in {folder} already. Look at it with `assay serve -w {folder}`, "
            "or name another folder: assay demo FOLDER"
        )
    if folder.exists() and any(folder.iterdir()):
        raise Unusable(f"{folder} is not empty", cure="Name a new folder.")


def _passwords() -> dict[str, str]:
    """A password for each person of the demo, fresh every time."""
    from web.cli.demo_texts import ANNOTATORS, MANAGER, REVIEWER

    names = [MANAGER, REVIEWER, *(one.name for one in ANNOTATORS)]
    return {name: secrets.token_urlsafe(9) for name in names}


def _hashes(passwords: dict[str, str]) -> dict[str, Any]:
    from web.security import hash_password

    return {name: hash_password(password, name=name) for name, password in passwords.items()}
