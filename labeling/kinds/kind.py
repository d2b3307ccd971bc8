"""What every kind says of itself. Knows nothing of projects, pages or the store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Level = Literal["nominal", "ordinal", "interval", "ratio"]
"""How two answers differ: only same or not, by order, by distance, by distance from a true zero."""


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

    Options are what a project says once (its labels, its scale), as JSON; `options` checks and completes them.
    An answer is a JSON value; `parse` reads one that came over the wire, `dump` undoes it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    level: ClassVar[Level]

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
    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Options with answers as they come over the wire, good ones and ones to refuse: for the law test and the docs."""

    def consensus_labels(self, options: Mapping[str, Any]) -> tuple[Any, ...]:
        """The classes that the vectorised consensus works on, in order."""
        return tuple(category.value for category in self.categories(options))
