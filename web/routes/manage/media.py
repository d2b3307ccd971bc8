"""Images, sounds and films of a project: brought in, seen, taken away."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError
from labeling.media import TAKEN
from labeling.services import media as services
from labeling.store import media
from prep.phrase import numeral
from web import cards
from web.auth import Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text
from web.routes.manage.settings import TABS
from web.routes.manage.words import seconds, size

if TYPE_CHECKING:
    from labeling.media import Limits
    from labeling.model import AddedMedia, Medium

router = APIRouter(include_in_schema=False)
AT_ONCE = 60
MOST_FILES = 5_000
FEW = 20


@router.get("/projects/{name}/settings/media")
def show(request: Request, seat: Managing, search: str = "", after: str = "") -> HTMLResponse:
    """The form to send files with, and what is there."""
    return _page(request, seat, search=search, after=after)


@router.post("/projects/{name}/settings/media")
async def add(request: Request, seat: Managing) -> Response:
    """Take files in, each by what it contains, and say which were not taken and why."""
    form = await request.form(max_files=MOST_FILES, max_fields=20)
    try:
        return await run_in_threadpool(_add, request, seat, form)
    finally:
        await form.close()


@router.post("/projects/{name}/settings/media/remove")
def remove(request: Request, seat: Managing, form: Form) -> Response:
    """Take one away for good; not one that an item names."""
    name = text(form, "name")
    try:
        store_of(request).write(
            services.remove_media,
            workspace=request.app.state.workspace.path,
            project=seat.project.id,
            names=[name],
            reason=text(form, "reason"),
            actor=seat.member.id,
        )
    except AssayError as error:
        return _page(request, seat, error=error)
    return go(request, seat, "settings/media", t("%(name)s is taken away.", name=name))


def _add(request: Request, seat: Seat, form: FormData) -> Response:
    state = request.app.state
    sent = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
    try:
        done = services.add_media(
            state.store,
            workspace=state.workspace.path,
            project=seat.project.id,
            files=_sent(sent, state.settings.media_limits),
            limits=state.settings.media_limits,
            strip=bool(text(form, "strip")),
            actor=seat.member.id,
        )
    except AssayError as error:
        return _page(request, seat, error=error)
    if not done.refused and not done.placed:
        return go(request, seat, "settings/media", f"{done}.")
    return _page(request, seat, done=done)


def _sent(sent: list[UploadFile], limits: Limits) -> Iterator[services.Sent]:
    for one in sent:
        file = one.file
        if zipfile.is_zipfile(file):
            yield from services.in_zip(file, limits=limits)
        else:
            file.seek(0)
            yield services.Sent(one.filename or "", lambda file=file: _left_open(file))  # type: ignore[misc] # bound now


class _left_open:  # noqa: N801 - reads as a word in a with statement
    """The file of a form, which closes it itself."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def __enter__(self) -> BinaryIO:
        return self.file

    def __exit__(self, *_: object) -> None:
        pass


def _page(
    request: Request,
    seat: Seat,
    *,
    search: str = "",
    after: str = "",
    done: AddedMedia | None = None,
    error: AssayError | None = None,
) -> HTMLResponse:
    with store_of(request).read() as connection:
        totals = media.totals(connection, seat.project.id)
        found, following = media.page(connection, seat.project.id, search=search, after=after, limit=AT_ONCE)
    settings = request.app.state.settings
    return page(
        request,
        seat,
        "media.html",
        heading=t("What do items show beside text?"),
        verdict=Verdict(
            t(
                "%(images)s, %(sounds)s and %(films)s, %(size)s in all.",
                images=tn("%(n)s image", "%(n)s images", totals.images),
                sounds=tn("%(n)s sound", "%(n)s sounds", totals.audio),
                films=tn("%(n)s film", "%(n)s films", totals.video),
                size=size(totals.bytes),
            )
            if totals.names
            else t("There are no media yet. Items may also be text alone.")
        ),
        tabs=TABS,
        status=200 if error is None else status_of(error),
        error=error,
        done=done,
        done_words=str(done) if done else "",
        refused=done.refused[:FEW] if done else (),
        placed=done.placed[:FEW] if done else (),
        taken=TAKEN,
        most=size(settings.media_mb * 1_000_000),
        most_at_once=size(settings.upload_mb * 1_000_000),
        rows=[_row(request, seat, one) for one in found],
        search=search,
        next_href=address(seat.project, "settings/media", search=search, after=following) if following else "",
        with_place=totals.placed,
    )


def _row(request: Request, seat: Seat, one: Medium) -> dict[str, object]:
    facts = [
        one.type,
        size(one.bytes),
        _pixels(one.width, one.height) if one.width and one.height else "",
        seconds(one.seconds) if one.seconds else "",
    ]
    return {
        "name": one.name,
        "url": cards.address(request, seat, one),
        "is_image": one.type.startswith("image/"),
        "facts": " · ".join(fact for fact in facts if fact),
        "has_place": one.has_place,
    }


def _pixels(width: int, height: int) -> str:
    return t("%(width)s × %(height)s pixels", width=numeral(width), height=numeral(height))
