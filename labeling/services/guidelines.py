"""Guidelines: published in versions that never change, and read before work goes on."""

from __future__ import annotations

from labeling.errors import Conflict, NotAllowed, Unusable
from labeling.model import CHANGES, Change, Guideline
from labeling.store import Writing, decisions, guidelines, handout, projects
from prep.phrase import numeral, phrase

LONGEST = 200_000


def publish(
    tx: Writing, *, project: int, body: str, note: str = "", change: Change = "meaning", actor: int | None
) -> Guideline:
    """The next version, with what changed and whether the meaning did; annotators must read it before the next item.

    Raises Unusable for an empty or overlong text, a later version without a note; Conflict when nothing changed.
    """
    here = projects.by_id(tx.connection, project)
    text = body.replace("\r\n", "\n").replace("\x00", "").strip() + "\n"
    if not text.strip():
        raise Unusable(phrase("The guideline is empty"), cure=phrase("Write what annotators should do, in Markdown."))
    if len(text) > LONGEST:
        raise Unusable(
            phrase("The guideline has %(numeral)s characters", numeral=numeral(len(text))),
            cure=phrase("Use at most %(LONGEST)s.", LONGEST=numeral(LONGEST)),
        )
    if change not in CHANGES:
        raise Unusable(
            phrase("%(change)r is no kind of change", change=change), cure=phrase("Say 'clarification' or 'meaning'.")
        )
    before = guidelines.current(tx.connection, project)
    if before is not None and before.body == text:
        raise Conflict(phrase("This is v%(version)s word for word. Change the text first.", version=before.version))
    if before is not None and not note.strip():
        raise Unusable(
            phrase("The change note is empty"), cure=phrase("Say in a sentence what changed since the version before.")
        )
    version = 1 if before is None else before.version + 1
    guideline = Guideline(project, version, text, note.strip()[:2_000], change, None, tx.now)
    guidelines.add(tx.connection, guideline, actor)
    tx.log(actor, "publish_guideline", project, f"v{version}", change=change, note=guideline.note, title=here.title)
    return guidelines.one(tx.connection, project, version)


def acknowledge(tx: Writing, *, project: int, member: int, version: int) -> None:
    """An annotator has read that version; twice is once, unless they were asked to read it again.

    Raises NotFound, NotAllowed for somebody without a role in the project, Conflict for one that is not the newest.
    """
    here = projects.by_id(tx.connection, project)
    if projects.role(tx.connection, project, member) is None:
        raise NotAllowed(
            phrase("You have no role in the project %(title)r. Ask its manager for one.", title=here.title)
        )
    guidelines.one(tx.connection, project, version)
    current = guidelines.standing(tx.connection, project)
    if current is not None and current.version != version:
        raise Conflict(phrase("v%(version)s has been published meanwhile. Read that one.", version=current.version))
    seat = handout.seat(tx.connection, project, member)
    is_again = seat.reread_at is not None
    if seat.acknowledged >= version and not is_again:
        return
    guidelines.acknowledge(tx.connection, project, version, member, tx.now)
    seat.acknowledged = version
    handout.save_seat(tx.connection, seat)
    if is_again:
        decisions.mark(tx.connection, project, member, reread_at=None)
    tx.log(member, "acknowledge", project, f"v{version}", **({"again": True} if is_again else {}))
