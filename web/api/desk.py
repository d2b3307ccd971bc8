"""The desk's API: hand-out, submit, revise, skip, release, renew, acknowledge, my answers, the guideline.

Plain endpoints without FastAPI's routing, dependencies and models: these lie on the way of every single answer
(`find` is asked first, by web.app). Bodies are checked field by field (web.wire); their description for OpenAPI is in
web.api.desk_paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from labeling import showing
from labeling.errors import Unusable
from labeling.kinds import kind
from labeling.model import Desk
from labeling.services import guidelines as guideline_services
from labeling.services import work
from labeling.store import answers, guidelines
from web import auth, cards, markdown, wire
from web.errors import Missing

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

    from labeling.model import Role
    from web.errors import Endpoint

BASE = "/api/v1/projects/{name}/desk"
_START = BASE.partition("{")[0]
ANYONE: tuple[Role, ...] = ("annotator", "reviewer", "manager")
MOST_HELD = work.MOST_HELD
PARAMETERS = {"mine": ("before", "limit"), "today": ("since",)}
"""Of each call, what may stand behind its `?`."""


async def at_desk(request: Request) -> auth.Seat:
    """Who is at this desk. Raises NotSignedIn, NotFound, NotAllowed, and Unusable for an unknown parameter."""
    found = await auth.present(request)
    if request.scope["query_string"]:
        wire.refuse_unknown(request, PARAMETERS.get(request.scope["path"].rpartition("/")[2], ()))
    return auth.take_seat(request, found, request.scope["assay.project"], ANYONE, "label")


def as_json(desk: Desk) -> dict[str, Any]:
    """The reply to hand-out, submit, skip and acknowledge; every key is always there, whatever the item is."""
    saved, due = desk.saved, desk.guideline
    return {
        "state": desk.state,
        "assignments": [
            {
                "assignment": held.assignment,
                "fields": held.fields,
                "expires_at": held.expires_at,
                "shown": held.shown,
                "suggestion": held.suggestion,
            }
            for held in desk.assignments
        ],
        "progress": {
            "done": desk.progress.done,
            "left": desk.progress.left,
            "median_seconds": desk.progress.median_seconds,
        },
        "guideline": None
        if due is None
        else {
            "version": due.version,
            "acknowledged": due.acknowledged,
            "change": due.change,
            "published_at": due.published_at,
        },
        "saved": None
        if saved is None
        else {
            "assignment": saved.assignment,
            "revision": saved.revision,
            "saved_at": saved.saved_at,
            "counted": saved.counted,
        },
        "now": desk.now,
        "told": None
        if desk.told is None
        else {
            "decision": desk.told.decision,
            "reason": desk.told.reason,
            "guideline_version": desk.told.guideline_version,
            "at": desk.told.at,
        },
    }


async def hand_out(request: Request) -> Response:
    """What you hold, filled up to `hold`, and how you stand."""
    seat = await at_desk(request)
    body = await wire.read_object(request)
    desk = await request.app.state.store.write_async(
        work.hand_out, project=seat.project.id, member=seat.member.id, hold=_hold(body)
    )
    return wire.Bare(as_json(await cards.at_desk(request, seat, desk)))


async def submit(request: Request) -> Response:
    """Save an answer and get the next item; the same key again changes nothing and gives the same reply."""
    seat = await at_desk(request)
    request.app.state.paces.count(seat.member.id)
    body = await wire.read_object(request)
    active_ms = None if body.get("active_ms") is None else wire.whole(body, "active_ms")
    desk = await request.app.state.store.write_async(
        work.submit,
        project=seat.project.id,
        member=seat.member.id,
        assignment=wire.whole(body, "assignment"),
        answer=body.get("answer"),
        key=wire.text(body, "key", least=1, most=work.LONGEST_KEY),
        flagged=wire.truth(body, "flagged", default=False),
        comment=wire.text(body, "comment", "", most=work.LONGEST_COMMENT),
        active_ms=active_ms,
        hold=_hold(body),
    )
    request.app.state.routing.answered(seat.project, desk, seat.member.id)
    return wire.Bare(as_json(await cards.at_desk(request, seat, desk)))


async def revise(request: Request) -> Response:
    """Change an answer of yours: a new revision beside the old one."""
    seat = await at_desk(request)
    request.app.state.paces.count(seat.member.id)
    body = await wire.read_object(request)
    saved = await request.app.state.store.write_async(
        work.revise,
        project=seat.project.id,
        member=seat.member.id,
        assignment=wire.whole(body, "assignment"),
        answer=body.get("answer"),
        key=wire.text(body, "key", least=1, most=work.LONGEST_KEY),
        revision=wire.whole(body, "revision", least=1),
        flagged=wire.truth(body, "flagged", default=False),
        comment=wire.text(body, "comment", "", most=work.LONGEST_COMMENT),
    )
    return wire.Reply(saved)


async def skip(request: Request) -> Response:
    """Give an item back for somebody else, saying why."""
    seat = await at_desk(request)
    request.app.state.paces.count(seat.member.id)
    body = await wire.read_object(request)
    desk = await request.app.state.store.write_async(
        work.skip,
        project=seat.project.id,
        member=seat.member.id,
        assignment=wire.whole(body, "assignment"),
        reason=wire.text(body, "reason", most=40),
        note=wire.text(body, "note", "", most=work.LONGEST_COMMENT),
        hold=_hold(body),
    )
    return wire.Bare(as_json(await cards.at_desk(request, seat, desk)))


async def release(request: Request) -> Response:
    """Give leases back, as when the desk is closed. A beacon may send this: its type is text/plain."""
    seat = await at_desk(request)
    body = await wire.read_object(request)
    count = await request.app.state.store.write_async(
        work.release, project=seat.project.id, member=seat.member.id, assignments=wire.wholes(body, "assignments")
    )
    return wire.Reply({"released": count})


async def renew(request: Request) -> Response:
    """Let leases last on while the desk is open; the new ends of those that still were leases, none where something
    stands before the next item (hand-out says what).
    """
    seat = await at_desk(request)
    body = await wire.read_object(request)
    expires = await request.app.state.store.write_async(
        work.renew, project=seat.project.id, member=seat.member.id, assignments=wire.wholes(body, "assignments")
    )
    return wire.Reply({"expires": expires})


async def acknowledge(request: Request) -> Response:
    """Say that you have read a version of the guideline, and go on."""
    seat = await at_desk(request)
    body = await wire.read_object(request)
    where = {"project": seat.project.id, "member": seat.member.id}
    store = request.app.state.store
    version = wire.whole(body, "version", least=1)
    hold = _hold(body)
    await store.write_async(guideline_services.acknowledge, **where, version=version)
    desk = await store.write_async(work.hand_out, **where, hold=hold)
    return wire.Bare(as_json(await cards.at_desk(request, seat, desk)))


async def mine(request: Request) -> Response:
    """Your own last answers, the newest first; `next` is the `before` of the page after, null at the end."""
    seat = await at_desk(request)
    before, limit = _query(request, "before"), _query(request, "limit")
    limit = 20 if limit is None else limit
    if not 1 <= limit <= 100:
        raise Unusable(f"limit is {limit}", cure="Give a whole number from 1 to 100.")
    with request.app.state.store.read() as connection:
        found = answers.mine(connection, seat.project.id, seat.member.id, before=before, limit=limit)
    project = seat.project
    one = kind(project.kind)
    seen = [
        one.seen(showing.seen(row["payload"], project.show, project.shows), project.options, row["shown"])
        for row in found
    ]
    dressed = await run_in_threadpool(cards.dress, request, seat, seen) if project.shows else seen
    rows = [
        {
            "assignment": row["assignment"],
            "revision": row["revision"],
            "answer": row["answer"],
            "fields": fields,
            "shown": row["shown"],
            "suggestion": work.shown_suggestion(row["suggested"]),
            "submitted_at": row["submitted_at"],
            "guideline_version": row["guideline_version"],
            "flagged": row["flagged"],
            "comment": row["comment"],
            "reply": row["reply"],
        }
        for row, fields in zip(found, dressed, strict=True)
    ]
    return wire.Reply({"annotations": rows, "next": found[-1]["number"] if len(found) == limit else None})


async def today(request: Request) -> Response:
    """Your answers in this project since a moment, the seconds you were at work on them and the median of one."""
    seat = await at_desk(request)
    since = _query(request, "since") or 0
    with request.app.state.store.read() as connection:
        count, seconds, middle = answers.since(connection, seat.project.id, seat.member.id, since)
    return wire.Reply({"answers": count, "seconds": seconds, "median_seconds": middle})


async def guideline(request: Request) -> Response:
    """The guideline as it stands, and what changed since the version you last read."""
    seat = await at_desk(request)
    return wire.Reply(await run_in_threadpool(guideline_for, request, seat))


def guideline_for(request: Request, seat: auth.Seat) -> dict[str, Any]:
    """The newest version as HTML, with the diff from the one this member has read; for the page and the API.

    Raises NotFound before the first version.
    """
    with request.app.state.store.read() as connection:
        current = guidelines.current(connection, seat.project.id)
        if current is None:
            raise Missing("This project has no guideline yet. Its manager publishes one.")
        read = guidelines.acknowledged(connection, seat.project.id, seat.member.id)
        before = guidelines.one(connection, seat.project.id, read) if 0 < read < current.version else None
    return {
        "version": current.version,
        "html": str(markdown.to_html(current.body)),
        "note": current.note,
        "change": current.change,
        "published_at": current.published_at,
        "acknowledged": read,
        "diff": markdown.diff(before.body, current.body) if before else [],
    }


def _hold(body: dict[str, Any]) -> int:
    return wire.whole(body, "hold", 2, least=1, most=MOST_HELD)


def _query(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None or given == "":
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 15:
        raise Unusable(f"{name} is {given[:40]!r}", cure="Give a whole number.")
    return int(given)


ENDPOINTS: dict[str, tuple[str, Endpoint]] = {
    "submit": ("POST", submit),
    "hand-out": ("POST", hand_out),
    "renew": ("POST", renew),
    "skip": ("POST", skip),
    "revise": ("POST", revise),
    "release": ("POST", release),
    "acknowledge": ("POST", acknowledge),
    "mine": ("GET", mine),
    "guideline": ("GET", guideline),
    "today": ("GET", today),
}


def find(scope: Scope) -> Endpoint | None:
    """The endpoint for a path under BASE, with the project's name noted in the scope; None for any other path.

    >>> scope = {"path": "/api/v1/projects/mood/desk/submit", "method": "POST"}
    >>> find(scope) is submit, scope["assay.project"]
    (True, 'mood')
    """
    path: str = scope["path"]
    if not path.startswith(_START):
        return None
    parts = path[len(_START) :].split("/")
    if len(parts) != 3 or parts[1] != "desk" or parts[2] not in ENDPOINTS:
        return None
    name, _, action = parts
    scope["assay.project"] = name
    method, endpoint = ENDPOINTS[action]
    return endpoint if method == scope["method"] else _wrong_method


async def _wrong_method(_: Request) -> Response:
    raise HTTPException(405)
