"""What models suggest: brought in from a file, the share of items that shows none, and what it does to answers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, Unusable
from labeling.services import projects as project_services
from labeling.services import suggestions as services
from labeling.store import suggestions
from prep.phrase import phrase
from web import figures, uploads
from web.auth import Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text
from web.routes.manage.settings import TABS

router = APIRouter(include_in_schema=False)


@router.get("/projects/{name}/settings/suggestions")
def show(request: Request, seat: Managing) -> HTMLResponse:
    """What there is, and what it does to answers."""
    return _page(request, seat)


@router.post("/projects/{name}/settings/import-suggestions")
async def send(request: Request, seat: Managing) -> Response:
    """Take a file of suggestions in, by a job that says which row cannot be used."""
    try:
        upload, form = await uploads.take_form(request, owner=f"{seat.project.name}-{seat.member.id}")
    except AssayError as error:
        return await run_in_threadpool(_page, request, seat, error)
    job = request.app.state.jobs.start(
        "import_suggestions",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Importing suggestions from %(name)s", name=upload.name),
        then=address(seat.project, "settings/suggestions"),
        path=str(upload.path),
        name=upload.name,
        number=seat.project.id,
        model=text(form, "model"),
        actor=seat.member.id,
    )
    return go(request, seat, f"jobs/{job.id}")


@router.post("/projects/{name}/settings/suggestions")
def withhold(request: Request, seat: Managing, form: Form) -> Response:
    """Set the share of items that shows none."""
    try:
        try:
            share = float(text(form, "withheld").replace(",", ".")) / 100
        except ValueError:
            raise Unusable(phrase("The share is no number"), cure=phrase("Give percent, such as 20.")) from None
        store_of(request).write(
            project_services.change_project, project=seat.project.id, actor=seat.member.id, withheld=share
        )
    except AssayError as error:
        return _page(request, seat, error)
    return go(request, seat, "settings/suggestions", t("Saved."))


@router.post("/projects/{name}/settings/suggestions/remove")
def remove(request: Request, seat: Managing) -> Response:
    """No more suggestions."""
    count = store_of(request).write(services.remove_suggestions, project=seat.project.id, actor=seat.member.id)
    return go(
        request,
        seat,
        "settings/suggestions",
        tn("%(n)s suggestion is taken away.", "%(n)s suggestions are taken away.", count),
    )


def _page(request: Request, seat: Seat, error: AssayError | None = None) -> HTMLResponse:
    project = seat.project
    with store_of(request).read() as connection:
        there = suggestions.standing(connection, project.id)
    found = figures.anchoring(store_of(request), project)
    whole = found.pop("")
    return page(
        request,
        seat,
        "suggestions.html",
        heading=t("What do models suggest?"),
        verdict=_verdict(there),
        tabs=TABS,
        status=200 if error is None else status_of(error),
        error=error,
        there=there,
        withheld="" if project.withheld is None else f"{project.withheld * 100:g}",
        whole=whole if whole.shown + whole.withheld else None,
        by_model=list(found.items()) if len(found) > 1 else [],
        most_bytes=request.app.state.settings.upload_mb * 1_000_000,
    )


def _verdict(there: suggestions.Suggested) -> Verdict:
    if not there.items:
        return Verdict(t("Nothing yet. A model's answers can be shown beside the items; they never count as answers."))
    if there.gold_without:
        return Verdict(
            t(
                "%(some)s, but %(none)s, which tells gold from other items.",
                some=tn("%(n)s item has a suggestion", "%(n)s items have a suggestion", there.items),
                none=tn("%(n)s gold item has none", "%(n)s gold items have none", there.gold_without),
            ),
            "warn",
        )
    return Verdict(
        tn(
            "%(n)s item has a suggestion. None of them counts as an answer.",
            "%(n)s items have a suggestion. None of them counts as an answer.",
            there.items,
        )
    )
