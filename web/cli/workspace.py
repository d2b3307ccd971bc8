"""`init` and `serve`."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Annotated

import typer

from labeling.errors import Unusable
from web.cli.place import Folder, Json, find
from web.cli.root import BEGIN, app, example
from web.cli.screen import emit, facts, link, say


@app.command(rich_help_panel=BEGIN, epilog=example("assay init team", "assay init . --admin mira"))
def init(
    folder: Annotated[Path, typer.Argument(help="The folder; made if it is not there.")] = Path(),
    admin: Annotated[
        str, typer.Option("--admin", metavar="NAME", help="Also make the first admin, and print their invite link.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a workspace: a folder that holds the database, the snapshots and a secret.

    A workspace that is there already is left as it is.
    """
    from labeling.store import Store, now_ms
    from web.cli.members import add_member
    from web.settings import init_workspace

    was_there = (folder / "assay.db").exists()
    workspace = init_workspace(folder)
    store = Store.open(workspace.database, clock=now_ms)
    try:
        if as_json:
            made = {"workspace": str(workspace.path.resolve()), "was_there": was_there}
            emit(made | ({"admin": admin, "invite": add_member(store, admin, is_admin=True)[1]} if admin else {}))
            return
        say(f"The workspace {workspace.path.resolve()} {'was there already' if was_there else 'is ready'}.")
        if admin:
            _, invite = add_member(store, admin, is_admin=True)
            say(f"{admin} is an admin. This link sets their password; it works once, for 72 hours:")
            link(invite)
    finally:
        store.close()
    inside = "" if folder == Path() else f" --workspace {folder}"
    say()
    say("Next:")
    steps = {
        f"assay project create NAME --labels a,b --question '…'{inside}": "put a question",
        f"assay import NAME items.csv{inside}": "bring in what is to be labeled",
        f"assay member add ANN --project NAME{inside}": "invite an annotator",
        f"assay serve{inside}": "open the desk",
    }
    if not admin and not was_there:
        steps = {f"assay member add YOU --admin{inside}": "make yourself admin", **steps}
    facts({f"  {command}": meaning for command, meaning in steps.items()})


@app.command(rich_help_panel=BEGIN, epilog=example("assay serve", "assay serve --port 8080 --workspace team"))
def serve(
    folder: Folder = None,
    host: Annotated[
        str | None, typer.Option(help="The address to listen on.", show_default="127.0.0.1: this machine only")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.", show_default="8000")
    ] = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let other machines reach it; put a proxy with HTTPS in front.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Serve the desk and the pages until Ctrl+C.

    With `--json` the first line tells the address, as a script that starts a server on a free port wants it.
    """
    from web.settings import Settings

    workspace = find(folder)
    settings = Settings.from_environment(workspace=workspace.path, host=host, port=port)
    run_server(settings, allow_remote=allow_remote, as_json=as_json)


LOCAL = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


def run_server(settings: object, *, allow_remote: bool = False, as_json: bool = False) -> None:
    """Run the server until Ctrl+C. Raises Unusable for an address that is open to others without leave, or taken."""
    import socket

    import uvicorn

    from web.app import create_app
    from web.settings import Settings

    if not isinstance(settings, Settings):
        raise TypeError(settings)
    host = settings.host.strip("[]")
    if settings.host not in LOCAL and not allow_remote:
        raise Unusable(
            f"Other machines could reach {settings.host}",
            cure="Use 127.0.0.1 behind a proxy with HTTPS, or say --allow-remote if you mean it.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, settings.port))
            # At once: a port that is bound but not yet listened at can be bound again, by a second server started just now.
            listener.listen(2048)
        except OSError as error:
            raise Unusable(
                f"Port {settings.port} at {host} cannot be had ({error.strerror})",
                cure="Stop what uses it, or choose another with --port.",
            ) from error
        port = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{port}"
        if as_json:
            line = json.dumps({"address": address, "port": port, "workspace": str(settings.workspace.resolve())})
            print(line, flush=True)
        else:
            say(f"Assay serves {settings.workspace.resolve()} at")
            link(address)
            say("Ctrl+C stops it.")
        config = uvicorn.Config(
            create_app(settings), log_level="warning", access_log=False, server_header=False, date_header=False,
            proxy_headers=settings.behind_proxy, timeout_graceful_shutdown=5,
        )  # fmt: skip
        server = uvicorn.Server(config)
        with contextlib.suppress(KeyboardInterrupt):  # raised once more by uvicorn, after it has shut down
            server.run(sockets=[listener])
    if not as_json:
        say("Stopped.")
