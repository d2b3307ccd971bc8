"""The nouns of labeling as plain values. Knows neither the store nor the web.

Times are whole milliseconds since 1970 UTC; their names end in `_at`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from labeling.media.facts import SUFFIXES
from prep.phrase import Phrase, phrase_n, together

Role = Literal["manager", "reviewer", "annotator"]
ROLES: tuple[Role, ...] = ("manager", "reviewer", "annotator")

Change = Literal["clarification", "meaning"]
CHANGES: Mapping[Change, str] = {
    "clarification": "a clarification: earlier answers still hold",
    "meaning": "a change of meaning: earlier answers may have to be given again",
}

SKIP_REASONS: Mapping[str, str] = {
    "unclear_guideline": "The guideline does not say",
    "broken_item": "The item is broken",
    "not_my_language": "Not my language or field",
    "cannot_decide": "I cannot decide",
    "other": "Another reason",
}

DeskState = Literal["working", "guideline", "paused", "finished", "closed", "no_items"]

Decision = Literal["pause", "resume", "retrain", "exclude", "include", "requeue", "withdraw"]
DECISIONS: Mapping[Decision, str] = {
    "pause": "is handed no more items until resumed",
    "resume": "is handed items again",
    "retrain": "has to read the guideline again, with this note, before the next item",
    "exclude": "their answers count for no consensus, agreement or dataset label until included again",
    "include": "their answers count again",
    "requeue": "every item they answered gets one more answer, from somebody else",
    "withdraw": "what was asked once more of their items and nobody has taken yet is not asked any more",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A person who can sign in."""

    id: int
    name: str
    display: str
    is_admin: bool
    created_at: int
    disabled_at: int | None = None
    has_password: bool = True

    @property
    def shown(self) -> str:
        """The name a page shows."""
        return self.display or self.name


@dataclass(frozen=True, slots=True)
class Token:
    """A key for scripts; its secret is never kept, only its hash."""

    id: int
    member: int
    name: str
    scopes: tuple[str, ...]
    created_at: int
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """One question put to annotators, of one kind."""

    id: int
    name: str
    title: str
    question: str
    kind: str
    options: Mapping[str, Any]
    show: tuple[str, ...] | None
    overlap: int
    gold_rate: float
    lease_minutes: int
    seed: int
    created_at: int
    closed_at: int | None = None
    guideline_version: int = 0
    overlap_most: int | None = None
    target: float = 0.9
    again_rate: float = 0.0
    shows: Mapping[str, Mapping[str, str]] | None = None
    withheld: float | None = None
    costs: Mapping[str, float] | None = None

    @property
    def is_adaptive(self) -> bool:
        """Whether items in doubt get more answers than `overlap`."""
        return self.overlap_most is not None and self.overlap_most > self.overlap


@dataclass(frozen=True, slots=True)
class Guideline:
    """One immutable version of the instructions, in Markdown."""

    project: int
    version: int
    body: str
    note: str
    change: Change
    published_by: str | None
    published_at: int


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to be labeled; `key` is the user's own id for it."""

    id: int
    key: str
    payload: Mapping[str, Any]
    wanted: int
    taken: int
    answered: int
    is_gold: bool


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment as its annotator sees it: only the fields shown, nothing that tells gold from another item."""

    assignment: int
    fields: list[dict[str, Any]]
    expires_at: int
    shown: Mapping[str, Any] | None = None
    suggestion: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What was put on disk; `counted` is False for an answer that came after its item had all it needed."""

    assignment: int
    revision: int
    saved_at: int
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """An annotator's own work in a project; `left` is an upper bound on what can still come to them."""

    done: int
    left: int
    median_seconds: float | None


@dataclass(frozen=True, slots=True)
class GuidelineState:
    """Which version stands, and which this annotator has read (0: none)."""

    version: int
    acknowledged: int
    change: Change
    published_at: int


@dataclass(frozen=True, slots=True)
class Told:
    """Why an annotator gets no items now, in the words of the person who decided it; `guideline_version` stood then."""

    decision: Decision
    reason: str
    guideline_version: int
    at: int


@dataclass(frozen=True, slots=True)
class Desk:
    """All an annotator needs to go on."""

    state: DeskState
    assignments: list[Held]
    progress: Progress
    guideline: GuidelineState | None
    saved: Saved | None
    now: int
    items: int = 0  # to be labeled, in all; not for the annotator
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, sound or film that items name. Width and height are pixels as shown; `file` is what it is stored as."""

    name: str
    hash: str
    type: str
    bytes: int
    width: int | None
    height: int | None
    seconds: float | None
    has_place: bool
    at: int

    @property
    def file(self) -> str:
        """The SHA-256 of its content with the ending of its type."""
        return self.hash + SUFFIXES[self.type]


@dataclass(frozen=True, slots=True)
class AddedMedia:
    """What became of files that were sent: `refused` are (name, why); `placed` the names of those that tell where they
    were taken.
    """

    added: int
    already_there: int
    bytes: int
    refused: tuple[tuple[str, str], ...]
    placed: tuple[str, ...]

    def __str__(self) -> str:
        """What it did, as all doors say it.

        >>> str(AddedMedia(2, 1, 10, (("x.svg", "It is an SVG."),), ()))
        '2 media added; 1 file held nothing new; 1 file refused'
        """
        return _told(
            phrase_n("%(n)s medium added", "%(n)s media added", self.added),
            self.already_there
            and phrase_n("%(n)s file held nothing new", "%(n)s files held nothing new", self.already_there),
            len(self.refused) and phrase_n("%(n)s file refused", "%(n)s files refused", len(self.refused)),
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; items with the same id and content as before are left as they were."""

    added: int
    already_there: int
    total: int
    missing_media: int = 0

    def __str__(self) -> str:
        """What it did, as all doors say it.

        >>> str(Imported(2, 1, 3)), str(Imported(2, 0, 2, 1))
        ('2 items added; 1 row held nothing new', '2 items added; 1 medium they name is not here yet')
        """
        return _told(
            phrase_n("%(n)s item added", "%(n)s items added", self.added),
            _nothing_new(self.already_there),
            self.missing_media
            and phrase_n(
                "%(n)s medium they name is not here yet", "%(n)s media they name are not here yet", self.missing_media
            ),
        )


@dataclass(frozen=True, slots=True)
class ImportedAnswers:
    """What an import of answers did; the four parts make up the `total` of rows.

    `added` are first answers, `changed` took the place of an earlier answer of the same annotator to the same item,
    `already_there` said what stood already, `unlabeled` had no label and were passed over.
    """

    added: int
    changed: int
    already_there: int
    unlabeled: int
    total: int

    def __str__(self) -> str:
        """What it did, as all doors say it.

        >>> str(ImportedAnswers(1200, 1, 0, 2, 1203))
        '1,200 answers added; 1 row changed an earlier answer; 2 rows without a label passed over'
        """
        return _told(
            phrase_n("%(n)s answer added", "%(n)s answers added", self.added),
            self.changed
            and phrase_n("%(n)s row changed an earlier answer", "%(n)s rows changed an earlier answer", self.changed),
            _nothing_new(self.already_there),
            self.unlabeled
            and phrase_n(
                "%(n)s row without a label passed over", "%(n)s rows without a label passed over", self.unlabeled
            ),
        )


@dataclass(frozen=True, slots=True)
class ImportedSuggestions:
    """What an import of suggestions did; `gold_without` gold items have none, which tells them from other items."""

    added: int
    changed: int
    total: int
    gold_without: int

    def __str__(self) -> str:
        """What it did, as all doors say it.

        >>> str(ImportedSuggestions(3, 1, 4, 2))
        '3 suggestions added; 1 row changed an earlier one. 2 gold items have none, which tells them from others.'
        """
        told = _told(
            phrase_n("%(n)s suggestion added", "%(n)s suggestions added", self.added),
            self.changed
            and phrase_n("%(n)s row changed an earlier one", "%(n)s rows changed an earlier one", self.changed),
        )
        if not self.gold_without:
            return told
        many = phrase_n(
            "%(n)s gold item has none, which tells it from others.",
            "%(n)s gold items have none, which tells them from others.",
            self.gold_without,
        )
        return together([told, many], ". ")


def _told(*parts: Phrase | int) -> Phrase:
    """What was done, part by part; what did not happen is 0 and left out."""
    return together([part for part in parts if isinstance(part, Phrase)], "; ")


def _nothing_new(rows: int) -> Phrase | int:
    return rows and phrase_n("%(n)s row held nothing new", "%(n)s rows held nothing new", rows)


@dataclass(frozen=True, slots=True)
class Annotation:
    """One revision of one annotator's answer to one item."""

    id: int
    assignment: int
    annotator: str
    revision: int
    is_latest: bool
    answer: Any
    guideline_version: int
    seconds: float | None
    flagged: bool
    comment: str
    source: str
    counted: bool
    submitted_at: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """An item leased to one annotator, and what became of it."""

    id: int
    annotator: str
    state: str
    leased_at: int
    expires_at: int
    ended_at: int | None
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Adjudication:
    """A reviewer's ruling; the latest stands above the consensus, `answer` None takes a ruling back."""

    id: int
    answer: Any
    reason: str
    reviewer: str | None
    guideline_version: int
    at: int


@dataclass(frozen=True, slots=True)
class ConsensusRun:
    """One computation of the consensus over a project, recorded."""

    id: int
    method: str
    parameters: Mapping[str, Any]
    seed: int
    diagnostics: Mapping[str, Any]
    answers: int
    items: int
    last_annotation: int
    at: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """The consensus on one item; `confidence` None where nothing identifies it.

    `information` is what one more answer would tell, in bits; `models_unlike` how many of the method's models prefer
    another label.
    """

    item: int
    answer: Any
    confidence: float | None
    runner_up: Any
    margin: float | None
    votes: int
    majority: Any
    is_tie: bool
    disagreement: float
    posterior: Mapping[str, float] = field(default_factory=dict)
    information: float = 0.0
    models_unlike: int = 0
    is_majority_tie: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """One change of state: who did what to what, chained to the line before by its hash."""

    id: int
    at: int
    actor: str | None
    action: str
    project: str | None
    subject: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about an annotator, and why; `guideline_version` is the one that stood then, 0 for none."""

    id: int
    annotator: str
    decision: Decision
    reason: str
    by: str | None
    at: int
    guideline_version: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """An annotator stands by their answer to an item; `outcome` is empty while nobody has decided, else "accepted"
    (the gold was wrong) or "upheld".
    """

    id: int
    item: int
    key: str
    payload: Mapping[str, Any]
    annotator: str
    said: Any
    gold: Any
    reason: str
    outcome: str
    answer: str
    at: int
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Where a project's answers go. Items to be labeled by `answers` they have: how many are settled (`done`) and how
    many are `open`. `saved` is how many answers were not asked that the ceiling would have asked of settled items, and
    `of` those it would have in all.
    """

    rows: tuple[tuple[int, int, int], ...]
    answers: int
    items: int
    done: int
    saved: int
    of: int


@dataclass(frozen=True, slots=True)
class Routed:
    """What one round of adaptive overlap did: items it `opened` for one more answer, items it found `settled` and
    `unsure` (at the ceiling and still under the target), and what `gold` says of stopping.
    """

    opened: int
    settled: int
    unsure: int
    gold: str
    may_stop: bool
    last_annotation: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How a project stands, in items and answers; gold items are counted apart."""

    items: int
    done: int
    in_progress: int
    untouched: int
    gold: int
    answers: int
    skipped: int
    flagged: int
    leased: int
    late: int
    adjudicated: int
