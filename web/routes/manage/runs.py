"""Runs of pipelines in this project: the list, one run beside the one before it, and what a snapshot came of."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from labeling import pipelines
from labeling.errors import NotFound
from prep.errors import UnknownSnapshot
from prep.lineage import Lineage, of_run, of_snapshot
from prep.pipeline.records import Run, compare
from web.auth import Deciding, Seat
from web.routes.manage.datasets import TABS
from web.routes.manage.frame import Nothing, Verdict, address, page
from web.routes.manage.snapshot import find
from web.routes.manage.words import count, moment, plural

router = APIRouter(include_in_schema=False)
MOST_RUNS = 100
MOST_WORDS = 12
TONES = {"done": "good", "failed": "bad", "stopped": "warn", "killed": "warn", "running": ""}
ENDS = {
    "done": "Yes: it came to its end.",
    "failed": "No: it failed, and nothing was taken over from it.",
    "stopped": "No: it was stopped.",
    "killed": "No: its process was killed in the middle; the next run goes on from its last finished step.",
    "running": "Not yet: it is running.",
}
USES = {"import": "items came in", "snapshot": "a dataset was frozen"}


@router.get("/projects/{name}/datasets/runs")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """Every run for this project, the newest first."""
    found = _runs(request, seat)[:MOST_RUNS]
    last = found[0] if found else None
    verdict = None
    if last is not None:
        failed = sum(run.status not in {"done", "running"} for run in found)
        words = f"The last run, of {last.name}, is {last.status}."
        more = f" {plural(failed, 'run')} of {count(len(found))} did not come to an end." if failed else ""
        verdict = Verdict(words + more, "good" if last.status == "done" else "warn")
    return page(
        request,
        seat,
        "runs.html",
        tabs=TABS,
        heading="Which pipelines were run, and how did that end?",
        verdict=verdict,
        runs=[_row(seat, run) for run in found],
        nothing=Nothing(
            "No pipeline was run for this project yet",
            "A pipeline cleans what comes in, or what is frozen. Put one into the workspace's folder pipelines/, then choose it "
            "when you bring items in or freeze the dataset.",
            address(seat.project, "items/import"),
            "Bring items in",
        ),
        names=pipelines.names(request.app.state.workspace.path),
    )


@router.get("/projects/{name}/datasets/runs/{run}")
def one(request: Request, seat: Deciding, run: str) -> HTMLResponse:
    """What one run did, step by step, and what differs from the one before."""
    found = _run(request, seat, run)
    before = found.store.previous(found)
    changed = None if before is None else compare(before, found)
    record = found.record
    return page(
        request,
        seat,
        "run.html",
        heading=f"Did the run of {found.name} go well?",
        verdict=_verdict(found),
        run=found,
        picture=_picture(of_run(found)),
        steps=[_step(one) for one in found.steps],
        notes=record["notes"],
        anomalies=found.anomalies,
        columns=_columns(record["statistics"]),
        rows=record["statistics"]["rows"] if record["statistics"] else None,
        changes=[] if changed is None else [row for row in changed.steps if row["changes"]],
        results=[] if changed is None else [line for line in changed.results if line not in found.anomalies],
        before=None if before is None else _row(seat, before),
        facts=_facts(found),
        back=address(seat.project, "datasets/runs"),
    )


@router.get("/projects/{name}/datasets/runs/{run}/picture.svg")
def picture(request: Request, seat: Deciding, run: str) -> Response:
    """The picture of a run alone, for a report."""
    return _svg(of_run(_run(request, seat, run)))


@router.get("/projects/{name}/datasets/{snapshot}/lineage")
def lineage(request: Request, seat: Deciding, snapshot: str) -> HTMLResponse:
    """What a snapshot came of, back to the raw files."""
    found = find(request, seat, snapshot)
    told = of_snapshot(
        found, pipelines.runs(request.app.state.workspace.path), address(seat.project, "datasets/runs") + "/"
    )
    files = [{"name": one["path"].rsplit("/", 1)[-1], **one} for one in told.raw_files if one.get("path")]
    imports = (found.about.get("lineage") or {}).get("imports") or []
    return page(
        request,
        seat,
        "lineage.html",
        heading=f"What did {found.ref} come of?",
        verdict=_came_of(found.about.get("lineage"), files, imports),
        picture=_picture(told),
        files=files,
        imports=[
            {**one, "href": address(seat.project, f"datasets/runs/{one['run']}") if one.get("run") else ""}
            for one in imports
        ],
        here=address(seat.project, f"datasets/{found.id[:12]}"),
    )


@router.get("/projects/{name}/datasets/{snapshot}/lineage.svg")
def lineage_picture(request: Request, seat: Deciding, snapshot: str) -> Response:
    """The picture of a snapshot's lineage alone."""
    return _svg(of_snapshot(find(request, seat, snapshot), pipelines.runs(request.app.state.workspace.path)))


def _runs(request: Request, seat: Seat) -> list[Run]:
    store = pipelines.runs(request.app.state.workspace.path)
    return [run for run in store.runs() if run.record["about"].get("project") == seat.project.name]


def _run(request: Request, seat: Seat, ref: str) -> Run:
    """A run of this project. Raises NotFound, also for one of another project."""
    try:
        found = pipelines.runs(request.app.state.workspace.path).run(ref)
    except UnknownSnapshot:
        raise NotFound("run of this project", ref) from None
    if found.record["about"].get("project") != seat.project.name:
        raise NotFound("run of this project", ref)
    return found


def _row(seat: Seat, run: Run) -> dict[str, Any]:
    stats = run.record["statistics"]
    return {
        "id": run.id,
        "short": run.id[-6:],
        "href": address(seat.project, f"datasets/runs/{run.id}"),
        "pipeline": run.name,
        "at": int(run.started_at.timestamp() * 1000),
        "status": run.status,
        "tone": TONES[run.status],
        "seconds": run.seconds,
        "ran": len(run.ran),
        "steps": len(run.steps),
        "rows": None if stats is None else stats["rows"],
        "anomalies": len(run.anomalies),
        "use": USES.get(str(run.record["about"].get("use")), ""),
        "file": str(run.record["about"].get("file", "")),
    }


def _step(step: dict[str, Any]) -> dict[str, Any]:
    change = step["change"] or {}
    cells = sum((change.get("cells") or {}).values())
    told = [
        f"{plural(cells, 'cell')} changed" if cells else "",
        f"{plural(change['rows_in'] - change['rows_out'], 'row')} left out"
        if change.get("rows_in", 0) > change.get("rows_out", 0)
        else "",
        f"{plural(step['set_aside'], 'value')} set aside" if step["set_aside"] else "",
        *step["notes"],
    ]
    aside = change.get("quarantine") or []
    return {
        "name": step["name"],
        "verb": "" if step["verb"] == step["name"] else step["verb"],
        "status": step["status"],
        "seconds": step["seconds"],
        "rows": step["rows"],
        "told": "; ".join(one for one in told if one),
        "aside": aside[:10],
        "more": max(0, step["set_aside"] - 10),
    }


def _columns(stats: dict[str, Any] | None) -> list[dict[str, Any]]:
    if stats is None:
        return []
    found = []
    for name, told in stats["columns"].items():
        words = list((told.get("vocabulary") or {}).items())
        span = f"{_figure(told.get('min'))} to {_figure(told.get('max'))}" if told.get("min") is not None else ""
        listed = ", ".join(f"{word} ({count(number)})" for word, number in words[:MOST_WORDS])
        more = f" and {count(len(words) - MOST_WORDS)} more" if len(words) > MOST_WORDS else ""
        distinct = f"{count(told['distinct'])} different" if "distinct" in told and not words else ""
        found.append(
            {"name": name, "type": told["type"], "missing": told["missing"], "told": span or listed + more or distinct}
        )
    return found


def _figure(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _facts(run: Run) -> list[tuple[str, str]]:
    record = run.record
    executor = record["executor"]
    facts = [
        ("Run", run.id),
        ("Pipeline", f"{run.name}, version {record['version']}"),
        ("Began", moment(int(run.started_at.timestamp() * 1000))),
        ("Took", "" if run.seconds is None else f"{run.seconds:.2f} seconds"),
        ("Engine", record["engine"]),
        (
            "Where",
            f"{executor['host']}, {executor['system']}, Python {executor['python']}, {plural(executor['threads'], 'thread')}",
        ),
        ("Result", (run.output or "")[:12]),
    ]
    return [(name, value) for name, value in facts if value]


def _verdict(run: Run) -> Verdict:
    words = ENDS[run.status]
    if run.record["error"]:
        words = f"{words} {run.record['error']}"
    elif run.anomalies:
        words = f"{words} {plural(len(run.anomalies), 'thing')} should be looked at."
    tone = "warn" if run.status == "done" and run.anomalies else TONES[run.status]
    return Verdict(words, tone)  # type: ignore[arg-type] # a literal


def _came_of(told: Any, files: list[dict[str, Any]], imports: list[Any]) -> Verdict:
    if not told:
        return Verdict("It was frozen before lineage was kept; its log says when its items came in.", "warn")
    if files:
        return Verdict(
            f"Of {plural(len(files), 'raw file')}, known by the hash of the bytes, through {plural(len(imports), 'import')}.",
            "good",
        )
    return Verdict(
        f"Of {plural(len(imports), 'import')} without a pipeline: the names of their files are known, their bytes are not."
    )


def _picture(told: Lineage) -> Markup:
    """Our own SVG, its texts escaped where it is drawn; without inline style, which the pages' policy forbids."""
    return Markup(told.svg(style=False))  # noqa: S704 - escaped by prep.pipeline.picture


def _svg(told: Lineage) -> Response:
    return Response(
        told.svg(), media_type="image/svg+xml", headers={"content-disposition": "attachment; filename=lineage.svg"}
    )
