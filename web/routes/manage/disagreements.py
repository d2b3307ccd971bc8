"""Where annotators disagree, and a reviewer's ruling on each: the queue, the answers side by side, the next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from labeling import showing
from labeling.errors import AssayError, NotFound
from labeling.model import SKIP_REASONS
from labeling.services import adjudication as services
from labeling.store import consensus, guidelines, items
from labeling.store.consensus import Disagreement
from labeling.store.items import ItemHistory
from prep.phrase import phrase
from web import cards, catalogue, wire
from web.auth import Deciding, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.faces import Labels, fields, line, sent, tally
from web.routes.manage.frame import Form, Nothing, Verdict, address, go, page, store_of, text
from web.routes.manage.words import figure

if TYPE_CHECKING:
    from labeling.store import Connection

router = APIRouter(include_in_schema=False)
AT_ONCE = 30
ANY = 1e-9
"""The least disagreement there is."""
FIRST = {
    True: phrase("Those a ruling would tell most of come first."),
    False: phrase("Those whose answers are furthest apart come first."),
}
KEYS = "123456789abcdefghijklmnopqstuvwxyz"
"""Keys of the labels in their order; r is left out, as it leads to the reason."""


@router.get("/projects/{name}/disagreements")
def show(request: Request, seat: Deciding, item: str = "", after: str = "") -> HTMLResponse:
    """The queue, those first that tell most, and one item to rule on: the one named, else the first."""
    return _page(request, seat, item, after)


@router.post("/projects/{name}/disagreements")
def rule(request: Request, seat: Deciding, form: Form) -> Response:
    """Rule on an item, then show the next; the names of those who answered are told with the ruling."""
    key, following, after = text(form, "item"), text(form, "next"), text(form, "after")
    labels, reason = Labels(seat.project), text(form, "reason")
    with store_of(request).read() as connection:
        given = items.one(connection, seat.project.id, key)
    try:
        answer = _ruled(labels, form, given)
        store_of(request).write(
            services.adjudicate,
            project=seat.project.id,
            item=key,
            answer=answer,
            reason=reason,
            actor=seat.member.id,
        )
    except NotFound:
        raise
    except AssayError as error:
        return _page(
            request, seat, key, after, error, sent(Labels(seat.project), form)[1], reason, text(form, "answer_json")
        )
    said = [one.annotator for one in given.annotations if one.is_latest and one.answer == answer]
    others = [one.annotator for one in given.annotations if one.is_latest and one.answer != answer]
    told = [
        t("%(item)s is ruled %(answer)s.", item=key, answer=labels.short(answer, given.item.payload)),
        t("So said %(names)s.", names=", ".join(said)) if said else t("Nobody had said so."),
        t("Otherwise: %(names)s.", names=", ".join(others)) if others else "",
    ]
    words = " ".join(one for one in told if one)
    return go(request, seat, "disagreements", words, item=following, after=after)


def _ruled(labels: Labels, form: FormData, given: ItemHistory) -> Any:
    """The ruling in a form: an annotator's answer that was taken over, what the kind's script or its inputs say."""
    taken = text(form, "take")
    for one in given.annotations:
        if taken == str(one.id) and one.is_latest:
            return one.answer
    if text(form, "answer_json"):
        answer = wire.read_json(text(form, "answer_json").encode())
    else:
        answer, _ = sent(labels, form)
    return labels.kind.dump(labels.kind.parse(answer, labels.project.options))


def _page(
    request: Request,
    seat: Seat,
    key: str,
    after: str,
    error: AssayError | None = None,
    chosen: list[str] | None = None,
    reason: str = "",
    begun: str = "",
) -> HTMLResponse:
    project, labels = seat.project, Labels(seat.project)
    with store_of(request).read() as connection:
        run = consensus.latest(connection, project.id)
        queue = consensus.disagreements(connection, project.id, after=_cursor(after), limit=AT_ONCE + 1)
        waiting = consensus.disputed_count(connection, project.id, ANY)
        more, queue = len(queue) > AT_ONCE, queue[:AT_ONCE]
        given = items.answers_of(connection, [one.item for one in queue])
        key = key or (queue[0].key if queue else "")
        found = items.one(connection, project.id, key) if key else None
        changed = _last_change_of_meaning(connection, project.id)
    tallies = {one.key: tally(labels, [answer for _, answer in given.get(one.item, [])], one.payload) for one in queue}
    context: dict[str, Any] = {}
    if found is not None:
        context = _room(seat, labels, found, changed)
        shown = showing.seen(found.item.payload, project.show or None, project.shows)
        context["shown_fields"] = cards.dress(request, seat, [shown])[0]
        context["card"] = context["shown_fields"] if project.shows else []
        context["begin_with"] = begun or (found.agreed.answer if found.agreed and chosen is None else "")
        context["chosen"] = _chosen(labels, found) if chosen is None else chosen
    return page(
        request,
        seat,
        "disagreements.html",
        heading=t("Where do annotators disagree?"),
        verdict=_verdict(waiting, FIRST[labels.is_by_classes], ran=run is not None),
        status=200 if error is None else status_of(error),
        error=error,
        waiting=waiting,
        is_by_classes=labels.is_by_classes,
        most_bits=max([one.information for one in queue], default=0.0) or 1.0,
        queue=[_queued(seat, one, tallies[one.key], after) for one in queue],
        queue_next=address(project, "disagreements", after=_mark(queue[-1])) if more else "",
        queue_start=address(project, "disagreements") if after else "",
        after=after,
        next_key=_next(queue, key),
        item=found.item if found else None,
        reason=reason,
        nothing=_nothing(seat, ran=run is not None),
        **context,
    )


def _cursor(after: str) -> tuple[float, int] | None:
    told, _, item = after.partition("_")
    try:
        return (float(told), int(item)) if after else None
    except ValueError:
        return None


def _mark(one: Disagreement) -> str:
    return f"{one.information!r}_{one.item}"


def _next(queue: list[Disagreement], key: str) -> str:
    """The id of the item behind this one in the queue; the first where this one is not in it."""
    keys = [one.key for one in queue]
    rest = keys[keys.index(key) + 1 :] if key in keys else [one for one in keys if one != key]
    return rest[0] if rest else ""


def _queued(seat: Seat, one: Disagreement, said: list[dict[str, Any]], after: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "text": line(seat.project, one.payload, 140) or one.key,
        "href": address(seat.project, "disagreements", item=one.key, after=after),
        "tally": said,
        "information": one.information,
    }


def _last_change_of_meaning(connection: Connection, project: int) -> int:
    """The newest version that changed the meaning: answers from before may mean something else. 0 for none."""
    changed = [
        one.version for one in guidelines.listing(connection, project) if one.change == "meaning" and one.version > 1
    ]
    return max(changed, default=0)


def _room(seat: Seat, labels: Labels, found: ItemHistory, changed: int) -> dict[str, Any]:
    """One item to rule on. Names are letters, in an order that tells nothing, until there is a ruling."""
    standing = found.adjudications[-1] if found.adjudications and found.adjudications[-1].answer is not None else None
    latest = [one for one in found.annotations if one.is_latest]
    latest.sort(key=lambda one: (labels.place(one.answer), one.annotator if standing else one.id * 2654435761 % 2**32))
    answers = [
        {
            "who": one.annotator if standing else t("Annotator %(letter)s", letter=chr(65 + place % 26)),
            "text": labels.short(one.answer, found.item.payload),
            "hue": labels.place(one.answer),
            "id": one.id,
            "answer": one.answer,
            "whole": labels.whole(one.answer, found.item.payload),
            "guideline_version": one.guideline_version,
            "outdated": one.guideline_version < changed,
            "seconds": one.seconds,
            "revision": one.revision,
            "flagged": one.flagged,
            "comment": one.comment,
        }
        for place, one in enumerate(latest)
    ]
    skipped = [one for one in found.assignments if one.state == "skipped"]
    votes = [one.answer for one in latest]
    return {
        "fields": fields(seat.project, found.item.payload),
        "answers": answers,
        "skips": [
            {"who": one.annotator if standing else t("Somebody"), "note": one.note}
            | {"reason": t(SKIP_REASONS.get(one.reason, one.reason))}
            for one in skipped
        ],
        "categories": labels.categories,
        "options": seat.project.options,
        "kind": labels.kind,
        "field": "answer",
        "labels": [
            {
                "value": one.value,
                "text": one.text,
                "description": one.description,
                "key": KEYS[place] if place < len(KEYS) else "",
                "votes": sum(answer == one.value for answer in votes),
            }
            for place, one in enumerate(labels.categories if labels.is_by_classes else ())
        ],
        "model": _model(labels, found),
        "decided": {
            "text": labels.short(standing.answer, found.item.payload),
            "hue": labels.place(standing.answer),
            "by": standing.reviewer or t("the command line"),
            "at": standing.at,
            "reason": standing.reason,
        }
        if standing
        else None,
    }


def _chosen(labels: Labels, found: ItemHistory) -> list[str]:
    """What the ruling begins from, where answers are no categories: the consensus, for a reviewer to mend."""
    if labels.is_by_classes or found.agreed is None:
        return []
    return labels.form_values(json.loads(found.agreed.answer))


def _model(labels: Labels, found: ItemHistory) -> Any:
    if found.agreed is None:
        return None
    sure = found.agreed.confidence
    on_scale = labels.on_scale(found.agreed, [one.answer for one in found.annotations if one.is_latest])
    return labels.chip(
        json.loads(found.agreed.answer),
        (t("with confidence %(value)s", value=figure(sure)) if sure is not None else t("without confidence"))
        + f"{on_scale}.",
        fields=found.item.payload,
    )


def _verdict(waiting: int, first: str, *, ran: bool) -> Verdict | None:
    if not ran:
        return None
    if waiting == 0:
        return Verdict(t("Nowhere that is not ruled on."), "good")
    words = tn("On %(n)s item without a ruling.", "On %(n)s items without a ruling.", waiting)
    return Verdict(f"{words} {catalogue.say(first)}")


def _nothing(seat: Seat, *, ran: bool) -> Nothing:
    consensus_page = address(seat.project, "agreement/consensus")
    if not ran:
        return Nothing(
            t("The queue is made by the consensus"),
            t(
                "Compute it once, and the items whose answers differ stand here, those first of which a ruling would tell most."
            ),
            consensus_page,
            t("To the consensus"),
        )
    return Nothing(
        t("Nothing to rule on"),
        t(
            "No item has answers that differ, or all such items are ruled on. After new answers, compute the consensus again."
        ),
        consensus_page,
        t("To the consensus"),
    )
