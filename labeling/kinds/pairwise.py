"""Which of two things: `"a"`, `"b"` or `"tie"`; with strengths `"a2"` (much), `"a1"` (slightly), `"b1"`, `"b2"`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.errors import Unusable
from labeling.kinds.kind import Category, Kind
from prep.phrase import phrase

MOST_STRENGTHS = 4
KNOWN = ("fields", "tie", "strengths", "things", "shuffle")


class Pairwise(Kind):
    """A comparison of the two things an item holds. Answers are in the item's own order, whichever side stood where.

    The answers have an order, from "a is much better" over a tie to "b is much better". Where several items compare the
    same things, `labeling.scale` puts all things on one scale.
    """

    name = "pairwise"
    title = phrase("Comparison of two")
    description = phrase(
        "Which of two things is better, such as two replies to one prompt; with ties and strengths if wanted."
    )
    level = "ordinal"

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"fields": ["reply_a", "reply_b"]}`, the two fields of an item, or `{"fields": ["replies"]}`, one field with a list of two.

        `"tie": false` asks to decide; `"strengths": ["slightly", "much"]` asks how much, the weakest word first;
        `"things": ["model_a", "model_b"]` names fields that say what is compared, for a scale of all things (without it the
        sides themselves are the things); `"shuffle": false` leaves each side in its place.
        """
        cure = (
            'Give {"fields": ["a", "b"]}, two fields of an item, or {"fields": ["pair"]}, one field with a list of two.'
        )
        if not isinstance(raw, Mapping) or "fields" not in raw:
            raise Unusable("A comparison needs to know the two things", cure=cure)
        unknown = sorted(set(raw) - set(KNOWN))
        if unknown:
            raise Unusable(f"A comparison has no option {unknown[0]!r}", cure=f"Known are: {', '.join(KNOWN)}.")
        fields = names_of(raw["fields"], "fields", cure)
        if len(fields) > 2:
            raise Unusable(
                f"{len(fields)} fields are more than two", cure="To put more than two in order, use a ranking."
            )
        things = names_of(
            raw.get("things") or [], "things", 'Give {"things": ["model_a", "model_b"]}, or leave it out.'
        )
        if things and len(things) > 2:
            raise Unusable(
                f"{len(things)} fields for the names of two things", cure="Name two, or one with a list of two."
            )
        for name in ("tie", "shuffle"):
            if not isinstance(raw.get(name, True), bool):
                raise Unusable(f"{name} is {raw[name]!r}", cure="Say true or false.")
        return {
            "fields": fields,
            "tie": raw.get("tie", True),
            "strengths": _strengths(raw.get("strengths")),
            "things": things,
            "shuffle": raw.get("shuffle", True),
        }

    def parse(self, raw: Any, options: Mapping[str, Any]) -> str:
        """The answer in its own spelling; capitals are taken too."""
        values = [category.value for category in self.categories(options)]
        cure = f"The answers are: {', '.join(values)}."
        if raw is None or raw == "":
            raise Unusable("Neither of the two was chosen", cure=cure)
        answer = raw.strip().lower() if isinstance(raw, str) else raw
        if answer == "tie" and not options["tie"]:
            raise Unusable("A tie is no answer here", cure=f"Choose one of the two. {cure}")
        if answer not in values:
            raise Unusable(f"{str(raw)[:40]!r} is no answer to a comparison", cure=cure)
        return str(answer)

    def dump(self, answer: Any) -> Any:
        """The text itself."""
        return answer

    def arranges(self, options: Mapping[str, Any]) -> tuple[str, ...]:
        """The fields with the two things."""
        return tuple(options["fields"])

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:
        """How far apart in the order of the answers, as a share of its length."""
        values = [category.value for category in self.categories(options)]
        return abs(values.index(first) - values.index(second)) / (len(values) - 1)

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The one value sent."""
        return values[0] if len(values) == 1 else None

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """From the first thing, by the strongest word, to the second."""
        words = options["strengths"]
        if not words:
            sides = [Category("a", "A")], [Category("b", "B")]
        else:
            sides = (
                [Category(f"a{k}", f"A {words[k - 1]}") for k in range(len(words), 0, -1)],
                [Category(f"b{k}", f"B {words[k - 1]}") for k in range(1, len(words) + 1)],
            )
        return (*sides[0], *([Category("tie", "Tie")] if options["tie"] else []), *sides[1])

    def shown(self, options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:
        """Whether the second thing stands first, drawn for each assignment."""
        return {"swapped": bool(seed & 1)} if options["shuffle"] else None

    def seen(
        self, fields: Sequence[Mapping[str, Any]], options: Mapping[str, Any], shown: Mapping[str, Any] | None
    ) -> list[dict[str, Any]]:
        """Side 1 and side 2 beside each other, where the first of them stood; what names the things is not seen."""
        held = {field["name"]: field["value"] for field in fields}
        kept = [dict(field) for field in fields if field["name"] not in options["things"]]
        try:
            self.sides(held, options)
        except Unusable:
            return kept
        names = options["fields"]
        if len(names) == 2:
            pair = [next(field for field in kept if field["name"] == name) for name in names]
        else:
            whole = next(field for field in kept if field["name"] == names[0])
            pair = [
                {**whole, "value": value, "of": names[0], "name": f"{names[0]} {k}"}
                for k, value in enumerate(self.sides(held, options), 1)
            ]
        if shown and shown.get("swapped"):
            pair.reverse()
        sides = [{**field, "title": str(k), "look": "reading paired"} for k, field in enumerate(pair, 1)]
        seen: list[dict[str, Any]] = []
        for field in kept:
            if field["name"] not in names:
                seen.append(field)
            elif sides:
                seen, sides = [*seen, *sides], []
        return seen

    def text_seen(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> str:
        """`1`, `Tie` or `2 much`."""
        if answer == "tie":
            return self.text(answer, options)
        side = "1" if (answer[0] == "b") == bool(shown and shown.get("swapped")) else "2"
        return f"{side}{self.text(answer, options)[1:]}"

    def check_item(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        """Both things must be there, and their names where such are asked for."""
        self.sides(fields, options)
        self.things(fields, options)

    def place(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> int | None:  # noqa: ARG002 - the kind's signature
        """0 where what was chosen stood first on the screen, 1 where second; None for a tie."""
        if shown is None or "swapped" not in shown or answer == "tie":
            return None
        return int((answer[0] == "b") != bool(shown["swapped"]))

    def picks(
        self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None
    ) -> list[tuple[tuple[int, ...], int]]:
        """The side chosen, of two; of a tie nothing can be told."""
        place = self.place(answer, options, shown)
        return [] if place is None else [((place,), 2)]

    def from_settings(self, given: Mapping[str, str]) -> Any:
        """Fields, names of things and strengths as lines; `tie` and `shuffle` are ticked or not there."""
        return {
            "fields": _lines(given.get("fields", "")),
            "tie": bool(given.get("tie")),
            "strengths": _lines(given.get("strengths", "")),
            "things": _lines(given.get("things", "")),
            "shuffle": bool(given.get("shuffle")),
        }

    def settings(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The same as lines and ticks."""
        lines = {name: "\n".join(options[name]) for name in ("fields", "strengths", "things")}
        return lines | {name: "yes" if options[name] else "" for name in ("tie", "shuffle")}

    def unsafe(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """The two sides cannot change places or become others; what names the things may."""
        if before["fields"] != after["fields"]:
            return "the fields that are compared cannot be changed"
        return super().unsafe(before, after)

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:
        """The answer; with strengths, beside it which side and how much (0 for a tie)."""
        return {"label": "string"} | (
            {"label_side": "string", "label_strength": "integer"} if options["strengths"] else {}
        )

    def row(self, answer: Any, options: Mapping[str, Any]) -> dict[str, Any]:
        """As `columns` says."""
        if not options["strengths"]:
            return {"label": answer}
        side = answer if answer == "tie" else answer[0]
        return {"label": answer, "label_side": side, "label_strength": abs(self.step(answer))}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:
        """`A`, `Tie`, or `B much`."""
        return next((one.text for one in self.categories(options) if one.value == answer), str(answer))

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """A plain comparison, one that must be decided, and one with strengths."""
        yield {"fields": ["left", "right"]}, ["a", "tie", "B"], [None, "", "c", 1, ["a"], {"answer": "a"}, "a1"]
        yield {"fields": ["pair"], "tie": False, "things": ["model_a", "model_b"]}, ["a", "b"], ["tie", True]
        yield (
            {"fields": ["x", "y"], "strengths": ["slightly", "much"], "shuffle": False},
            ["a2", "a1", "tie", "b1", "b2"],
            ["a", "b3", "a0", "2"],
        )

    def sides(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[Any, Any]:
        """The two things that an item's fields hold. Raises Unusable where they do not."""
        return _two(fields, options["fields"])

    def things(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[Any, Any]:
        """What is compared, for the scale: the names in the `things` fields, else the sides themselves."""
        return _two(fields, options["things"]) if options["things"] else self.sides(fields, options)

    def step(self, answer: str) -> int:
        """The answer as a step of a scale: above 0 for a, below 0 for b, 0 for a tie, 2 for the second strength.

        >>> [Pairwise().step(answer) for answer in ("a2", "a", "tie", "b1")]
        [2, 1, 0, -1]
        """
        if answer == "tie":
            return 0
        size = int(answer[1:] or 1)
        return size if answer[0] == "a" else -size


def names_of(given: Any, what: str, cure: str) -> list[str]:
    """Names of an item's fields, each once. Raises Unusable."""
    given = [given] if isinstance(given, str) else given
    if not isinstance(given, list) or not all(isinstance(name, str) and name.strip() for name in given):
        raise Unusable(f"{what} are no names of fields", cure=cure)
    names = [name.strip() for name in given]
    if not names and what == "fields":
        raise Unusable("No field is named", cure=cure)
    if len(set(names)) < len(names):
        raise Unusable(f"{what} name {max(names, key=names.count)!r} twice", cure="Name each field once.")
    return names


def _two(fields: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, Any]:
    missing = [name for name in names if name not in fields]
    if missing:
        raise Unusable(f"There is no field {missing[0]!r}", column=missing[0], cure="Every item needs both things.")
    if len(names) == 2:
        found = [fields[name] for name in names]
    else:
        found = list_in(fields[names[0]]) or []
        if len(found) != 2:
            raise Unusable("This is no list of two", column=names[0], cure='Give two things, such as ["this", "that"].')
    for place, one in enumerate(found):
        if one is None or one == "":
            raise Unusable(
                "One of the two things is empty", column=names[min(place, len(names) - 1)], cure="Fill it in."
            )
    return found[0], found[1]


def list_in(value: Any) -> list[Any] | None:
    """A list, also as JSON text, as a cell of a table holds it; None where it is none.

    >>> list_in('["a", "b"]'), list_in("a")
    (['a', 'b'], None)
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, list) else None


def _strengths(given: Any) -> list[str]:
    given = given or []
    cure = 'Give words from the weakest to the strongest, such as ["slightly", "much"].'
    if not isinstance(given, list) or not all(isinstance(word, str) and word.strip() for word in given):
        raise Unusable("The strengths are no words", cure=cure)
    words = [word.strip() for word in given]
    if len(words) == 1 or len(words) > MOST_STRENGTHS or len(set(words)) < len(words):
        raise Unusable(
            f"{len(words)} strengths cannot be used", cure=f"Give 2 to {MOST_STRENGTHS} different words, or none."
        )
    return words


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


KIND = Pairwise()
