"""An annotator's work: being handed items, submitting, revising, skipping, letting go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labeling import showing
from labeling.errors import Closed, GuidelineDue, LeaseOver, NotAllowed, Stale, Unusable
from labeling.kinds import kind
from labeling.model import SKIP_REASONS, Desk, GuidelineState, Held, Progress, Project, Saved
from labeling.services.reading import read_answer
from labeling.store import Writing, answers, decisions, desk_reads, guidelines, handout, projects, suggestions
from prep.phrase import phrase

MOST_HELD = 10
RECLAIM_EVERY_MS = 1_000
LONGEST_COMMENT = 5_000
LONGEST_KEY = 80
AGAIN_APART = 20
"""So many answers lie between an item and its second showing at least: nobody remembers the first by then."""
FURTHEST_LEAP = 60
LONGEST_SECONDS = 3_600.0
"""No single answer counts as longer work than an hour: beyond it the annotator was away."""


def hand_out(tx: Writing, *, project: int, member: int, hold: int = 2) -> Desk:
    """Lease items to an annotator until they hold so many, and say how they stand.

    What they hold already comes first, with its lease renewed; so asking twice changes nothing.
    Raises NotAllowed for somebody without a role in the project.
    """
    return _desk(tx, *_at_desk(tx, project, member), hold, None)


def submit(
    tx: Writing,
    *,
    project: int,
    member: int,
    assignment: int,
    answer: Any,
    key: str,
    flagged: bool = False,
    comment: str = "",
    active_ms: int | None = None,
    hold: int = 2,
    accept: bool = False,
) -> Desk:
    """Save an answer (with `accept` the one that was suggested) and hand out the next item.

    The same key again gives the same reply and writes nothing. An answer whose lease had run out is taken while the
    item has a free slot; after that it is kept but not counted (`saved.counted` is False).
    Raises Unusable for an answer the kind refuses, LeaseOver for an assignment that is not theirs, Stale for one
    that was answered or skipped already, Closed.
    """
    here, seat = _at_desk(tx, project, member)
    held = _own(tx, project, member, assignment)
    _check_words(key, comment)
    # An assignment that is still leased has no annotation yet, so there is no earlier one with this key.
    again = None if held.state == "leased" else answers.by_key(tx.connection, assignment, key)
    if again is not None:
        done = Saved(assignment, max(again.revision, held.revision), again.submitted_at, again.counted)
        return _desk(tx, here, seat, hold, done)
    if here.closed_at is not None:
        raise Closed(
            phrase(
                "The project %(title)r is closed and takes no answers. Ask its manager to reopen it.", title=here.title
            )
        )
    if held.state in {"submitted", "late"}:
        raise Stale(
            phrase("This item was answered already, perhaps in another tab. Open your last answers to change it."),
            revision=held.revision,
        )
    if held.state == "skipped":
        raise Stale(phrase("You skipped this item already, perhaps in another tab."))
    if accept:
        suggestion = shown_suggestion(held.suggested)
        if suggestion is None:
            raise Unusable(phrase("Nothing is suggested for this item"), cure=phrase("Give an answer of your own."))
        answer = suggestion["answer"]
    stored = read_answer(tx.connection, here, held.item_id, answer)
    is_again = _is_again(held)
    # Gold goes through the same statements as any other item, with nothing added to it: time must not tell.
    slots = int(held.pool == "work" and not is_again)
    counted = held.state == "leased" or handout.take(tx.connection, held.item_id, slots=slots)
    seconds = _seconds(tx.now, held.leased_at, seat.last_at, active_ms)
    answers.add(
        tx.connection,
        assignment=assignment,
        project=project,
        item=held.item_id,
        member=member,
        revision=answers.next_again(tx.connection, assignment) if is_again else 1,
        answer=stored,
        guideline_version=seat.acknowledged,
        seconds=seconds,
        flagged=flagged,
        comment=comment,
        key=key,
        source="again" if is_again else "desk",
        counted=counted,
        now=tx.now,
        shown=held.shown,
        suggested=held.suggested,
    )
    stands = held.revision if is_again else 1
    handout.end(tx.connection, assignment, "submitted" if counted else "late", now=tx.now, revision=stands)
    totals = handout.count_answer(tx.connection, project, held.item_id, more=slots) if counted else None
    seat.done += 1
    seat.last_at = tx.now
    seat.pace_seconds = _pace(seat.pace_seconds, seconds)
    done = Saved(assignment, stands, tx.now, counted)
    facts = {"item": held.item_id, "revision": stands, "counted": counted, **({"again": True} if is_again else {})}
    return _desk(tx, here, seat, hold, done, totals, _Line("submit", assignment, facts))


def revise(
    tx: Writing,
    *,
    project: int,
    member: int,
    assignment: int,
    answer: Any,
    key: str,
    revision: int,
    flagged: bool = False,
    comment: str = "",
) -> Saved:
    """Change an answer: a new revision beside the old one. `revision` is the one that was looked at.

    Raises Stale when another one stands by now, Unusable, LeaseOver, Closed.
    """
    here, seat = _at_desk(tx, project, member)
    held = _own(tx, project, member, assignment)
    _check_words(key, comment)
    again = answers.by_key(tx.connection, assignment, key)
    if again is not None:
        return Saved(assignment, again.revision, again.submitted_at, again.counted)
    if here.closed_at is not None:
        raise Closed(phrase("The project %(title)r is closed; answers stand as they are.", title=here.title))
    before = answers.latest(tx.connection, assignment)
    if before is None:
        raise LeaseOver(phrase("There is no answer of yours here to change yet."))
    if before.revision != revision:
        raise Stale(
            phrase(
                "You changed this answer elsewhere: revision %(revision)s stands, not %(revision2)s. Look at it again.",
                revision=before.revision,
                revision2=revision,
            ),
            revision=before.revision,
        )
    stored = read_answer(tx.connection, here, held.item_id, answer)
    answers.add(
        tx.connection,
        assignment=assignment,
        project=project,
        item=held.item_id,
        member=member,
        revision=revision + 1,
        answer=stored,
        guideline_version=max(seat.acknowledged, before.guideline_version),
        seconds=before.seconds,
        flagged=flagged,
        comment=comment,
        key=key,
        source="desk",
        counted=before.counted,
        now=tx.now,
        shown=before.shown,
        suggested=before.suggested,
    )
    answers.set_revision(tx.connection, assignment, revision + 1)
    seat.last_at = tx.now
    handout.save_seat(tx.connection, seat)
    tx.log(member, "revise", project, assignment, item=held.item_id, revision=revision + 1)
    return Saved(assignment, revision + 1, tx.now, bool(before.counted))


def skip(
    tx: Writing, *, project: int, member: int, assignment: int, reason: str, note: str = "", hold: int = 2
) -> Desk:
    """Give an item back for somebody else, saying why; it does not come to this annotator again.

    Skipping twice is skipping once. Raises Unusable for an unknown reason, LeaseOver, Stale, Closed.
    """
    here, seat = _at_desk(tx, project, member)
    held = _own(tx, project, member, assignment)
    if reason not in SKIP_REASONS:
        raise Unusable(
            phrase("%(reason)r is no reason to skip", reason=reason[:40]),
            cure=phrase("Give one of: %(names)s.", names=", ".join(SKIP_REASONS)),
        )
    _check_words("", note)
    if held.state == "skipped":
        return _desk(tx, here, seat, hold, None)
    if here.closed_at is not None:
        raise Closed(phrase("The project %(title)r is closed.", title=here.title))
    if held.state in {"submitted", "late"}:
        raise Stale(phrase("This item was answered already, perhaps in another tab."), revision=held.revision)
    if _is_again(held):  # their first answer stands, and the item stays theirs
        handout.end(tx.connection, assignment, "submitted", now=tx.now, revision=held.revision)
    else:
        handout.end(tx.connection, assignment, "skipped", now=tx.now, reason=reason, note=note)
        if held.state == "leased":
            handout.give_back(tx.connection, project, held.item_id, slots=int(held.pool == "work"))
        seat.skipped += 1
    seat.last_at = tx.now
    facts = {"item": held.item_id, "reason": reason}
    return _desk(tx, here, seat, hold, None, None, _Line("skip", assignment, facts))


def release(tx: Writing, *, project: int, member: int, assignments: Sequence[int]) -> int:
    """Give leases back without a word, as when the desk is closed; how many there were.

    Others may have them at once.
    """
    _, seat = _at_desk(tx, project, member)
    count = 0
    for number in list(assignments)[: MOST_HELD * 2]:
        row = handout.one(tx.connection, project, member, number)
        if row is not None and row.state == "leased":
            _let_go(tx, project, row, "released")
            count += 1
    if count:
        handout.save_seat(tx.connection, seat)
        tx.log(member, "release", project, member, count=count)
    return count


def renew(tx: Writing, *, project: int, member: int, assignments: Sequence[int]) -> dict[int, int]:
    """Let leases last on while the desk is open; the new ends of those that still were leases.

    None where the annotator is paused or has a guideline to read: asking for items then says so.
    """
    here, seat = _at_desk(tx, project, member)
    if seat.paused_at is not None or _must_read(_standing(tx, here), seat):
        return {}
    until = tx.now + here.lease_minutes * 60_000
    alive = {}
    for number in list(assignments)[: MOST_HELD * 2]:
        row = handout.one(tx.connection, project, member, number)
        if row is not None and handout.renew(tx.connection, number, until):
            alive[number] = until
    return alive


def reclaim(tx: Writing, *, project: int) -> int:
    """Take back leases that have run out; how many. Done at every hand-out too, so nobody has to call it."""
    return _reclaim(tx, project, None)


def _at_desk(tx: Writing, project: int, member: int) -> tuple[Project, handout.Seat]:
    here = projects.by_id(tx.connection, project)
    if projects.role(tx.connection, project, member) is None:
        raise NotAllowed(
            phrase("You have no role in the project %(title)r. Ask its manager for one.", title=here.title)
        )
    return here, handout.seat(tx.connection, project, member)


def _own(tx: Writing, project: int, member: int, assignment: int) -> Any:
    row = handout.one(tx.connection, project, member, assignment)
    if row is None:
        raise LeaseOver(
            phrase(
                "Assignment %(assignment)s is not yours in this project. Ask for the next item.", assignment=assignment
            )
        )
    return row


def _check_words(key: str, comment: str) -> None:
    if len(key) > LONGEST_KEY:
        raise Unusable(
            phrase("A key of %(key)s characters is too long", key=len(key)),
            cure=phrase("Use at most %(LONGEST_KEY)s.", LONGEST_KEY=LONGEST_KEY),
        )
    if len(comment) > LONGEST_COMMENT:
        raise Unusable(
            phrase("A text of %(comment)s characters is too long", comment=len(comment)),
            cure=phrase("Use at most %(LONGEST_COMMENT)s.", LONGEST_COMMENT=LONGEST_COMMENT),
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """The line of the log that an action asks for; what is handed out with it is said in the same line."""

    action: str
    subject: int
    facts: dict[str, Any]


def _desk(
    tx: Writing,
    here: Project,
    seat: handout.Seat,
    hold: int,
    saved: Saved | None,
    totals: tuple[int, int] | None = None,
    line: _Line | None = None,
) -> Desk:
    """Hand out what is missing, write the seat back, log what was done, and say how things stand."""
    due = _standing(tx, here)
    state: GuidelineState | None = None
    if due is not None:
        state = GuidelineState(due.version, seat.acknowledged, due.change, due.published_at)
    items, done = totals or handout.totals(tx.connection, here.id)
    held: list[Held] = []
    leased: dict[int, int] = {}
    if here.closed_at is not None:
        name = "closed"
    elif seat.paused_at is not None:
        name = "paused"
    elif _must_read(due, seat):
        name = "guideline"
    else:
        held, leased = _fill(tx, here, seat, max(1, min(hold, MOST_HELD)))
        name = "working" if held else ("finished" if items else "no_items")
    handout.save_seat(tx.connection, seat)
    if line is None and leased:
        line = _Line("hand_out", seat.member, {})
    if line is not None:
        handed = {"handed": leased} if leased else {}
        tx.log(seat.member, line.action, here.id, line.subject, **line.facts, **handed)
    progress = Progress(seat.done, max(_left(tx, here, seat, items, done), len(held)), seat.pace_seconds)
    told = None
    if name == "paused" or (name == "guideline" and seat.reread_at is not None):
        told = decisions.told(tx.connection, here.id, seat.member, "pause" if name == "paused" else "retrain")
    return Desk(name, held, progress, state, saved, tx.now, items, told)  # type: ignore[arg-type] # the literals above


def _left(tx: Writing, here: Project, seat: handout.Seat, items: int, done: int) -> int:
    """How much can still come to an annotator, at most; gold items count like any other."""
    gold = handout.gold_count(tx.connection, here.id) if here.gold_rate > 0 else 0
    return desk_reads.most_left(items=items, items_done=done, gold=gold, done=seat.done, skipped=seat.skipped)


def _must_read(due: Any, seat: handout.Seat) -> bool:
    """Whether a guideline stands before the next item: a newer one, or one to be read again."""
    return due is not None and (due.version > seat.acknowledged or seat.reread_at is not None)


def _standing(tx: Writing, here: Project) -> Any:
    """The version that stands. A version never changes, so what was read of it once holds."""
    if here.guideline_version == 0:
        return None
    key = ("guideline", here.id, here.guideline_version)
    if key not in tx.kept:
        tx.kept[key] = guidelines.standing(tx.connection, here.id)
    return tx.kept[key]


def _fill(tx: Writing, here: Project, seat: handout.Seat, hold: int) -> tuple[list[Held], dict[int, int]]:
    """What the annotator holds, filled up; and which item went out under which new assignment."""
    until = tx.now + here.lease_minutes * 60_000
    own = handout.held(tx.connection, here.id, seat.member)
    held = []
    for row in own:
        # Writing a lease's end at every answer would double the writes; once in a third of its life is enough.
        ends = row.expires_at
        if ends - tx.now < here.lease_minutes * 40_000:
            handout.renew(tx.connection, row.id, until)
            ends = until
        shown = None if row.shown is None else json.loads(row.shown)
        fields = kind(here.kind).seen(_fields(row.payload, here), here.options, shown)
        held.append(Held(row.id, fields, ends, shown, shown_suggestion(row.suggested)))
    if len(held) < hold:
        _reclaim_sometimes(tx, here.id, seat.member)
    leased: dict[int, int] = {}
    while len(held) < hold:
        free = _next(tx, here, seat)
        if free is None:
            break
        shown = _shown(here, seat, free)
        text = None if shown is None else json.dumps(shown, ensure_ascii=False)
        suggested = _suggested(tx, here, seat, free)
        number = handout.lease(tx.connection, seat, free, now=tx.now, until=until, shown=text, suggested=suggested)
        seat.handed += 1
        leased[number] = free.item
        fields = kind(here.kind).seen(_fields(free.payload, here), here.options, shown)
        held.append(Held(number, fields, until, shown, shown_suggestion(suggested)))
    return held, leased


def _next(tx: Writing, here: Project, seat: handout.Seat) -> handout.Free | None:
    """The next item for this annotator, its slot already taken; None when there is none.

    Where a project mixes something in, the same statements are asked whatever comes of them: time must not tell gold.
    """
    mixes = here.again_rate > 0 or here.gold_rate > 0
    drawn = _drawn(tx, here, seat) if mixes else None
    while True:
        back = handout.next_returned(tx.connection, seat)
        ahead = handout.next_open(tx.connection, seat) if back is None or mixes else None
        free = back or ahead
        if drawn is not None and ahead is not None:
            free, drawn = drawn, None
            if back is not None:
                seat.returned_cursor = back.place - 1  # it is still to come
        if free is None:
            break
        if free.is_again:
            seat.again_cursor = free.place
        elif free.is_gold and free is not back:
            seat.gold_cursor = free.place
        elif free is ahead:
            seat.rank_cursor = free.place
        if handout.take(tx.connection, free.item, slots=int(not (free.is_gold or free.is_again))):
            return free
    # What is open now they have had: it need not be looked through again. What opens later comes back by itself.
    seat.rank_cursor = max(seat.rank_cursor, handout.last_open(tx.connection, here.id))
    return None


def _drawn(tx: Writing, here: Project, seat: handout.Seat) -> handout.Free | None:
    """An item shown again or a gold one, where the draw says so and there is one."""
    again = gold = None
    if here.again_rate > 0:
        # The leap spreads what is shown again over all of the work, not over its beginning.
        leap = min(int(_draw(here.seed, seat, "leap") * 2 / here.again_rate), FURTHEST_LEAP)
        again = handout.next_again(tx.connection, seat, leap=leap, apart=AGAIN_APART)
        again = again if _draw(here.seed, seat, "again") < here.again_rate else None
    if here.gold_rate > 0:
        gold = handout.next_gold(tx.connection, seat)
        gold = gold if _draw(here.seed, seat) < here.gold_rate else None
    return again or gold


def _shown(here: Project, seat: handout.Seat, free: handout.Free) -> dict[str, Any] | None:
    """What the desk changes for this annotator and item: the same whenever they are handed it, anew when it is shown
    again.
    """
    one = kind(here.kind)
    about = "" if one.is_shown_by_annotator(here.options) else f":{free.item}{'again' if free.is_again else ''}"
    text = f"{here.seed}:{here.id}:{seat.member}:shown{about}".encode()
    return one.shown(here.options, int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()))


def shown_suggestion(suggested: str | Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What an annotator sees of the suggestion kept with an assignment: nothing of one that is withheld.

    >>> shown_suggestion('{"answer": "a", "model": "m", "confidence": 0.9, "is_shown": true}')
    {'answer': 'a', 'model': 'm', 'confidence': 0.9}
    """
    kept = json.loads(suggested) if isinstance(suggested, str) else suggested
    if kept is None or not kept["is_shown"]:
        return None
    return {name: kept[name] for name in ("answer", "model", "confidence")}


def _suggested(tx: Writing, here: Project, seat: handout.Seat, free: handout.Free) -> str | None:
    """The suggestion for an item, as JSON to keep with the assignment; a draw that is always the same for this
    annotator and item says whether they see it.
    """
    row = None if here.withheld is None else suggestions.of(tx.connection, free.item)
    if row is None:
        return None
    text = f"{here.seed}:{here.id}:{seat.member}:suggestion:{free.item}".encode()
    drawn = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) / 2**64
    kept = {"model": row.model, "confidence": row.confidence, "is_shown": drawn >= (here.withheld or 0.0)}
    return json.dumps({"answer": json.loads(row.answer), **kept}, ensure_ascii=False)


def _draw(seed: int, seat: handout.Seat, what: str = "") -> float:
    """A number in [0, 1) that only the project's seed can foretell."""
    text = f"{seed}:{seat.project}:{seat.member}:{seat.handed}{what}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) / 2**64


def _reclaim_sometimes(tx: Writing, project: int, but: int) -> None:
    """Look for leases that have run out, but not at every answer: once a second finds them all."""
    key = ("reclaimed", project)
    if abs(tx.now - tx.kept.get(key, -RECLAIM_EVERY_MS)) >= RECLAIM_EVERY_MS:
        tx.kept[key] = tx.now
        _reclaim(tx, project, but)


def _reclaim(tx: Writing, project: int, but: int | None) -> int:
    count = 0
    for row in handout.due(tx.connection, project, tx.now):
        if row.member_id != but:  # one's own are renewed, not taken away
            _let_go(tx, project, row, "expired")
            tx.log(None, "expire", project, row.id, item=row.item_id)
            count += 1
    return count


def _is_again(row: Any) -> bool:
    """Whether an item was leased to somebody who had answered it: their answer stands whatever becomes of this."""
    return bool(row.state == "leased" and row.revision > 0)


def _let_go(tx: Writing, project: int, row: Any, state: str) -> None:
    if row.revision > 0:
        handout.end(tx.connection, row.id, "submitted", now=tx.now, revision=row.revision)
        return
    handout.end(tx.connection, row.id, state, now=tx.now)
    handout.give_back(tx.connection, project, row.item_id, slots=int(row.pool == "work"))


def _fields(payload: str, here: Project) -> list[dict[str, Any]]:
    """What the annotator sees of an item."""
    return showing.seen(json.loads(payload), here.show, here.shows)


def _seconds(now: int, leased_at: int, last_at: int | None, active_ms: int | None) -> float:
    """How long the annotator worked on the answer: what the desk counted as active, never more than the server saw."""
    began = max(leased_at, last_at or 0)
    seen = max(0, now - began) / 1000
    if active_ms is not None and active_ms >= 0:
        seen = min(seen, active_ms / 1000)
    return round(min(seen, LONGEST_SECONDS), 3)


def _pace(before: float | None, seconds: float) -> float:
    """A running middle: each answer pulls by a tenth, an outlier by no more than a tenth of what was."""
    if before is None:
        return seconds
    pull = max(-before, min(seconds - before, before))
    return round(before + 0.1 * pull, 3)


__all__ = ["GuidelineDue", "hand_out", "reclaim", "release", "renew", "revise", "skip", "submit"]
