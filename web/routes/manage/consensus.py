"""What the annotators say together: computed, explained, and set against the plain majority."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.model import ConsensusRun
from labeling.store import consensus, consensus_reads, items, overview_reads
from web.auth import Deciding, Managing, Seat
from web.routes.manage.agreement import TABS
from web.routes.manage.faces import Labels, line
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text, whole
from web.routes.manage.words import count, figure, plural

router = APIRouter(include_in_schema=False)
AT_ONCE = 50


@router.get("/projects/{name}/agreement/consensus")
def show(request: Request, seat: Deciding, after: int | None = None) -> HTMLResponse:
    """The newest run."""
    return _page(request, seat, after)


@router.post("/projects/{name}/agreement/consensus")
def compute(request: Request, seat: Managing, form: Form) -> Response:
    """Begin to compute it, in a process of its own; the next page says how far that is, then shows it."""
    job = request.app.state.jobs.start(
        "run_consensus",
        project=seat.project.name,
        member=seat.member.id,
        what="Computing the consensus",
        then=address(seat.project, "agreement/consensus"),
        number=seat.project.id,
        method=text(form, "method") or "auto",
        seed=whole(form, "seed", "seed"),
        actor=seat.member.id,
    )
    return go(request, seat, f"jobs/{job.id}")


def _page(request: Request, seat: Seat, after: int | None) -> HTMLResponse:
    from labeling.consensus.families import methods

    project, labels = seat.project, Labels(seat.project)
    with store_of(request).read() as connection:
        run = consensus.latest(connection, project.id)
        counts = items.counts(connection, project.id)
        new = overview_reads.new_answers(connection, project.id, run.last_annotation) if run else 0
        shares = consensus.label_counts(connection, project.id) if run else {}
        bands = consensus_reads.confidence_bands(connection, project.id) if run else []
        differs = int(run.diagnostics.get("differs_from_majority") or 0) if run else 0
        ties = int(run.diagnostics.get("majority_ties") or 0) if run else 0
        rows = consensus_reads.differing(connection, project.id, after=after, limit=AT_ONCE + 1) if run else []
        said = items.answers_of(connection, [one.item for one in rows])
    known = [
        ("auto", "auto: chosen by the answers"),
        *((name, one.title) for name, one in methods().items() if name != "auto"),
    ]
    context: dict[str, Any] = {"run": None}
    if run is not None:
        context = _told(run) | {
            "run": run,
            "differs": differs,
            "ties": ties,
            "shares": [
                {"name": labels.short(one), "hue": labels.place(one), "value": number}
                | {"href": address(project, "items", label=one)}
                for one, number in sorted(shares.items(), key=lambda one: labels.place(one[0]))
            ],
            "bands": [{"name": f"{figure(low)} to {figure(high)}", "value": number} for low, high, number in bands],
            "rows": [
                {
                    "text": line(project, one.payload),
                    "href": address(project, "items/one", key=one.key),
                    "majority": labels.short(one.majority),
                    "majority_hue": labels.place(one.majority),
                    "consensus": labels.short(one.answer),
                    "hue": labels.place(one.answer),
                    "confidence": one.confidence,
                    "votes": one.votes,
                    "is_tie": _is_tie(said.get(one.item, [])),
                }
                for one in rows[:AT_ONCE]
            ],
            "next_href": address(project, "agreement/consensus", after=rows[AT_ONCE - 1].item)
            if len(rows) > AT_ONCE
            else "",
        }
    return page(
        request,
        seat,
        "consensus.html",
        heading="What do they say together?",
        verdict=_verdict(run, new, differs),
        tabs=TABS,
        ready=counts.answers > 0 and seat.role == "manager",
        methods=known,
        method=run.parameters.get("asked", "auto") if run else "auto",
        seed=run.seed if run else 0,
        **context,
    )


def _is_tie(said: list[tuple[str, Any]]) -> bool:
    """Whether two labels have most votes, so that the majority was drawn.

    >>> _is_tie([("ann", "a"), ("bob", "b")]), _is_tie([("ann", "a"), ("bob", "a"), ("cy", "b")])
    (True, False)
    """
    votes = Counter(repr(answer) for _, answer in said).most_common(2)
    return len(votes) == 2 and votes[0][1] == votes[1][1]


def _verdict(run: ConsensusRun | None, new: int, differs: int) -> Verdict | None:
    if run is None:
        return Verdict("Not computed yet.", "warn")
    if new:
        return Verdict(
            f"Computed over {plural(run.answers, 'answer')}; {plural(new, 'has', 'have')} come since. Compute it again.",
            "warn",
        )
    rest = f"It differs from a clear majority on {plural(differs, 'item')}." if differs else ""
    return Verdict(f"Up to date: computed over all {plural(run.answers, 'answer')}. {rest}".strip(), "good")


def _told(run: ConsensusRun) -> dict[str, Any]:
    """What the run says of itself, in sentences and facts."""
    facts = run.diagnostics
    check = facts.get("gold_check")
    bins = [
        {"said": one["confidence"], "right": one["accuracy"], "n": one["count"]}
        for one in (check["after"]["bins"] if check else [])
    ]
    listed = [
        ("Method", f"{facts.get('title', run.method)} ({run.method})"),
        ("Source", facts.get("source", "")),
        ("Seed", run.seed),
        ("Iterations", facts.get("iterations")),
        ("Why it stopped", facts.get("stopped", "")),
        ("Parameters", ", ".join(f"{name} {value}" for name, value in run.parameters.items())),
        ("Confidence rests on", facts.get("calibration", "")),
        ("Gold items that held it", count(facts.get("gold_items") or 0)),
    ]
    listed += [
        (
            one["title"],
            f"{plural(one['iterations'], 'iteration')}, {one['stopped']}; unlike the consensus on {count(one['differs'])}",
        )
        for one in facts.get("members") or []
    ]
    hidden = facts.get("why_hidden") or ""
    return {
        "sentences": [one for one in re.split(r"(?<=[.])\s+(?=[A-Z0-9])", facts.get("summary", "")) if one]
        or [facts.get("words", "")],
        "facts": [(name, value) for name, value in listed if value not in (None, "", [])],
        "no_confidence": f"No confidence is shown: {hidden}." if hidden else "There is no confidence.",
        "bins": bins,
        "bins_why": "With 20 gold items or more, this page shows how often what it says is right.",
    }
