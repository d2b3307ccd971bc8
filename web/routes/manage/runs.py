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
from prep.phrase import phrase
from prep.pipeline.records import Run, compare
from web import catalogue
from web.auth import Deciding, Seat
from web.catalogue import t, tn
from web.routes.manage.datasets import tabs
from web.routes.manage.frame import Nothing, Verdict, address, page
from web.routes.manage.snapshot import find
from web.routes.manage.words import count, moment, rough

router = APIRouter(include_in_schema=False)
MOST_RUNS = 100
MOST_WORDS = 12
TONES = {"done": "good", "failed": "bad", "stopped": "warn", "killed": "warn", "running": ""}
ENDS = {
    "done": phrase("Yes: it came to its end."),
    "failed": phrase("No: it failed, and nothing was taken over from it."),
    "stopped": phrase("No: it was stopped."),
    "killed": phrase("No: its process was killed in the middle; the next run goes on from its last finished step."),
    "running": phrase("Not yet: it is running."),
}
WORDS = {
    "done": phrase("done"),
    "failed": phrase("failed"),
    "stopped": phrase("stopped"),
    "killed": phrase("killed"),
    "running": phrase("running"),
}
USES = {"import": phrase("items came in"), "snapshot": phrase("a dataset was frozen")}


@router.get("/projects/{name}/datasets/runs")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """Every run for this project, the newest first."""
    found = _runs(request, seat)[:MOST_RUNS]
    last = found[0] if found else None
    verdict = None
    if last is not None:
        failed = sum(run.status not in {"done", "running"} for run in found)
        words = t("The last run, of %(pipeline)s, is %(status)s.", pipeline=last.name, status=_word(last.status))
        if failed:
            more = tn(
                "%(n)s run of %(all)s did not come to an end.",
                "%(n)s runs of %(all)s did not come to an end.",
                failed,
                all=count(len(found)),
            )
            words = f"{words} {more}"
        verdict = Verdict(words, "good" if last.status == "done" else "warn")
    return page(
        request,
        seat,
        "runs.html",
        tabs=tabs(),
        heading=t("Which pipelines were run, and how did that end?"),
        verdict=verdict,
        runs=[_row(seat, run) for run in found],
        nothing=Nothing(
            t("No pipeline was run for this project yet"),
            t(
                "A pipeline cleans what comes in, or what is frozen. Put one into the workspace's folder pipelines/, then "
                "choose it when you bring items in or freeze the dataset."
            ),
            address(seat.project, "items/import"),
            t("Bring items in"),
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
        heading=t("Did the run of %(pipeline)s go well?", pipeline=found.name),
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
        heading=t("What did %(snapshot)s come of?", snapshot=found.ref),
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


def _word(status: str) -> str:
    return catalogue.say(WORDS[status])


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
        "word": _word(run.status),
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
        tn("%(n)s cell changed", "%(n)s cells changed", cells) if cells else "",
        tn("%(n)s row left out", "%(n)s rows left out", change["rows_in"] - change["rows_out"])
        if change.get("rows_in", 0) > change.get("rows_out", 0)
        else "",
        tn("%(n)s value set aside", "%(n)s values set aside", step["set_aside"]) if step["set_aside"] else "",
        *(catalogue.say(note) for note in step["notes"]),
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
        span = ""
        if told.get("min") is not None:
            span = t("%(low)s to %(high)s", low=_figure(told.get("min")), high=_figure(told.get("max")))
        listed = ", ".join(f"{word} ({count(number)})" for word, number in words[:MOST_WORDS])
        if len(words) > MOST_WORDS:
            listed = t("%(names)s and %(n)s more", names=listed, n=count(len(words) - MOST_WORDS))
        distinct = t("%(n)s different", n=count(told["distinct"])) if "distinct" in told and not words else ""
        found.append(
            {"name": name, "type": told["type"], "missing": told["missing"], "told": span or listed or distinct}
        )
    return found


def _figure(value: Any) -> str:
    return rough(value, 6) if isinstance(value, float) else str(value)


def _facts(run: Run) -> list[tuple[str, str]]:
    record = run.record
    executor = record["executor"]
    facts = [
        (t("Run"), run.id),
        (t("Pipeline"), t("%(name)s, version %(version)s", name=run.name, version=record["version"])),
        (t("Began"), moment(int(run.started_at.timestamp() * 1000))),
        (t("Took"), "" if run.seconds is None else t("%(n)s seconds", n=count(run.seconds, 2))),
        (t("Engine"), record["engine"]),
        (
            t("Where"),
            f"{executor['host']}, {executor['system']}, Python {executor['python']}, "
            + tn("%(n)s thread", "%(n)s threads", executor["threads"]),
        ),
        (t("Result"), (run.output or "")[:12]),
    ]
    return [(name, value) for name, value in facts if value]


def _verdict(run: Run) -> Verdict:
    words = catalogue.say(ENDS[run.status])
    if run.record["error"]:
        words = f"{words} {catalogue.say(run.record['error'])}"
    elif run.anomalies:
        number = len(run.anomalies)
        more = tn("%(n)s thing should be looked at.", "%(n)s things should be looked at.", number)
        words = f"{words} {more}"
    tone = "warn" if run.status == "done" and run.anomalies else TONES[run.status]
    return Verdict(words, tone)  # type: ignore[arg-type] # a literal


def _came_of(told: Any, files: list[dict[str, Any]], imports: list[Any]) -> Verdict:
    if not told:
        return Verdict(t("It was frozen before lineage was kept; its log says when its items came in."), "warn")
    if files:
        return Verdict(
            t(
                "Of %(files)s, known by the hash of the bytes, through %(imports)s.",
                files=tn("%(n)s raw file", "%(n)s raw files", len(files)),
                imports=tn("%(n)s import", "%(n)s imports", len(imports)),
            ),
            "good",
        )
    return Verdict(
        tn(
            "Of %(n)s import without a pipeline: the names of their files are known, their bytes are not.",
            "Of %(n)s imports without a pipeline: the names of their files are known, their bytes are not.",
            len(imports),
        )
    )


def _picture(told: Lineage) -> Markup:
    """Our own SVG, its texts escaped where it is drawn; without inline style, which the pages' policy forbids."""
    return Markup(told.svg(style=False))  # noqa: S704 - escaped by prep.pipeline.picture


def _svg(told: Lineage) -> Response:
    return Response(
        told.svg(), media_type="image/svg+xml", headers={"content-disposition": "attachment; filename=lineage.svg"}
    )
