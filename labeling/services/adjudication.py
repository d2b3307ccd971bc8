"""A reviewer's rulings, which stand above the consensus."""

from __future__ import annotations

from typing import Any

from labeling.errors import Conflict, NotAllowed, Unusable
from labeling.services.reading import read_answer
from labeling.store import Writing, consensus, guidelines, items, members, projects
from prep.phrase import numeral, phrase

LONGEST_REASON = 5_000
RULERS = ("reviewer", "manager")


def adjudicate(tx: Writing, *, project: int, item: str, answer: Any, reason: str, actor: int | None) -> None:
    """Rule on an item, by its id; a later ruling stands above an earlier one.

    Raises NotFound, NotAllowed, Unusable for an answer the kind refuses or a ruling without a reason.
    """
    here = projects.by_id(tx.connection, project)
    _may_rule(tx, project, actor)
    found = items.by_key(tx.connection, project, item)
    ruled = read_answer(tx.connection, here, found.id, answer)
    _rule(tx, project=project, item=found.id, answer=ruled, reason=_reason(reason), actor=actor)
    tx.log(actor, "adjudicate", project, item, answer=ruled)


def withdraw(tx: Writing, *, project: int, item: str, reason: str, actor: int | None) -> None:
    """Take the ruling on an item back; the consensus stands again. Raises NotFound, Conflict where there is none."""
    _may_rule(tx, project, actor)
    found = items.by_key(tx.connection, project, item)
    if item not in consensus.rulings(tx.connection, project):
        raise Conflict(phrase("There is no ruling on item %(item)r to take back.", item=item))
    _rule(tx, project=project, item=found.id, answer=None, reason=_reason(reason), actor=actor)
    tx.log(actor, "withdraw", project, item)


def _may_rule(tx: Writing, project: int, actor: int | None) -> None:
    if actor is None or projects.role(tx.connection, project, actor) in RULERS:
        return
    if not members.by_id(tx.connection, actor).is_admin:
        raise NotAllowed(phrase("Only reviewers and managers rule on items. Ask the project's manager for that role."))


def _rule(tx: Writing, *, project: int, item: int, answer: Any, reason: str, actor: int | None) -> None:
    standing = guidelines.standing(tx.connection, project)
    consensus.add_adjudication(
        tx.connection,
        project=project,
        item=item,
        answer=answer,
        reason=reason,
        guideline_version=0 if standing is None else standing.version,
        member=actor,
        now=tx.now,
    )


def _reason(text: str) -> str:
    if not text.strip():
        raise Unusable(
            phrase("A ruling needs a reason"), cure=phrase("Say why, in a sentence, so that the guideline can learn.")
        )
    if len(text) > LONGEST_REASON:
        raise Unusable(
            phrase("The reason is too long"),
            cure=phrase("Use at most %(LONGEST_REASON)s characters.", LONGEST_REASON=numeral(LONGEST_REASON)),
        )
    return text.strip()
