"""Members of the workspace, their invites, and your own tokens."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from labeling.errors import NotFound
from labeling.model import Member, Token
from labeling.services import members as services
from labeling.store import Writing, members
from web import auth, security, wire
from web.api import bodies

router = APIRouter(prefix="/api/v1", tags=["members"], route_class=wire.CheckedRoute)
INVITE_HOURS = 72


@router.get("/members")
def listing(request: Request, _: auth.Admin) -> Response:
    """Everybody in the workspace (admins only)."""
    with request.app.state.store.read() as connection:
        return wire.Reply({"members": [_member(one) for one in members.listing(connection)]})


@router.post("/members", status_code=201)
def create(request: Request, found: auth.Admin, body: bodies.NewMember) -> Response:
    """Make a member; the reply holds the address of an invite, shown this once."""
    secret = security.new_secret()
    made = request.app.state.store.write(
        _create, **body.model_dump(), secret_hash=security.hash_secret(secret), actor=found.member.id
    )
    return wire.Reply({**_member(made), "invite": _invite_url(request, secret)}, 201)


@router.post("/members/{member}/invite")
def invite(request: Request, found: auth.Admin, member: str) -> Response:
    """A new invite for a member; earlier ones stop working."""
    secret = security.new_secret()
    request.app.state.store.write(
        services.invite,
        member=_by_name(request, member).id,
        secret_hash=security.hash_secret(secret),
        hours=INVITE_HOURS,
        actor=found.member.id,
    )
    return wire.Reply({"invite": _invite_url(request, secret), "hours": INVITE_HOURS})


@router.post("/members/{member}/disable")
def disable(request: Request, found: auth.Admin, member: str) -> Response:
    """They cannot sign in any more; their sessions and tokens stop working, their work stays."""
    who = _by_name(request, member)
    request.app.state.store.write(services.disable_member, member=who.id, actor=found.member.id)
    return wire.Reply(_member(_by_name(request, member)))


@router.post("/members/{member}/enable")
def enable(request: Request, found: auth.Admin, member: str) -> Response:
    """They may sign in again."""
    who = _by_name(request, member)
    request.app.state.store.write(services.enable_member, member=who.id, actor=found.member.id)
    return wire.Reply(_member(_by_name(request, member)))


@router.delete("/members/{member}/sessions")
def close_sessions(request: Request, found: auth.Admin, member: str) -> Response:
    """Sign a member out everywhere."""
    who = _by_name(request, member)
    count = request.app.state.store.write(services.close_sessions, member=who.id, actor=found.member.id)
    return wire.Reply({"closed": count})


@router.get("/tokens", tags=["you"])
def tokens(request: Request, found: auth.SignedIn) -> Response:
    """Your tokens, revoked ones too; never their secrets."""
    with request.app.state.store.read() as connection:
        return wire.Reply({"tokens": [_token(one) for one in members.tokens(connection, found.member.id)]})


@router.post("/tokens", tags=["you"], status_code=201)
def create_token(request: Request, found: auth.SignedIn, body: bodies.NewToken) -> Response:
    """Make a token of yours; its secret is in the reply and never again. A token makes none that may do more."""
    for scope in body.scopes:
        found.needs(scope)
    found.needs("manage")
    secret = security.new_token()
    made = request.app.state.store.write(
        services.create_token,
        member=found.member.id,
        name=body.name,
        token_hash=security.hash_secret(secret),
        scopes=body.scopes,
        actor=found.member.id,
    )
    return wire.Reply({**_token(made), "token": secret}, 201)


@router.delete("/tokens/{number}", tags=["you"])
def revoke_token(request: Request, found: auth.SignedIn, number: int) -> Response:
    """Revoke a token of yours; an admin may revoke anybody's."""
    found.needs("manage")
    store = request.app.state.store
    with store.read() as connection:
        token = members.one_token(connection, number)
    if token.member != found.member.id and not found.member.is_admin:
        raise NotFound("token", number)
    store.write(services.revoke_token, token=number, actor=found.member.id)
    return wire.Reply({"revoked": number})


def _create(tx: Writing, *, name: str, display: str, is_admin: bool, secret_hash: str, actor: int) -> Member:
    made = services.create_member(tx, name=name, display=display, is_admin=is_admin, actor=actor)
    services.invite(tx, member=made.id, secret_hash=secret_hash, hours=INVITE_HOURS, actor=actor)
    return made


def _by_name(request: Request, name: str) -> Member:
    with request.app.state.store.read() as connection:
        return members.by_name(connection, name)


def _invite_url(request: Request, secret: str) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/invite/{secret}"


def _member(one: Member) -> dict[str, Any]:
    names = ("name", "display", "is_admin", "created_at", "disabled_at", "has_password")
    return {name: getattr(one, name) for name in names}


def _token(one: Token) -> dict[str, Any]:
    names = ("id", "name", "scopes", "created_at", "revoked_at")
    return {name: getattr(one, name) for name in names}
