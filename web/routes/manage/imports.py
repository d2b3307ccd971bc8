"""Items or answers from a file: sent, looked at, then brought in, all of it or nothing."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from labeling import pipelines, showing
from labeling.columns import ANSWER_COLUMNS
from labeling.errors import AssayError, Closed
from labeling.services import projects
from labeling.services.items import ID_COLUMNS
from prep.errors import PrepError
from prep.phrase import phrase
from web import uploads
from web.auth import Managing, Seat
from web.catalogue import t
from web.errors import status_of
from web.jobs import JobFailed
from web.routes.manage.frame import Form, Verdict, address, go, page, text
from web.uploads import Upload

router = APIRouter(include_in_schema=False)
ANSWERS_ARE = ("item", "annotator", "label")
MOST_COLUMNS = 30
ENCODINGS = [
    ("", phrase("UTF-8, or what the file's byte order mark says")),
    ("cp1252", phrase("Windows-1252: Western Europe")),
    ("latin-1", phrase("ISO 8859-1: Western Europe")),
    ("mac_roman", phrase("Mac Roman: Western Europe")),
    ("cp1250", phrase("Windows-1250: Central Europe")),
    ("iso8859-2", phrase("ISO 8859-2: Central Europe")),
    ("cp1251", phrase("Windows-1251: Cyrillic")),
    ("koi8-r", phrase("KOI8-R: Cyrillic")),
    ("cp1253", phrase("Windows-1253: Greek")),
    ("cp1254", phrase("Windows-1254: Turkish")),
    ("cp1255", phrase("Windows-1255: Hebrew")),
    ("cp1256", phrase("Windows-1256: Arabic")),
    ("cp932", phrase("Shift JIS: Japanese")),
    ("euc-jp", phrase("EUC-JP: Japanese")),
    ("gb18030", phrase("GB 18030: Chinese, simplified")),
    ("big5", phrase("Big5: Chinese, traditional")),
    ("cp949", phrase("EUC-KR: Korean")),
    ("utf-16-le", phrase("UTF-16, little end first")),
    ("utf-16-be", phrase("UTF-16, big end first")),
]
"""What a file may be in, as Python names it and in words. Those of one family next to one another."""


@router.get("/projects/{name}/items/import")
def choose(request: Request, seat: Managing, what: str = "items") -> HTMLResponse:
    """A form to send a file with."""
    return _choose(request, seat, what)


@router.post("/projects/{name}/items/import")
async def send(request: Request, seat: Managing) -> Response:
    """Take the file in, then lead to what was found in it."""
    try:
        if seat.project.closed_at is not None:
            raise Closed(
                phrase(
                    "%(title)s is closed and takes no items. Open it again in its settings first.",
                    title=seat.project.title,
                )
            )
        upload, form = await uploads.take_form(request, owner=_owner(seat))
    except AssayError as error:
        return await run_in_threadpool(_choose, request, seat, "items", error)
    what = "answers" if text(form, "what") == "answers" else "items"
    return go(request, seat, f"items/import/{upload.token}", what=what, encoding=text(form, "encoding") or None)


@router.get("/projects/{name}/items/import/{ticket}")
def look(request: Request, seat: Managing, ticket: str, what: str = "items", encoding: str = "") -> HTMLResponse:
    """What was found: format, encoding, columns, first rows. Nothing is in yet."""
    upload = uploads.find(request, ticket, owner=_owner(seat))
    try:
        found = request.app.state.jobs.call(
            "preview", path=str(upload.path), name=upload.name, encoding=encoding or None, rows=8
        )
    except JobFailed as error:
        upload.drop()
        return _choose(request, seat, what, error, encoding)
    return _found(request, seat, upload, what, encoding, found)


@router.post("/projects/{name}/items/import/{ticket}")
def bring_in(
    request: Request, seat: Managing, form: Form, ticket: str, what: str = "items", encoding: str = ""
) -> Response:
    """Begin the import; the next page says how far it is, and on an error which row, which column and the cure."""
    upload = uploads.find(request, ticket, owner=_owner(seat))
    if text(form, "act") == "leave":
        upload.drop()
        return go(request, seat, "items", t("%(name)s was left alone; nothing was imported.", name=upload.name))
    more: dict[str, Any] = {}
    if what == "items":
        pipeline = text(form, "pipeline")
        try:
            _take_looks(request, seat, form)
        except AssayError as error:
            return _choose(request, seat, what, error, encoding)
        more = {
            "allow_missing": bool(text(form, "allow_missing")),
            "id_column": None if pipeline else text(form, "id_column") or None,
            "pipeline": pipeline,
        }
    job = request.app.state.jobs.start(
        "import_items" if what == "items" else "import_answers",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Importing items from %(name)s", name=upload.name)
        if what == "items"
        else phrase("Importing answers from %(name)s", name=upload.name),
        then=address(seat.project, "items" if what == "items" else "annotators"),
        path=str(upload.path),
        name=upload.name,
        number=seat.project.id,
        encoding=encoding or None,
        actor=seat.member.id,
        **more,
    )
    return go(request, seat, f"jobs/{job.id}")


def _take_looks(request: Request, seat: Seat, form: FormData) -> None:
    """Let the project show its fields as the form says."""
    before = dict(seat.project.shows or {})
    shows: dict[str, Any] = dict(before)
    for place in range(MOST_COLUMNS):
        field, way = text(form, f"field_{place}"), text(form, f"as_{place}")
        if field and way and way != showing.way(before, field) and field != text(form, "id_column"):
            shows[field] = {"as": way}
    if shows != before:
        request.app.state.store.write(
            projects.change_project, project=seat.project.id, actor=seat.member.id, shows=shows
        )


def _looks(seat: Seat, columns: list[str], looks: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Each column with how it is to be shown, and whether that is only what it looks like."""
    said = seat.project.shows or {}
    return [
        (one, showing.way(said, one) if one in said else looks.get(one, "text"), one not in said) for one in columns
    ]


def _owner(seat: Seat) -> str:
    return f"{seat.project.name}-{seat.member.id}"


def _choose(
    request: Request, seat: Seat, what: str, error: AssayError | PrepError | None = None, encoding: str = ""
) -> HTMLResponse:
    status = 200 if error is None else error.status if isinstance(error, JobFailed) else status_of(error)
    return page(
        request,
        seat,
        "import.html",
        heading=t("What do you bring in?"),
        verdict=Verdict(t("All of a file comes in, or nothing of it; an error says the row, the column and the cure.")),
        status=status,
        error=error,
        what=what,
        preview=None,
        encoding=encoding,
        encodings=ENCODINGS,
        most_bytes=request.app.state.settings.upload_mb * 1_000_000,
    )


def _found(
    request: Request, seat: Seat, upload: Upload, what: str, encoding: str, found: dict[str, Any]
) -> HTMLResponse:
    columns = [str(one) for one in found["columns"]]
    fields = _mapping(columns)
    missing = [name for name in ANSWERS_ARE if name not in fields]
    return page(
        request,
        seat,
        "import.html",
        heading=t("Is this what you meant to bring in from %(name)s?", name=upload.name),
        verdict=Verdict(t("Nothing is in yet.")),
        error=None,
        what=what,
        encoding=encoding,
        ticket=upload.token,
        facts=_facts(upload, found),
        columns=columns[:MOST_COLUMNS],
        more_columns=max(0, len(columns) - MOST_COLUMNS),
        preview=[[_cell(row.get(column)) for column in columns[:MOST_COLUMNS]] for row in found["rows"]],
        id_column=_id_column(columns),
        pipelines=[("", t("no pipeline")), *((one, one) for one in pipelines.names(request.app.state.workspace.path))],
        looks=_looks(seat, columns[:MOST_COLUMNS], found.get("looks", {})),
        ways=list(showing.WAYS.items()),
        column_options=[(one, one) for one in columns],
        mapping=", ".join(
            t("%(what)s is the column %(column)r", what=name, column=fields[name])
            for name in ANSWERS_ARE
            if name in fields
        ),
        missing=", ".join(missing),
        blocked=what == "answers" and bool(missing),
    )


def _facts(upload: Upload, found: dict[str, Any]) -> list[tuple[str, str]]:
    from web.routes.manage.words import size

    signs = {"\t": t("tab"), ",": t("comma"), ";": t("semicolon"), "|": t("bar")}
    delimiter = found.get("delimiter")
    facts = [
        (t("File"), f"{upload.name}, {size(upload.size)}"),
        (t("Format"), str(found["format"])),
        (t("Encoding"), str(found.get("encoding") or "")),
        (t("Columns parted by"), signs.get(delimiter, delimiter) if delimiter else ""),
        (t("Columns"), str(len(found["columns"]))),
    ]
    return [(name, value) for name, value in facts if value]


def _id_column(columns: list[str]) -> str:
    """The column taken for the id where it is not said: the first of the names that the import knows.

    >>> _id_column(["Text", "Item_ID"])
    'Item_ID'
    """
    names = {column.casefold(): column for column in columns}
    return next((names[name] for name in ID_COLUMNS if name in names), columns[0] if columns else "")


def _mapping(columns: list[str]) -> dict[str, str]:
    """Which column holds the item, the annotator and the label, by the names that the field uses.

    >>> _mapping(["task", "worker", "response"])
    {'item': 'task', 'annotator': 'worker', 'label': 'response'}
    """
    names = {column.casefold(): column for column in columns}
    found = {}
    for what, known in zip(ANSWERS_ARE, ANSWER_COLUMNS, strict=True):
        column = next((names[name] for name in known if name in names), None)
        if column is not None:
            found[what] = column
    return found


def _cell(value: Any, most: int = 300) -> str:
    shown = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= most else shown[: most - 1] + "…"
