"""What would be in a dataset now, whether it may be frozen, and the snapshots there are."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, QueryParams
from starlette.responses import HTMLResponse, Response

from labeling import pipelines
from labeling.errors import AssayError, Unusable
from labeling.store import chain
from prep.phrase import phrase
from prep.snapshot import Snapshot, SnapshotStore
from web import catalogue
from web.auth import Deciding, Managing, Seat
from web.catalogue import t, tn
from web.jobs import JobFailed
from web.routes.manage import figures
from web.routes.manage.faces import Labels
from web.routes.manage.frame import Form, Nothing, Verdict, address, go, page, store_of

router = APIRouter(include_in_schema=False)
SHOWN_ROWS = 5
WORDS = {"pass": phrase("pass"), "fail": phrase("fail"), "note": phrase("note")}
"""What a gate says in a word."""
REASONS = {"nobody has answered it yet": {"part": "open"}, "it still waits for answers": {"part": "part_done"}}


@router.get("/projects/{name}/datasets")
def show(request: Request, seat: Deciding) -> HTMLResponse:
    """The dataset as it would be under the choices in the address, its gates, and every snapshot."""
    return _page(request, seat, request.query_params)


@router.post("/projects/{name}/datasets/freeze")
def freeze(request: Request, seat: Managing, form: Form) -> Response:
    """Begin to freeze it; the next page says how far that is, and which gate failed if one did."""
    try:
        choices = _choices(form)
    except AssayError as error:
        return _page(request, seat, form, error)
    tag = form.get("tag")
    job = request.app.state.jobs.start(
        "freeze",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Freezing the dataset"),
        then=address(seat.project, "datasets"),
        number=seat.project.id,
        choices=choices,
        tag=tag.strip() if isinstance(tag, str) else "",
        pipeline=str(form.get("pipeline") or ""),
        actor=seat.member.id,
    )
    return go(request, seat, f"jobs/{job.id}")


def tabs() -> dict[str, str]:
    """The parts of the page on datasets."""
    return {t("Datasets"): "datasets", t("Pipeline runs"): "datasets/runs"}


def snapshots_of(request: Request, seat: Seat) -> list[Snapshot]:
    """The snapshots of the project, the newest first."""
    return list(reversed(SnapshotStore(request.app.state.workspace.snapshots).list(seat.project.name)))


def tags_of(request: Request, seat: Seat) -> dict[str, list[str]]:
    """The tags by the snapshot they point to."""
    tags: dict[str, list[str]] = {}
    for tag, snapshot in SnapshotStore(request.app.state.workspace.snapshots).tags(seat.project.name).items():
        tags.setdefault(snapshot, []).append(tag)
    return tags


def makers(request: Request, seat: Seat) -> dict[str, str | None]:
    """Who froze each snapshot, by its id; None stands for the command line."""
    with store_of(request).read() as connection:
        lines = chain.page(connection, project=seat.project.id, action="snapshot", limit=1000)
    return {line.subject: line.actor for line in lines}


def _choices(given: FormData | QueryParams) -> dict[str, Any]:
    """What is to be in it, as the form says. Raises Unusable."""
    sure, answers = str(given.get("min_confidence") or "").strip(), str(given.get("min_answers") or "1").strip()
    try:
        least = float(sure.replace(",", ".")) if sure else None
        number = int(answers)
    except ValueError:
        cure = phrase("Give a confidence from 0 to 1 and a whole number of answers.")
        raise Unusable(phrase("The least confidence or number of answers is no number"), cure=cure) from None
    if number < 1 or (least is not None and not 0 <= least <= 1):
        raise Unusable(
            phrase("No item could be so"), cure=phrase("Give a confidence from 0 to 1 and at least 1 answer.")
        )
    marks = {name: given.get(name) == "1" for name in ("finished_only", "with_gold", "pseudonyms")}
    return {"min_answers": number, "min_confidence": least, **marks}


def _name(choices: dict[str, Any]) -> str:
    """The name of the figure for these choices."""
    return "check:" + hashlib.sha256(repr(sorted(choices.items())).encode()).hexdigest()[:32]


def _check(request: Request, seat: Seat, choices: dict[str, Any]) -> dict[str, Any]:
    """The dataset's own check, in a process of its own; kept until the project changes, as its log tells."""

    def compute() -> dict[str, Any]:
        found: dict[str, Any] = request.app.state.jobs.call("check", number=seat.project.id, choices=choices)
        return found

    numbers, store = request.app.state.numbers, store_of(request)
    found: dict[str, Any] = numbers.of(store, seat.project, _name(choices), compute, choices=choices)
    return found


def _page(request: Request, seat: Seat, given: FormData | QueryParams, error: AssayError | None = None) -> HTMLResponse:
    choices, status = _choices(QueryParams()), 200 if error is None else 400
    try:
        choices = choices if error is not None else _choices(given)
        check = _check(request, seat, choices)
    except JobFailed as failed:
        error, check, status = failed, {}, failed.status
    except Unusable as unusable:
        error, status = unusable, 400
        check = _check(request, seat, choices)
    gates = [_gate(seat, gate) for gate in check.get("gates", [])]
    failing = [gate for gate in gates if gate["state"] == "fail"]
    excluded = check.get("excluded", {})
    found = snapshots_of(request, seat)
    return page(
        request,
        seat,
        "datasets.html",
        tabs=tabs(),
        pipelines=[("", t("none")), *((one, one) for one in pipelines.names(request.app.state.workspace.path))],
        heading=t("Can this be released?"),
        verdict=figures.as_of(request, seat.project, _name(choices), _verdict(check, failing)),
        status=status,
        error=error,
        choices=choices,
        contents=_contents(check) if check.get("items") else None,
        labels=_labels(seat, check),
        preview=check.get("preview", {}),
        gone=_gone(request, seat),
        excluded=[_left_out(seat, why, number, check) for why, number in excluded.items()],
        gates=gates,
        notes=check.get("notes", []),
        blocked=tn("%(n)s gate fails: mend that first.", "%(n)s gates fail: mend that first.", len(failing))
        if failing
        else "",
        may_freeze=seat.role == "manager",
        nothing=Nothing(
            t("Nothing to freeze yet"),
            t("A dataset is made of items with a consensus or a ruling. Label some, then come back."),
            address(seat.project, "items"),
            t("To the items"),
        ),
        snapshots=_rows(request, seat, found),
    )


def _verdict(check: dict[str, Any], failing: list[dict[str, Any]]) -> Verdict | None:
    if not check or not check.get("items"):
        return None
    if failing:
        return Verdict(t("No: %(why)s", why=catalogue.recall(failing[0]["text"])), "bad")
    warned = [gate for gate in check["gates"] if gate["state"] == "warn"]
    held = {
        "items": tn("%(n)s item", "%(n)s items", check["items"]),
        "annotations": tn("%(n)s annotation", "%(n)s annotations", check["annotations"]),
    }
    if warned:
        return Verdict(t("Yes: %(items)s with %(annotations)s pass every gate, with a note.", **held), "warn")
    return Verdict(t("Yes: %(items)s with %(annotations)s pass every gate.", **held), "good")


def _contents(check: dict[str, Any]) -> dict[str, Any]:
    versions = [number for number in check["versions"] if number not in {"0", 0}]
    return {
        "held": check["items"],
        "answers": check["annotations"],
        "annotators": check["annotators"],
        "ruled": check["sources"].get("adjudication", 0),
        "excluded": sum(check["excluded"].values()),
        "bytes": check.get("bytes", 0),
        "versions": ", ".join(f"v{number}" for number in versions) or t("none"),
    }


def _labels(seat: Seat, check: dict[str, Any]) -> list[dict[str, Any]]:
    labels = Labels(seat.project)
    held = {str(label): number for label, number in check.get("labels", {}).items()}
    return [
        {"name": one.text, "hue": place, "value": held.get(str(one.value), 0)}
        | ({"href": address(seat.project, "items", label=one.value)} if labels.categories else {})
        for place, one in enumerate(labels.labels)
    ]


def _left_out(seat: Seat, why: str, number: int, check: dict[str, Any]) -> dict[str, Any]:
    query = REASONS.get(why, {"gold": 1} if why.startswith("gold") else None)
    keys = check.get("examples", {}).get(why, [])
    return {
        "count": number,
        "text": catalogue.recall(why),
        "href": address(seat.project, "items", **query) if query else "",
        "examples": [{"key": key, "href": address(seat.project, "items/one", key=key)} for key in keys],
    }


def _gate(seat: Seat, gate: dict[str, Any]) -> dict[str, Any]:
    rows = []
    for row in gate.get("rows", [])[:SHOWN_ROWS]:
        key = row.get("id") or row.get("item") or row.get("key")
        words = ", ".join(f"{name} {value}" for name, value in row.items())
        rows.append({"text": words, "href": address(seat.project, "items/one", key=key) if key else ""})
    state = {"warn": "note"}.get(gate["state"], gate["state"])
    return {
        "state": state,
        "word": WORDS[state],
        "text": catalogue.recall(gate["words"]),
        "cure": catalogue.recall(gate.get("cure", "")) if state != "pass" else "",
        "rows": rows,
        "more": max(0, gate.get("count", 0) - len(rows)) if rows else 0,
    }


def _rows(request: Request, seat: Seat, found: list[Snapshot]) -> list[dict[str, Any]]:
    tags, who = tags_of(request, seat), makers(request, seat)
    return [
        {
            "id": one.id,
            "href": address(seat.project, f"datasets/{one.id[:12]}"),
            "tags": tags.get(one.id, []),
            "held": one.rows("items"),
            "answers": one.rows("annotations") if "annotations" in one.tables else 0,
            "at": int(one.created_at.timestamp() * 1000),
            "by": who.get(one.id),
            "before": found[place + 1].id[:12] if place + 1 < len(found) else "",
        }
        for place, one in enumerate(found)
    ]


def _gone(request: Request, seat: Seat) -> list[dict[str, Any]]:
    """What was taken away on purpose, the newest first."""
    found = SnapshotStore(request.app.state.workspace.snapshots).gone(seat.project.name)
    ordered = sorted(found.values(), key=lambda one: str(one["at"]), reverse=True)
    return [
        {
            "id": one["id"],
            "how": one["how"],
            "reason": one["reason"],
            "at": int(datetime.fromisoformat(one["at"]).timestamp() * 1000),
            "by": one["by"],
            "into": one["into"],
            "href": address(seat.project, f"datasets/{one['into'][:12]}") if one["into"] else "",
        }
        for one in ordered
    ]
