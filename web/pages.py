"""Pages: the Jinja environment, what every page is given, messages that survive a redirect. Knows no route."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse

from web import catalogue, security
from web.catalogue import t, tn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment
    from starlette.requests import Request

    from labeling.kinds import Category
    from labeling.model import Project, Role

TEMPLATES = Path(__file__).parent / "templates"
FLASH = "assay_flash"
Tone = Literal["good", "bad", "note"]
REVIEWER_NAV = ("overview", "items", "annotators", "agreement", "disagreements", "guideline", "datasets")


@cache
def environment() -> Environment:
    """The templates, compiled once; every value is escaped unless it is Markup."""
    from jinja2 import Environment, FileSystemLoader

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=catalogue.spoken,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)
    made.filters.update(
        moment=moment, day=day, clock=clock, iso=iso, ago=ago, number=number, percent=percent, query=query,
        as_shown=as_shown,
    )  # fmt: skip
    return made


def _gettext(message: str, /, **values: Any) -> Markup:
    """The message for a template: it is trusted, what fills it is not."""
    text = Markup(catalogue.gettext(message))  # noqa: S704 - of the house
    return text % {name: catalogue.spoken(value) for name, value in values.items()}


def _ngettext(one: str, many: str, n: float, /, **values: Any) -> Markup:
    """The form that goes with the number n, which fills %(n)s and %(num)s unless they are given."""
    text = Markup(catalogue.ngettext(one, many, n))  # noqa: S704 - of the house
    shown = catalogue.grouped(n)
    return text % {"n": shown, "num": shown, **{name: catalogue.spoken(value) for name, value in values.items()}}


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page. Beside its own context it gets `member`, `project`, `role`, `nav`, `flashes`, `now`, `static_url`, `language`.

    `nav` is a list of (title, url, is current) where `project` and a role that has pages are given.
    """
    app = request.app
    visitor = request.scope.get("assay.visitor")
    flashes = _flashes(request)
    values: dict[str, Any] = {
        "request": request,
        "path": request.url.path,
        "member": visitor.member if visitor else None,
        "project": None,
        "role": None,
        "flashes": flashes,
        "now": app.state.clock(),
        "static_url": app.state.static.url,
        "has_static": app.state.static.has,
        "language": catalogue.current(),
        "direction": catalogue.direction(),
        "script_words": catalogue.for_scripts(),
        "languages": {one: catalogue.name(one) for one in catalogue.known()},
        **context,
    }
    values.setdefault("nav", nav(values["project"], values["role"], request.url.path))
    page = HTMLResponse(environment().get_template(template).render(values), status)
    if flashes:
        page.delete_cookie(FLASH, path="/", httponly=True, samesite="lax")
    return page


def nav(project: Project | None, role: Role | None, path: str) -> list[tuple[str, str, bool]]:
    """The one row of navigation inside a project: for a manager all pages, for a reviewer those that show and decide."""
    if project is None or role not in {"manager", "reviewer"}:
        return []
    titles = {
        "overview": t("Overview"),
        "items": t("Items"),
        "annotators": t("Annotators"),
        "overlap": t("Overlap"),
        "agreement": t("Agreement"),
        "disagreements": t("Disagreements"),
        "guideline": t("Guideline"),
        "datasets": t("Datasets"),
        "settings": t("Settings"),
        "log": t("Log"),
    }
    urls = {name: f"/projects/{project.name}/{name}" for name in (titles if role == "manager" else REVIEWER_NAV)}
    return [(titles[name], url, path == url or path.startswith(f"{url}/")) for name, url in urls.items()]


def redirect(request: Request, url: str, *, flash: str = "", tone: Tone = "good") -> RedirectResponse:
    """See another page after a POST (303); `flash` is a sentence that it shows once."""
    reply = RedirectResponse(url, 303)
    if flash:
        text = base64.urlsafe_b64encode(json.dumps([tone, catalogue.say(flash)[:1000]]).encode()).decode()
        reply.set_cookie(
            FLASH,
            security.sign(text, request.app.state.workspace.secret),
            max_age=120,
            path="/",
            httponly=True,
            samesite="lax",
            secure=request.app.state.settings.is_secure,
        )
    return reply


def _flashes(request: Request) -> list[tuple[Tone, str]]:
    sealed = request.cookies.get(FLASH)
    text = security.unsign(sealed, request.app.state.workspace.secret) if sealed else None
    if text is None:
        return []
    tone, words = json.loads(base64.urlsafe_b64decode(text))
    return [(tone, words)]


def is_own_url(url: str) -> bool:
    r"""Whether an address stays on this site, so that a sign-in never leads elsewhere.

    >>> [is_own_url(url) for url in ("/projects", "//evil.example", "/\\evil.example", "https://evil.example", "")]
    [True, False, False, False, False]
    """
    return url.startswith("/") and not url.startswith(("//", "/\\")) and not any(ord(one) < 32 for one in url)


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()


def moment(at: int | None) -> str:
    """Date and time of the server's clock: `2026-11-24 09:30`, or as the language has it."""
    return "" if at is None else f"{day(at)} {_local(at):%H:%M}"


def day(at: int | None) -> str:
    """The date: `2026-11-24`, or as the language has it."""
    if at is None:
        return ""
    year, month, day = _local(at).strftime("%Y %m %d").split()
    return t("%(year)s-%(month)s-%(day)s", year=year, month=month, day=day)


def clock(at: int | None) -> str:
    """The time of day to the second, for "as of" and "saved": `12:03:05`."""
    return "" if at is None else _local(at).strftime("%H:%M:%S")


def iso(at: int | None) -> str:
    """The same moment for a `<time datetime>`, in UTC.

    >>> iso(0)
    '1970-01-01T00:00:00Z'
    """
    return "" if at is None else datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(at: int | None, now: int) -> str:
    """How long ago, in the largest unit that is not nothing.

    >>> [ago(0, seconds * 1000) for seconds in (5, 90, 7200, 86400 * 2)]
    ['just now', '1 minute ago', '2 hours ago', '2 days ago']
    """
    if at is None:
        return t("never")
    seconds = max(0, now - at) // 1000
    if seconds >= 86400:
        return tn("%(n)s day ago", "%(n)s days ago", seconds // 86400)
    if seconds >= 3600:
        return tn("%(n)s hour ago", "%(n)s hours ago", seconds // 3600)
    if seconds >= 60:
        return tn("%(n)s minute ago", "%(n)s minutes ago", seconds // 60)
    return t("just now")


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands parted by thin spaces; small ones never round to a bare 0.

    >>> [number(1234567), number(0.03, 1), number(None), number(2.5, 1)]
    ['1\u202f234\u202f567', '0.03', '–', '2.5']
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one number that is not itself
        return "–"
    text = f"{value:,.{digits}f}"
    if value and float(text.replace(",", "")) == 0:
        text = f"{value:.1g}"
    return text.replace(",", "\u202f").replace(".", catalogue.decimal())


def percent(value: float | None, digits: int = 0) -> str:
    r"""A share as a percentage; never 0 % or 100 % where it is not.

    >>> [percent(0.5), percent(0.0003), percent(0.9999), percent(None), percent(1)]
    ['50\xa0%', '0.03\xa0%', '99.99\xa0%', '–', '100\xa0%']
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one number that is not itself
        return "–"
    for places in (digits, digits + 1, digits + 2):
        text = f"{100 * value:.{places}f}"
        if float(text) not in {0.0, 100.0} or value in {0, 1}:
            break
    return f"{text.replace('.', catalogue.decimal())}\u00a0%"


def as_shown(
    labels: Sequence[Category | Mapping[str, Any]], shown: Mapping[str, Any] | None
) -> list[tuple[int, Category | Mapping[str, Any]]]:
    """The labels (categories, or labels of options) in the order drawn for an assignment, each with its place in the
    project; that order where none was.
    """
    rows = list(enumerate(labels))
    if shown and "order" in shown:
        drawn = {json.dumps(value): place for place, value in enumerate(shown["order"])}
        rows.sort(key=lambda row: drawn.get(json.dumps(_value_of(row[1])), len(drawn)))
    return rows


def _value_of(label: Category | Mapping[str, Any]) -> Any:
    return label["name"] if isinstance(label, Mapping) else label.value


def query(values: dict[str, Any], **changes: Any) -> str:
    """The query of an address with some fields changed; a field that is None or empty goes.

    >>> query({"state": "done", "after": "9"}, after=None)
    '?state=done'
    """
    kept = {name: value for name, value in {**values, **changes}.items() if value not in (None, "")}
    return "?" + urlencode(kept) if kept else "?"
