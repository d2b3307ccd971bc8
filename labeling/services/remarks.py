"""What managers say to the comments of annotators."""

from __future__ import annotations

from labeling.errors import NotFound, Unusable
from labeling.store import Writing, projects, remarks
from prep.phrase import phrase

LONGEST_REPLY = 2_000


def answer_comment(
    tx: Writing, *, project: int, assignment: int, reply: str = "", is_solved: bool = False, actor: int | None
) -> None:
    """Reply to the comment that came with an assignment, mark it as solved, or both; the annotator reads the reply.

    What was replied before stays where nothing new is said. Raises NotFound where there is no comment, Unusable.
    """
    projects.by_id(tx.connection, project)
    found = remarks.one(tx.connection, project, assignment)
    if found is None:
        raise NotFound("comment", assignment)
    text = reply.strip()
    if not text and not is_solved:
        raise Unusable(phrase("Nothing is said to it"), cure=phrase("Write a reply, or mark it as solved."))
    if len(text) > LONGEST_REPLY:
        raise Unusable(
            phrase("A reply of %(text)s characters is too long", text=len(text)),
            cure=phrase("Use at most %(LONGEST_REPLY)s.", LONGEST_REPLY=LONGEST_REPLY),
        )
    remarks.put(
        tx.connection,
        project=project,
        assignment=assignment,
        said=found.text,
        reply=text or found.reply,
        is_solved=is_solved,
        member=actor,
        now=tx.now,
    )
    tx.log(actor, "answer_comment", project, assignment, solved=is_solved)
