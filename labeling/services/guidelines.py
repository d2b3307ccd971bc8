"""Guidelines: published in versions that never change, and read before work goes on."""

from __future__ import annotations

from labeling.errors import Conflict, NotAllowed, Unusable
from labeling.model import CHANGES, Change, Guideline
from labeling.store import Writing, decisions, guidelines, handout, projects

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
        raise Unusable("The guideline is empty", cure="Write what annotators should do, in Markdown.")
    if len(text) > LONGEST:
        raise Unusable(f"The guideline has {len(text):,} characters", cure=f"Use at most {LONGEST:,}.")
    if change not in CHANGES:
        raise Unusable(f"{change!r} is no kind of change", cure="Say 'clarification' or 'meaning'.")
    before = guidelines.current(tx.connection, project)
    if before is not None and before.body == text:
        raise Conflict(f"This is v{before.version} word for word. Change the text first.")
    if before is not None and not note.strip():
        raise Unusable("The change note is empty", cure="Say in a sentence what changed since the version before.")
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
        raise NotAllowed(f"You have no role in the project {here.title!r}. Ask its manager for one.")
    guidelines.one(tx.connection, project, version)
    current = guidelines.standing(tx.connection, project)
    if current is not None and current.version != version:
        raise Conflict(f"v{current.version} has been published meanwhile. Read that one.")
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
