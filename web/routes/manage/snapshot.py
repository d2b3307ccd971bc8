"""One snapshot: what is in it and what made it, its card, its differences; tagged, verified, taken away.

Reviewers read and take away all of it, as under the API; a tag is a manager's to move.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, NotFound, Unusable
from prep.errors import UnknownSnapshot
from prep.phrase import phrase
from prep.snapshot import Snapshot
from web import catalogue, markdown
from web.api.snapshots import exported
from web.auth import Deciding, Managing, Seat
from web.catalogue import t, tn
from web.jobs import JobFailed
from web.routes.manage import figures
from web.routes.manage.datasets import makers, snapshots_of, tags_of
from web.routes.manage.frame import Form, Verdict, address, go, page, text, whole
from web.routes.manage.words import count, figure, interval, moment, rough

router = APIRouter(include_in_schema=False)
PARTS = ("train", "validation", "test")
MOST_KEYS = 100
MOST_LABELS = 20
TABLES = {"items": phrase("items"), "annotations": phrase("annotations"), "guideline": phrase("guideline")}
READY = {"automatic": phrase("automatic"), "by hand": phrase("by hand"), "missing": phrase("missing")}


@router.get("/projects/{name}/datasets/exports/{token}")
def download(request: Request, seat: Deciding, token: str) -> Response:
    """A file that an export made."""
    return exported(request, seat, token)


@router.get("/projects/{name}/datasets/{snapshot}")
def show(request: Request, seat: Deciding, snapshot: str) -> HTMLResponse:
    """Everything about one snapshot."""
    return _page(request, seat, find(request, seat, snapshot))


@router.post("/projects/{name}/datasets/{snapshot}/tag")
def put_tag(request: Request, seat: Managing, form: Form, snapshot: str) -> Response:
    """Let a tag point here."""
    one, tag = find(request, seat, snapshot), text(form, "tag")
    try:
        request.app.state.jobs.call(
            "put_tag", number=seat.project.id, ref=f"{one.name}@{one.id}", tag=tag, actor=seat.member.id
        )
    except JobFailed as error:
        return _page(request, seat, one, error=error)
    return go(request, seat, f"datasets/{one.id[:12]}", t("%(tag)s points to this snapshot.", tag=tag))


@router.get("/projects/{name}/datasets/{snapshot}/delete")
def ask(request: Request, seat: Managing, snapshot: str) -> HTMLResponse:
    """What would go, and the name to type."""
    return _confirm(request, seat, find(request, seat, snapshot), "")


@router.post("/projects/{name}/datasets/{snapshot}/delete")
def delete(request: Request, seat: Managing, form: Form, snapshot: str) -> Response:
    """Take it away for good."""
    one, reason = find(request, seat, snapshot), text(form, "reason")
    if text(form, "typed") != seat.project.name:
        cure = phrase("Type %(name)s, or leave it.", name=seat.project.name)
        return _confirm(request, seat, one, reason, Unusable(phrase("That is not the project's name"), cure=cure))
    try:
        request.app.state.jobs.call(
            "delete_snapshot", number=seat.project.id, ref=f"{one.name}@{one.id}", reason=reason, actor=seat.member.id
        )
    except JobFailed as error:
        return _confirm(request, seat, one, reason, error)
    return go(request, seat, "datasets", t("%(snapshot)s is gone; why stays on record.", snapshot=one.id[:12]))


@router.post("/projects/{name}/datasets/{snapshot}/verify")
def verify(request: Request, seat: Deciding, snapshot: str) -> HTMLResponse:
    """Compare every byte with the manifest. Changes nothing, so the page itself is the answer."""
    one = find(request, seat, snapshot)
    found = request.app.state.jobs.call("verify", project_name=f"{one.name}@{one.id}", seconds=600)
    return _page(
        request, seat, one, checked=[f"{problem['file']}: {catalogue.say(problem['what'])}" for problem in found]
    )


@router.post("/projects/{name}/datasets/{snapshot}/export")
def export(request: Request, seat: Deciding, form: Form, snapshot: str) -> Response:
    """Begin to write it out; the file stands on this page when it is ready."""
    one = find(request, seat, snapshot)
    try:
        options = _options(form)
    except AssayError as error:
        return _page(request, seat, one, error=error)
    job = request.app.state.jobs.start(
        "export",
        project=seat.project.name,
        member=seat.member.id,
        what=phrase("Exporting %(snapshot)s as %(format)s", snapshot=one.ref, format=text(form, "format")),
        then=address(seat.project, f"datasets/{one.id[:12]}"),
        number=seat.project.id,
        ref=f"{one.name}@{one.id}",
        format_name=text(form, "format"),
        options=options,
        actor=seat.member.id,
    )
    return go(request, seat, f"jobs/{job.id}")


@router.get("/projects/{name}/datasets/{snapshot}/diff")
def difference(request: Request, seat: Deciding, snapshot: str) -> HTMLResponse:
    """What changed from another snapshot to this one."""
    after = find(request, seat, snapshot)
    before = find(request, seat, request.query_params.get("with", ""))
    found = request.app.state.jobs.call("diff", project_name=after.name, before=before.id, after=after.id)
    sorts = [("added", t("Added")), ("removed", t("Gone")), ("changed", t("Changed"))]
    names = {"added": t("added"), "removed": t("gone"), "changed": t("changed")}
    total = sum(found[name] for name, _ in sorts)
    return page(
        request,
        seat,
        "snapshot_diff.html",
        heading=t("What changed from %(before)s to %(after)s?", before=before.id[:12], after=after.id[:12]),
        verdict=Verdict(_changed(found) if total else t("Nothing: both hold the same items.")),
        tiles=[
            {"value": found["rows_before"], "name": t("items before")},
            {"value": found["rows_after"], "name": t("items after")},
            *({"value": found[name], "name": names[name]} for name, _ in sorts),
        ],
        flips=[{"before": one["from"], "after": one["to"], "count": one["rows"]} for one in found["flips"][:50]],
        cells=sorted(found["cells"].items(), key=lambda cell: -cell[1]),
        matrix=_matrix(found),
        labels=found["labels"],
        shifts=[one for one in found["shifts"] if one["distance"] >= 0.0005],
        groups=[
            {
                "title": f"{words}: {count(found[name])}",
                "shown": [row.get("id") for row in found["first"][name]],
                "more": max(0, found[name] - MOST_KEYS),
            }
            for name, words in sorts
            if found[name]
        ],
        back=address(seat.project, f"datasets/{after.id[:12]}"),
    )


def _changed(found: dict[str, Any]) -> str:
    """What changed in a sentence; that labels flipped is what a reader must know first."""
    words = tn(
        "%(n)s item added, %(gone)s gone, %(changed)s changed",
        "%(n)s items added, %(gone)s gone, %(changed)s changed",
        found["added"],
        gone=count(found["removed"]),
        changed=count(found["changed"]),
    )
    flipped = sum(one["rows"] for one in found["flips"])
    if not flipped:
        return t("%(changes)s; no label flipped.", changes=words)
    return tn("%(changes)s; %(n)s label flipped.", "%(changes)s; %(n)s labels flipped.", flipped, changes=words)


def _matrix(found: dict[str, Any]) -> dict[str, Any]:
    """From which label to which: a row and a column for each label that flipped."""
    flips = found["flips"]
    names = sorted({str(one[side]) for one in flips for side in ("from", "to")})
    if not 0 < len(names) <= MOST_LABELS:
        return {}
    cells = {(str(one["from"]), str(one["to"])): one["rows"] for one in flips}
    return {"names": names, "rows": [(name, [cells.get((name, other), 0) for other in names]) for name in names]}


def find(request: Request, seat: Seat, ref: str) -> Snapshot:
    """A snapshot of this project by its id's beginning or a tag. Raises NotFound."""
    from prep.snapshot import SnapshotStore

    try:
        return SnapshotStore(request.app.state.workspace.snapshots).get(f"{seat.project.name}@{ref}")
    except UnknownSnapshot:
        raise NotFound("snapshot of this project", ref) from None


def _options(form: Any) -> dict[str, Any]:
    """The options of an export as the form says. Raises Unusable."""
    options: dict[str, Any] = {
        "soft_labels": text(form, "soft") == "1",
        "seed": whole(form, "seed", "seed"),
        "splits": None,
    }
    if text(form, "splits") == "1":
        shares = {part: whole(form, part, phrase("share of %(part)s in percent", part=part)) for part in PARTS}
        if sum(shares.values()) != 100 or min(shares.values()) < 0:
            raise Unusable(
                phrase("The shares do not make 100 percent"),
                cure=phrase("They sum to %(sum)s; mend one.", sum=sum(shares.values())),
            )
        options["splits"] = {part: share / 100 for part, share in shares.items() if share}
        options["together"] = text(form, "together") == "1"
        options["allow_leak"] = text(form, "allow_leak")
    return options


def _page(
    request: Request,
    seat: Seat,
    one: Snapshot,
    *,
    error: AssayError | None = None,
    checked: list[str] | None = None,
) -> HTMLResponse:
    tags, who = tags_of(request, seat).get(one.id, []), makers(request, seat)
    others = [other for other in snapshots_of(request, seat) if other.id != one.id]
    rows = _first_rows(request, seat, one)
    card = one.path / "README.md"
    status = 200 if error is None else error.status if isinstance(error, JobFailed) else 400
    return page(
        request,
        seat,
        "snapshot.html",
        heading=t("What is in %(snapshot)s?", snapshot=one.ref),
        verdict=_verdict(one, tags, who.get(one.id)),
        status=status,
        error=error,
        checked=checked,
        here=address(seat.project, f"datasets/{one.id[:12]}"),
        tiles=_tiles(one),
        snippet=f'import prep\n\ntrain = prep.load("{one.name}@{tags[0] if tags else one.id[:12]}", split="train")',
        formats=_formats(str(one.about.get("kind") or "")),
        files=_files(request, seat, one),
        preview_columns=rows["columns"],
        preview=rows["rows"],
        facts=_facts(one),
        manifest_files=[
            {"name": name, "bytes": held["bytes"], "sha256": held["sha256"]}
            for name, held in one.manifest["files"].items()
        ],
        other_options=[
            (
                other.id[:12],
                t(
                    "%(snapshot)s of %(when)s",
                    snapshot=other.id[:12],
                    when=moment(int(other.created_at.timestamp() * 1000)),
                ),
            )
            for other in others
        ],
        may_tag=seat.role == "manager",
        ready=_ready(one),
        card=markdown.to_html(_body(card.read_text(encoding="utf-8"))) if card.is_file() else "",
    )


def _confirm(request: Request, seat: Seat, one: Snapshot, reason: str, error: AssayError | None = None) -> HTMLResponse:
    tags = tags_of(request, seat).get(one.id, [])
    sentences = [
        t(
            "%(items)s and %(annotations)s go, %(size)s of files. This cannot be undone: a training run that names this "
            "snapshot cannot be repeated any more.",
            items=tn("%(n)s item", "%(n)s items", one.rows("items")),
            annotations=tn("%(n)s annotation", "%(n)s annotations", one.rows("annotations")),
            size=f"{count(one.bytes / 1e6, 1)} MB" if one.bytes >= 100_000 else f"{count(one.bytes / 1e3)} kB",
        ),
        t("That it was, when it went, by whom and why stays on record, and verifying the workspace knows it."),
    ]
    if tags:
        sentences.insert(
            0, t("It is tagged %(tags)s: something relies on it. Move the tag first.", tags=", ".join(tags))
        )
    return page(
        request,
        seat,
        "confirm.html",
        heading=t("Delete %(snapshot)s?", snapshot=one.ref),
        status=200 if error is None else getattr(error, "status", 400),
        error=error,
        sentences=sentences,
        typed=seat.project.name,
        reason=reason,
        act=t("Delete it for good"),
        back=address(seat.project, f"datasets/{one.id[:12]}"),
    )


def _ready(one: Snapshot) -> dict[str, Any]:
    """The card of data readiness that was computed when it was frozen."""
    found: dict[str, Any] = dict(one.about.get("readiness") or {})
    if found:
        found["points"] = rough(found["score"], 6)
    for test in found.get("tests", []):
        test["tone"] = {"automatic": "good", "by hand": "warn"}.get(test["state"], "bad")
        test["word"] = READY.get(test["state"], test["state"])
    return found


def _verdict(one: Snapshot, tags: list[str], by: str | None) -> Verdict:
    named = t("Tagged %(tags)s.", tags=", ".join(tags)) if tags else t("It has no tag.")
    at = moment(int(one.created_at.timestamp() * 1000))
    made = t("Frozen %(at)s by %(who)s; it never changes.", at=at, who=by or t("the command line"))
    return Verdict(f"{named} {made}")


def _tiles(one: Snapshot) -> list[dict[str, str]]:
    agreement = one.about.get("agreement") or {}
    tiles = [{"name": TABLES.get(name, name), "value": count(one.rows(name)), "note": ""} for name in one.tables]
    if agreement.get("value") is not None:
        span = interval(agreement.get("low"), agreement.get("high"))
        tiles.append({"name": t("agreement"), "value": figure(agreement["value"]), "note": f"95 % {span}"})
    return tiles


def _facts(one: Snapshot) -> list[tuple[str, str]]:
    about = one.about
    run = about.get("consensus") or {}
    guidelines = about.get("guidelines") or []
    facts = [
        (t("Id"), one.id),
        (t("Before it"), one.parent[:12] if one.parent else t("none")),
        (t("Question"), str(about.get("question", ""))),
        (t("Kind"), str(about.get("kind", ""))),
        (t("Guideline"), ", ".join(f"v{row['version']}" for row in guidelines) or t("none")),
        (t("Consensus"), _run(run) if run else t("none")),
        (t("Choices"), ", ".join(f"{name} {value}" for name, value in (about.get("choices") or {}).items() if value)),
        (t("Code version"), str(about.get("code_version", ""))),
    ]
    return [(name, value) for name, value in facts if value]


def _run(run: dict[str, Any]) -> str:
    return tn(
        "%(method)s, seed %(seed)s, %(n)s answer",
        "%(method)s, seed %(seed)s, %(n)s answers",
        run["answers"],
        method=run["method"],
        seed=run["seed"],
    )


def _formats(asked: str) -> list[dict[str, str]]:
    """Every format that fits the kind, with its one line of use; parquet first, as training reads it with types and all."""
    from labeling import formats

    found = sorted(formats.every(asked), key=lambda one: one.NAME != "parquet")
    return [{"name": one.NAME, "title": one.NAME, "description": one.DESCRIPTION} for one in found]


def _files(request: Request, seat: Seat, one: Snapshot) -> list[dict[str, Any]]:
    """The exports of this snapshot that are ready, the newest first."""
    ready = [
        job
        for job in request.app.state.jobs.of_project(seat.project.name)
        if job.state == "done" and job.what.startswith(f"Exporting {one.ref} ") and isinstance(job.result, dict)
    ]
    return [
        {
            "href": address(seat.project, f"datasets/exports/{job.result['token']}"),
            "name": job.result["file"],
            "bytes": job.result["bytes"],
            "words": t("made %(when)s", when=moment(job.ended_at)),
        }
        for job in ready
    ]


def _first_rows(request: Request, seat: Seat, one: Snapshot) -> dict[str, Any]:
    def compute() -> dict[str, Any]:
        found: dict[str, Any] = request.app.state.jobs.call("first_rows", ref=f"{one.name}@{one.id}")
        return found

    try:
        return figures.once(request, seat.project, 0, "first rows", compute, one.id)
    except JobFailed:  # a damaged snapshot still has its page, where it can be verified
        return {"columns": [], "rows": []}


def _body(card: str) -> str:
    """What people read of a card that does not stand on the page already."""
    return _without_head(card).split("\n## Data readiness\n", 1)[0]


def _without_head(card: str) -> str:
    r"""A card without the YAML that machines read.

    >>> _without_head("---\ntags: [x]\n---\n# Title")
    '# Title'
    """
    if not card.startswith("---\n"):
        return card
    return card.split("\n---\n", 1)[-1]
