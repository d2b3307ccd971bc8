"""Whose answers hold up: everybody in one table, and one page each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from labeling.errors import NotFound
from labeling.store import annotator_reads, annotators, guidelines
from labeling.store import answers as answer_reads
from labeling.store import gold as gold_reads
from labeling.store.annotators import AnnotatorRow
from web.auth import Deciding, Seat
from web.pages import day as date
from web.routes.manage import figures
from web.routes.manage.faces import Labels, line
from web.routes.manage.frame import Verdict, address, page, store_of
from web.routes.manage.words import FEW, plural

if TYPE_CHECKING:
    from labeling.audit import Standing
    from labeling.store.answers import AnswerColumns

router = APIRouter(include_in_schema=False)
AT_ONCE = 30
MOST_MISSES = 50
TONES = {"fine": "good", "look": "warn"}


@router.get("/projects/{name}/annotators")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """One row each."""
    project = seat.project
    with store_of(request).read() as connection:
        people = annotators.table(connection, project.id)
        standing = guidelines.current(connection, project.id)
        judged = figures.standings(request, project)
    newest = standing.version if standing else 0
    rows = [_row(seat, one, judged.get(one.name), newest) for one in people]
    look = sum(row["word"] == "look" for row in rows)
    unknown = sum(row["word"] == "not known yet" for row in rows)
    return page(
        request,
        seat,
        "annotators.html",
        heading="Whose answers hold up?",
        verdict=_verdict(rows, look, unknown),
        rows=sorted(rows, key=lambda row: (row["word"] != "look", row["name"].casefold())),
        has_guideline=newest > 0,
    )


@router.get("/projects/{name}/annotators/{annotator}")
def one(request: Request, seat: Deciding, annotator: str, before: int | None = None) -> HTMLResponse:
    """All that is known of one annotator's work."""
    project = seat.project
    with store_of(request).read() as connection:
        people = {row.name: row for row in annotators.table(connection, project.id)}
        if annotator not in people:
            raise NotFound("annotator of this project", annotator, people)
        who = people[annotator]
        found = figures.standings(request, project).get(annotator)
        known = gold_reads.answers(connection, project.id)
        days = annotator_reads.per_day(connection, project.id, who.id)
        recent = annotator_reads.given(connection, project.id, who.id, before=before, limit=AT_ONCE + 1)
        own = answer_reads.columns(connection, project.id, annotator=annotator)
        missed = [row for row in range(len(own)) if own.item[row] in known and own.label[row] != known[own.item[row]]]
        missed = missed[-MOST_MISSES:]
        texts = annotator_reads.payloads(connection, project.id, [own.item[row] for row in missed])
    labels = Labels(project)
    mine = list(range(len(own)))
    shown = _row(seat, who, found, 0)
    here = f"annotators/{annotator}"
    return page(
        request,
        seat,
        "annotator.html",
        heading=f"How does {who.display or who.name} work?",
        verdict=_one_verdict(shown, found),
        row=shown,
        flags=who.flags,
        measures=_measures(shown),
        reasons=list(map(str, found.signals)) if found else [],
        confusion=_confusion(found),
        label_names=labels.texts,
        gold=_misses(seat, labels, own, missed, known, texts),
        versions=_by_version(labels, own, mine),
        days=[{"name": date(at), "value": number} for at, number in days[-30:]] if len(days) > 1 else [],
        recent=[
            {
                "item": line(project, row.payload),
                "href": address(project, "items/one", key=row.key),
                "text": labels.short(row.answer),
                "hue": labels.place(row.answer),
                "seconds": row.seconds,
                "guideline_version": row.guideline_version,
                "flagged": row.flagged,
                "at": row.submitted_at,
            }
            for row in recent[:AT_ONCE]
        ],
        next_href=address(project, here, before=recent[AT_ONCE - 1].number) if len(recent) > AT_ONCE else "",
    )


def _row(seat: Seat, who: AnnotatorRow, found: Standing | None, newest: int) -> dict[str, Any]:
    word = found.word if found else "not known yet"
    return {
        "slug": quote(who.name, safe=""),
        "href": address(seat.project, f"annotators/{who.name}"),
        "answers_href": address(seat.project, "items", annotator=who.name),
        "name": who.display or who.name,
        "answers": who.answers,
        "skips": who.skips,
        "median_seconds": who.median_seconds,
        "last_at": who.last_at,
        "guideline_version": who.guideline_version,
        "behind": who.guideline_version < newest,
        "word": word,
        "tone": TONES.get(word, ""),
        "gold_seen": found.gold_seen if found else 0,
        "accuracy": found.accuracy if found else None,
        "low": found.accuracy_low if found else None,
        "high": found.accuracy_high if found else None,
        "shared": found.compared if found else 0,
        "agreement": found.agreement if found else None,
        "agreement_low": found.agreement_low if found else None,
        "agreement_high": found.agreement_high if found else None,
    }


def _verdict(rows: list[dict[str, Any]], look: int, unknown: int) -> Verdict | None:
    if not rows:
        return None
    names = [row["name"] for row in rows if row["word"] == "look"]
    if names:
        return Verdict(f"Look at {', '.join(names[:5])}: two independent signals or more speak against them.", "warn")
    fine = len(rows) - look - unknown
    words = f"{plural(fine, 'annotator is', 'annotators are')} fine" if fine else "Nobody stands out"
    rest = f"; of {unknown} too little is known yet" if unknown else ""
    return Verdict(f"{words}{rest}.", "good" if fine and not unknown else "")


def _one_verdict(row: dict[str, Any], found: Standing | None) -> Verdict:
    if found is None or row["word"] == "not known yet":
        return Verdict(
            f"Not known yet: {plural(row['gold_seen'], 'gold answer')} and "
            f"{plural(row['shared'], 'shared item')} are too few to judge by."
        )
    if row["word"] == "look":
        return Verdict("Look at this work: two independent signals or more speak against it.", "warn")
    return Verdict("Nothing speaks against this work.", "good")


def _measures(row: dict[str, Any]) -> list[dict[str, Any]]:
    gold, shared = row["gold_seen"], row["shared"]
    return [
        {
            "name": "right on gold",
            "value": row["accuracy"] if gold >= FEW else None,
            "low": row["low"],
            "high": row["high"],
            "n": gold,
            "why": f"too few ({gold})",
        },
        {
            "name": "says what most others say",
            "value": row["agreement"] if shared >= FEW else None,
            "low": row["agreement_low"],
            "high": row["agreement_high"],
            "n": shared,
            "why": f"too few ({shared})",
        },
    ]


def _confusion(found: Standing | None) -> list[list[int]]:
    if found is None or found.gold_seen == 0:
        return []
    return [list(row) for row in found.confusion]


def _misses(
    seat: Seat,
    labels: Labels,
    own: AnswerColumns,
    missed: list[int],
    known: dict[str, Any],
    texts: dict[str, dict[str, Any]],
) -> list[dict[str, Any]]:
    return [
        {
            "text": line(seat.project, texts.get(own.item[row], {})) or own.item[row],
            "href": address(seat.project, "items/one", key=own.item[row]),
            "gold": labels.short(known[own.item[row]]),
            "gold_hue": labels.place(known[own.item[row]]),
            "said": labels.short(own.label[row]),
            "said_hue": labels.place(own.label[row]),
            "at": own.submitted_at[row],
        }
        for row in reversed(missed)
    ]


def _by_version(labels: Labels, own: AnswerColumns, mine: list[int]) -> list[dict[str, Any]]:
    counts: dict[int, list[int]] = {}
    for row in mine:
        place = labels.place(own.label[row])
        if place < len(labels.categories):
            counts.setdefault(own.guideline_version[row], [0] * len(labels.categories))[place] += 1
    return [
        {
            "name": f"v{version}" if version else "no guideline",
            "shares": [number / sum(held) for number in held],
            "n": sum(held),
        }
        for version, held in sorted(counts.items())
    ]
