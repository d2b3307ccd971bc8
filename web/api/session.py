"""Signing in from a page that stays open, and who is signed in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from labeling import shortcuts
from labeling.errors import Unusable
from labeling.services import members as services
from labeling.store import Connection, members
from web import auth, wire

router = APIRouter(prefix="/api/v1", tags=["you"], route_class=wire.CheckedRoute)


@router.post("/session")
async def sign_in(request: Request, body: Annotated[dict[str, Any], Body()]) -> Response:
    """Sign in with `{"name", "password"}`; the reply sets the session cookie. For scripts, use a token instead."""
    name, password = wire.text(body, "name", most=80), wire.text(body, "password", most=1000)
    member, secret = await auth.sign_in(request, name.strip(), password)
    reply = wire.Reply({"member": _member(member)})
    auth.set_cookie(request.app, reply, secret)
    return reply


@router.delete("/session")
async def sign_out(request: Request) -> Response:
    """Sign out; the session is over on the server too."""
    await auth.sign_out(request)
    reply = wire.Reply({"signed_out": True})
    auth.drop_cookie(request.app, reply)
    return reply


@router.get("/me")
async def me(found: auth.SignedIn) -> Response:
    """Who you are, and what your token may do (null for a session: all that your roles allow)."""
    return wire.Reply({"member": _member(found.member), "scopes": found.scopes})


@router.get("/me/desk")
def my_keys(request: Request, found: auth.SignedIn) -> Response:
    """Your keys at every desk: by what they do, those of the labels in their order, and whether a label's key submits at once."""
    with request.app.state.store.read() as connection:
        return wire.Reply(keys_of(connection, found.member.id))


@router.put("/me/desk")
def choose_keys(request: Request, found: auth.SignedIn, body: Annotated[dict[str, Any], Body()]) -> Response:
    """Choose your keys, `{"keys": {"skip": ["x"]}, "labels": "asdf", "at_once": false}`; what is left out is as it comes."""
    store = request.app.state.store
    return wire.Reply(store.write(services.set_desk, member=found.member.id, chosen=body))


def keys_of(connection: Connection, member: int) -> dict[str, Any]:
    """The keys of a member; the defaults where an older choice does not hold any more."""
    try:
        return shortcuts.chosen(members.desk(connection, member))
    except Unusable:
        return shortcuts.default()


def _member(member: Any) -> dict[str, Any]:
    return {"name": member.name, "display": member.display, "is_admin": member.is_admin}
