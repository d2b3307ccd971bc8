"""Items and answers as a page shows them: one line of text, fields, labels with their colour's place. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labeling import showing
from labeling.kinds import Category, kind

if TYPE_CHECKING:
    from labeling.model import Project

LINE = 400


@dataclass(frozen=True, slots=True)
class Chip:
    """An answer as a small label: its text exactly as stored, and the place of its colour."""

    text: str
    hue: int
    note: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an item. `main` is what annotators read; `hidden` is not shown to them."""

    name: str
    value: str
    main: bool
    hidden: bool


class Labels:
    """The labels of a project in their order, so that a label has one colour on every page."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.kind = kind(project.kind)
        self.categories: tuple[Category, ...] = self.kind.categories(project.options)
        self._place = {json.dumps(one.value): place for place, one in enumerate(self.categories)}

    @property
    def texts(self) -> list[str]:
        """The labels as text, in order."""
        return [one.text for one in self.categories]

    @property
    def values(self) -> list[Any]:
        """The labels as answers, in order."""
        return [one.value for one in self.categories]

    def place(self, answer: Any) -> int:
        """Where an answer stands among the labels; a label that is gone stands behind them all."""
        return self._place.get(json.dumps(answer), len(self.categories))

    def short(self, answer: Any) -> str:
        """The answer as stored, in few words."""
        place = self.place(answer)
        if place < len(self.categories):
            return self.categories[place].text
        return self.kind.text(answer, self.project.options)

    def chip(self, answer: Any, note: str = "", title: str = "") -> Chip:
        """The answer as a small label."""
        return Chip(self.short(answer), self.place(answer), note, title)

    def read(self, value: str) -> Any:
        """The answer that a form field or a query names, as the kind wants it; not yet checked."""
        return self.kind.from_form([value], self.project.options)


def line(project: Project, payload: Mapping[str, Any], most: int = LINE) -> str:
    r"""An item in one line: the fields annotators see, with · between.

    >>> from types import SimpleNamespace
    >>> line(SimpleNamespace(show=("text",), shows=None), {"text": "Where is\nmy parcel?", "lang": "en"})
    'Where is my parcel?'
    """
    shown = [field["value"] for field in showing.seen(payload, project.show, project.shows)]
    text = " · ".join(" ".join(_said(value).split()) for value in shown if value not in (None, ""))
    return text if len(text) <= most else text[: most - 1] + "…"


def fields(project: Project, payload: Mapping[str, Any]) -> list[Field]:
    """The fields of an item: first those annotators see, then the rest. The longest text among them is the main one."""
    seen = [field["name"] for field in showing.seen(payload, project.show, project.shows)]
    rest = [name for name in payload if name not in seen]
    main = max(seen, key=lambda name: len(words(payload[name])), default=None)
    return [Field(name, words(payload[name]), main=name == main, hidden=name in rest) for name in (*seen, *rest)]


def _said(value: Any) -> str:
    """A value in one line; a dialogue as its turns."""
    turns = showing.turns(value) if isinstance(value, list | dict) else None
    return words(value) if turns is None else " ".join(f"{who}: {said}" for who, said in turns)


def words(value: Any) -> str:
    """A field's value as text; lists and objects as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def tally(labels: Labels, answers: Iterable[Any]) -> list[dict[str, Any]]:
    """How often each label was given, in the order of the labels: text, hue, count."""
    counts: dict[int, list[Any]] = {}
    for answer in answers:
        counts.setdefault(labels.place(answer), []).append(answer)
    return [
        {"text": labels.short(given[0]), "hue": place, "count": len(given)} for place, given in sorted(counts.items())
    ]
