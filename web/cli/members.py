"""`member add`, `member list`, `member remove`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import NotFound, Unusable
from web.cli.place import Folder, Json, opened, project_named
from web.cli.root import example, member
from web.cli.screen import date, emit, iso, link, say, table

if TYPE_CHECKING:
    from labeling.model import Member
    from labeling.store import Store

ROLE_OF_NEW = "annotator"
INVITE_HOURS = 72


@member.command(
    epilog=example(
        "assay member add ann --project intents",
        "assay member add mira --admin",
        "pass show assay/bob | assay member add bob --project intents --role reviewer --password-stdin",
    )
)
def add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.", show_default=False)],
    project: Annotated[str, typer.Option("--project", "-p", help="Also give a role in this project.")] = "",
    role: Annotated[
        str, typer.Option("--role", "-r", help="annotator, reviewer or manager.", show_default=ROLE_OF_NEW)
    ] = "",
    display: Annotated[str, typer.Option(help="The name others see.", show_default="the name")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="May do everything in every project.")] = False,
    password: Annotated[bool, typer.Option("--password", help="Ask for a password instead of an invite.")] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    address: Annotated[
        str, typer.Option("--address", metavar="URL", help="Where people reach the server; begins the invite link.")
    ] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Add a member, or give one that is there a role; by default an invite link is printed.

    The link lets them choose a password. It works once, for 72 hours.
    """
    if role and not project:
        raise Unusable("A role belongs to a project", cure="Name it with --project.")
    if password and password_stdin:
        raise Unusable("--password and --password-stdin were both given", cure="Use one.")
    secret = _password(name, asks=password) if password or password_stdin else None
    with opened(folder) as (store, _):
        made, invite = add_member(
            store, name, project=project, role=role or ROLE_OF_NEW, display=display, is_admin=admin, password=secret,
            address=address,
        )  # fmt: skip
    if as_json:
        emit({"name": made.name, "admin": made.is_admin, "project": project or None, "invite": invite or None})
        return
    where = f" and is {role or ROLE_OF_NEW} in {project!r}" if project else ""
    say(f"{made.name} {'is an admin' if made.is_admin else 'is a member'}{where}.")
    if invite:
        say(f"This link sets their password; it works once, for {INVITE_HOURS} hours:")
        link(invite)


def add_member(
    store: Store,
    name: str,
    *,
    project: str = "",
    role: str = ROLE_OF_NEW,
    display: str = "",
    is_admin: bool = False,
    password: str | None = None,
    address: str = "",
) -> tuple[Member, str]:
    """The member and an invite link; the link is empty where a password is set or was. All or nothing is done."""
    from web.security import hash_password, hash_secret, new_secret

    hashed = None if password is None else hash_password(password, name=name)
    secret = new_secret()
    made, invited = store.write(
        _add,
        name=name,
        project=project,
        role=role,
        display=display,
        is_admin=is_admin,
        password_hash=hashed,
        secret_hash=hash_secret(secret),
    )
    return made, f"{(address or _own_address()).rstrip('/')}/invite/{secret}" if invited else ""


def _own_address() -> str:
    from web.settings import Settings

    settings = Settings.from_environment()
    return f"http://{settings.host}:{settings.port}"


def _add(
    tx: Any,
    *,
    name: str,
    project: str,
    role: str,
    display: str,
    is_admin: bool,
    password_hash: str | None,
    secret_hash: str,
) -> tuple[Member, bool]:
    """One transaction: the services log their own lines."""
    from labeling.services import members as service
    from labeling.services.projects import set_role
    from labeling.store import members

    here = project_named(tx.connection, project) if project else None
    one = members.find(tx.connection, name)
    if one is None:
        one = service.create_member(
            tx, name=name, password_hash=password_hash, display=display, is_admin=is_admin, actor=None
        )
    else:
        if one.disabled_at is not None:
            service.enable_member(tx, member=one.id, actor=None)
        if is_admin and not one.is_admin:
            service.set_admin(tx, member=one.id, is_admin=True, actor=None)
        if password_hash is not None:
            service.set_password(tx, member=one.id, password_hash=password_hash, actor=None)
    if here is not None:
        set_role(tx, project=here.id, member=one.id, role=role, actor=None)  # type: ignore[arg-type] # it checks
    one = members.by_id(tx.connection, one.id)
    if one.has_password:
        return one, False
    service.invite(tx, member=one.id, secret_hash=secret_hash, hours=INVITE_HOURS, actor=None)
    return one, True


def _password(name: str, *, asks: bool) -> str:
    if asks:
        return str(typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True))
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise Unusable("Standard input holds no password", cure="Pipe it in, on one line.")
    return text


@member.command("list", epilog=example("assay member list", "assay member list --project intents --json"))
def list_members(
    project: Annotated[str, typer.Option("--project", "-p", help="Only those with a role in this project.")] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List the members, their roles and whether they can sign in."""
    from labeling.store import members, projects

    with opened(folder) as (store, _), store.read() as connection:
        here = project_named(connection, project) if project else None
        roles: dict[int, list[str]] = {}
        for one in [here] if here else projects.listing(connection):
            for who, role in projects.roles(connection, one.id):
                roles.setdefault(who.id, []).append(role if here else f"{role} in {one.name}")
        found = [one for one in members.listing(connection) if here is None or one.id in roles]
    if as_json:
        emit(
            [
                {"name": one.name, "display": one.display, "admin": one.is_admin, "roles": roles.get(one.id, []),
                 "state": _state(one), "created_at": iso(one.created_at)}
                for one in found
            ]
        )  # fmt: skip
        return
    table(
        ["member", "roles", "state", "since"],
        [
            [one.name, ", ".join(["admin"] * one.is_admin + roles.get(one.id, [])), _state(one), date(one.created_at)]
            for one in found
        ],
        empty="Nobody yet. Add somebody with `assay member add NAME`.",
    )


def _state(one: Member) -> str:
    if one.disabled_at is not None:
        return "disabled"
    return "can sign in" if one.has_password else "has not taken the invite"


@member.command(epilog=example("assay member remove ann --project intents", "assay member remove ann"))
def remove(
    name: Annotated[str, typer.Argument(help="The member.", show_default=False)],
    project: Annotated[str, typer.Option("--project", "-p", help="Take only the role in this project.")] = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Take a member's role in a project, or (without --project) let them sign in no more.

    What they did stays: every answer keeps its name.
    """
    with opened(folder) as (store, _):
        store.write(_remove, name=name, project=project)
    if as_json:
        emit({"name": name, "removed_from": project or "the workspace"})
    elif project:
        say(f"{name} has no role in {project!r} any more. Their answers stay.")
    else:
        say(f"{name} cannot sign in any more. Their answers stay. `assay member add {name}` lets them in again.")


def _remove(tx: Any, *, name: str, project: str) -> None:
    from labeling.services.members import disable_member
    from labeling.services.projects import set_role
    from labeling.store import members, projects

    one = members.by_name(tx.connection, name)
    if not project:
        disable_member(tx, member=one.id, actor=None)
        return
    here = project_named(tx.connection, project)
    if projects.role(tx.connection, here.id, one.id) is None:
        raise NotFound(f"member of {project!r}", name, [who.name for who, _ in projects.roles(tx.connection, here.id)])
    set_role(tx, project=here.id, member=one.id, role=None, actor=None)
