"""A page that shows how far a job is; it asks again by itself, without a script."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from prep.phrase import phrase
from web import auth
from web.pages import redirect, render

router = APIRouter(include_in_schema=False)


@router.get("/projects/{name}/jobs/{number}")
def job_page(request: Request, seat: auth.Deciding, number: str) -> Response:
    """How far it is; when it is done, the page that shows its result; when it failed, why."""
    job = request.app.state.jobs.get(number, project=seat.project.name)
    job.over.wait(0.7)
    if job.state == "done" and job.then:
        return redirect(
            request, job.then, flash=phrase("%(what)s: %(told)s.", what=job.what, told=job.told or phrase("done"))
        )
    page = render(
        request,
        "job.html",
        status=200 if job.error is None else job.status,
        project=seat.project,
        role=seat.role,
        job=job,
    )
    if job.state in {"waiting", "running"}:
        page.headers["refresh"] = "1"
    return page
