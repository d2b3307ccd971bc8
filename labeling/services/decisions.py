"""What a person decides about an annotator, and an annotator's word against gold. Numbers never decide anything."""

from __future__ import annotations

from typing import Any

from labeling.errors import Conflict, NotFound, Unusable
from labeling.model import DECISIONS, Decision
from labeling.services.projects import MOST_OVERLAP
from labeling.store import Writing, decisions, gold, guidelines, handout, items, members, projects
from prep.phrase import phrase

LONGEST_REASON = 2_000


def decide(tx: Writing, *, project: int, annotator: str, decision: Decision, reason: str, actor: int | None) -> int:
    """Pause, resume, retrain, exclude, include, requeue an annotator or withdraw that, saying why; how many items it moved.

    pause: no more items until resumed; what they hold they may still submit. retrain: they read the guideline again
    before the next item, and see the reason. exclude: their answers count for no figure until included. requeue: items
    they answered and that were not asked so before get one more answer, from somebody else. withdraw: those of them
    whose further answer nobody has given or leased yet do not. The guideline version that stands is kept with it.
    Raises Unusable without a reason or for an unknown decision, NotFound, Conflict where it would change nothing.
    """
    here = projects.by_id(tx.connection, project)
    if decision not in DECISIONS:
        raise Unusable(
            phrase("%(decision)r cannot be decided", decision=str(decision)[:40]),
            cure=phrase("Give one of: %(names)s.", names=", ".join(DECISIONS)),
        )
    words = _reason(reason)
    who = members.by_name(tx.connection, annotator)
    _known_here(tx, project, who.id, annotator)
    seat = handout.seat(tx.connection, project, who.id)
    moved = 0
    if decision == "pause":
        _refuse(seat.paused_at is not None, f"{annotator!r} is paused already.")
        decisions.mark(tx.connection, project, who.id, paused_at=tx.now)
    elif decision == "resume":
        _refuse(seat.paused_at is None, f"{annotator!r} is not paused.")
        decisions.mark(tx.connection, project, who.id, paused_at=None)
    elif decision == "exclude":
        _refuse(seat.excluded_at is not None, f"The answers of {annotator!r} are excluded already.")
        decisions.mark(tx.connection, project, who.id, excluded_at=tx.now)
    elif decision == "include":
        _refuse(seat.excluded_at is None, f"The answers of {annotator!r} are not excluded.")
        decisions.mark(tx.connection, project, who.id, excluded_at=None)
    elif decision == "retrain":
        _refuse(
            guidelines.current(tx.connection, project) is None,
            f"{here.title!r} has no guideline to read again. Publish one first.",
        )
        decisions.mark(tx.connection, project, who.id, reread_at=tx.now)
    elif decision == "requeue":
        moved = _requeue(tx, project, who.id, annotator)
    else:
        moved = _withdraw(tx, project, who.id, annotator)
    decisions.add(
        tx.connection,
        project=project,
        member=who.id,
        decision=decision,
        reason=words,
        guideline_version=here.guideline_version,
        by=actor,
        now=tx.now,
    )
    facts = {"items": moved} if moved else {}
    tx.log(
        actor, "decide", project, annotator,
        decision=decision, reason=words, guideline_version=here.guideline_version, **facts,
    )  # fmt: skip
    return moved


def _requeue(tx: Writing, project: int, member: int, annotator: str) -> int:
    found = decisions.requeue(tx.connection, project, member, MOST_OVERLAP, tx.now)
    _refuse(not found, f"{annotator!r} has answered no item that was not asked once more already.")
    for item in found:
        handout.see_again(tx.connection, project, item)
    items.recount(tx.connection, project)
    return len(found)


def _withdraw(tx: Writing, project: int, member: int, annotator: str) -> int:
    found = decisions.waiting(tx.connection, project, member)
    _refuse(
        not found,
        f"No item of {annotator!r} waits to be asked once more: none was, or somebody has each of them already.",
    )
    decisions.withdraw(tx.connection, member, found)
    items.recount(tx.connection, project)
    return len(found)


def dispute(tx: Writing, *, project: int, member: int, assignment: int, reason: str) -> int:
    """An annotator stands by an answer of theirs, saying why; the number of the dispute.

    They may do so for any item they answered, gold or not, and are not told which it is. Once more changes the reason
    while nobody has decided. Raises Unusable without a reason, NotFound for an item they have not answered, Conflict.
    """
    words = _reason(reason)
    held = handout.one(tx.connection, project, member, assignment)
    if held is None or held.revision < 1:
        raise NotFound("answer of yours", assignment)
    before = decisions.dispute_of(tx.connection, held.item_id, member)
    if before is not None:
        _refuse(before.outcome != "", "This was decided already. Ask the manager if you still see it otherwise.")
        decisions.change_dispute(tx.connection, before.id, reason=words)
        number = int(before.id)
    else:
        number = decisions.add_dispute(
            tx.connection, project=project, item=held.item_id, member=member, reason=words, now=tx.now
        )
    tx.log(member, "dispute", project, assignment, item=held.item_id, reason=words)
    return number


def settle_dispute(
    tx: Writing, *, project: int, dispute: int, accept: bool, answer: str = "", actor: int | None
) -> None:
    """Decide a dispute: accept it, and the item is no gold any more where it was (give it another known answer to keep
    it so); or uphold what is. `answer` is what the annotator is told. Raises NotFound, Conflict for one that is decided.
    """
    here = projects.by_id(tx.connection, project)
    found = decisions.dispute(tx.connection, project, dispute)
    if found is None:
        raise NotFound("dispute", dispute)
    _refuse(found.outcome != "", "This dispute was decided already.")
    if len(answer) > LONGEST_REASON:
        raise Unusable(
            phrase("The answer is too long"),
            cure=phrase("Use at most %(LONGEST_REASON)s characters.", LONGEST_REASON=LONGEST_REASON),
        )
    outcome = "accepted" if accept else "upheld"
    decisions.change_dispute(
        tx.connection, dispute, outcome=outcome, answer=answer.strip(), decided_by=actor, decided_at=tx.now
    )
    if accept and found.gold is not None and gold.remove(tx.connection, found.item, here.overlap):
        handout.see_again(tx.connection, project, found.item)
        items.recount(tx.connection, project)
    tx.log(actor, "settle_dispute", project, found.key, outcome=outcome, annotator=found.annotator)


def _known_here(tx: Writing, project: int, member: int, name: str) -> None:
    if projects.role(tx.connection, project, member) is None and not handout.has_worked(tx.connection, project, member):
        raise NotFound("annotator of this project", name)


def _reason(reason: Any) -> str:
    if not isinstance(reason, str) or not reason.strip():
        raise Unusable(phrase("There is no reason in it"), cure=phrase("Say why in a sentence; it stands in the log."))
    if len(reason) > LONGEST_REASON:
        raise Unusable(
            phrase("The reason is too long"),
            cure=phrase("Use at most %(LONGEST_REASON)s characters.", LONGEST_REASON=LONGEST_REASON),
        )
    return reason.strip()


def _refuse(is_so: bool, words: str) -> None:
    if is_so:
        raise Conflict(words)
