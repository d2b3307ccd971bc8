"""The label set that kinds with labels share: what it may be, and how a form says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.errors import Unusable, nearest
from labeling.kinds.kind import Category
from prep.phrase import phrase

MOST_LABELS = 500
FIELDS = ("name", "description", "example", "counterexample")


def read(raw: Any, what: str, *, least: int = 2) -> list[dict[str, str]]:
    """The labels of `{"labels": ["a", {"name": "b", "description": "…"}]}`, each with every field.

    `what` begins the words of a refusal. Raises Unusable.
    """
    given = raw.get("labels") if isinstance(raw, Mapping) else None
    if not isinstance(given, list) or len(given) < least:
        many = "two labels" if least == 2 else "one label"
        raise Unusable(
            phrase("%(what)s needs at least %(many)s", what=what, many=many),
            cure=phrase('Give {"labels": ["yes", "no"]}.'),
        )
    if len(given) > MOST_LABELS:
        raise Unusable(
            phrase("%(given)s labels are more than %(MOST_LABELS)s", given=len(given), MOST_LABELS=MOST_LABELS),
            cure=phrase("Split the question."),
        )
    labels = [_label(entry, place) for place, entry in enumerate(given, 1)]
    seen: dict[str, int] = {}
    for place, label in enumerate(labels, 1):
        first = seen.setdefault(label["name"].casefold(), place)
        if first != place:
            raise Unusable(
                phrase(
                    "Label %(place)s (%(label)r) repeats label %(first)s", place=place, label=label["name"], first=first
                ),
                cure=phrase("Give every label a name of its own."),
            )
    return labels


def parse(raw: Any, options: Mapping[str, Any]) -> str:
    """One label's name, exactly as the project has it. Raises Unusable with the nearest."""
    names = [label["name"] for label in options["labels"]]
    if raw is None or raw == "":
        raise Unusable(phrase("No label was chosen"), cure=phrase("Choose one of: %(names)s", names=some(names)))
    if not isinstance(raw, str):
        raise Unusable(
            phrase("%(raw)s is no label", raw=str(raw)[:80]),
            cure=phrase("The labels are: %(names)s", names=some(names)),
        )
    if raw not in names:
        near = nearest(raw, names)
        cure = f"Did you mean {near!r}?" if near else phrase("The labels are: %(names)s", names=some(names))
        raise Unusable(phrase("There is no label %(raw)r", raw=raw[:80]), cure=cure)
    return raw


def categories(options: Mapping[str, Any]) -> tuple[Category, ...]:
    """The labels with their help."""
    return tuple(
        Category(label["name"], label["name"], label["description"], label["example"], label["counterexample"])
        for label in options["labels"]
    )


def from_settings(given: Mapping[str, str]) -> list[dict[str, str]]:
    r"""The labels a form says: one a line in `labels`, or each in fields of its own (`label_name_0`, `label_drop_0`).

    >>> from_settings({"labels": "refund: wants money back\nother"})
    [{'name': 'refund', 'description': 'wants money back'}, {'name': 'other', 'description': ''}]
    >>> from_settings({"label_name_0": "refund", "label_example_0": "my money!", "label_name_1": ""})
    [{'name': 'refund', 'example': 'my money!'}]
    """
    if "labels" in given:
        lines = [line.partition(":") for line in given["labels"].splitlines() if line.strip()]
        return [{"name": name.strip(), "description": help_.strip()} for name, _, help_ in lines]
    places = [field.removeprefix("label_name_") for field in given if field.startswith("label_name_")]
    return [
        {field: given[key] for field in FIELDS if (key := f"label_{field}_{place}") in given}
        for place in places
        if given[f"label_name_{place}"].strip() and not given.get(f"label_drop_{place}")
    ]


def settings(options: Mapping[str, Any]) -> dict[str, str]:
    """The labels as the fields of a form, each field of a label by its place."""
    return {f"label_{field}_{place}": label[field] for place, label in enumerate(options["labels"]) for field in FIELDS}


def some(names: list[str], most: int = 12) -> str:
    """The first names in a sentence."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "") + "."


def _label(entry: Any, place: int) -> dict[str, str]:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
        raise Unusable(
            phrase("Label %(place)s has no name", place=place),
            cure=phrase("Write it as text, or as an object with 'name'."),
        )
    unknown = sorted(set(entry) - set(FIELDS))
    if unknown:
        raise Unusable(
            phrase("Label %(place)s has an unknown field %(unknown)r", place=place, unknown=unknown[0]),
            cure=phrase("Known are: %(names)s.", names=", ".join(FIELDS)),
        )
    if len(entry["name"]) > 200 or any(ord(letter) < 32 for letter in entry["name"]):
        raise Unusable(
            phrase("Label %(place)s is too long or holds a control character", place=place),
            cure=phrase("Use up to 200 plain characters."),
        )
    if not all(isinstance(entry.get(field, ""), str) for field in FIELDS):
        raise Unusable(
            phrase("Label %(place)s has a field that is not text", place=place), cure=phrase("Put its texts in quotes.")
        )
    return {field: entry.get(field, "").strip() for field in FIELDS}
