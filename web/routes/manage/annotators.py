"""Whose answers hold up: everybody in one table, and one page each with what speaks against them and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, NotFound
from labeling.model import Decision
from labeling.services import decisions as services
from labeling.store import annotator_reads, decisions, guidelines
from labeling.store import answers as answer_reads
from labeling.store import gold as gold_reads
from labeling.store.annotators import AnnotatorRow
from prep.phrase import phrase
from web import catalogue
from web.auth import Deciding, Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.pages import day as date
from web.routes.manage import figures
from web.routes.manage.faces import Labels, line
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text
from web.routes.manage.standings import EVIDENCE_NAMES, WORDS, confusion, course, evidence, facts, first_up, measures

if TYPE_CHECKING:
    from labeling.audit import Standing
    from labeling.store.answers import AnswerColumns
    from web.figures import Audited

router = APIRouter(include_in_schema=False)
AT_ONCE = 30
MOST_MISSES = 50
TONES = {"fine": "good", "look": "warn"}
SORTS: dict[str, tuple[str, bool]] = {
    "name": ("name", False),
    "answers": ("answers", True),
    "gold": ("accuracy", False),
    "others": ("agreement", False),
    "skill": ("standing", False),
    "pace": ("median_seconds", False),
    "signals": ("against", True),
}
"""By what the table can be sorted: the field, and whether the greatest comes first."""
DECIDED = {
    "pause": phrase("pause"),
    "resume": phrase("resume"),
    "retrain": phrase("retrain"),
    "exclude": phrase("exclude"),
    "include": phrase("include"),
    "requeue": phrase("requeue"),
    "withdraw": phrase("withdraw"),
}
"""The decisions as they are remembered."""
DONE = {
    "pause": phrase("%(name)s is paused: no more items until you resume."),
    "resume": phrase("%(name)s gets items again."),
    "retrain": phrase("%(name)s reads the guideline again before the next item, and sees your note."),
    "exclude": phrase(
        "%(name)s counts for no consensus, agreement or dataset label from now on; compute the consensus anew."
    ),
    "include": phrase("%(name)s counts again; compute the consensus anew."),
}


@router.get("/projects/{name}/annotators")
def show(request: Request, seat: Deciding, sort: str = "signals") -> HTMLResponse:
    """One row each."""
    project = seat.project
    people, found = figures.overview(request, project).people, figures.audit(request, project)
    with store_of(request).read() as connection:
        standing = guidelines.current(connection, project.id)
        states = decisions.states(connection, project.id)
    judged = {str(one.annotator): one for one in found.standings}
    newest = standing.version if standing else 0
    rows = [_row(seat, one, judged.get(one.name), newest, found, states) for one in people]
    look = sum(row["word"] == "look" for row in rows)
    unknown = sum(row["word"] == "not known yet" for row in rows)
    chosen = sort if sort in SORTS else "signals"
    return page(
        request,
        seat,
        "annotators.html",
        heading=t("Whose answers hold up?"),
        verdict=figures.as_of(request, project, "audit", _verdict(rows, look, unknown)),
        rows=_sorted(rows, chosen),
        sort=chosen,
        sorts={
            name: (address(project, "annotators", sort=name), is_falling) for name, (_, is_falling) in SORTS.items()
        },
        has_guideline=newest > 0,
        notes=list(found.notes),
    )


@router.get("/projects/{name}/annotators/{annotator}")
def one(request: Request, seat: Deciding, annotator: str, before: int | None = None) -> HTMLResponse:
    """All that is known of one annotator's work."""
    return _one(request, seat, annotator, before)


@router.post("/projects/{name}/annotators/{annotator}/decide")
def decide(request: Request, seat: Managing, annotator: str, form: Form) -> Response:
    """Decide what follows, with a reason."""
    chosen = text(form, "decision")
    try:
        moved = store_of(request).write(
            services.decide,
            project=seat.project.id,
            annotator=annotator,
            decision=cast("Decision", chosen),
            reason=text(form, "reason"),
            actor=seat.member.id,
        )
    except NotFound:
        raise
    except AssayError as error:
        return _one(request, seat, annotator, None, error, form)
    if chosen == "requeue":
        words = tn(
            "%(n)s item gets one more answer, from somebody else.",
            "%(n)s items get one more answer, from somebody else.",
            moved,
        )
    elif chosen == "withdraw":
        words = tn(
            "%(n)s item is not asked once more after all.", "%(n)s items are not asked once more after all.", moved
        )
    else:
        words = t(DONE[chosen].message, name=annotator)
    return go(request, seat, f"annotators/{annotator}", words)


def _one(
    request: Request,
    seat: Seat,
    annotator: str,
    before: int | None,
    error: AssayError | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    project = seat.project
    people = {row.name: row for row in figures.overview(request, project).people}
    if annotator not in people:
        raise NotFound("annotator of this project", annotator, people)
    who = people[annotator]
    whole = figures.audit(request, project)
    labels = Labels(project)
    found = next((one for one in whole.standings if str(one.annotator) == annotator), None)
    with store_of(request).read() as connection:
        known = gold_reads.answers(connection, project.id)
        days = annotator_reads.per_day(connection, project.id, who.id)
        recent = annotator_reads.given(connection, project.id, who.id, before=before, limit=AT_ONCE + 1)
        own = answer_reads.columns(connection, project.id, annotator=annotator, with_excluded=True)
        missed = [
            row
            for row in range(len(own))
            if own.item[row] in known and not labels.is_right(own.label[row], known[own.item[row]])
        ]
        missed = missed[-MOST_MISSES:]
        texts = annotator_reads.payloads(connection, project.id, [own.item[row] for row in missed])
        decided = decisions.listing(connection, project.id, member=who.id)
        states = decisions.states(connection, project.id)
        waiting = len(decisions.waiting(connection, project.id, who.id))
    shown = _row(seat, who, found, 0, whole, states)
    here = f"annotators/{annotator}"
    return page(
        request,
        seat,
        "annotator.html",
        heading=t("How does %(name)s work?", name=who.display or who.name),
        verdict=figures.as_of(request, project, "audit", _one_verdict(shown, found)),
        status=200 if error is None else status_of(error),
        error=error,
        row=shown,
        flags=who.flags,
        measures=measures(shown, found),
        evidence=evidence(found),
        facts=facts(found, labels),
        course=course(whole, annotator),
        confusion=confusion(found),
        label_names=labels.texts,
        gold=_misses(seat, labels, own, missed, known, texts),
        versions=_by_version(labels, own, list(range(len(own)))),
        decided=decided,
        waiting=waiting,
        choices=_choices(shown, waiting),
        decision_names={name: first_up(catalogue.say(words)) for name, words in DECIDED.items()},
        given={name: text(form, name) for name in ("decision", "reason")} if form is not None else {},
        may_decide=seat.role == "manager",
        decide_href=address(project, f"{here}/decide"),
        days=[{"name": date(at), "value": number} for at, number in days[-30:]] if len(days) > 1 else [],
        recent=[
            {
                "item": line(project, row.payload),
                "href": address(project, "items/one", key=row.key),
                "text": labels.short(row.answer, row.payload),
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


def _row(
    seat: Seat,
    who: AnnotatorRow,
    found: Standing | None,
    newest: int,
    whole: Audited,
    states: dict[str, tuple[bool, bool]],
) -> dict[str, Any]:
    word = found.word if found else "not known yet"
    is_paused, is_excluded = states.get(who.name, (False, False))
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
        "must_reread": who.must_reread,
        "word": word,
        "shown_word": catalogue.say(WORDS[word]),
        "tone": TONES.get(word, ""),
        "is_paused": is_paused,
        "is_excluded": is_excluded,
        "signals": [signal.evidence for signal in found.signals] if found else [],
        "signals_words": first_up(", ".join(catalogue.say(EVIDENCE_NAMES[one.evidence]) for one in found.signals))
        if found
        else "",
        "against": (word == "look", len(found.signals) if found else 0),
        "gold_seen": found.gold_seen if found else 0,
        "accuracy": found.accuracy if found else None,
        "low": found.accuracy_low if found else None,
        "high": found.accuracy_high if found else None,
        "shared": found.compared if found else 0,
        "agreement": found.agreement if found else None,
        "agreement_low": found.agreement_low if found else None,
        "agreement_high": found.agreement_high if found else None,
        "skill": found.skill if found else None,
        "skill_low": found.skill_low if found else None,
        "skill_high": found.skill_high if found else None,
        "standing": found.standing if found else None,
        "course": course(whole, who.name) if found else [],
    }


def _sorted(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """By the field, those without a figure last, equals by name."""
    field, is_falling = SORTS[sort]
    if field == "name":
        return sorted(rows, key=lambda row: str(row["name"]).casefold())
    by_name = sorted(rows, key=lambda row: str(row["name"]).casefold())
    there = [row for row in by_name if row[field] is not None]
    there.sort(key=lambda row: row[field], reverse=is_falling)
    return there + [row for row in by_name if row[field] is None]


def _verdict(rows: list[dict[str, Any]], look: int, unknown: int) -> Verdict | None:
    if not rows:
        return None
    names = [row["name"] for row in rows if row["word"] == "look"]
    if names:
        listed = ", ".join(names[:5])
        if len(names) > 5:
            listed = t("%(names)s and %(n)s more", names=listed, n=len(names) - 5)
        return Verdict(t("Look at %(names)s: two independent things or more speak against them.", names=listed), "warn")
    fine = len(rows) - look - unknown
    words = tn("%(n)s annotator is fine", "%(n)s annotators are fine", fine) if fine else t("Nobody stands out")
    if unknown:
        words = tn(
            "%(verdict)s; of %(n)s too little is known yet",
            "%(verdict)s; of %(n)s too little is known yet",
            unknown,
            verdict=words,
        )
    return Verdict(f"{words}.", "good" if fine and not unknown else "")


def _one_verdict(row: dict[str, Any], found: Standing | None) -> Verdict:
    if found is None or row["word"] == "not known yet":
        return Verdict(
            t(
                "Not known yet: %(gold)s and %(shared)s are too few to judge by.",
                gold=tn("%(n)s gold answer", "%(n)s gold answers", row["gold_seen"]),
                shared=tn("%(n)s shared item", "%(n)s shared items", row["shared"]),
            )
        )
    if row["word"] == "look":
        return Verdict(t("Look at this work: two independent things or more speak against it. You decide."), "warn")
    if found.signals:
        name = catalogue.say(EVIDENCE_NAMES[found.signals[0].evidence])
        words = t("One thing stands out (%(what)s); one alone says nothing against this work.", what=name)
        return Verdict(words, "")
    return Verdict(t("Nothing speaks against this work."), "good")


def _choices(row: dict[str, Any], waiting: int) -> list[tuple[Decision, str, str]]:
    """What may be decided now: the word, its title and what it does. `waiting` items of theirs are asked once more."""
    titles: dict[Decision, str] = {
        "pause": t("Pause"),
        "resume": t("Resume"),
        "retrain": t("Ask to read the guideline again"),
        "exclude": t("Exclude their answers"),
        "include": t("Include their answers again"),
        "requeue": t("Have their items answered once more"),
        "withdraw": tn(
            "Take back the %(n)s item asked once more", "Take back the %(n)s items asked once more", waiting
        ),
    }
    name = row["name"]
    what: dict[Decision, str] = {
        "pause": t("%(name)s is handed no more items until resumed", name=name),
        "resume": t("%(name)s is handed items again", name=name),
        "retrain": t("%(name)s has to read the guideline again, with this note, before the next item", name=name),
        "exclude": t(
            "%(name)s – their answers count for no consensus, agreement or dataset label until included again",
            name=name,
        ),
        "include": t("%(name)s – their answers count again", name=name),
        "requeue": t("%(name)s – every item they answered gets one more answer, from somebody else", name=name),
        "withdraw": t(
            "%(name)s – what was asked once more of their items and nobody has taken yet is not asked any more",
            name=name,
        ),
    }
    hidden = {"pause" if row["is_paused"] else "resume", "exclude" if row["is_excluded"] else "include"}
    if not waiting:
        hidden.add("withdraw")
    return [(one, titles[one], what[one]) for one in titles if one not in hidden]


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
            "gold": labels.short(known[own.item[row]], texts.get(own.item[row])),
            "gold_hue": labels.place(known[own.item[row]]),
            "said": labels.short(own.label[row], texts.get(own.item[row])),
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
            "name": f"v{version}" if version else t("no guideline"),
            "shares": [number / sum(held) for number in held],
            "n": sum(held),
        }
        for version, held in sorted(counts.items())
    ]
