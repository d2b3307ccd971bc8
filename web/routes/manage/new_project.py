"""A new project: what is asked, and with which labels. For admins of the workspace."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, Unusable
from labeling.kinds import kinds
from labeling.services import projects as services
from web import pages
from web.auth import Visitor, admin
from web.errors import status_of
from web.routes.manage import words
from web.routes.manage.frame import Form, store_of, text, whole

router = APIRouter(include_in_schema=False)
Admin = Annotated[Visitor, Depends(admin)]
FIELDS = ("title", "name", "question", "kind", "labels", "low", "high", "overlap")


@router.get("/projects/new")
def show(request: Request, visitor: Admin) -> HTMLResponse:  # noqa: ARG001 - only admins may
    """An empty form."""
    return _page(request, {"overlap": "3", "low": "1", "high": "5"}, None)


@router.post("/projects/new")
def make(request: Request, visitor: Admin, form: Form) -> Response:
    """Make it, then lead to its overview, which says what comes next."""
    given = {field: text(form, field) for field in FIELDS}
    try:
        made = store_of(request).write(
            services.create_project,
            name=given["name"],
            title=given["title"],
            question=given["question"],
            kind=given["kind"],
            options=_options(given),
            overlap=whole(form, "overlap", "number of annotators for each item"),
            actor=visitor.member.id,
        )
    except AssayError as error:
        return _page(request, given, error)
    return pages.redirect(request, f"/projects/{made.name}/overview", flash=f"{made.title} is made.")


def _options(given: dict[str, str]) -> dict[str, Any]:
    r"""What the form says of the labels or the scale; the kind itself checks it.

    >>> _options({"kind": "choice", "labels": "refund: wants money back\nother"})["labels"][0]
    {'name': 'refund', 'description': 'wants money back'}
    """
    if given["kind"] == "choice":
        lines = [line.partition(":") for line in given["labels"].splitlines() if line.strip()]
        return {"labels": [{"name": name.strip(), "description": help_.strip()} for name, _, help_ in lines]}
    if given["kind"] == "rating":
        try:
            return {"low": int(given["low"]), "high": int(given["high"])}
        except ValueError:
            raise Unusable("The scale's ends are no whole numbers", cure="Give two, such as 1 and 5.") from None
    raise Unusable(f"{given['kind'][:40]!r} is no kind of answer here", cure="Choose one of the list.")


def _page(request: Request, given: dict[str, str], error: AssayError | None) -> HTMLResponse:
    return pages.render(
        request,
        "manage/new.html",
        status=200 if error is None else status_of(error),
        heading="What do you want to know?",
        verdict=None,
        tabs=[],
        say=words,
        error=error,
        given=given,
        kinds=[(one.name, f"{one.title}: {one.description}") for one in kinds().values()],
    )
