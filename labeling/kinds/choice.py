"""One label out of several: `"refund"`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.errors import Unusable, nearest
from labeling.kinds.kind import Category, Kind
from labeling.orders import checked_shuffle, draw_order, place_in

MOST_LABELS = 500
FIELDS = ("name", "description", "example", "counterexample")


class Choice(Kind):
    """Exactly one of the project's labels. Two answers are the same or they are not."""

    name = "choice"
    title = "Single choice"
    description = "One label out of several, such as the intent of a message."
    level = "nominal"
    can_shuffle = True

    def options(self, raw: Any) -> dict[str, Any]:
        """`{"labels": ["a", {"name": "b", "description": "…", "example": "…", "counterexample": "…"}]}`,
        and `"shuffle": "assignment"` or `"annotator"` where their order on the screen is to be drawn.
        """
        given = raw.get("labels") if isinstance(raw, Mapping) else None
        if not isinstance(given, list) or len(given) < 2:
            raise Unusable("A single choice needs at least two labels", cure='Give {"labels": ["yes", "no"]}.')
        if len(given) > MOST_LABELS:
            raise Unusable(f"{len(given)} labels are more than {MOST_LABELS}", cure="Split the question.")
        labels = [_label(entry, place) for place, entry in enumerate(given, 1)]
        seen: dict[str, int] = {}
        for place, label in enumerate(labels, 1):
            first = seen.setdefault(label["name"].casefold(), place)
            if first != place:
                raise Unusable(
                    f"Label {place} ({label['name']!r}) repeats label {first}",
                    cure="Give every label a name of its own.",
                )
        return {"labels": labels, **checked_shuffle(raw, len(labels))}

    def parse(self, raw: Any, options: Mapping[str, Any]) -> str:
        """The label's name, exactly as the project has it."""
        names = [label["name"] for label in options["labels"]]
        if raw is None or raw == "":
            raise Unusable("No label was chosen", cure="Choose one of: " + _some(names))
        if not isinstance(raw, str):
            raise Unusable(f"{str(raw)[:80]} is no label", cure="The labels are: " + _some(names))
        if raw not in names:
            near = nearest(raw, names)
            cure = f"Did you mean {near!r}?" if near else "The labels are: " + _some(names)
            raise Unusable(f"There is no label {raw[:80]!r}", cure=cure)
        return raw

    def dump(self, answer: Any) -> Any:
        """The name itself."""
        return answer

    def distance(self, first: Any, second: Any, options: Mapping[str, Any]) -> float:  # noqa: ARG002 - the kind's signature
        """0 for the same label, else 1."""
        return float(first != second)

    def from_form(self, values: Sequence[str], options: Mapping[str, Any]) -> Any:  # noqa: ARG002 - the kind's signature
        """The one value sent."""
        return values[0] if len(values) == 1 else None

    def categories(self, options: Mapping[str, Any]) -> tuple[Category, ...]:
        """The labels with their help."""
        return tuple(
            Category(label["name"], label["name"], label["description"], label["example"], label["counterexample"])
            for label in options["labels"]
        )

    def shown(self, options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:
        """The order of the labels, where it is to be drawn."""
        return draw_order([label["name"] for label in options["labels"]], options, seed)

    def is_shown_by_annotator(self, options: Mapping[str, Any]) -> bool:
        """As `shuffle` says."""
        return options.get("shuffle") == "annotator"

    def place(self, answer: Any, options: Mapping[str, Any], shown: Mapping[str, Any] | None) -> int | None:  # noqa: ARG002 - the kind's signature
        """The label's place in the order drawn."""
        return place_in(answer, shown)

    def columns(self, options: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002 - the kind's signature
        """One column of text."""
        return {"label": "string"}

    def text(self, answer: Any, options: Mapping[str, Any]) -> str:  # noqa: ARG002 - the kind's signature
        """The label."""
        return str(answer)

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Two label sets, one with an emoji and one with help texts."""
        yield (
            {"labels": ["yes", "no", "😀 maybe"]},
            ["yes", "😀 maybe"],
            [None, "", "Yes", 1, ["yes"], {"label": "yes"}],
        )
        yield (
            {"labels": [{"name": "refund", "description": "wants money back"}, "other"], "shuffle": "assignment"},
            ["refund"],
            ["refunds", True],
        )


def _label(entry: Any, place: int) -> dict[str, str]:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
        raise Unusable(f"Label {place} has no name", cure="Write it as text, or as an object with 'name'.")
    unknown = sorted(set(entry) - set(FIELDS))
    if unknown:
        raise Unusable(
            f"Label {place} has an unknown field {unknown[0]!r}", cure="Known are: " + ", ".join(FIELDS) + "."
        )
    if len(entry["name"]) > 200 or any(ord(letter) < 32 for letter in entry["name"]):
        raise Unusable(
            f"Label {place} is too long or holds a control character", cure="Use up to 200 plain characters."
        )
    if not all(isinstance(entry.get(field, ""), str) for field in FIELDS):
        raise Unusable(f"Label {place} has a field that is not text", cure="Put its texts in quotes.")
    return {field: entry.get(field, "").strip() for field in FIELDS}


def _some(names: list[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "") + "."


KIND = Choice()
