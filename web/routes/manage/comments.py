"""What annotators wrote to the manager: read, answered, solved, or made a change of the guideline."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, NotFound
from labeling.model import SKIP_REASONS
from labeling.services import remarks as services
from labeling.store import remarks
from web.auth import Deciding, Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.faces import Labels, line
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text, whole
from web.routes.manage.guideline import TABS

router = APIRouter(include_in_schema=False)
AT_ONCE = 100


@router.get("/projects/{name}/guideline/comments")
def show(request: Request, seat: Deciding, state: str = "open") -> HTMLResponse:
    """The comments that are open, or all."""
    return _page(request, seat, state)


@router.post("/projects/{name}/guideline/comments")
def answer(request: Request, seat: Managing, form: Form) -> Response:
    """Reply, mark as solved, or both."""
    try:
        store_of(request).write(
            services.answer_comment,
            project=seat.project.id,
            assignment=whole(form, "assignment", "comment"),
            reply=text(form, "reply"),
            is_solved=text(form, "act") == "solve",
            actor=seat.member.id,
        )
    except NotFound:
        raise
    except AssayError as error:
        return _page(request, seat, "open", error)
    return go(request, seat, "guideline/comments", t("Kept; the annotator reads it at the desk and in their work."))


def _page(request: Request, seat: Seat, state: str, error: AssayError | None = None) -> HTMLResponse:
    labels = Labels(seat.project)
    with store_of(request).read() as connection:
        found = remarks.listing(connection, seat.project.id, is_open=state != "all", limit=AT_ONCE)
    many = sum(one.is_open for one in found)
    return page(
        request,
        seat,
        "comments.html",
        heading=t("What do annotators say?"),
        verdict=Verdict(
            tn("%(n)s comment waits for a word from you.", "%(n)s comments wait for a word from you.", many)
            if many
            else t("No comment waits."),
            "warn" if many else "good",
        ),
        tabs=TABS,
        status=200 if error is None else status_of(error),
        error=error,
        state="all" if state == "all" else "open",
        may_answer=seat.role == "manager" or seat.member.is_admin,
        comments=[
            {
                "assignment": one.assignment,
                "key": one.key,
                "item": line(seat.project, one.payload) or one.key,
                "href": address(seat.project, "items/one", key=one.key),
                "who": one.annotator,
                "text": one.text,
                "said": None if one.said is None else labels.short(one.said, one.payload),
                "hue": None if one.said is None else labels.place(one.said),
                "skipped": SKIP_REASONS.get(one.reason, one.reason),
                "at": one.at,
                "reply": one.reply,
                "is_open": one.is_open,
            }
            for one in found
        ],
    )
