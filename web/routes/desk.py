"""The desk as a page, and as a plain form for browsers without JavaScript."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from labeling import showing
from labeling.errors import Conflict, NotFound, Unusable
from labeling.kinds import Category, Kind, kind
from labeling.model import SKIP_REASONS, Desk, Held
from labeling.services import guidelines as guideline_services
from labeling.services import work
from web import auth, cards
from web.api.desk import as_json, guideline_for
from web.api.session import keys_of
from web.pages import redirect, render

if TYPE_CHECKING:
    from web.auth import Seat

router = APIRouter(include_in_schema=False)


@router.get("/projects/{name}/desk")
async def desk_page(request: Request, seat: auth.AtDesk) -> Response:
    """The desk with the first item in it, or what stands in its way."""
    return await _page(request, seat)


@router.post("/projects/{name}/desk")
async def act(request: Request, seat: auth.AtDesk) -> Response:
    """Submit, skip or acknowledge by a plain form, then see the next item."""
    request.app.state.paces.count(seat.member.id)
    form = await request.form(max_files=0, max_fields=600)
    here = f"/projects/{seat.project.name}/desk"
    try:
        saved = await _act(request, seat, form)
    except Unusable as error:
        return await _page(request, seat, error=str(error), form=form, status=400)
    except Conflict as error:
        return redirect(request, here, flash=str(error), tone="bad")
    if saved is not None and not saved.counted:
        words = "Your last answer came after the item had all it needed. It is kept, not counted."
        return redirect(request, here, flash=words, tone="note")
    return redirect(request, here)


async def _act(request: Request, seat: Seat, form: FormData) -> Any:
    """One press of a button; what was saved, if an answer was."""
    store = request.app.state.store
    where = {"project": seat.project.id, "member": seat.member.id}
    action = form.get("action", "submit")
    if action == "acknowledge":
        await store.write_async(guideline_services.acknowledge, **where, version=_whole(form, "version"))
        return None
    if action == "skip":
        reason, note = _text(form, "reason"), _text(form, "note")
        if not reason:
            raise Unusable("No reason to skip was chosen", cure="Choose one, then skip.")
        await store.write_async(
            work.skip, **where, assignment=_whole(form, "assignment"), reason=reason, note=note, hold=1
        )
        return None
    desk: Desk = await store.write_async(
        work.submit,
        **where,
        assignment=_whole(form, "assignment"),
        answer=kind(seat.project.kind).from_fields(_texts(form), "answer", seat.project.options),
        key=_text(form, "key")[: work.LONGEST_KEY],
        flagged=bool(form.get("flagged")),
        comment=_text(form, "comment"),
        hold=1,
        accept=action == "accept",
    )
    request.app.state.routing.answered(seat.project, desk, seat.member.id)
    return desk.saved


async def _page(
    request: Request, seat: Seat, *, error: str = "", form: FormData | None = None, status: int = 200
) -> Response:
    project = seat.project
    desk: Desk = await request.app.state.store.write_async(
        work.hand_out, project=project.id, member=seat.member.id, hold=2
    )
    desk = await cards.at_desk(request, seat, desk)
    first = desk.assignments[0] if desk.assignments else None
    guideline = None
    if desk.guideline is not None:
        try:
            guideline = await run_in_threadpool(guideline_for, request, seat)
        except NotFound:
            guideline = None
    one = kind(project.kind)
    keys = await run_in_threadpool(_keys, request, seat)
    return render(
        request,
        "desk.html",
        status=status,
        project=project,
        role=seat.role,
        desk=as_json(desk),
        held=first,
        has_media=bool(showing.media_fields(project.shows)),
        shown=first.shown if first is not None else None,
        kind=one,
        suggested=_suggested(one, project.options, first),
        categories=one.categories(project.options),
        entries=_entries(one, project.options),
        options=project.options,
        guideline=guideline,
        skip_reasons=SKIP_REASONS,
        key=str(uuid.uuid4()),
        keys=keys,
        error=error,
        given=form,
    )


def _suggested(one: Kind, options: Mapping[str, Any], held: Held | None) -> str:
    """What a model suggests, in the words that stand on the screen; nothing where it suggests nothing."""
    if held is None or held.suggestion is None:
        return ""
    return one.text_seen(one.parse(held.suggestion["answer"], options), options, held.shown)


def _entries(one: Kind, options: Mapping[str, Any]) -> list[tuple[int, Category]]:
    """The labels that the guideline has something to say of, with the places of their colours; also those in its questions."""
    sets = [one.labels(options)]
    if not sets[0]:
        sets = [part.kind.labels(part.options) for part in one.parts(options)]
    return [
        (place, label)
        for labels in sets
        for place, label in enumerate(labels)
        if label.description or label.example or label.counterexample
    ]


def _keys(request: Request, seat: Seat) -> dict[str, Any]:
    with request.app.state.store.read() as connection:
        return keys_of(connection, seat.member.id)


def _whole(form: FormData, name: str) -> int:
    value = form.get(name)
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 15:
        raise Unusable(f"The field {name!r} is missing or no number", cure="Open the desk again.")
    return int(value)


def _texts(form: FormData) -> Callable[[str], list[str]]:
    """What stands in the fields of a name."""
    return lambda name: [value for value in form.getlist(name) if isinstance(value, str)]


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
