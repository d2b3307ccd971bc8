"""What every kind says of itself. Knows nothing of projects, pages or the store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Level = Literal["nominal", "ordinal", "interval", "ratio"]
"""How two answers differ: only same or not, by order, by distance, by distance from a true zero."""


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

    @abstractmethod
    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:
        """0 for equal answers, 1 for wholly different ones; symmetric."""

    @abstractmethod
    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:
        """What a plain HTML form, or a cell of a table, sent for one answer, as `parse` wants it."""

    @abstractmethod
    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The labels in their order, where answers are categories; empty where they are not."""

    @abstractmethod
    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:
        """How an answer lies in a frame: column name to type ("string", "integer", "number", "boolean")."""

    @abstractmethod
    def text(self, answer: Any, options: Mapping[str, Any]) -> str:
        """The answer in one line for a person."""

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

    def shown(self, options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:  # noqa: ARG002 - the kind's signature
        """What the desk changes of the question for one assignment, such as `{"order": [...]}` of its labels; None for
        nothing. The same seed gives the same. It is kept with the assignment and stands with the answer.
        """
        return None

    def is_shown_by_annotator(self, options: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the kind's signature
        """Whether `shown` is drawn once for an annotator, and not for every assignment."""
        return False

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

    def labels_in(self, answer: Any) -> tuple[Any, ...]:
        """The labels of the project that stand in an answer; the answer itself where it is one."""
        return (answer,)

    def parts(self, options: Mapping[str, Any]) -> tuple[Part, ...]:  # noqa: ARG002 - the kind's signature
        """The questions within an answer, each of a kind of its own; none for a kind that asks one thing."""
        return ()

    def consensus(self, votes: Sequence[Vote], options: Mapping[str, Any], *, seed: int = 0) -> list[Verdict]:
        """One verdict an item, in the order in which items first appear; for kinds without `consensus_labels`.

        The order of `votes` within an item changes nothing, nor do the names of items and annotators.
        """
        raise NotImplementedError(f"{self.name} says neither its classes nor how its answers aggregate")


def positions_of(
    one: Kind, options: Mapping[str, Any], labels: Sequence[Any], shown: Sequence[Mapping[str, Any] | None]
) -> list[int | None]:
    """Where on the screen, from 1, what was chosen stood in each answer (as dumped); None where that was not drawn."""
    return [
        None if drawn is None or (place := one.place(one.parse(label, options), options, drawn)) is None else place + 1
        for label, drawn in zip(labels, shown, strict=True)
    ]
