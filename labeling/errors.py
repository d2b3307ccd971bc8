"""What can go wrong in labeling, one class for each reaction of a caller. Knows nothing of HTTP.

AssayError
├── Unusable        the input cannot be used; says where and how to mend it (400)
│   └── UnusableAnswers   a table of answers that no number can be made of
├── NotFound        no such project, item, member, version (404)
├── NotAllowed      the person may not do this (403)
├── Conflict        the state has moved on; look again (409)
│   ├── LeaseOver   the assignment is not this annotator's any more
│   ├── Stale       somebody, or another tab, was first
│   └── Closed      the project takes no work
├── GuidelineDue    the current guideline must be read first (409)
└── StorageFull     the disk is full; nothing was saved (507)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from prep.phrase import Phrase, phrase, together

NOUNS = (
    "annotator",
    "annotator of this project",
    "answer of yours",
    "benchmark",
    "chapter in the handbook",
    "coefficient",
    "coefficient for this",
    "comment",
    "dispute",
    "field",
    "file",
    "folder",
    "format",
    "gold item",
    "guideline of",
    "guideline version",
    "invite that still works",
    "item",
    "job",
    "kind",
    "medium",
    "member",
    "member of this project",
    "method",
    "pipeline",
    "project",
    "run of this project",
    "schema",
    "snapshot of this project",
    "token",
    "token of yours",
)
"""What a NotFound can miss: each makes a sentence of its own, so that other languages can say it."""


class AssayError(Exception):
    """The base of all; its text is a sentence for a person and says what to do."""


class Unusable(AssayError):
    """The input cannot be used as it is. Names row, column and cure where there are such.

    >>> str(Unusable("is empty", row=3, column="text", cure="Fill it in or delete the row."))
    "Row 3, column 'text': is empty. Fill it in or delete the row."
    """

    def __init__(self, what: str, *, row: int | None = None, column: str | None = None, cure: str = "") -> None:
        self.what, self.row, self.column, self.cure = what, row, column, cure
        place: str = ""
        if row is not None and column:
            place = phrase("Row %(row)s, column %(column)r", row=row, column=column)
        elif row is not None:
            place = phrase("Row %(row)s", row=row)
        elif column:
            place = phrase("Column %(column)r", column=column)
        text: str = phrase("%(place)s: %(what)s", place=place, what=what) if place else what
        super().__init__(phrase("%(what)s. %(cure)s", what=text, cure=cure) if cure else text)


class UnusableAnswers(Unusable):
    """A table of answers that no number can be made of."""


class NotFound(AssayError):
    """There is no such thing; names the nearest one that there is, or with `list_all` all that there are.

    >>> str(NotFound("project", "sentment", ["sentiment", "topics"]))
    "There is no project 'sentment'. Did you mean 'sentiment'?"
    >>> str(NotFound("kind", "x", ["choice", "rating"], list_all=True))
    "There is no kind 'x'. There are: choice, rating."
    """

    def __init__(self, noun: str, name: object, known: Iterable[object] = (), *, list_all: bool = False) -> None:
        self.noun, self.name = noun, name
        others = [str(other) for other in known]
        near = nearest(str(name), others)
        cure: str = ""
        if near:
            cure = phrase("Did you mean %(near)r?", near=near)
        elif list_all:
            cure = phrase("There are: %(names)s.", names=", ".join(others))
        super().__init__(together([Phrase(there_is_no(noun), {"name": name}), cure]))


def there_is_no(noun: str) -> str:
    """The message of a NotFound about such a thing.

    >>> there_is_no("item")
    'There is no item %(name)r.'
    """
    return f"There is no {noun} %(name)r."


class NotAllowed(AssayError):
    """This person may not do this."""


class Conflict(AssayError):
    """The state has moved on since the caller looked."""


class LeaseOver(Conflict):
    """The assignment is not this annotator's (any more)."""


class Stale(Conflict):
    """Somebody, or another tab, was first; carries the revision that now stands."""

    def __init__(self, text: str, *, revision: int | None = None) -> None:
        self.revision = revision
        super().__init__(text)


class Closed(Conflict):
    """The project takes no work now."""


class GuidelineDue(AssayError):
    """The current guideline has to be read and acknowledged before the next item."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(
            phrase("Guideline v%(version)s is new. Read it and acknowledge it before the next item.", version=version)
        )


class StorageFull(AssayError):
    """The disk is full (or not writable); the transaction was rolled back and nothing was saved."""


def nearest(name: str, known: list[str]) -> str | None:
    """The known name nearest to a misspelt one; None when none is near.

    >>> nearest("agee", ["age", "name"])
    'age'
    """
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return close[0] if close else None
