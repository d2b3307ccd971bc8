"""What every manager page shares: who may see it, its addresses, its heading and verdict. Knows no single page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from starlette.datastructures import FormData

from prep.phrase import phrase
from web import pages
from web.auth import Seat
from web.routes.manage import words

if TYPE_CHECKING:
    from starlette.responses import HTMLResponse, RedirectResponse

    from labeling.model import Project
    from labeling.store import Store


async def _form(request: Request) -> FormData:
    return await request.form()


Form = Annotated[FormData, Depends(_form)]
"""The fields of a form, however many."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The sentence a page begins with, and where it leads."""

    text: str
    tone: Literal["", "good", "warn", "bad"] = ""
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """What an empty page says, and what to do next."""

    title: str
    text: str
    href: str = ""
    link: str = ""


def address(project: Project, path: str, **query: Any) -> str:
    """The address of a page of the project; fields that are None or empty are left out.

    >>> from types import SimpleNamespace
    >>> address(SimpleNamespace(name="intents"), "items", state="done", label=None)
    '/projects/intents/items?state=done'
    """
    fields = {name: value for name, value in query.items() if value not in (None, "", False)}
    tail = "?" + urlencode(fields) if fields else ""
    return f"/projects/{quote(project.name)}/{quote(path)}{tail}"


def store_of(request: Request) -> Store:
    """The workspace's store."""
    store: Store = request.app.state.store
    return store


def page(
    request: Request,
    seat: Seat,
    template: str,
    *,
    heading: str,
    verdict: Verdict | None = None,
    tabs: dict[str, str] | None = None,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """A page inside a project. `tabs` are title to path; the one that is open is found by the address."""

    def link(path: str, **query: Any) -> str:
        return address(seat.project, path, **query)

    here = request.url.path
    shown = [
        {"title": title, "href": link(path), "current": link(path) == here} for title, path in (tabs or {}).items()
    ]
    return pages.render(
        request,
        f"manage/{template}",
        status=status,
        project=seat.project,
        role=seat.role,
        heading=heading,
        verdict=verdict,
        tabs=shown,
        say=words,
        link=link,
        few=words.FEW,
        **context,
    )


def go(request: Request, seat: Seat, path: str, flash: str = "", **query: Any) -> RedirectResponse:
    """After a POST: see that page of the project, with a sentence that it shows once."""
    return pages.redirect(request, address(seat.project, path, **query), flash=flash)


def text(form: FormData, name: str, default: str = "") -> str:
    """One field of a form as text; a file in its place counts as nothing."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else default


def under(form: FormData, prefix: str) -> dict[str, str]:
    """The fields of a form whose names begin so, without that beginning.

    >>> under(FormData([("rating.low", "1"), ("title", "Tone")]), "rating.")
    {'low': '1'}
    """
    return {name.removeprefix(prefix): text(form, name) for name in form if name.startswith(prefix)}


def whole(form: FormData, name: str, what: str) -> int:
    """One field of a form as a whole number. Raises Unusable naming what it is for."""
    from labeling.errors import Unusable

    given = text(form, name)
    try:
        return int(given)
    except ValueError:
        raise Unusable(
            phrase("%(given)r cannot be the %(what)s", given=given[:40], what=what), cure=phrase("Give a whole number.")
        ) from None
