"""An annotator's own view of their work, kindly: what they did, how it goes with the others, what they stand by.

Blind: nothing here tells a gold item from another. Gold is in no figure by itself; figures rest on whole batches of
the annotator's answers, gold among them, so that none of them moves with a single answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from labeling import showing
from labeling.errors import AssayError, Conflict, Unusable
from labeling.kinds import kind
from labeling.kinds.measuring import keywords
from labeling.services import decisions as services
from labeling.store import answers, decisions, desk_reads, guidelines, remarks
from web import auth
from web.catalogue import t
from web.errors import status_of
from web.pages import redirect, render
from web.routes.manage import words
from web.routes.manage.faces import Labels, line
from web.routes.manage.faces import words as text_of

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.store import Connection
    from web.auth import Seat

router = APIRouter(include_in_schema=False)
STEP = 25
"""Figures rest on the first 25, 50, 75 … answers."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Own:
    """An annotator's figures over their first `answers` answers: the share that most others gave too (of `shared`,
    with its interval) and that of everybody, and the median seconds of both.
    """

    answers: int
    shared: int
    agreement: float | None
    low: float | None
    high: float | None
    others: float | None
    seconds: float | None
    others_seconds: float | None


@router.get("/projects/{name}/my-work")
async def show(request: Request, seat: auth.Anyone, assignment: int | None = None) -> Response:
    """How it goes; with the answer of that assignment ready to be stood by, if it is one of the last."""
    return await run_in_threadpool(_page, request, seat, None, None, assignment)


@router.post("/projects/{name}/my-work")
async def stand_by(request: Request, seat: auth.AtDesk) -> Response:
    """Stand by an answer of one's own, saying why."""
    form = await request.form(max_files=0, max_fields=20)
    try:
        number = str(form.get("assignment", ""))
        if not number.isascii() or not number.isdigit() or len(number) > 15:
            raise Unusable(t("It is not said which answer is meant"), cure=t("Choose one of your answers."))  # noqa: TRY301
        await request.app.state.store.write_async(
            services.dispute,
            project=seat.project.id,
            member=seat.member.id,
            assignment=int(number),
            reason=str(form.get("reason", "")),
        )
    except (Unusable, Conflict) as error:
        return await run_in_threadpool(_page, request, seat, error, form)
    here = f"/projects/{seat.project.name}/my-work"
    return redirect(request, here, flash=t("Your manager will read it, and answer here."))


def _page(
    request: Request, seat: Seat, error: AssayError | None, form: FormData | None, asked: int | None = None
) -> Response:
    project, member = seat.project, seat.member
    with request.app.state.store.read() as connection:
        recent = answers.mine(connection, project.id, member.id, limit=SHOWN)
        told = decisions.disputes(connection, project.id, member=member.id)
        decided = decisions.listing(connection, project.id, member=member.id, limit=20)
        standing = guidelines.current(connection, project.id)
        here = desk_reads.standings(connection, member.id)[project.id]
        own = _own(request, connection, project, member.name)
        written = remarks.listing(connection, project.id, member=member.id, limit=SHOWN)
    labels = Labels(project)
    by_key = {one.item: one for one in told}
    notes = [one for one in decided if one.decision in {"pause", "resume", "retrain"}]
    paused = next((one for one in notes if one.decision in {"pause", "resume"}), None)
    return render(
        request,
        "my_work.html",
        status=200 if error is None else status_of(error),
        project=project,
        role=seat.role,
        say=words,
        error=error,
        own=own,
        sentence=_sentence(own),
        paused=paused if paused is not None and paused.decision == "pause" else None,
        must_reread=here.must_reread,
        told=notes[:5],
        guideline=standing.version if standing else 0,
        given={"assignment": str(form.get("assignment", "")), "reason": str(form.get("reason", ""))}
        if form
        else {"assignment": str(asked or ""), "reason": ""},
        comments=[one for one in written if one.reply or not one.is_open],
        disputes=[
            {
                "text": _seen(project, one.payload, None),
                "said": kind(project.kind).text_seen(one.said, project.options, None),
                "hue": labels.place(one.said),
                "reason": one.reason,
                "outcome": one.outcome,
                "answer": one.answer,
                "at": one.at,
            }
            for one in told
        ],
        recent=[
            {
                "assignment": one["assignment"],
                "text": _seen(project, one["payload"], one["shown"]),
                "said": kind(project.kind).text_seen(one["answer"], project.options, one["shown"]),
                "hue": labels.place(one["answer"]),
                "at": one["submitted_at"],
                "is_disputed": one["item"] in by_key,
            }
            for one in recent
        ],
    )


def _seen(project: Project, payload: Mapping[str, Any], shown: Mapping[str, Any] | None) -> str:
    """An item in one line, as its annotator saw it."""
    seen = kind(project.kind).seen(showing.seen(payload, project.show, project.shows), project.options, shown)
    return line(
        project,
        {
            field["name"]: f"{field['title']}: {text_of(field['value'])}" if "title" in field else field["value"]
            for field in seen
        },
    )


def _own(request: Request, connection: Connection, project: Project, name: str) -> Own | None:
    """The figures over whole batches; computed once for each batch."""
    mine = answers.columns(connection, project.id, annotator=name, with_excluded=True)
    many = len(mine) // STEP * STEP
    if not many:
        return None
    key = ("own", project.id, name, many, str(project.options))

    def compute() -> Own:
        with request.app.state.store.read() as again:
            everything = answers.columns(again, project.id, with_excluded=True)
        return own_figures(everything, name, many, keywords(kind(project.kind), project.options))

    figures: Own = request.app.state.numbers.get(key, compute)
    return figures


def own_figures(everything: Any, name: str, many: int, how: Mapping[str, Any]) -> Own:
    """The figures of one annotator over their first so many answers, gold items like any other."""
    from statistics import median

    import numpy as np

    from labeling.answers import Answers
    from labeling.audit import wilson
    from labeling.audit.apart import others_apart
    from labeling.audit.peers import Others

    table = Answers.from_columns(everything.number, everything.annotator, everything.label, labels=how["labels"])
    others = Others.of(table) if how["labels"] else others_apart(table, how["distance"])
    me = table.annotators.tolist().index(name)
    rows = np.flatnonzero(table.annotator == me)[:many]
    shared = rows[others.n[rows] > 0]
    rest = np.flatnonzero((table.annotator != me) & (others.n > 0))
    low = high = agreement = None
    if len(shared) >= words.FEW:
        matched = float(others.matched[shared].sum())
        agreement = matched / len(shared)
        low, high = wilson(matched, len(shared))
    timed = [(who, value) for who, value in zip(everything.annotator, everything.seconds, strict=True) if value]
    seconds = [value for who, value in timed if who == name], [value for who, value in timed if who != name]
    return Own(
        answers=many,
        shared=len(shared),
        agreement=agreement,
        low=low,
        high=high,
        others=float(others.matched[rest].mean()) if len(rest) else None,
        seconds=median(seconds[0][:many]) if seconds[0] else None,
        others_seconds=median(seconds[1]) if seconds[1] else None,
    )


def _sentence(own: Own | None) -> str:
    """What it comes to, in words that help."""
    if own is None:
        return t(
            "After your first %(n)s answers you will find here how your work goes with that of the others.", n=STEP
        )
    if own.agreement is None or own.others is None or own.low is None or own.high is None:
        return t("Thank you. Too few of your items were seen by others yet to compare.")
    if own.high < own.others:
        return t(
            "You often see things otherwise than most. That may be a matter of the guideline: ask about what is unclear."
        )
    if own.low > own.others:
        return t("Your answers are mostly those of the others, more often than usual.")
    return t("Your answers go with those of the others as often as anybody's.")
