"""Overwriting what a person may ask to have erased; counts and answers that name nobody stay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from labeling.store import schema as t
from labeling.store.items import recount

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

ERASED = "[erased]"


def items(connection: Connection, project: int, numbers: Sequence[int], *, free_text: bool) -> list[dict[str, Any]]:
    """Overwrite items: fields, key, comments and reasons (and answers of a kind that is free text). Nobody gets them any more.

    Of each its number and the SHA-256 of what was its key and its fields are given back.
    """
    told = []
    for number in numbers:
        row = connection.execute(select(t.items.c.key, t.items.c.payload).where(t.items.c.id == number)).one()
        told.append({"item": number, "key": _sha(row.key), "fields": _sha(row.payload)})
        fields = json.dumps(dict.fromkeys(json.loads(row.payload), ERASED))
        connection.execute(
            update(t.items)
            .where(t.items.c.id == number)
            .values(key=f"erased-{number}", payload=fields, wanted=t.items.c.taken)
        )
        connection.execute(delete(t.staged_items).where(t.staged_items.c.key == row.key))
        connection.execute(delete(t.agreed).where(t.agreed.c.item_id == number))
        connection.execute(delete(t.gold).where(t.gold.c.item_id == number))
        connection.execute(delete(t.returned).where(t.returned.c.item_id == number))
        connection.execute(delete(t.suggestions).where(t.suggestions.c.item_id == number))
        mine = select(t.assignments.c.id).where(t.assignments.c.item_id == number)
        connection.execute(delete(t.remarks).where(t.remarks.c.assignment_id.in_(mine)))
        connection.execute(
            update(t.assignments).where(t.assignments.c.item_id == number).values(note="", suggested=None)
        )
        blank: dict[str, Any] = {"comment": "", "counted": False, "suggested": None}
        if free_text:
            blank["answer"] = json.dumps(ERASED)
        connection.execute(update(t.annotations).where(t.annotations.c.item_id == number).values(**blank))
        ruling: dict[str, Any] = {"reason": ERASED}
        if free_text:
            ruling["answer"] = None
        connection.execute(update(t.adjudications).where(t.adjudications.c.item_id == number).values(**ruling))
        connection.execute(update(t.disputes).where(t.disputes.c.item_id == number).values(reason=ERASED, answer=""))
    connection.execute(delete(t.figures).where(t.figures.c.project_id == project))
    recount(connection, project)
    return told


def member(connection: Connection, number: int, now: int) -> dict[str, Any]:
    """Overwrite who a member is: name, password, sessions, invites, tokens, and every word they wrote."""
    row = connection.execute(select(t.members.c.name).where(t.members.c.id == number)).one()
    connection.execute(
        update(t.members)
        .where(t.members.c.id == number)
        .values(name=f"erased-{number}", display="", password_hash=None, is_admin=False, disabled_at=now)
    )
    for table in (t.sessions, t.invites, t.tokens):
        connection.execute(delete(table).where(table.c.member_id == number))
    connection.execute(update(t.annotations).where(t.annotations.c.member_id == number).values(comment=""))
    connection.execute(update(t.assignments).where(t.assignments.c.member_id == number).values(note=""))
    connection.execute(update(t.disputes).where(t.disputes.c.member_id == number).values(reason=ERASED))
    connection.execute(update(t.decisions).where(t.decisions.c.member_id == number).values(reason=ERASED))
    said = select(t.assignments.c.id).where(t.assignments.c.member_id == number)
    connection.execute(delete(t.remarks).where(t.remarks.c.assignment_id.in_(said)))
    connection.execute(update(t.members).where(t.members.c.id == number).values(desk=""))
    connection.execute(delete(t.figures))
    return {"member": number, "name": _sha(row.name)}


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
