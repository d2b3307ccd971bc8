"""What is in a snapshot, and what drifted between two: computed by a job, kept under the snapshots' ids, shown from there."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from prep.phrase import phrase
from prep.snapshot import Snapshot
from web import catalogue, checks
from web.auth import Deciding, Seat
from web.catalogue import t, tn
from web.routes.manage.frame import Verdict, address, go, page
from web.routes.manage.snapshot import find
from web.routes.manage.words import count, rough

router = APIRouter(include_in_schema=False)
MOST_PAIRS = 15
BARS = 24
MEASURES = {
    "pearson": "Pearson’s r",
    "spearman": "Spearman’s ρ",
    "cramer": "Cramér’s V",
    "eta": phrase("correlation ratio η"),
}
TESTS = {"ks": "Kolmogorov–Smirnov", "chi-square": phrase("chi-square"), "words": phrase("its frequent words")}


@router.get("/projects/{name}/datasets/{snapshot}/profile")
def profile(request: Request, seat: Deciding, snapshot: str) -> Response:
    """What is in the items of a snapshot; where that is not known yet, the job that finds out."""
    one = find(request, seat, snapshot)
    here = f"datasets/{one.id[:12]}/profile"
    found = checks.kept_profile(request.app.state.workspace.path, one.id)
    if found is None:
        what = phrase("Looking into %(snapshot)s", snapshot=one.ref)
        return _work(request, seat, "profile", what, here, ref=f"{one.name}@{one.id}")
    doubts: dict[str, list[str]] = {}
    for doubt in found["suspicions"]:
        doubts.setdefault(doubt["column"], []).append(doubt["words"])
    return page(
        request,
        seat,
        "snapshot_profile.html",
        heading=t("What is in %(snapshot)s, and is anything odd?", snapshot=one.ref),
        verdict=_odd(found),
        back=address(seat.project, f"datasets/{one.id[:12]}"),
        tiles=[
            {"value": count(found["rows"]), "name": t("rows")},
            {"value": count(len(found["columns"])), "name": t("columns")},
            {"value": "–" if found["duplicates"] is None else count(found["duplicates"]), "name": t("repeated rows")},
        ],
        suspicions=found["suspicions"],
        columns=[{**column, "doubts": doubts.get(column["name"], [])} for column in found["columns"]],
        pairs=_pairs(found),
        others=[(other.id[:12], other.ref) for other in _others(request, seat, one)],
        here=address(seat.project, f"datasets/{one.id[:12]}"),
    )


@router.get("/projects/{name}/datasets/{snapshot}/drift")
def drift(request: Request, seat: Deciding, snapshot: str) -> Response:
    """What drifted from another snapshot to this one; where that is not known yet, the job that finds out."""
    after = find(request, seat, snapshot)
    before = find(request, seat, request.query_params.get("with", ""))
    found = checks.kept_drift(request.app.state.workspace.path, before.id, after.id)
    if found is None:
        here = f"datasets/{after.id[:12]}/drift"
        what = phrase("Comparing %(before)s with %(after)s", before=before.ref, after=after.ref)
        refs = {"old": f"{before.name}@{before.id}", "new": f"{after.name}@{after.id}"}
        return _work(request, seat, "drift", what, here, query={"with": before.id[:12]}, **refs)
    drifted = [one for one in found["columns"] if one["has_drifted"]]
    return page(
        request,
        seat,
        "snapshot_drift.html",
        heading=t("Did anything drift from %(before)s to %(after)s?", before=before.id[:12], after=after.id[:12]),
        verdict=Verdict(
            t("Yes: %(what)s.", what=catalogue.say(found["headline"]))
            if found["has_drifted"]
            else f"{catalogue.say(found['headline'])}.",
            "warn" if found["has_drifted"] else "good",
        ),
        found=found,
        alpha=rough(found["thresholds"]["alpha"]),
        old=before.id[:12],
        new=after.id[:12],
        schema=[t("%(column)s is new", column=name) for name in found["added"]]
        + [t("%(column)s is gone", column=name) for name in found["removed"]]
        + [
            t("%(column)s was %(old)s and is %(new)s", column=name, old=old, new=new)
            for name, old, new in found["retyped"]
        ],
        drifted=drifted,
        columns=[{**one, "by": TESTS.get(one["test"], one["note"])} for one in found["columns"]],
        back=address(seat.project, f"datasets/{after.id[:12]}"),
        diff=address(seat.project, f"datasets/{after.id[:12]}/diff", **{"with": before.id[:12]}),
    )


def _work(
    request: Request,
    seat: Seat,
    function: str,
    what: str,
    here: str,
    *,
    query: dict[str, str] | None = None,
    **arguments: Any,
) -> Response:
    """The page of the job that computes it; one that runs already is not begun again."""
    jobs = request.app.state.jobs
    running = [job for job in jobs.of_project(seat.project.name) if job.what == what and not job.over.is_set()]
    then = address(seat.project, here, **(query or {}))
    job = running[0] if running else jobs.start(
        function, project=seat.project.name, member=seat.member.id, what=what, then=then, **arguments
    )  # fmt: skip
    return go(request, seat, f"jobs/{job.id}")


def _odd(found: dict[str, Any]) -> Verdict:
    size = {
        "rows": tn("%(n)s row", "%(n)s rows", found["rows"]),
        "columns": tn("%(n)s column", "%(n)s columns", len(found["columns"])),
    }
    odd = len(found["suspicions"])
    if not odd:
        return Verdict(t("%(rows)s in %(columns)s; nothing looks odd.", **size), "good")
    words = tn(
        "%(rows)s in %(columns)s; %(n)s thing to look at.",
        "%(rows)s in %(columns)s; %(n)s things to look at.",
        odd,
        **size,
    )
    return Verdict(words, "warn")


def _others(request: Request, seat: Seat, one: Snapshot) -> list[Snapshot]:
    from web.routes.manage.datasets import snapshots_of

    return [other for other in snapshots_of(request, seat) if other.id != one.id]


def _pairs(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Each pair of columns once, the strongest first."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for pair in found["pairs"]:
        if (pair["first"], pair["second"]) not in seen:
            seen.add((pair["first"], pair["second"]))
            kept.append({**pair, "measure": MEASURES[pair["measure"]]})
    return kept[:MOST_PAIRS]
