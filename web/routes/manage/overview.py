"""How the project stands: the verdict, how far it is, what needs somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from labeling.kinds import kind
from labeling.model import Counts
from labeling.store import consensus, guidelines, overview_reads
from labeling.store.annotators import AnnotatorRow
from labeling.store.items import DISPUTED_FROM
from web.auth import Deciding, Seat
from web.catalogue import t, tn
from web.figures import Agreement, Overview
from web.pages import day as date
from web.routes.manage import figures
from web.routes.manage.agreement import headline
from web.routes.manage.faces import Labels
from web.routes.manage.frame import Verdict, address, page, store_of
from web.routes.manage.words import count, figure, interval, share

if TYPE_CHECKING:
    from labeling.store import Connection

router = APIRouter(include_in_schema=False)
GLANCE = 8
DAYS = 30


@router.get("/projects/{name}/overview")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """The whole project on one page; every figure leads to its rows."""
    project = seat.project
    with store_of(request).read() as connection:
        whole = figures.overview(request, project)
        counts, people = whole.counts, whole.people
        standing = guidelines.current(connection, project.id)
        agreed = figures.agreement(request, project)
        attention = _attention(connection, seat, whole, standing.version if standing else 0, agreed)
    labels = Labels(project)
    at_work = sorted(people, key=lambda one: (-(one.last_at or 0), one.name))
    return page(
        request,
        seat,
        "overview.html",
        heading=t("How does the work stand?"),
        verdict=figures.as_of(request, project, "overview", _verdict(seat, counts, attention)),
        steps=_steps(seat, counts, people, has_guideline=standing is not None),
        counts=counts,
        wanted=whole.wanted,
        attention=attention,
        agreement=headline(agreed.alpha, agrees_by=kind(project.kind).agrees_by)
        if agreed.alpha is not None and agreed.alpha.value is not None
        else {"value": None, "why": t("Cannot be told yet: no item has two answers that can be compared.")},
        labels=[
            {
                "name": labels.short(answer),
                "hue": labels.place(answer),
                "value": number,
                "href": address(project, "items", label=answer) if labels.categories else "",
            }
            for answer, number in sorted(whole.labels, key=lambda one: labels.place(one[0]))
        ],
        answers_total=whole.counts.answers if labels.labels else 0,
        has_labels=bool(labels.labels),
        days=[{"name": date(at), "value": number} for at, number in whole.days[-DAYS:]],
        forecast=_forecast(whole),
        annotators=[
            {"slug": quote(one.name, safe=""), "row": one, "name": one.display or one.name} | _plain(one)
            for one in at_work[:GLANCE]
        ],
        annotators_left=max(0, len(people) - GLANCE),
    )


def _plain(one: AnnotatorRow) -> dict[str, Any]:
    return {
        "answers": one.answers,
        "median_seconds": one.median_seconds,
        "skips": one.skips,
        "guideline_version": one.guideline_version,
        "last_at": one.last_at,
    }


def _verdict(seat: Seat, counts: Counts, attention: list[dict[str, Any]]) -> Verdict:
    if seat.project.closed_at is not None:
        settings = address(seat.project, "settings") if seat.role == "manager" else ""
        return Verdict(
            t("The project is closed and takes no answers."), "warn", settings, t("Open it") if settings else ""
        )
    if counts.items == 0:
        return Verdict(t("There is nothing to label yet. These are the steps:"))
    urgent = [thing for thing in attention if thing["tone"] != ""]
    needs = tn("; %(n)s thing needs you", "; %(n)s things need you", len(urgent)) if urgent else ""
    if counts.done == counts.items:
        words = t("All %(items)s items have their answers%(needs)s.", items=count(counts.items), needs=needs)
        return Verdict(
            words, "good" if not urgent else "warn", address(seat.project, "datasets"), t("Freeze a dataset")
        )
    if counts.answers == 0:
        return Verdict(
            tn(
                "%(n)s item waits for a first answer%(needs)s.",
                "%(n)s items wait for a first answer%(needs)s.",
                counts.items,
                needs=needs,
            )
        )
    words = t(
        "%(done)s of %(items)s items are done (%(share)s)%(needs)s.",
        done=count(counts.done),
        items=count(counts.items),
        share=share(counts.done, counts.items),
        needs=needs,
    )
    return Verdict(words, "warn" if urgent else "")


def _steps(seat: Seat, counts: Counts, people: list[AnnotatorRow], *, has_guideline: bool) -> list[dict[str, Any]]:
    """What a new project still lacks, in order; empty once it runs."""
    if counts.answers > 0 or seat.role != "manager":
        return []
    link = [
        (
            t("Import the items"),
            t("A CSV, JSONL or Parquet file with a column that names each item."),
            "items/import",
            t("Import"),
        ),
        (
            t("Write the guideline"),
            t("What each label means, with an example and a near miss."),
            "guideline/edit",
            t("Write"),
        ),
        (t("Add annotators"), t("Each gets a link with which they set a password."), "settings/members", t("Add")),
    ]
    done = [counts.items > 0, has_guideline, any(one.role == "annotator" for one in people)]
    first = done.index(False) if False in done else -1
    steps = [
        {"title": title, "text": text, "href": address(seat.project, path), "link": words, "done": is_done}
        | {"next": place == first}
        for place, ((title, text, path, words), is_done) in enumerate(zip(link, done, strict=True))
    ]
    return [] if all(done) else steps


def _attention(
    connection: Connection,
    seat: Seat,
    whole: Overview,
    version: int,
    agreed: Agreement,
) -> list[dict[str, Any]]:
    """What needs a person, with how many and where; things with a tone are urgent."""
    project, counts, flagged = seat.project, whole.counts, whole.flagged
    found = []

    def add(number: int, text: str, path: str, tone: str = "", note: str = "", **query: Any) -> None:
        if number:
            href = address(project, path, **query)
            found.append({"count": number, "text": text, "href": href, "tone": tone, "note": note})

    run = consensus.latest(connection, project.id)
    disputed = consensus.disputed_count(connection, project.id, DISPUTED_FROM)
    add(
        disputed,
        tn("item waits for a ruling", "items wait for a ruling", disputed),
        "disagreements",
        "warn",
    )
    add(flagged, tn("item was flagged", "items were flagged", flagged), "items", flagged=1)
    add(
        counts.skipped,
        tn("skips", "skips", counts.skipped),
        "items",
        part="skipped",
        note=t("the reasons stand with each item"),
    )
    add(
        counts.late,
        tn("answers came too late", "answers came too late", counts.late),
        "items",
        note=t("kept, but not counted"),
    )
    low = _low_labels(seat, agreed)
    if low:
        words = tn("label is surely below the floor", "labels are surely below the floor", len(low))
        add(len(low), words, "agreement", "warn", t("least of all %(low)s", low=low[0]))
    if version:
        behind = sum(one.role == "annotator" and one.guideline_version < version for one in whole.people)
        words = tn(
            "annotator has not read guideline v%(version)s",
            "annotators have not read guideline v%(version)s",
            behind,
            version=version,
        )
        add(behind, words, "guideline")
    if run is None:
        add(
            counts.answers,
            tn("answers, and no consensus yet", "answers, and no consensus yet", counts.answers),
            "agreement/consensus",
            "warn",
        )
    else:
        new = overview_reads.new_answers(connection, project.id, run.last_annotation)
        words = tn(
            "answers came after the consensus was computed", "answers came after the consensus was computed", new
        )
        add(new, words, "agreement/consensus", "warn" if new > 50 else "")
    return sorted(found, key=lambda thing: thing["tone"] == "")


def _low_labels(seat: Seat, agreed: Agreement) -> list[str]:
    """The labels whose agreement is under the floor even at its upper bound, the lowest first, with their figures."""
    labels = Labels(seat.project)
    low = [
        (one.value, f"{labels.short(label)}: {figure(one.value)}, 95 % {interval(one.low, one.high)}")
        for label, one in agreed.per_label.items()
        if one.value is not None and one.high is not None and one.high < figures.FLOOR
    ]
    return [words for _, words in sorted(low)]


def _forecast(whole: Overview) -> str:
    """How long it takes at the pace of the last seven days with answers."""
    recent = [number for _, number in whole.days[-7:]]
    left = whole.wanted - whole.counts.answers
    if not recent or left <= 0 or len(recent) < 2:
        return ""
    pace = sum(recent) / len(recent)
    return tn(
        "%(left)s answers are still wanted: about %(n)s more day at %(pace)s answers a day.",
        "%(left)s answers are still wanted: about %(n)s more days at %(pace)s answers a day.",
        max(1, round(left / pace)),
        left=count(left),
        pace=count(pace),
    )
