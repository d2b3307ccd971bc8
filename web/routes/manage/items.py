"""All items, found by anything they have; and one item with its whole history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast, get_args
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import Unusable
from labeling.model import SKIP_REASONS, Adjudication, Annotation, Assignment
from labeling.services import adjudication as services
from labeling.store import dataset_reads
from labeling.store import items as reads
from labeling.store.items import ItemHistory, ItemRow, ItemState, Part
from prep.phrase import phrase
from web import cards, catalogue, drawn
from web.auth import Deciding, Seat
from web.catalogue import say, t, tn
from web.routes.manage.faces import Chip, Labels, fields, line
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text
from web.routes.manage.words import count, figure, percent

if TYPE_CHECKING:
    from labeling.store.rows import AnyRow

router = APIRouter(include_in_schema=False)
AT_ONCE = 50
STATES: list[tuple[str, str]] = [
    ("", phrase("any")),
    ("waiting", phrase("waiting for a first answer")),
    ("started", phrase("has some of its answers")),
    ("done", phrase("has all its answers")),
    ("disputed", phrase("needs a ruling")),
    ("adjudicated", phrase("ruled")),
]
PARTS: dict[str, str] = {
    "open": phrase("items to label without an answer"),
    "part_done": phrase("items with some of their answers"),
    "all_done": phrase("items with all their answers"),
    "held": phrase("items on a desk now"),
    "skipped": phrase("items somebody skipped"),
}
LEVELS = [
    ("", phrase("any")),
    ("0.01", phrase("some")),
    ("0.34", phrase("a third or more")),
    ("0.5", phrase("half or more")),
]
ENDED = {
    "submitted": phrase("answered"),
    "late": phrase("answered too late"),
    "released": phrase("given back"),
    "expired": phrase("ran out"),
}


@router.get("/projects/{name}/items")
def show(
    request: Request,
    seat: Deciding,
    search: str = "",
    state: str = "",
    label: str = "",
    disagreement: str = "",
    flagged: str = "",
    gold: str = "",
    annotator: str = "",
    part: str = "",
    after: int | None = None,
) -> HTMLResponse:
    """A page of items that meet every condition in the address."""
    labels = Labels(seat.project)
    chosen = {
        "search": search.strip(),
        "state": _one_of(state, get_args(ItemState), "state"),
        "label": label,
        "disagreement": disagreement,
        "flagged": flagged,
        "gold": gold,
        "annotator": annotator,
        "part": _one_of(part, get_args(Part), "part"),
    }
    with store_of(request).read() as connection:
        found = reads.page(
            connection,
            seat.project.id,
            search=chosen["search"] or None,
            state=cast("ItemState | None", chosen["state"] or None),
            label=labels.read(label) if label else None,
            disagreement_at_least=_level(disagreement),
            flagged=True if flagged else None,
            gold=_yes(gold),
            annotator=annotator or None,
            part=cast("Part | None", chosen["part"] or None),
            after=after,
            limit=AT_ONCE,
        )
        counts = reads.counts(connection, seat.project.id)
    filtered = any(chosen.values())
    next_href = address(seat.project, "items", **chosen, after=found.next) if found.next else ""
    return page(
        request,
        seat,
        "items.html",
        heading=t("What is there to label?"),
        verdict=_verdict(
            counts.items, counts.done, counts.gold, chosen, found.rows, more=bool(found.next), after=after
        ),
        chosen=chosen,
        filtered=filtered,
        states=STATES,
        label_options=[("", t("any")), *((str(one.value), one.text) for one in labels.categories)],
        disagreements=LEVELS,
        rows=[_row(seat, labels, one) for one in found.rows],
        next_href=next_href,
        may_import=seat.role == "manager",
    )


def _verdict(
    items: int, done: int, gold: int, chosen: dict[str, str], rows: list[ItemRow], *, more: bool, after: int | None
) -> Verdict | None:
    if items + gold == 0:
        return None
    if not any(chosen.values()):
        rest = tn(", and %(n)s gold item beside them", ", and %(n)s gold items beside them", gold) if gold else ""
        return Verdict(
            t("%(items)s items, %(done)s of them done%(rest)s.", items=count(items), done=count(done), rest=rest)
        )
    what = PARTS.get(chosen["part"], t("items that fit"))
    if not rows:
        return None
    if more or after is not None:
        return Verdict(
            t("%(rows)s %(what)s on this page, and more.", rows=count(len(rows)), what=what)
            if more
            else t("The last %(rows)s %(what)s.", rows=count(len(rows)), what=what)
        )
    return Verdict(t("%(rows)s %(what)s.", rows=count(len(rows)), what=what))


@router.get("/projects/{name}/items/one")
def one(request: Request, seat: Deciding, key: str) -> HTMLResponse:
    """One item: its fields, what stands, every revision of every answer, every ruling."""
    project = seat.project
    with store_of(request).read() as connection:
        found = reads.one(connection, project.id, key)
        came = dataset_reads.import_of(connection, project.id, key)
    labels = Labels(project)
    ruling = _standing(found.adjudications)
    return page(
        request,
        seat,
        "item.html",
        heading=t("What became of item %(key)s?", key=key),
        verdict=_item_verdict(found),
        fields=fields(project, found.item.payload),
        card=cards.of_item(request, seat, found.item.payload),
        drawings=drawn.sheets(request, seat, found.item.payload, _drawn(found, ruling)),
        item=found.item,
        came=_came(seat, came) if came is not None else None,
        consensus=_consensus(labels, found),
        posterior=_posterior(labels, found.agreed),
        posterior_of=t("each label") if labels.labels else t("each part of the answer"),
        ruling=_ruling(labels, ruling, found.item.payload) if ruling else None,
        gold=labels.chip(found.gold, found.gold_note, fields=found.item.payload) if found.gold is not None else None,
        annotations=[_annotation(labels, given, found.item.payload) for given in found.annotations],
        assignments=[_assignment(one) for one in found.assignments],
        rulings=[_ruling(labels, one, found.item.payload) for one in found.adjudications],
    )


def _drawn(found: ItemHistory, ruling: Adjudication | None) -> Iterator[tuple[str, Any]]:
    """What is to be drawn of an item, under its title: what stands, then each annotator's latest answer."""
    if ruling is not None:
        yield t("Ruling"), ruling.answer
    if found.agreed is not None:
        yield t("Consensus"), _json(found.agreed.answer)
    if found.gold is not None:
        yield t("Gold"), found.gold
    yield from ((given.annotator, given.answer) for given in found.annotations if given.is_latest)


@router.post("/projects/{name}/items/one/withdraw")
def withdraw(request: Request, seat: Deciding, form: Form) -> Response:
    """Take the ruling on an item back."""
    key = text(form, "key")
    store_of(request).write(
        services.withdraw, project=seat.project.id, item=key, reason=text(form, "reason"), actor=seat.member.id
    )
    return go(request, seat, "items/one", t("The ruling is taken back; the consensus stands again."), key=key)


def _came(seat: Seat, row: Any) -> dict[str, str]:
    """The file that an item came in by, and the run of a pipeline that it went through."""
    href = address(seat.project, f"datasets/runs/{row.run}") if row.run else ""
    return {"name": row.name or t("an import"), "pipeline": row.pipeline, "href": href}


def _one_of(given: str, known: tuple[str, ...], what: str) -> str:
    if given and given not in known:
        raise Unusable(
            phrase("%(given)r is no %(what)s of an item", given=given[:40], what=what),
            cure=phrase("Known are: %(names)s.", names=", ".join(known)),
        )
    return given


def _level(given: str) -> float | None:
    try:
        return float(given) if given else None
    except ValueError:
        raise Unusable(
            phrase("%(given)r is no disagreement", given=given[:40]), cure=phrase("Give a number from 0 to 1.")
        ) from None


def _yes(given: str) -> bool | None:
    return None if given == "" else given != "0"


def _row(seat: Seat, labels: Labels, row: ItemRow) -> dict[str, Any]:
    words, tone = state_words(row)
    agreed = None
    if row.label is not None:
        note = t("ruled") if row.is_adjudicated else "" if row.confidence is None else _sure(row.confidence)
        agreed = labels.chip(row.label, note, fields=row.payload)
    return {
        "key": row.key,
        "href": address(seat.project, "items/one", key=row.key),
        "text": line(seat.project, row.payload),
        "answers": [
            labels.chip(answer, title=f"{who}: {labels.short(answer, row.payload)}", fields=row.payload)
            for who, answer in row.answers
        ],
        "ruling": agreed if row.is_adjudicated else None,
        "consensus": None if row.is_adjudicated else agreed,
        "state": words,
        "tone": tone,
        "flagged": row.is_flagged,
        "gold": row.is_gold,
        "disagreement": row.disagreement or None,
    }


def state_words(row: ItemRow) -> tuple[str, str]:
    """The state of an item in words, with its tone; an item with more answers than wanted is never passed over."""
    if not row.is_gold and row.answered > row.wanted:
        return t("over-assigned! %(answered)s of %(wanted)s", answered=row.answered, wanted=row.wanted), "bad"
    if row.state == "adjudicated":
        return t("ruled"), "good"
    if row.state == "disputed":
        return t("needs a ruling"), "warn"
    if row.is_gold:
        return tn("%(n)s answer", "%(n)s answers", len(row.answers)), ""
    if row.state == "done":
        return t("done"), "good"
    if row.answered == 0:
        return t("waiting"), ""
    return t("%(answered)s of %(wanted)s", answered=row.answered, wanted=row.wanted), ""


def _standing(rulings: list[Adjudication]) -> Adjudication | None:
    return rulings[-1] if rulings and rulings[-1].answer is not None else None


def _item_verdict(found: ItemHistory) -> Verdict:
    item = found.item
    latest = [one for one in found.annotations if one.is_latest]
    said = len({repr(one.answer) for one in latest})
    if item.is_gold:
        return Verdict(
            tn(
                "A gold item: its answer is known. %(n)s annotator had it.",
                "A gold item: its answer is known. %(n)s annotators had it.",
                len(latest),
            )
        )
    if found.state == "adjudicated":
        return Verdict(t("Ruled: a reviewer's word stands above the consensus."), "good")
    if not latest:
        return Verdict(t("Nobody has answered it yet."))
    if len(latest) == 1:
        return Verdict(t("One answer."))
    if said == 1:
        words = tn("%(n)s answer, and they agree.", "%(n)s answers, and they agree.", len(latest))
        return Verdict(words, "good")
    return Verdict(tn("%(n)s answer, and they differ.", "%(n)s answers, and they differ.", len(latest)), "warn")


def _sure(confidence: float) -> str:
    return t("sure %(percent)s", percent=percent(confidence))


def _consensus(labels: Labels, found: ItemHistory) -> Chip | None:
    agreed = found.agreed
    if agreed is None:
        return None
    votes = [one.answer for one in found.annotations if one.is_latest]
    sure = t("no confidence can be told")
    if agreed.confidence is not None:
        sure = t("confidence %(figure)s", figure=figure(agreed.confidence))
    of = tn("of %(n)s answer", "of %(n)s answers", agreed.votes)
    tie = ", " + t("a tie drawn by seed") if agreed.is_tie else ""
    note = f"{sure}, {of}{tie}{labels.on_scale(agreed, votes)}"
    return labels.chip(_json(agreed.answer), note, fields=found.item.payload)


def _posterior(labels: Labels, agreed: AnyRow | None) -> list[dict[str, Any]]:
    is_told = agreed is not None and (agreed.confidence is not None or not labels.is_by_classes)
    held = _json(agreed.posterior) if agreed is not None and is_told else {}
    rows = [(_json(answer), chance) for answer, chance in held.items()]
    return [
        {"name": labels.piece(answer), "hue": labels.place(answer), "value": 100 * chance}
        for answer, chance in sorted(rows, key=lambda one: -one[1])
        if chance >= 0.005
    ]


def _json(value: str) -> Any:
    import json

    return json.loads(value)


def _annotation(labels: Labels, one: Annotation, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "annotator": one.annotator,
        "slug": quote(one.annotator, safe=""),
        "text": labels.short(one.answer, payload),
        "hue": labels.place(one.answer),
        "revision": one.revision,
        "is_latest": one.is_latest,
        "guideline_version": one.guideline_version,
        "seconds": one.seconds,
        "submitted_at": one.submitted_at,
        "flagged": one.flagged,
        "counted": one.counted,
        "source": one.source,
        "comment": one.comment,
    }


def _assignment(one: Assignment) -> dict[str, Any]:
    if one.state == "skipped":
        words = t("skipped: %(reason)s", reason=catalogue.gettext(SKIP_REASONS.get(one.reason, one.reason)))
        words += f" ({one.note})" if one.note else ""
    elif one.state == "leased":
        words = t("on the desk")
    else:
        words = say(ENDED.get(one.state, one.state))
    return {"annotator": one.annotator, "words": words, "leased_at": one.leased_at, "ended_at": one.ended_at}


def _ruling(labels: Labels, one: Adjudication, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "by": one.reviewer or t("command line"),
        "text": None if one.answer is None else labels.short(one.answer, payload),
        "hue": 0 if one.answer is None else labels.place(one.answer),
        "reason": one.reason,
        "guideline_version": one.guideline_version,
        "at": one.at,
    }
