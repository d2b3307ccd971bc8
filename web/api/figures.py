"""Figures: agreement, annotators, the consensus, what is disagreed on; and ruling on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from labeling.errors import Unusable
from labeling.services import adjudication
from labeling.store import consensus, consensus_reads
from prep.phrase import phrase
from web import auth, figures, orders, wire
from web.api import bodies
from web.api.jobs import job_reply
from web.breakdowns import By

router = APIRouter(prefix="/api/v1/projects/{name}", tags=["figures"], route_class=wire.CheckedRoute)


@router.get("/agreement")
def agreement(
    request: Request,
    seat: auth.Deciding,
    by: By | None = None,
    coefficient: str | None = None,
    resamples: Annotated[int | None, Query(ge=100, le=10_000)] = None,
    seed: Annotated[int | None, Query(ge=0, le=wire.TOP)] = None,
) -> Response:
    """Krippendorff's alpha and percent agreement with their intervals and verdicts: overall, by label or question (`parts`),
    by version with the test of each change, by pair, over time; other coefficients, and what the whole would be without each annotator.

    With `by`, `coefficient`, `resamples` or `seed` it is measured as they say, and the reply is that of
    `assay agreement --json`: rows, one for the whole or one for each label, version, pair, annotator, day or part. Of a
    large project, whose figures are measured by a job and kept, none of the four can be asked.
    """
    state = request.app.state
    if (by, coefficient, resamples, seed) != (None, None, None, None):
        asked = {
            "coefficient": coefficient or "krippendorff_alpha",
            "resamples": resamples or figures.RESAMPLES,
            "seed": seed or 0,
        }
        rows = figures.breakdown(state.numbers, state.store, seat.project, by, asked)
        return wire.Reply({"project": seat.project.name, "by": by, "rows": rows})
    whole = figures.agreement(state.numbers, state.store, seat.project)
    more = figures.detail(state.numbers, state.store, seat.project)
    rest = {"other_coefficients": more.others, "without_each": more.without, "over_time": more.over_time}
    return wire.Reply(_with_verdicts(whole) | {name: _with_verdicts(part) for name, part in rest.items()})


@router.get("/scale")
def scale(request: Request, seat: auth.Deciding) -> Response:
    """All things that a project of comparisons compares, on one scale (Bradley–Terry with ties): scores and ranks with their
    95 % intervals by connected group, annotators' skills, how far what stood first was chosen, and what has no score
    and why. 400 for a project of another kind.
    """
    state = request.app.state
    return wire.Reply(_with_verdicts(orders.scale(state.numbers, state.store, seat.project)))


@router.get("/concordance")
def concordance(request: Request, seat: auth.Deciding) -> Response:
    """How alike the annotators of a ranking put things in order: Kendall's W with its interval over items, and each
    annotator's τ_b with the others. 400 for a project of another kind.
    """
    state = request.app.state
    return wire.Reply(_with_verdicts(orders.orders(state.numbers, state.store, seat.project)))


@router.get("/audit")
def audit(
    request: Request,
    seat: auth.Deciding,
    threshold: Annotated[float, Query(gt=0, lt=1)] = figures.THRESHOLD,
) -> Response:
    """What is known about each annotator's work. `threshold` is the accuracy wanted; of a large project, whose figures are
    measured by a job and kept, no other can be asked.
    """
    state = request.app.state
    numbers, store, project = state.numbers, state.store, seat.project
    found = figures.audit(numbers, store, project, threshold).standings
    return wire.Reply({"annotators": figures.overview(numbers, store, project).people, "standings": found})


@router.get("/consensus")
def latest(request: Request, seat: auth.Deciding) -> Response:
    """The newest consensus run (null before the first), what made it and its diagnostics: items by label, by the answer to
    each question of a form, and by confidence; on how many it is unlike a clear majority, the majority is drawn, or one of its models differs.
    """
    state = request.app.state
    with state.store.read() as connection:
        run = consensus.latest(connection, seat.project.id)
    found = figures.agreed(state.numbers, state.store, seat.project, run.id if run else 0)
    return wire.Reply(
        {
            "run": run,
            "labels": [{"label": label, "items": items} for label, items in found.labels.items()],
            "questions": [
                {
                    "name": name,
                    "title": title,
                    "answers": [{"answer": one, "items": many} for one, many in counted.items()],
                }
                for name, title, counted in found.parts
            ],
            "confidence": [{"from": low, "to": high, "items": items} for low, high, items in found.bands],
            "unlike": found.unlike,
        }
    )


@router.get("/consensus/unlike")
def unlike(
    request: Request,
    seat: auth.Deciding,
    why: consensus_reads.Why = "majority",
    after: int | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Items whose consensus is unlike a clear majority, or whose majority is drawn, or on which one of the models
    differs; `next` is the `after` of the page behind.
    """
    with request.app.state.store.read() as connection:
        found = consensus_reads.differing(connection, seat.project.id, why, after=after, limit=limit)
    return wire.Reply({"items": found, "next": found[-1].item if len(found) == limit else None})


@router.post("/consensus")
def compute(request: Request, seat: auth.Managing, body: bodies.ConsensusOrder) -> Response:
    """Compute the consensus, in a job; where nothing has changed since the newest run, that run stands."""
    job = request.app.state.jobs.start(
        "run_consensus",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Computing the consensus"),
        number=seat.project.id,
        method=body.method,
        seed=body.seed,
        fresh=body.fresh,
        actor=seat.member.id,
    )
    return job_reply(job)


@router.get("/disagreements")
def disagreements(
    request: Request,
    seat: auth.Deciding,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    with_ruled: bool = False,
) -> Response:
    """Items whose answers differ, those first of which one more answer would tell most; `next` is the `after` of the
    page behind.
    """
    with request.app.state.store.read() as connection:
        found = consensus.disagreements(
            connection, seat.project.id, after=_place(after), limit=limit, with_ruled=with_ruled
        )
    last = found[-1] if len(found) == limit else None
    return wire.Reply({"items": found, "next": f"{last.information!r}:{last.item}" if last else None})


@router.put("/adjudications/{key:path}")
def adjudicate(request: Request, seat: auth.Deciding, key: str, body: bodies.Ruling) -> Response:
    """Rule on an item, by its id; the ruling stands above the consensus."""
    request.app.state.store.write(
        adjudication.adjudicate,
        project=seat.project.id,
        item=key,
        answer=body.answer,
        reason=body.reason,
        actor=seat.member.id,
    )
    return wire.Reply({"item": key, "answer": body.answer})


@router.post("/withdrawals/{key:path}")
def withdraw(request: Request, seat: auth.Deciding, key: str, body: bodies.Reason) -> Response:
    """Take the ruling on an item back; the consensus stands again."""
    request.app.state.store.write(
        adjudication.withdraw, project=seat.project.id, item=key, reason=body.reason, actor=seat.member.id
    )
    return wire.Reply({"item": key})


def _with_verdicts(value: Any) -> Any:
    """Figures as objects; each coefficient and each difference with its verdict, as the command line gives them."""
    if hasattr(value, "as_json"):
        return value.as_json()
    if isinstance(value, Mapping):
        return {str(key): _with_verdicts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_verdicts(one) for one in value]
    if is_dataclass(value):
        return {one.name: _with_verdicts(getattr(value, one.name)) for one in fields(value)}
    return value


def _place(after: str | None) -> tuple[float, int] | None:
    if not after:
        return None
    told, _, item = after.partition(":")
    try:
        return float(told), int(item)
    except ValueError:
        raise Unusable(f"after is {after[:40]!r}", cure="Give the `next` of the page before.") from None
