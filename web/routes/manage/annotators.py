"""Whose answers hold up: everybody in one table, and one page each with what speaks against them and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, NotFound
from labeling.model import DECISIONS, Decision
from labeling.services import decisions as services
from labeling.store import annotator_reads, decisions, guidelines
from labeling.store import answers as answer_reads
from labeling.store import gold as gold_reads
from labeling.store.annotators import AnnotatorRow
from web.auth import Deciding, Managing, Seat
from web.errors import status_of
from web.pages import day as date
from web.routes.manage import figures
from web.routes.manage.faces import Labels, line
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text
from web.routes.manage.words import FEW, plural

if TYPE_CHECKING:
    from labeling.audit import Standing, Stretch
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
EVIDENCE_NAMES = {
    "gold": "Gold",
    "others": "The others",
    "pace": "Pace",
    "order": "Order",
    "lean": "Lean",
    "place": "Place",
    "self": "Consistency",
    "drift": "Drift",
    "copying": "Copying",
}
DONE = {
    "pause": "is paused: no more items until you resume.",
    "resume": "gets items again.",
    "retrain": "reads the guideline again before the next item, and sees your note.",
    "exclude": "counts for no consensus, agreement or dataset label from now on; compute the consensus anew.",
    "include": "counts again; compute the consensus anew.",
    "requeue": "",
    "withdraw": "",
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
        heading="Whose answers hold up?",
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
    words = f"{annotator} {DONE[chosen]}"
    if chosen == "requeue":
        words = f"{plural(moved, 'item gets', 'items get')} one more answer, from somebody else."
    elif chosen == "withdraw":
        words = f"{plural(moved, 'item is', 'items are')} not asked once more after all."
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
        heading=f"How does {who.display or who.name} work?",
        verdict=figures.as_of(request, project, "audit", _one_verdict(shown, found)),
        status=200 if error is None else status_of(error),
        error=error,
        row=shown,
        flags=who.flags,
        measures=_measures(shown, found),
        evidence=_evidence(found),
        facts=_facts(found, labels),
        course=_course(whole, annotator),
        confusion=_confusion(found),
        label_names=labels.texts,
        gold=_misses(seat, labels, own, missed, known, texts),
        versions=_by_version(labels, own, list(range(len(own)))),
        decided=decided,
        waiting=waiting,
        choices=_choices(shown, waiting),
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
        "tone": TONES.get(word, ""),
        "is_paused": is_paused,
        "is_excluded": is_excluded,
        "signals": [EVIDENCE_NAMES[signal.evidence] for signal in found.signals] if found else [],
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
        "course": _course(whole, who.name) if found else [],
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
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        return Verdict(
            f"Look at {', '.join(names[:5])}{more}: two independent things or more speak against them.", "warn"
        )
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
        return Verdict("Look at this work: two independent things or more speak against it. You decide.", "warn")
    if found.signals:
        name = EVIDENCE_NAMES[found.signals[0].evidence].lower()
        return Verdict(f"One thing stands out ({name}); one alone says nothing against this work.", "")
    return Verdict("Nothing speaks against this work.", "good")


def _measures(row: dict[str, Any], found: Standing | None) -> list[dict[str, Any]]:
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
        {
            "name": "expected accuracy",
            "note": "by the consensus, without gold",
            "value": row["skill"] if found is not None and found.answers >= FEW else None,
            "low": row["skill_low"],
            "high": row["skill_high"],
            "n": found.answers if found else 0,
            "why": "nothing tells it yet",
        },
    ]


def _evidence(found: Standing | None) -> list[dict[str, Any]]:
    from labeling.audit import EVIDENCE

    return [
        {
            "name": EVIDENCE_NAMES[signal.evidence],
            "words": signal.words[:1].upper() + signal.words[1:],
            "what": EVIDENCE[signal.evidence],
            "q": signal.q,
        }
        for signal in (found.signals if found else ())
    ]


def _facts(found: Standing | None, labels: Labels) -> list[tuple[str, str]]:
    """What else is known, in words; only what there is enough of."""
    if found is None or found.answers < FEW:
        return []
    facts = []
    if found.excess is not None and found.compared >= FEW:
        facts.append(("Against what the items allow", f"{100 * found.excess:+.0f} points".replace("-", "−")))
    if found.pace_z is not None:
        facts.append(("Pace against the others", _pace(found.pace_z)))
        facts.append(("Too fast to have read", f"{100 * (found.too_fast or 0):.0f} % of {found.timed}"))
    if found.longest_run:
        facts.append(("Longest run of one label", f"{found.longest_run} × {labels.short(found.run_label)}"))
    if found.misses >= FEW:
        words = f"{found.favoured} of {found.misses} are {labels.short(found.favourite)}"
        facts.append(("Answers unlike the others'", words))
    if found.again:
        facts.append(("The same when asked again", f"{found.again_same} of {found.again}"))
    if found.spammer is not None:
        facts.append(("Tells labels apart", f"{found.spammer:.2f} of 1".replace("-", "−")))
    if found.fall is not None and found.drift_chance is not None and found.drift_chance < 0.2:
        facts.append(("Since answer", f"{found.drift_turn}: {100 * found.fall:.0f} points worse"))
    if found.gold_seen >= FEW:
        stops = {"stop": "enough to say they are under it", "clear": "enough to say they are not", "go on": "undecided"}
        after = f", after {found.decided_after}" if found.decided_after else ""
        facts.append(("Under 70 % on gold", f"with a probability of {100 * (found.below or 0):.0f} %"))
        facts.append(("Gold against 70 %, one by one", stops[found.sequential] + after))
    return facts


def _pace(z: float) -> str:
    if abs(z) < 1:
        return "as the others"
    words = "faster" if z < 0 else "slower"
    return f"{'much ' if abs(z) > 2 else ''}{words} than the others"


def _course(whole: Audited, annotator: str) -> list[dict[str, Any]]:
    stretches = whole.courses.get(annotator, ())
    found, first, before = [], 1, None
    for one in stretches:
        newest = one.versions[-1] if one.versions else None
        found.append(_stretch(one, first, newest if newest != before else None))
        first, before = first + one.answers, newest
    return found


def _stretch(one: Stretch, first: int, starts: Any) -> dict[str, Any]:
    return {
        "name": f"{first}–{first + one.answers - 1}",
        "answers": one.answers,
        "agreement": one.agreement,
        "low": one.low,
        "high": one.high,
        "excess": one.excess,
        "versions": ", ".join(f"v{version}" if version else "none" for version in one.versions),
        "starts": f"v{starts}" if starts else "",
    }


def _choices(row: dict[str, Any], waiting: int) -> list[tuple[Decision, str, str]]:
    """What may be decided now: the word, its title and what it does. `waiting` items of theirs are asked once more."""
    titles: dict[Decision, str] = {
        "pause": "Pause",
        "resume": "Resume",
        "retrain": "Ask to read the guideline again",
        "exclude": "Exclude their answers",
        "include": "Include their answers again",
        "requeue": "Have their items answered once more",
        "withdraw": f"Take back the {plural(waiting, 'item', 'items')} asked once more",
    }
    hidden = {"pause" if row["is_paused"] else "resume", "exclude" if row["is_excluded"] else "include"}
    if not waiting:
        hidden.add("withdraw")
    return [(name, titles[name], DECISIONS[name]) for name in titles if name not in hidden]


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
            "name": f"v{version}" if version else "no guideline",
            "shares": [number / sum(held) for number in held],
            "n": sum(held),
        }
        for version, held in sorted(counts.items())
    ]
