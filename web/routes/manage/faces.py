"""Items and answers as a page shows them: one line of text, fields, labels with their colour's place. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from labeling import showing
from labeling.errors import Unusable
from labeling.kinds import Category, kind
from web.catalogue import t
from web.routes.manage.words import figure, rough

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from labeling.model import Project

LINE = 400
CHIP = 120


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
    """The labels of a project in their order, so that a label has one colour on every page.

    `is_by_classes` where the vectorised consensus works on them; else the kind settles and compares its answers itself.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.kind = kind(project.kind)
        self.categories: tuple[Category, ...] = self.kind.categories(project.options)
        self.labels: tuple[Category, ...] = self.kind.labels(project.options)
        self.is_by_classes = bool(self.kind.consensus_labels(project.options))
        self._place = {json.dumps(one.value): place for place, one in enumerate(self.labels)}

    @property
    def texts(self) -> list[str]:
        """The categories as text, in order; none where answers are no categories."""
        return [one.text for one in self.categories]

    @property
    def values(self) -> list[Any]:
        """The categories as answers, in order."""
        return [one.value for one in self.categories]

    def place(self, answer: Any) -> int:
        """Where an answer, or the first label in it, stands among the labels; one that is gone stands behind them all."""
        place = self._place.get(json.dumps(answer))
        if place is None and not self.categories:
            said = self._read(answer)
            first = next(iter(self.kind.labels_in(said)), None) if said is not None and self.labels else None
            place = self._place.get(json.dumps(first))
        return len(self.labels) if place is None else place

    def short(self, answer: Any, fields: Mapping[str, Any] | None = None) -> str:
        """The answer in few words; in words of its item, where its fields are given."""
        place = self._place.get(json.dumps(answer))
        if place is not None:
            return self.labels[place].text
        text = self.whole(answer, fields)
        return text if len(text) <= CHIP else text[: CHIP - 1] + "…"

    def whole(self, answer: Any, fields: Mapping[str, Any] | None = None) -> str:
        """All of the answer, for a person; for one who sees the item beside it, where its fields are given."""
        said = self._read(answer)
        if said is None:
            return json.dumps(answer, ensure_ascii=False)
        if fields is not None:
            return self.kind.told(said, fields, self.project.options)
        return self.kind.text(said, self.project.options)

    def is_right(self, answer: Any, known: Any) -> bool:
        """Whether an answer counts as right on a gold item whose answer is known."""
        if answer == known or self.categories:
            return bool(answer == known)
        said, gold = self._read(answer), self._read(known)
        return said is not None and gold is not None and self.kind.is_right(said, gold, self.project.options)

    def form_values(self, answer: Any) -> list[str]:
        """The answer as a plain form shows it; none for one that the options of today do not know."""
        said = self._read(answer)
        return [] if said is None else self.kind.form_values(said, self.project.options)

    def piece(self, piece: Any) -> str:
        """A piece of a verdict: a label, or whatever the kind says of it."""
        if self.categories:
            return self.short(piece)
        return self.kind.piece_text(piece, self.project.options)

    def on_scale(self, agreed: Any, votes: Iterable[Any]) -> str:
        """Of points on a scale: how sure the consensus is within one point, and the median of the answers; else nothing."""
        points = list(votes)
        if self.kind.level != "ordinal" or not self.is_by_classes or not points:
            return ""
        if not all(isinstance(point, int | float) for point in points):  # an order without numbers has no middle
            return ""
        middle = t("the median of the answers is %(value)s", value=rough(median(points), 6))
        if agreed.confidence is None:
            return f"; {middle}"
        here, chances = self.place(json.loads(agreed.answer)), json.loads(agreed.posterior)
        near = sum(chance for answer, chance in chances.items() if abs(self.place(json.loads(answer)) - here) <= 1)
        return t(", %(share)s within one point; %(median)s", share=figure(min(near, 1.0)), median=middle)

    def chip(self, answer: Any, note: str = "", title: str = "", fields: Mapping[str, Any] | None = None) -> Chip:
        """The answer as a small label; in words of its item, where its fields are given."""
        return Chip(self.short(answer, fields), self.place(answer), note, title)

    def read(self, value: str) -> Any:
        """The answer that a form field or a query names, as the kind wants it; not yet checked."""
        return self.kind.from_form([value], self.project.options)

    def _read(self, answer: Any) -> Any:
        """The answer; None for one that the options of today do not know."""
        try:
            return self.kind.parse(answer, self.project.options)
        except Unusable:
            return None


def sent(labels: Labels, form: FormData) -> tuple[Any, list[str]]:
    """The answer that a plain form says, as the kind wants it and not yet checked, and what to show in that form again."""

    def values(name: str) -> list[str]:
        return [value for value in form.getlist(name) if isinstance(value, str) and value.strip()]

    raw = labels.kind.from_fields(values, "answer", labels.project.options)
    is_whole = isinstance(raw, Mapping) and not values("answer")
    return raw, [json.dumps(raw, ensure_ascii=False)] if is_whole else values("answer")


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


def tally(labels: Labels, answers: Iterable[Any], fields: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """How often each answer was given, in the order of the labels, then those first that most gave: text, hue, count."""
    counts = Counter(json.dumps(answer) for answer in answers)
    rows = [
        {"text": labels.short(answer, fields), "hue": labels.place(answer), "count": count}
        for answer, count in ((json.loads(text), count) for text, count in counts.items())
    ]
    return sorted(rows, key=lambda one: (one["hue"], -int(one["count"]), one["text"]))
