"""What every kind says of itself. Knows nothing of projects, pages or the store."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    from labeling.agreement.coefficient import Coefficient

Level = Literal["nominal", "ordinal", "interval", "ratio"]
"""How two answers differ: only same or not, by order, by distance, by distance from a true zero."""
COLUMN_TYPES = ("string", "integer", "number", "boolean", "strings", "json")
"""What a column of answers may hold: "strings" are a list of texts, "json" is any value as JSON text."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One annotator's answer to one item, for a consensus. `shown` is what the desk had changed for them (an order of sides)."""

    item: Hashable
    annotator: str
    answer: Any
    shown: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The consensus on one item, of a kind that aggregates its answers itself.

    `confidence` (0 to 1) is None where the method gives none. `disagreement` (0 to 1) is the mean distance of the votes
    from `answer`. `parts` are the pieces of the answer (spans, boxes, labels) with the confidence of each, also of pieces
    that fell short of the answer.
    """

    item: Hashable
    answer: Any
    confidence: float | None
    votes: int
    majority: Any
    is_tie: bool
    disagreement: float
    parts: tuple[tuple[Any, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """The distance of two answers as JSON has them. `read` gives the answer that `apart` compares, once for each."""

    read: Callable[[Any], Any]
    apart: Callable[[Any, Any], float]

    def __call__(self, first: Any, second: Any) -> float:
        """0 for equal answers, 1 for wholly different ones."""
        return self.apart(self.read(first), self.read(second))


@dataclass(frozen=True, slots=True)
class Part:
    """A question within an answer, with an agreement and a consensus of its own: one of a form, one label of several.

    `read(answer)` gives the part's own answer, None where it was not asked.
    """

    name: str
    title: str
    kind: Kind
    options: Mapping[str, Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Category:
    """One label as the desk and the pages show it: exactly as stored, with what helps to choose it."""

    value: Any
    text: str
    description: str = ""
    example: str = ""
    counterexample: str = ""


def json_of(values: Sequence[str]) -> Any:
    """The JSON in the one value that a plain form sent, for kinds whose answers have no inputs of their own.

    The text itself where it is none, for `parse` to refuse; None where nothing, or more than one value, was sent.

    >>> json_of(['[1]']), json_of(["x"]), json_of([" "])
    ([1], 'x', None)
    """
    if len(values) != 1 or not values[0].strip():
        return None
    try:
        return json.loads(values[0])
    except ValueError:
        return values[0]


class Kind(ABC):
    """One kind of question: how its answers are read, written, compared and aggregated.

    Where answers are categories (`consensus_labels` names them), the vectorised agreement, consensus and audit work on
    them; else `distance` gives the agreement and `consensus` the verdicts.

    Options are what a project says once (its labels, its scale), as JSON; `options` checks and completes them.
    An answer is a JSON value; `parse` reads one that came over the wire, `dump` undoes it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    level: ClassVar[Level]
    agrees_by: ClassVar[str] = ""
    """For a kind without classes: what its distance is, as "the share of characters that differ"."""
    settles_by: ClassVar[str] = ""
    """For a kind without classes: how its consensus is found, in a sentence for the page of the consensus."""
    can_shuffle: ClassVar[bool] = False
    """Whether its options take `shuffle`, for an order of labels drawn anew."""

    @abstractmethod
    def options(self, raw: Any) -> dict[str, Any]:
        """The options, checked and complete. Raises Unusable with what to mend; reading them twice changes nothing."""

    @abstractmethod
    def parse(self, raw: Any, options: Mapping[str, Any]) -> Any:
        """The answer in what came over the wire. Raises Unusable; an empty answer is never one."""

    @abstractmethod
    def dump(self, answer: Any) -> Any:
        """The JSON value of an answer: `parse(dump(answer), options) == answer`."""

    def without_script(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """Whether the inputs of its template say a whole answer where there is no JavaScript; else it is written as JSON."""
        return True

    def looks_at_items(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """Whether `fits` has anything to say: where it has not, no item is read for it."""
        return False

    def is_blank(self, raw: Any, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """Whether what came over the wire says nothing, so that a question of a form was left out."""
        return raw is None or raw in ("", [])

    def condition(self, raw: Any, options: Mapping[str, Any]) -> Any:
        """What a condition of a form names of an answer, as JSON has it: all of it, or one of its labels. Raises Unusable."""
        return self.dump(self.parse(raw, options))

    def meets(self, said: Any, wanted: Any) -> bool:
        """Whether an answer, as dumped, is or holds what a condition names; static/kinds/<kind>.js says the same."""
        return bool(said == wanted)

    def fits(self, answer: Any, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:  # noqa: B027 - most answers fit every item
        """Refuse an answer that this item, with these fields, cannot have; asked where `looks_at_items`. Raises Unusable."""

    @abstractmethod
    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:
        """0 for equal answers, 1 for wholly different ones; symmetric."""

    @abstractmethod
    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:
        """What a plain HTML form, or a cell of a table, sent for one answer, as `parse` wants it."""

    def from_fields(self, fields: Callable[[str], Sequence[str]], name: str, options: Mapping[str, Any]) -> Any:
        """What a plain HTML form sent in the field `name`, and in fields that begin so where the kind has several."""
        return self.from_form(fields(name), options)

    def form_values(self, answer: Any, options: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 - the kind's signature
        """The values with which a plain form shows an answer that was given before; `from_form` undoes it."""
        value = self.dump(answer)
        return [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]

    @abstractmethod
    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The labels in their order, where answers are categories; empty where they are not."""

    @abstractmethod
    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:
        """How an answer lies in a frame: column name to type (one of COLUMN_TYPES), `label` first.

        A kind that needs more than `label` names the others `label_…` and says in `row` what lies in each.
        """

    @abstractmethod
    def text(self, answer: Any, options: Mapping[str, Any]) -> str:
        """The answer in one line for a person."""

    def told(self, answer: Any, fields: Mapping[str, Any], options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """The whole answer for a person who sees the item, with these fields, beside it."""
        return self.text(answer, options)

    @abstractmethod
    def from_settings(self, given: Mapping[str, str]) -> Any:
        """The raw options in the fields of a form (`web/templates/manage/kinds/<kind>.html`), for `options` to check."""

    @abstractmethod
    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The fields of that form for these options: `options(from_settings(settings(options))) == options`."""

    @abstractmethod
    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Options with answers as they come over the wire, good ones and ones to refuse: for the law test and the docs."""

    def unsafe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """What of a change of options old answers would not stand, as "the label 'a' cannot be taken away"; empty where all do.

        Where answers are no categories, nothing may change unless the kind says so.
        """
        if not self.categories(before):
            return "" if before == after else "what is asked cannot be changed"
        kept = {category.value for category in self.categories(after)}
        gone = [str(category.value) for category in self.categories(before) if category.value not in kept]
        return f"the label {gone[0]!r} cannot be taken away or renamed. Add a new label instead" if gone else ""

    def consensus_labels(self, options: Mapping[str, Any]) -> tuple[Any, ...]:
        """The classes that the vectorised consensus works on, in order."""
        return tuple(category.value for category in self.categories(options))

    def labels(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The labels that stand in answers, for their help and their colours; the categories where answers are some."""
        return self.categories(options)

    def shown(self, options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:  # noqa: ARG002 - the kind's signature
        """What the desk changes of the question for one assignment, such as `{"order": [...]}` of its labels; None for
        nothing. The same seed gives the same. It is kept with the assignment and stands with the answer.
        """
        return None

    def is_shown_by_annotator(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """Whether `shown` is drawn once for an annotator, and not for every assignment."""
        return False

    def arranges(self, options: Mapping[str, Any]) -> tuple[str, ...]:  # noqa: ARG002 - the kind's signature
        """The fields of an item that `seen` puts in an order and gives titles."""
        return ()

    def seen(
        self,
        fields: Sequence[Mapping[str, Any]],
        options: Mapping[str, Any],  # noqa: ARG002 - the kind's signature
        shown: Mapping[str, Any] | None,  # noqa: ARG002 - the kind's signature
    ) -> list[dict[str, Any]]:
        """The fields of an item (`name`, `value`) as its annotator sees them: those that the answer tells apart in the order
        drawn, each with the `title` that stands over it there; without those that would give away what is asked.
        """
        return [dict(field) for field in fields]

    def text_seen(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> str:  # noqa: ARG002 - the kind's signature
        """As `text`, in the words that `seen` put before the annotator."""
        return self.text(answer, options)

    def check_item(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:  # noqa: B027 - a kind that asks of any item has nothing to check
        """Raises Unusable, naming the column, where an item cannot be asked about."""

    def place(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> int | None:  # noqa: ARG002 - the kind's signature
        """Where on the screen, from 0, the thing chosen stood, if that was drawn for this one answer; else None."""
        return None

    def picks(
        self,
        answer: Any,  # noqa: ARG002 - the kind's signature
        options: Mapping[str, Any],  # noqa: ARG002
        shown: Mapping[str, Any] | None,  # noqa: ARG002
    ) -> list[tuple[tuple[int, ...], int]]:
        """Of each order that was drawn for this one answer: the places, from 0, of all that was chosen, and how many places
        there were.
        """
        return []

    def labels_in(self, answer: Any) -> tuple[Any, ...]:
        """The labels that stand in an answer, each once; the answer itself where it is one."""
        return (answer,)

    def row(self, answer: Any, options: Mapping[str, Any]) -> dict[str, Any]:
        """An answer in its `columns`; a column of the type "json" holds JSON text."""
        value = self.dump(answer)
        is_json = self.columns(options)["label"] == "json"
        return {"label": json.dumps(value, ensure_ascii=False) if is_json else value}

    def piece_text(self, piece: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """A piece of a verdict's `parts`, as JSON has it, in one line for a person."""
        return piece if isinstance(piece, str) else json.dumps(piece, ensure_ascii=False)

    def metric(self, options: Mapping[str, Any]) -> Metric:
        """`distance` between answers as they are stored."""
        return Metric(
            lambda value: self.parse(value, options), lambda first, second: self.distance(first, second, options)
        )

    def size(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """How much an item has to answer on, as the kind's own `measures` wants it, such as the length of its text; asked
        where `looks_at_items`.
        """
        return 0

    def measures(
        self,
        answers: Sequence[tuple[Hashable, str, Any]],  # noqa: ARG002 - the kind's signature
        sizes: Mapping[Hashable, Any],  # noqa: ARG002
        options: Mapping[str, Any],  # noqa: ARG002
        *,
        resamples: int,  # noqa: ARG002
    ) -> list[tuple[str, str, Coefficient]]:
        """Figures of agreement of the kind's own, beside the one by its distance: name, title and coefficient of each.

        From (item, annotator, answer) and the sizes of items.
        """
        return []

    def is_right(self, answer: Any, gold: Any, options: Mapping[str, Any]) -> bool:
        """Whether an answer counts as right where `gold` is known to be."""
        return self.distance(answer, gold, options) == 0

    def gives_confidence(self, options: Mapping[str, Any]) -> bool:
        """Whether every verdict has a confidence; without one, overlap cannot follow it."""
        return bool(self.consensus_labels(options))

    def frees_text(self, options: Mapping[str, Any]) -> bool:
        """Whether an answer may hold words of the annotator's own, which an erasure has to overwrite."""
        return not self.labels(options)

    def parts(self, options: Mapping[str, Any]) -> tuple[Part, ...]:  # noqa: ARG002 - the kind's signature
        """The questions within an answer, each of a kind of its own; none for a kind that asks one thing."""
        return ()

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:
        """One verdict an item, in the order in which items first appear. Where answers are classes, those of the house.

        The order of `votes` within an item changes nothing, nor do the names of items and annotators.
        """
        if not self.consensus_labels(options):
            raise NotImplementedError(f"{self.name} says neither its classes nor how its answers aggregate")
        from labeling.kinds.voting import verdicts_of_classes

        return verdicts_of_classes(votes, self.consensus_labels(options), ordinal=self.level == "ordinal", seed=seed)


def positions_of(
    one: Kind, options: Mapping[str, Any], labels: Sequence[Any], shown: Sequence[Mapping[str, Any] | None]
) -> list[int | None]:
    """Where on the screen, from 1, what was chosen stood in each answer (as dumped); None where that was not drawn."""
    return [
        None if drawn is None or (place := one.place(one.parse(label, options), options, drawn)) is None else place + 1
        for label, drawn in zip(labels, shown, strict=True)
    ]


def picks_in(
    one: Kind, options: Mapping[str, Any], labels: Sequence[Any], shown: Sequence[Mapping[str, Any] | None]
) -> list[list[tuple[tuple[int, ...], int]]]:
    """The picks in each answer (as dumped); none where nothing was drawn."""
    return [
        [] if drawn is None else one.picks(one.parse(label, options), options, drawn)
        for label, drawn in zip(labels, shown, strict=True)
    ]


def fate(one: Kind, options: Mapping[str, Any], label: Any, suggested: Mapping[str, Any]) -> str:
    """What became of a suggestion (`answer` and whether it `is_shown`) in an answer, both as dumped: `accepted`
    unchanged, `changed`, or `withheld` from the annotator.
    """
    if not suggested["is_shown"]:
        return "withheld"
    return "accepted" if likeness(one, options, label, suggested["answer"]) == 1 else "changed"


def likeness(one: Kind, options: Mapping[str, Any], first: Any, second: Any) -> float:
    """How far two answers, as dumped, are the same: 1 wholly, 0 not at all."""
    return 1 - one.distance(one.parse(first, options), one.parse(second, options), options)
