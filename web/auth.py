"""Who is asking, and what they may do: sessions and tokens read, roles demanded, sign-ins slowed down.

A page or an API route names what it needs: `Depends(signed_in)`, `Depends(admin)`, `Depends(in_project("manager"))`.
A project in which somebody has no role is not there for them (404, not 403).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from labeling.errors import NotAllowed, NotFound
from labeling.model import Member, Project, Role
from labeling.services import members as services
from labeling.store import members, projects
from web import security
from web.catalogue import t
from web.errors import NotSignedIn, TooFast, TooManyTries

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter
    from starlette.applications import Starlette
    from starlette.responses import Response

Scope = Literal["read", "label", "manage"]
TOUCH_MS = 300_000
ROLE_WORDS = {"manager": "its managers", "reviewer": "its reviewers", "annotator": "its annotators"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking. `scopes` is None for a person in a browser, who may do all that their roles allow."""

    member: Member
    scopes: tuple[str, ...] | None
    secret_hash: str

    def needs(self, scope: Scope) -> None:
        """Raises NotAllowed for a token that was made for less."""
        if self.scopes is not None and scope not in self.scopes:
            raise NotAllowed(
                f"This token may {' and '.join(self.scopes)}, and this needs {scope!r}. Make one with that scope."
            )


@dataclass(frozen=True, slots=True)
class Seat:
    """A visitor in a project, with the role they act in there."""

    visitor: Visitor
    project: Project
    role: Role

    @property
    def member(self) -> Member:
        """Who it is."""
        return self.visitor.member


def cookie_name(*, is_secure: bool) -> str:
    """The name of the session cookie; `__Host-` makes a browser hold to Secure, this host and the path /."""
    return "__Host-assay" if is_secure else "assay"


def visitor(request: Request) -> Visitor | None:
    """Who is asking, or None; read once a request, on the event loop, from its own connection."""
    scope = request.scope
    if "assay.visitor" in scope:
        found: Visitor | None = scope["assay.visitor"]
        return found
    state = request.app.state
    connection = state.store.glance()
    bearer = request.headers.get("authorization", "")
    found = None
    if bearer:
        kind, _, token = bearer.partition(" ")
        if kind.lower() == "bearer" and scope["path"].startswith("/api/"):
            digest = security.hash_secret(token.strip())
            held = members.token(connection, digest)
            found = Visitor(held[0], held[1], digest) if held else None
    else:
        cookie = request.cookies.get(state.cookie)
        if cookie:
            digest = security.hash_secret(cookie)
            member = members.session(connection, digest, state.clock())
            found = Visitor(member, None, digest) if member else None
    scope["assay.visitor"] = found
    return found


async def present(request: Request) -> Visitor:
    """Somebody who is signed in, whatever their token may do. Raises NotSignedIn. A session that is used lasts on."""
    found = visitor(request)
    if found is None:
        raise NotSignedIn
    if found.scopes is None:
        await _touch(request, found)
    return found


async def signed_in(request: Request) -> Visitor:
    """The same, where reading needs the scope for it."""
    found = await present(request)
    if request.method in {"GET", "HEAD"}:
        found.needs("read")
    return found


async def admin(found: Visitor = Depends(signed_in)) -> Visitor:
    """An admin of the workspace. Raises NotAllowed."""
    found.needs("manage")
    if not found.member.is_admin:
        raise NotAllowed("Only an admin of this workspace may do this. Ask one.")
    return found


def in_project(*roles: Role, scope: Scope | None = None) -> Callable[..., Awaitable[Seat]]:
    """A dependency: a visitor who has one of these roles in the project that the path names as `{name}`.

    An admin acts as a manager where they have no role of their own. A token needs `scope`; where none is said, it
    is "read" for a GET and "manage" for the rest. Raises NotFound, NotAllowed.
    """

    async def seat(request: Request, name: str, found: Visitor = Depends(present)) -> Seat:
        return take_seat(request, found, name, roles, scope)

    return seat


def take_seat(request: Request, found: Visitor, name: str, roles: tuple[Role, ...], scope: Scope | None) -> Seat:
    """The seat of a visitor in a project, if they may have one there."""
    reading = request.method in {"GET", "HEAD"}
    found.needs(scope or ("read" if reading else "manage"))
    connection = request.app.state.store.glance()
    role: Role | None = None
    try:
        project = projects.by_name(connection, name)
        role = projects.role(connection, project.id, found.member.id) or ("manager" if found.member.is_admin else None)
    except NotFound:
        if found.member.is_admin:  # others are not told which names come near
            raise
    if role is None:
        raise NotFound("project", name)
    if found.member.is_admin and role not in roles:
        role = "manager"
    if role not in roles:
        words = " and ".join(ROLE_WORDS[one] for one in roles)
        raise NotAllowed(f"In {project.title!r} this is for {words}; you are {_a(role)} there.")
    return Seat(found, project, role)


SignedIn = Annotated[Visitor, Depends(signed_in)]
Admin = Annotated[Visitor, Depends(admin)]
AtDesk = Annotated[Seat, Depends(in_project("annotator", "reviewer", "manager", scope="label"))]
Anyone = Annotated[Seat, Depends(in_project("annotator", "reviewer", "manager"))]
Deciding = Annotated[Seat, Depends(in_project("reviewer", "manager"))]
Managing = Annotated[Seat, Depends(in_project("manager"))]


def _a(role: Role) -> str:
    return f"an {role}" if role == "annotator" else f"a {role}"


async def _touch(request: Request, found: Visitor) -> None:
    state = request.app.state
    now = state.clock()
    if now - state.touched.get(found.secret_hash, 0) < TOUCH_MS:
        return
    if len(state.touched) > 10_000:
        state.touched.clear()
    state.touched[found.secret_hash] = now
    hours = state.settings.session_hours
    await state.store.write_async(services.touch_session, token_hash=found.secret_hash, hours=hours)


async def sign_in(request: Request, name: str, password: str) -> tuple[Member, str]:
    """Check a password and open a session: the member and the secret for the cookie.

    The answer to an unknown name is the same as to a wrong password and takes as long. Raises NotSignedIn,
    TooManyTries.
    """
    state = request.app.state
    state.logins.count(name, address(request))
    with state.store.read() as connection:
        known = members.password_hash(connection, name)
    right = await run_in_threadpool(security.verify_password, password, known[1] if known else None)
    if not right or known is None:
        raise NotSignedIn(t("This name and password do not belong together. Check both, then try again."))
    state.logins.forget(name, address(request))
    return known[0], await open_session(request, known[0])


async def open_session(request: Request, member: Member) -> str:
    """A new session for somebody, whatever they held before; its secret."""
    state = request.app.state
    before = request.cookies.get(state.cookie)
    if before:
        await state.store.write_async(services.close_session, token_hash=security.hash_secret(before))
    secret = security.new_secret()
    await state.store.write_async(
        services.open_session,
        member=member.id,
        token_hash=security.hash_secret(secret),
        hours=state.settings.session_hours,
    )
    return secret


async def sign_out(request: Request) -> None:
    """End this session, here and on the server."""
    cookie = request.cookies.get(request.app.state.cookie)
    if cookie:
        digest = security.hash_secret(cookie)
        await request.app.state.store.write_async(services.close_session, token_hash=digest)


def set_cookie(app: Starlette, reply: Response, secret: str) -> None:
    """Put a session into the browser."""
    reply.set_cookie(
        app.state.cookie, secret, path="/", httponly=True, samesite="lax", secure=app.state.settings.is_secure
    )


def drop_cookie(app: Starlette, reply: Response) -> None:
    """Take it out again."""
    reply.delete_cookie(app.state.cookie, path="/", httponly=True, samesite="lax", secure=app.state.settings.is_secure)


def address(request: Request) -> str:
    """Where a request comes from; behind a proxy, what the proxy says."""
    return request.client.host if request.client else ""


class Logins:
    """Counts tries to sign in: so many per name and address in five minutes, and twenty times that per address."""

    def __init__(self, tries: int) -> None:
        self._tries = tries
        self._limiter: RateLimiter | None = None
        self._per_name: RateLimitItem
        self._per_address: RateLimitItem

    def count(self, name: str, where: str) -> None:
        """One more try, before it is known whether it is right. Raises TooManyTries saying how long to wait."""
        import time

        limiter = self._ready()
        for item, keys in ((self._per_address, ("address", where)), (self._per_name, ("name", name[:100], where))):
            if not limiter.hit(item, *keys):
                raise TooManyTries(int(limiter.get_window_stats(item, *keys).reset_time - time.time()) + 1)

    def forget(self, name: str, where: str) -> None:
        """The password was right: what went before was a slip."""
        self._ready().clear(self._per_name, "name", name[:100], where)

    def _ready(self) -> RateLimiter:
        if self._limiter is None:
            from limits import RateLimitItemPerMinute
            from limits.storage import MemoryStorage
            from limits.strategies import FixedWindowRateLimiter

            self._limiter = FixedWindowRateLimiter(MemoryStorage())
            self._per_name = RateLimitItemPerMinute(self._tries, 5)
            self._per_address = RateLimitItemPerMinute(20 * self._tries, 5)
        return self._limiter


class Paces:
    """Counts what a member sends to desks: so many a minute, looked at in steps of ten seconds. No person is so fast."""

    def __init__(self, per_minute: int) -> None:
        self._most = max(1, per_minute // 6)
        self._limiter: RateLimiter | None = None
        self._item: RateLimitItem

    def count(self, member: int) -> None:
        """One more answer, skip or change. Raises TooFast saying when to go on; nothing was taken in then."""
        if self._limiter is None:
            from limits import RateLimitItemPerSecond
            from limits.storage import MemoryStorage
            from limits.strategies import FixedWindowRateLimiter

            self._item = RateLimitItemPerSecond(self._most, 10)
            self._limiter = FixedWindowRateLimiter(MemoryStorage())
        if not self._limiter.hit(self._item, str(member)):
            import time

            until = self._limiter.get_window_stats(self._item, str(member)).reset_time
            raise TooFast(int(until - time.time()) + 1)
