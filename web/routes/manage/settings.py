"""What is asked, of how many, and with which labels; closing and reopening the project."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from labeling import showing
from labeling.errors import AssayError, Unusable
from labeling.kinds import kind
from labeling.services import projects as services
from labeling.store import items, overview_reads
from prep.phrase import phrase
from web.auth import Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text, under, whole

router = APIRouter(include_in_schema=False)
TABS: dict[str, str] = {
    phrase("Project"): "settings",
    phrase("Members"): "settings/members",
    phrase("Media"): "settings/media",
    phrase("Gold"): "settings/gold",
    phrase("Suggestions"): "settings/suggestions",
    phrase("Tokens"): "settings/tokens",
}
FIELDS = (
    "title", "question", "show", "overlap", "overlap_most", "target", "gold_rate", "again_rate", "lease_minutes",
)  # fmt: skip
MOST_ROWS = 40
"""Fields whose showing the page sets; the command and the API set any."""
OPTIONS = "options."
"""What the names of the fields of the project's kind begin with."""


@router.get("/projects/{name}/settings")
def show(request: Request, seat: Managing) -> HTMLResponse:
    """The form with what holds now."""
    return _page(request, seat, None, None)


@router.post("/projects/{name}/settings")
def save(request: Request, seat: Managing, form: Form) -> Response:
    """Change what was changed in the form."""
    try:
        values = _values(seat, form)
        store_of(request).write(services.change_project, project=seat.project.id, actor=seat.member.id, **values)
    except AssayError as error:
        return _page(request, seat, form, error)
    return go(request, seat, "settings", t("Saved."))


@router.get("/projects/{name}/settings/close")
def ask_to_close(request: Request, seat: Managing) -> HTMLResponse:
    """What closing does, before it is done."""
    return _confirm(request, seat, None)


@router.post("/projects/{name}/settings/close")
def close(request: Request, seat: Managing, form: Form) -> Response:
    """Close the project, once its name was typed."""
    if text(form, "typed") != seat.project.name:
        cure = phrase("Type %(name)s, letter by letter.", name=seat.project.name)
        return _confirm(request, seat, Unusable(phrase("The name does not fit"), cure=cure))
    store_of(request).write(services.close_project, project=seat.project.id, actor=seat.member.id)
    return go(request, seat, "settings", t("The project is closed. It takes no answers until you open it again."))


@router.post("/projects/{name}/settings/reopen")
def reopen(request: Request, seat: Managing) -> Response:
    """Take answers again."""
    store_of(request).write(services.reopen_project, project=seat.project.id, actor=seat.member.id)
    return go(request, seat, "settings", t("The project is open again."))


def _values(seat: Seat, form: FormData) -> dict[str, Any]:
    shown = [name.strip() for name in text(form, "show").split(",") if name.strip()]
    most = text(form, "overlap_most")
    values: dict[str, Any] = {
        "title": text(form, "title"),
        "question": text(form, "question"),
        "show": shown or None,
        "shows": _shows(seat, form),
        "overlap": whole(form, "overlap", t("number of annotators for each item")),
        "overlap_most": whole(form, "overlap_most", t("most annotators an item gets")) if most else None,
        "target": _percent(form, "target", t("confidence to reach"), "90"),
        "gold_rate": _percent(form, "gold_rate", t("share of gold"), "10"),
        "again_rate": _percent(form, "again_rate", t("share shown again"), "5"),
        "lease_minutes": whole(form, "lease_minutes", t("length of a lease")),
    }
    asked = kind(seat.project.kind)
    options = asked.from_settings({**asked.settings(seat.project.options), **under(form, OPTIONS)})
    if asked.options(options) != seat.project.options:
        values["options"] = options
    return values


def _shows(seat: Seat, form: FormData) -> dict[str, Any]:
    """How the fields of the form are shown; what is said of others stays."""
    shows: dict[str, Any] = dict(seat.project.shows or {})
    for place in range(MOST_ROWS):
        field = text(form, f"field_{place}")
        if not field:
            continue
        said = {part: text(form, f"{part}_{place}") for part in showing.PARTS}
        before = (seat.project.shows or {}).get(field, {})
        kept = {part: value for part, value in said.items() if value}
        if "title" in before and not before["title"] and not said["title"]:
            kept["title"] = ""  # said by other doors: no name is shown
        if kept.get("as") not in showing.MEDIA:
            kept.pop("caption", None)
        if kept in ({"as": "text"}, {}):
            shows.pop(field, None)
        else:
            shows[field] = kept
    return shows


def _rows(seat: Seat, known: list[str], form: FormData | None) -> list[dict[str, str]]:
    """A row for each field that is known, with how it is shown."""
    rows = []
    for place, field in enumerate(dict.fromkeys([*known, *(seat.project.shows or {})])):
        if place >= MOST_ROWS:
            break
        said = (seat.project.shows or {}).get(field, {})
        given = {part: said.get(part, "text" if part == "as" else "") for part in showing.PARTS}
        if form is not None:
            given = {part: text(form, f"{part}_{place}") for part in showing.PARTS}
        rows.append({"field": field, **given})
    return rows


def _percent(form: FormData, name: str, what: str, such_as: str) -> float:
    try:
        return float(text(form, name).replace(",", ".")) / 100
    except ValueError:
        raise Unusable(
            phrase("The %(what)s is no number", what=what),
            cure=phrase("Give percent, such as %(such_as)s.", such_as=such_as),
        ) from None


def _given(seat: Seat, form: FormData | None) -> dict[str, Any]:
    if form is not None:
        return {name: text(form, name) for name in FIELDS}
    project = seat.project
    return {
        "title": project.title,
        "question": project.question,
        "show": ", ".join(project.show or ()),
        "overlap": project.overlap,
        "overlap_most": project.overlap_most or "",
        "target": f"{project.target * 100:g}",
        "gold_rate": f"{project.gold_rate * 100:g}",
        "again_rate": f"{project.again_rate * 100:g}",
        "lease_minutes": project.lease_minutes,
    }


def _page(request: Request, seat: Seat, form: FormData | None, error: AssayError | None) -> HTMLResponse:
    with store_of(request).read() as connection:
        known = items.payload_fields(connection, seat.project.id)
        given = overview_reads.label_answers(connection, seat.project.id) if "labels" in seat.project.options else []
    one = kind(seat.project.kind)
    used: Counter[Any] = Counter()
    for answer, count in given:
        used.update(dict.fromkeys(one.labels_in(answer), count))
    held = one.settings(seat.project.options)
    return page(
        request,
        seat,
        "settings.html",
        heading=t("What is asked here?"),
        verdict=Verdict(_sentence(seat)),
        tabs=TABS,
        status=200 if error is None else status_of(error),
        error=error,
        given=_given(seat, form),
        known_fields=known,
        has_classes=bool(one.consensus_labels(seat.project.options)),
        field_rows=_rows(seat, known, form),
        ways=list(showing.WAYS.items()),
        values=held if form is None else {**held, **under(form, OPTIONS)},
        used=used,
    )


def _sentence(seat: Seat) -> str:
    project = seat.project
    gold = (
        t("; %(share)s %% of what they get is gold", share=f"{project.gold_rate * 100:g}") if project.gold_rate else ""
    )
    again = t("; %(share)s %% comes again", share=f"{project.again_rate * 100:g}") if project.again_rate else ""
    if project.is_adaptive:
        return tn(
            "Every item goes to %(n)s annotator, one in doubt to as many as %(overlap_most)s%(gold)s%(again)s.",
            "Every item goes to %(n)s annotators, one in doubt to as many as %(overlap_most)s%(gold)s%(again)s.",
            project.overlap,
            overlap_most=project.overlap_most,
            gold=gold,
            again=again,
        )
    return tn(
        "Every item goes to %(n)s annotator%(gold)s%(again)s.",
        "Every item goes to %(n)s annotators%(gold)s%(again)s.",
        project.overlap,
        gold=gold,
        again=again,
    )


def _confirm(request: Request, seat: Seat, error: AssayError | None) -> HTMLResponse:
    with store_of(request).read() as connection:
        counts = items.counts(connection, seat.project.id)
    left = counts.items - counts.done
    return page(
        request,
        seat,
        "confirm.html",
        heading=t("Close “%(title)s”?", title=seat.project.title),
        status=200 if error is None else status_of(error),
        error=error,
        sentences=[
            t(
                "%(open)s and %(held)s.",
                open=tn("%(n)s item is not done yet", "%(n)s items are not done yet", left),
                held=tn("%(n)s item lies on desks now", "%(n)s items lie on desks now", counts.leased),
            ),
            t(
                "Nobody can answer while it is closed. All it holds can still be read and frozen, and it can be opened again."
            ),
        ],
        typed=seat.project.name,
        act=t("Close the project"),
        back=address(seat.project, "settings"),
    )
