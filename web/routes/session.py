"""Signing in and out, and taking an invite."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from labeling.errors import Unusable
from labeling.model import Member
from labeling.services import members as services
from labeling.store import members
from web import auth, security
from web.catalogue import t
from web.errors import Missing, NotSignedIn, TooManyTries
from web.pages import is_own_url, redirect, render

router = APIRouter(include_in_schema=False)
LONGEST_NAME = 80


@router.get("/login")
async def login_page(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """The form; who is signed in already goes on."""
    where = next if is_own_url(next) else "/"
    if auth.visitor(request) is not None:
        return RedirectResponse(where, 303)
    return render(request, "login.html", error="", next=where, name="")


@router.post("/login")
async def login(
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name in the form
) -> Response:
    """Sign in and go where you wanted to."""
    where = next if is_own_url(next) else "/"
    name = name.strip()[:LONGEST_NAME]
    try:
        _, secret = await auth.sign_in(request, name, password)
    except (NotSignedIn, TooManyTries) as error:
        status = 429 if isinstance(error, TooManyTries) else 401
        return render(request, "login.html", status=status, error=str(error), next=where, name=name)
    reply = RedirectResponse(where, 303)
    auth.set_cookie(request.app, reply, secret)
    return reply


@router.post("/logout")
async def logout(request: Request) -> Response:
    """Sign out; the session is over on the server too."""
    await auth.sign_out(request)
    reply = redirect(request, "/login", flash=t("You are signed out."))
    auth.drop_cookie(request.app, reply)
    return reply


@router.get("/invite/{secret}")
async def invite_page(request: Request, secret: str) -> Response:
    """Choose a password. Raises Missing for an invite that is used, over or made up."""
    member = _invited(request, secret)
    return render(request, "invite.html", error="", invited=member, secret=secret, least=security.LEAST_PASSWORD)


@router.post("/invite/{secret}")
async def accept_invite(
    request: Request, secret: str, password: Annotated[str, Form()] = "", again: Annotated[str, Form()] = ""
) -> Response:
    """Set the password and sign in."""
    request.app.state.logins.count("invite", auth.address(request))
    member = _invited(request, secret)
    try:
        _compare(password, again)
        digest = await run_in_threadpool(security.hash_password, password, name=member.name)
    except Unusable as error:
        page = {"error": str(error), "invited": member, "secret": secret, "least": security.LEAST_PASSWORD}
        return render(request, "invite.html", status=400, **page)
    store = request.app.state.store
    member = await store.write_async(
        services.accept_invite, secret_hash=security.hash_secret(secret), password_hash=digest
    )
    reply = redirect(request, "/", flash=t("Welcome, %(name)s. Your password is set.", name=member.shown))
    auth.set_cookie(request.app, reply, await auth.open_session(request, member))
    return reply


def _invited(request: Request, secret: str) -> Member:
    state = request.app.state
    found = members.invite(state.store.glance(), security.hash_secret(secret), state.clock())
    if found is None:
        raise Missing(t("This invite was used, is over or never was one. Ask whoever sent it for a new link."))
    return found


def _compare(password: str, again: str) -> None:
    if password != again:
        raise Unusable(t("The two passwords differ"), cure=t("Type the same one twice."))
