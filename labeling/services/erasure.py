"""Erasing what a person asks to have erased from the workspace's database; the log says that and why, and not what.

The log itself is never rewritten: a line keeps the SHA-256 of what was erased, so that it can be proved later that this
and nothing else went. Names of members and keys of items that older lines hold stay in them (see the handbook).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from labeling.errors import Conflict, NotFound, Unusable
from labeling.kinds import kind
from labeling.media.shelf import Shelf
from labeling.store import Writing, erasure, items, media, members, projects
from prep.phrase import phrase


def erase_items(
    tx: Writing,
    *,
    project: int,
    keys: Sequence[str],
    reason: str,
    actor: int | None,
    workspace: Path | None = None,
) -> int:
    """Overwrite items of a project; how many. They keep their place and their counts, and are in no dataset any more.

    Media that only they name go too, with their files where `workspace` says in which folder those lie.
    Raises Unusable without a reason, NotFound for a key that is not there (nothing is erased then).
    """
    why = _reason(reason)
    here = projects.by_id(tx.connection, project)
    numbers = items.numbers(tx.connection, project, keys)
    for key in keys:
        if key not in numbers:
            raise NotFound("item", key)
    one = kind(here.kind)
    of_these = media.named_by(tx.connection, project, set(numbers.values()))
    told = erasure.items(tx.connection, project, sorted(set(numbers.values())), free_text=one.frees_text(here.options))
    more = _erase_media(tx, project, here.name, of_these, workspace)
    tx.log(actor, "erase_items", project, here.name, count=len(told), reason=why, erased=told, **more)
    return len(told)


def _erase_media(
    tx: Writing, project: int, name: str, named: set[str], workspace: Path | None
) -> dict[str, list[dict[str, str]]]:
    """Forget those of the media that no item names any more, and what the log is told of them."""
    gone = named - media.named_by(tx.connection, project) if named else set()
    if not gone:
        return {}
    told = [
        {"medium": hashlib.sha256(one.name.encode()).hexdigest(), "content": one.hash}
        for one in media.exact(tx.connection, project, gone).values()
    ]
    files = media.remove(tx.connection, project, gone)
    if workspace is not None:
        for file in files:
            Shelf(workspace, name).take(file)
    return {"media": told}


def erase_member(tx: Writing, *, member: int, reason: str, actor: int | None) -> str:
    """Overwrite who a member is; their answers stay, and name nobody. The name under which they stand now.

    Raises Unusable without a reason, Conflict for the last admin.
    """
    why = _reason(reason)
    one = members.by_id(tx.connection, member)
    others = [m for m in members.listing(tx.connection) if m.is_admin and m.disabled_at is None and m.id != member]
    if one.is_admin and not others:
        raise Conflict(phrase("%(name)r is the last admin. Make somebody else admin first.", name=one.name))
    told = erasure.member(tx.connection, member, tx.now)
    tx.log(actor, "erase_member", None, f"erased-{member}", reason=why, erased=told)
    return f"erased-{member}"


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Unusable(
            phrase("There is no reason"), cure=phrase("Say why it is erased: the reason is kept in the log.")
        )
    return reason.strip()
