"""Gold items: made, changed and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.errors import NotFound, Unusable
from labeling.services.reading import read_answer
from labeling.store import Writing, gold, handout, items, projects
from prep.phrase import phrase

PURPOSES = ("audit",)


def set_gold(
    tx: Writing,
    *,
    project: int,
    answers: Mapping[str, Any],
    purpose: str = "audit",
    note: str = "",
    lines: Mapping[str, int] | None = None,
    actor: int | None,
) -> int:
    """Make items gold with the answers known to be right; how many. A gold item goes to every annotator at the
    project's rate and is no part of what is to be labeled.

    `lines` says in which line of a file each item stands, for the errors.
    Raises NotFound for an item that is not there (Unusable where its line is known), Unusable for an answer that the
    kind refuses.
    """
    here = projects.by_id(tx.connection, project)
    if purpose not in PURPOSES:
        raise Unusable(
            phrase("%(purpose)r is no purpose of gold", purpose=purpose),
            cure=phrase("Known are: %(names)s.", names=", ".join(PURPOSES)),
        )
    if not answers:
        raise Unusable(phrase("There is no gold answer in it"), cure=phrase("Give at least one item with its answer."))
    found = items.numbers(tx.connection, project, list(answers))
    for row, (key, raw) in enumerate(answers.items(), 1):
        line = (lines or {}).get(key)
        if key not in found and line is not None:
            cure = "Import the items first, or take the row out."
            raise Unusable(
                phrase("there is no item %(key)r in this project", key=key), row=line, column="item", cure=cure
            )
        if key not in found:
            raise NotFound("item", key)
        try:
            answer = read_answer(tx.connection, here, found[key], raw)
        except Unusable as error:
            raise Unusable(
                phrase("item %(key)r: %(what)s", key=key, what=error.what), row=line or row, cure=error.cure
            ) from error
        gold.put(
            tx.connection,
            project=project,
            item=found[key],
            answer=answer,
            purpose=purpose,
            note=note,
            member=actor,
            now=tx.now,
        )
    handout.rewind_gold(tx.connection, project)
    items.recount(tx.connection, project)
    tx.log(actor, "set_gold", project, here.name, count=len(answers), items=sorted(found)[:20])
    return len(answers)


def remove_gold(tx: Writing, *, project: int, item_key: str, actor: int | None) -> None:
    """A gold item becomes one to be labeled, with the answers it has. Raises NotFound."""
    here = projects.by_id(tx.connection, project)
    item = items.by_key(tx.connection, project, item_key)
    if not gold.remove(tx.connection, item.id, here.overlap):
        raise NotFound("gold item", item_key, gold.answers(tx.connection, project))
    handout.see_again(tx.connection, project, item.id)
    items.recount(tx.connection, project)
    tx.log(actor, "remove_gold", project, item_key)
