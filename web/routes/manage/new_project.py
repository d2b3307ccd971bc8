"""A new project: what is asked, and with which labels. For admins of the workspace."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from labeling import showing
from labeling.errors import AssayError, Unusable
from labeling.kinds import kind, kinds
from labeling.services import projects as services
from prep.phrase import phrase
from web import pages
from web.auth import Visitor, admin
from web.catalogue import t
from web.errors import status_of
from web.routes.manage import words
from web.routes.manage.frame import Form, store_of, text, under, whole

router = APIRouter(include_in_schema=False)
Admin = Annotated[Visitor, Depends(admin)]
FIELDS = ("title", "name", "question", "kind", "overlap", "shows")


@router.get("/projects/new")
def show(request: Request, visitor: Admin) -> HTMLResponse:  # noqa: ARG001 - only admins may
    """An empty form."""
    return _page(request, FormData({"overlap": "3", "kind": "choice"}), None)


@router.post("/projects/new")
def make(request: Request, visitor: Admin, form: Form) -> Response:
    """Make it, then lead to its overview, which says what comes next."""
    try:
        asked = kind(text(form, "kind"))
        made = store_of(request).write(
            services.create_project,
            name=text(form, "name"),
            title=text(form, "title"),
            question=text(form, "question"),
            kind=asked.name,
            options=asked.from_settings(under(form, f"{asked.name}.")),
            shows=_shows(text(form, "shows")),
            overlap=whole(form, "overlap", t("number of annotators for each item")),
            actor=visitor.member.id,
        )
    except AssayError as error:
        return _page(request, form, error)
    return pages.redirect(request, f"/projects/{made.name}/overview", flash=t("%(title)s is made.", title=made.title))


def _shows(lines: str) -> dict[str, dict[str, str]]:
    r"""Lines such as "photo: image, Picture": a field, how it is shown, and its title.

    >>> _shows("photo: image, Picture\n\nstory: markdown")
    {'photo': {'as': 'image', 'title': 'Picture'}, 'story': {'as': 'markdown'}}
    """
    shows = {}
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        field, colon, said = line.rpartition(":") if "," not in line else line.partition(":")
        way, _, title = said.partition(",")
        if not colon or not field.strip() or not way.strip():
            raise Unusable(
                phrase("Line %(number)s of how fields are shown is %(line)r", number=number, line=line[:60]),
                cure=phrase("Write: photo: image"),
            )
        shows[field.strip()] = {"as": way.strip(), **({"title": title.strip()} if title.strip() else {})}
    return shows


def _page(request: Request, form: FormData, error: AssayError | None) -> HTMLResponse:
    return pages.render(
        request,
        "manage/new.html",
        status=200 if error is None else status_of(error),
        heading=t("What do you want to know?"),
        verdict=None,
        tabs=[],
        say=words,
        error=error,
        ways=", ".join(showing.WAYS),
        given={field: text(form, field) for field in FIELDS},
        kinds=[(one, under(form, f"{one.name}.")) for one in kinds().values()],
    )
