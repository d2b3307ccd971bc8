"""Items whose answer is known: made, seen with how they were answered, taken back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, NotFound
from labeling.services import decisions as decision_services
from labeling.services import gold as services
from labeling.store import annotator_reads, decisions
from web import wire
from web.auth import Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.faces import Labels, line, sent
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text, whole
from web.routes.manage.settings import TABS
from web.routes.manage.words import FEW

router = APIRouter(include_in_schema=False)
AT_ONCE = 50


@router.get("/projects/{name}/settings/gold")
def show(request: Request, seat: Managing, after: int | None = None) -> HTMLResponse:
    """The gold items with how often they were answered right."""
    return _page(request, seat, after)


@router.post("/projects/{name}/settings/gold")
def add(request: Request, seat: Managing, form: Form) -> Response:
    """Make an item gold, or give a gold item another answer."""
    given: dict[str, Any] = {name: text(form, name) for name in ("key", "answer_json", "note")}
    labels = Labels(seat.project)
    raw, given["answer"] = sent(labels, form)
    try:
        answers = {given["key"]: wire.read_json(given["answer_json"].encode()) if given["answer_json"] else raw}
        store_of(request).write(
            services.set_gold, project=seat.project.id, answers=answers, note=given["note"], actor=seat.member.id
        )
    except AssayError as error:
        return _page(request, seat, None, error, given)
    return go(request, seat, "settings/gold", t("Item %(key)s is gold.", key=given["key"]))


@router.post("/projects/{name}/settings/gold/remove")
def remove(request: Request, seat: Managing, form: Form) -> Response:
    """Make a gold item one to be labeled."""
    key = text(form, "key")
    store_of(request).write(services.remove_gold, project=seat.project.id, item_key=key, actor=seat.member.id)
    return go(
        request, seat, "settings/gold", t("Item %(key)s is no gold any more; it is labeled like the others.", key=key)
    )


@router.post("/projects/{name}/settings/gold/dispute")
def settle(request: Request, seat: Managing, form: Form) -> Response:
    """Answer an annotator who stands by what they said."""
    try:
        store_of(request).write(
            decision_services.settle_dispute,
            project=seat.project.id,
            dispute=whole(form, "dispute", "dispute"),
            accept=text(form, "outcome") == "accept",
            answer=text(form, "answer"),
            actor=seat.member.id,
        )
    except NotFound:
        raise
    except AssayError as error:
        return _page(request, seat, None, error)
    return go(request, seat, "settings/gold", t("Decided; the annotator finds your answer on their page."))


def _page(
    request: Request,
    seat: Seat,
    after: int | None,
    error: AssayError | None = None,
    given: dict[str, Any] | None = None,
) -> HTMLResponse:
    from labeling.audit import wilson

    labels = Labels(seat.project)
    with store_of(request).read() as connection:
        total = annotator_reads.gold_count(connection, seat.project.id)
        open_disputes = decisions.disputes(connection, seat.project.id, is_open=True)
        found = annotator_reads.gold_page(connection, seat.project.id, after=after, limit=AT_ONCE + 1)
    rows: list[dict[str, Any]] = []
    for one in found[:AT_ONCE]:
        right = sum(labels.is_right(answer, one.answer) for answer in one.answers)
        low, high = wilson(right, one.seen) if one.seen >= FEW else (None, None)
        rows.append(
            {
                "key": one.key,
                "text": line(seat.project, one.payload),
                "href": address(seat.project, "items/one", key=one.key),
                "answer": labels.short(one.answer, one.payload),
                "hue": labels.place(one.answer),
                "note": one.note,
                "seen": one.seen,
                "right": right,
                "low": low,
                "high": high,
            }
        )
    return page(
        request,
        seat,
        "gold.html",
        heading=t("Which answers are known?"),
        verdict=_verdict(seat, total),
        status=200 if error is None else status_of(error),
        tabs=TABS,
        error=error,
        given=given or {},
        total=total,
        disputes=[
            {
                "id": one.id,
                "text": line(seat.project, one.payload) or one.key,
                "href": address(seat.project, "items/one", key=one.key),
                "who": one.annotator,
                "said": labels.short(one.said, one.payload),
                "said_hue": labels.place(one.said),
                "gold": "" if one.gold is None else labels.short(one.gold, one.payload),
                "gold_hue": None if one.gold is None else labels.place(one.gold),
                "reason": one.reason,
            }
            for one in open_disputes
        ],
        rows=rows,
        label_options=[("", t("choose")), *((str(one.value), one.text) for one in labels.categories)],
        is_by_classes=labels.is_by_classes,
        kind=labels.kind,
        without_script=labels.kind.without_script(seat.project.options),
        categories=labels.categories,
        options=seat.project.options,
        field="answer",
        chosen=(given or {}).get("answer") or [],
        next_href=address(seat.project, "settings/gold", after=found[AT_ONCE - 1].item) if len(found) > AT_ONCE else "",
    )


def _verdict(seat: Seat, total: int) -> Verdict:
    if total == 0:
        return Verdict(t("None yet. Thirty or more gold items let you see who is right, not only who agrees."), "warn")
    if seat.project.gold_rate == 0:
        words = tn(
            "%(n)s item is gold, but none is handed out: the share of gold is 0 %%.",
            "%(n)s items are gold, but none is handed out: the share of gold is 0 %%.",
            total,
        )
        return Verdict(words, "warn", address(seat.project, "settings"), t("Set the share"))
    return Verdict(
        tn(
            "%(n)s item is gold; %(share)s %% of what annotators get is, and nothing tells them which.",
            "%(n)s items are gold; %(share)s %% of what annotators get is, and nothing tells them which.",
            total,
            share=f"{seat.project.gold_rate * 100:g}",
        )
    )
