"""The instructions: the version that stands, the editor with its preview, differences, and who has read what."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, Unusable
from labeling.model import Guideline
from labeling.services import guidelines as services
from labeling.store import guidelines, overview_reads, projects, remarks
from prep.phrase import phrase
from web import markdown, wire
from web.auth import Deciding, Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.faces import line
from web.routes.manage.frame import Form, Verdict, go, page, store_of, text, whole

router = APIRouter(include_in_schema=False)
TABS: dict[str, str] = {phrase("Guideline"): "guideline", phrase("Comments"): "guideline/comments"}
AROUND = 3
FIRST_TEXT = phrase(
    """# %(question)s

%(labels)s
## When you are unsure

Choose what fits best and flag it. Skip an item only if it cannot be answered.
""",
    question="…",
    labels="",
)


@router.get("/projects/{name}/guideline")
def show(request: Request, seat: Deciding, version: int | None = None) -> HTMLResponse:
    """The version that stands, or an earlier one."""
    project = seat.project.id
    with store_of(request).read() as connection:
        versions = guidelines.listing(connection, project)
        answers = overview_reads.answers_by_version(connection, project)
        shown = guidelines.one(connection, project, version) if version else (versions[0] if versions else None)
        readers: list[dict[str, Any]] = [
            {"name": member.shown, "version": guidelines.acknowledged(connection, project, member.id), "id": member.id}
            for member, role in projects.roles(connection, project)
            if role == "annotator"
        ]
        read_at = {(number, who): at for number, who, at in guidelines.readers(connection, project)}
        names = {member.id: member.name for member, _ in projects.roles(connection, project)}
    newest = versions[0].version if versions else 0
    for reader in readers:
        reader["at"] = read_at.get((newest, names[reader["id"]]))
    return page(
        request,
        seat,
        "guideline.html",
        heading=t("What were they told?"),
        verdict=_verdict(versions, readers),
        tabs=TABS,
        shown=shown,
        html=markdown.to_html(shown.body) if shown else "",
        change_words=_change_words(shown) if shown else "",
        newest=newest,
        versions=[
            {
                "version": one.version,
                "note": one.note,
                "change": one.change,
                "published_at": one.published_at,
                "answers": answers.get(one.version, 0),
            }
            for one in versions
        ],
        version_options=[(str(one.version), f"v{one.version}") for one in versions],
        readers=readers,
        may_publish=seat.role == "manager",
    )


def _change_words(shown: Guideline) -> str:
    return t("Clarification") if shown.change == "clarification" else t("Change of meaning")


def _verdict(versions: list[Guideline], readers: list[dict[str, Any]]) -> Verdict | None:
    if not versions:
        return None
    newest = versions[0].version
    behind = sum(reader["version"] < newest for reader in readers)
    if behind:
        return Verdict(
            tn(
                "Version %(newest)s stands. %(n)s annotator has not read it yet; they will before their next item.",
                "Version %(newest)s stands. %(n)s annotators have not read it yet; they will before their next item.",
                behind,
                newest=newest,
            ),
            "warn",
        )
    if readers:
        return Verdict(t("Version %(newest)s stands, and every annotator has read it.", newest=newest), "good")
    return Verdict(t("Version %(newest)s stands.", newest=newest), "good")


@router.get("/projects/{name}/guideline/edit")
def edit(request: Request, seat: Managing, comment: int | None = None) -> HTMLResponse:
    """The editor, with the text that stands or a first draft made of the labels; beside it the comment it is about."""
    with store_of(request).read() as connection:
        before = guidelines.current(connection, seat.project.id)
    return _editor(request, seat, before, before.body if before else _draft(seat), comment=comment)


@router.post("/projects/{name}/guideline/edit")
def publish(request: Request, seat: Managing, form: Form) -> Response:
    """Publish the next version; or, without JavaScript, show the preview."""
    body, note, change = _raw(form.get("body")), text(form, "note"), text(form, "change")
    comment = whole(form, "comment", "comment") if text(form, "comment") else None
    with store_of(request).read() as connection:
        before = guidelines.current(connection, seat.project.id)
    if text(form, "act") == "preview":
        return _editor(request, seat, before, body, note, change, comment=comment)
    try:
        if text(form, "base") != str(before.version if before else 0):
            newest = f"v{before.version}" if before else t("nothing")
            raise Unusable(
                phrase("Somebody has published %(newest)s since you began", newest=newest),
                cure=phrase("Your text is below. Compare it with theirs, then publish again."),
            )
        made = store_of(request).write(
            services.publish,
            project=seat.project.id,
            body=body,
            note=note,
            change=change or "clarification",  # type: ignore[arg-type] # the service says what is wrong with another
            actor=seat.member.id,
        )
    except AssayError as error:
        return _editor(request, seat, before, body, note, change, error, comment=comment)
    said = t("Version %(version)s stands. Annotators read it before their next item.", version=made.version)
    if comment is not None:
        return go(request, seat, "guideline/comments", t("%(done)s Now tell who wrote the comment.", done=said))
    return go(request, seat, "guideline", said)


@router.post("/projects/{name}/guideline/preview")
def preview(seat: Managing, form: Form) -> HTMLResponse:  # noqa: ARG001 - only managers may
    """The text as it will look, for the page to put beside the editor. Changes nothing."""
    return HTMLResponse(str(markdown.to_html(_raw(form.get("body"))[:200_000])))


@router.get("/projects/{name}/guideline/diff")
def difference(request: Request, seat: Deciding) -> HTMLResponse:
    """What changed between two versions, `from` and `to`. Raises Unusable, and NotFound for one that there is not."""
    wire.refuse_unknown(request, ("from", "to"))
    with store_of(request).read() as connection:
        versions = guidelines.listing(connection, seat.project.id)
        newest = versions[0].version if versions else 0
        first, second = _number(request, "from", max(1, newest - 1)), _number(request, "to", newest)
        before = guidelines.one(connection, seat.project.id, first)
        after = guidelines.one(connection, seat.project.id, second)
    blocks = markdown.diff(before.body, after.body)
    changed = sum(block["kind"] != "same" for block in blocks)
    return page(
        request,
        seat,
        "guideline_diff.html",
        heading=t("What changed from v%(first)s to v%(second)s?", first=first, second=second),
        verdict=Verdict(
            tn("%(n)s line differs.", "%(n)s lines differ.", changed) if changed else t("Nothing: they are equal.")
        ),
        first=first,
        second=second,
        blocks=_folded(blocks),
        version_options=[(str(one.version), f"v{one.version}") for one in versions],
    )


def _editor(
    request: Request,
    seat: Seat,
    before: Guideline | None,
    body: str,
    note: str = "",
    change: str = "",
    error: AssayError | None = None,
    comment: int | None = None,
) -> HTMLResponse:
    with store_of(request).read() as connection:
        about = None if comment is None else remarks.one(connection, seat.project.id, comment)
        answers = sum(overview_reads.answers_by_version(connection, seat.project.id).values())
    return page(
        request,
        seat,
        "guideline_edit.html",
        heading=t("What should they be told?"),
        status=200 if error is None else status_of(error),
        error=error,
        base=before.version if before else 0,
        body=body,
        note=note,
        change=change,
        answers=answers,
        html=markdown.to_html(body),
        about=about,
        about_item=None if about is None else line(seat.project, about.payload) or about.key,
    )


def _draft(seat: Seat) -> str:
    from web.routes.manage.faces import Labels

    parts = []
    for label in Labels(seat.project).labels:
        means = label.description or t("Say what it means.")
        parts.append(f"## {label.text}\n\n{means}\n")
        parts.append(
            t(
                "- Example: %(example)s\n- Not this: %(counterexample)s\n",
                example=label.example or "…",
                counterexample=label.counterexample or "…",
            )
        )
    return t(FIRST_TEXT.message, question=seat.project.question, labels="\n".join(parts))


def _folded(blocks: list[markdown.Block]) -> list[Any]:
    """The blocks with long runs of equal lines folded to a gap that says how many."""
    near = {
        other
        for place, block in enumerate(blocks)
        if block["kind"] != "same"
        for other in range(place - AROUND, place + AROUND + 1)
    }
    out: list[Any] = []
    for place, block in enumerate(blocks):
        if place in near:
            out.append(block)
        elif out and out[-1]["kind"] == "gap":
            out[-1]["lines"] += 1
        else:
            out.append({"kind": "gap", "lines": 1})
    return out


def _number(request: Request, name: str, default: int) -> int:
    given = request.query_params.get(name, "")
    if not given:
        return default
    if not given.isascii() or not given.isdigit():
        raise Unusable(phrase("%(given)r is no version", given=given[:40]), cure=phrase("Give its number, such as 2."))
    return int(given)


def _raw(value: object) -> str:
    """The text as it was typed, with the line ends of a file instead of a browser's."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""
