"""What happened, line by line; and whether every line is still as it was written."""

from __future__ import annotations

import json
import re

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from labeling.model import LogLine
from labeling.store import chain, log_reads
from prep.phrase import phrase
from web.auth import Managing, Seat
from web.catalogue import grouped, t
from web.routes.manage.frame import Verdict, page, store_of

router = APIRouter(include_in_schema=False)
AT_ONCE = 100
ACTIONS: dict[str, str] = {
    "accept_invite": phrase("accept invite"),
    "acknowledge": phrase("acknowledge"),
    "add_media": phrase("add media"),
    "adjudicate": phrase("adjudicate"),
    "answer_comment": phrase("answer comment"),
    "change_project": phrase("change project"),
    "close_project": phrase("close project"),
    "close_sessions": phrase("close sessions"),
    "create_member": phrase("create member"),
    "create_project": phrase("create project"),
    "create_token": phrase("create token"),
    "decide": phrase("decide"),
    "disable_member": phrase("disable member"),
    "dispute": phrase("dispute"),
    "enable_member": phrase("enable member"),
    "erase_items": phrase("erase items"),
    "erase_member": phrase("erase member"),
    "expire": phrase("expire"),
    "export": phrase("export"),
    "hand_out": phrase("hand out"),
    "import_answers": phrase("import answers"),
    "import_items": phrase("import items"),
    "invite": phrase("invite"),
    "publish_guideline": phrase("publish guideline"),
    "put_suggestions": phrase("put suggestions"),
    "release": phrase("release"),
    "remove_gold": phrase("remove gold"),
    "remove_media": phrase("remove media"),
    "remove_snapshot": phrase("remove snapshot"),
    "remove_suggestions": phrase("remove suggestions"),
    "reopen_project": phrase("reopen project"),
    "revise": phrase("revise"),
    "revoke_token": phrase("revoke token"),
    "route_overlap": phrase("route overlap"),
    "run_consensus": phrase("run consensus"),
    "set_admin": phrase("set admin"),
    "set_desk": phrase("set desk"),
    "set_gold": phrase("set gold"),
    "set_password": phrase("set password"),
    "set_role": phrase("set role"),
    "settle_dispute": phrase("settle dispute"),
    "sign_in": phrase("sign in"),
    "sign_out": phrase("sign out"),
    "skip": phrase("skip"),
    "snapshot": phrase("snapshot"),
    "submit": phrase("submit"),
    "tag": phrase("tag"),
    "withdraw": phrase("withdraw"),
}
"""What the log calls an action, in words."""


@router.get("/projects/{name}/log")
def show(request: Request, seat: Managing, action: str = "", before: int | None = None) -> HTMLResponse:
    """The newest lines first, of one sort if asked for."""
    return _page(request, seat, action, before, None)


@router.post("/projects/{name}/log/verify")
def verify(request: Request, seat: Managing) -> HTMLResponse:
    """Follow the chain of hashes from the first line to the last. Changes nothing, so the page itself is the answer."""
    with store_of(request).read() as connection:
        problems = chain.verify(connection)
    return _page(request, seat, "", None, problems)


def _page(
    request: Request, seat: Seat, action: str, before: int | None, problems: list[chain.Problem] | None
) -> HTMLResponse:
    with store_of(request).read() as connection:
        lines = chain.page(connection, project=seat.project.id, action=action or None, before=before, limit=AT_ONCE + 1)
        actions = log_reads.actions(connection, seat.project.id)
    more = len(lines) > AT_ONCE
    lines = lines[:AT_ONCE]
    base = f"/projects/{seat.project.name}/log?" + (f"action={action}&" if action else "")
    return page(
        request,
        seat,
        "log.html",
        heading=t("What happened here?"),
        verdict=Verdict(
            t(
                "Every change of state has its line, chained to the one before by its hash, so that none can be changed "
                "or taken out unseen."
            )
        ),
        problems=problems,
        action=action,
        action_options=[
            ("", t("everything")),
            *((name, t("%(what)s (%(n)s)", what=_named(name), n=grouped(count))) for name, count in actions),
        ],
        lines=[
            {
                "id": line.id,
                "at": line.at,
                "actor": line.actor,
                "action": _named(line.action),
                "subject": _short(line.subject),
                "words": _words(line),
                "hash": line.hash,
            }
            for line in lines
        ],
        next_href=f"{base}before={lines[-1].id}" if more else "",
    )


def _named(action: str) -> str:
    """An action in words.

    >>> _named("set_gold"), _named("of_later")
    ('set gold', 'of later')
    """
    return ACTIONS.get(action, action.replace("_", " "))


def _short(subject: str) -> str:
    """What a line is about; of a hash the first twelve digits.

    >>> _short("v2"), _short("ab" * 32)
    ('v2', 'abababababab')
    """
    return subject[:12] if re.fullmatch(r"[0-9a-f]{64}", subject) else subject


def _words(line: LogLine, most: int = 300) -> str:
    """A line's detail as `name: value` pairs.

    >>> _words(LogLine(1, 0, None, "publish", None, "v2", {"change": "meaning", "items": [1, 2]}, ""))
    'change: meaning, items: [1, 2]'
    """
    text = ", ".join(
        f"{name.replace('_', ' ')}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in line.detail.items()
        if value not in (None, "", False)
    )
    return text if len(text) <= most else text[: most - 1] + "…"
