"""The kinds of relation that a project knows: which labels each may go from and to. As options, and as lines of a form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from labeling.errors import Unusable, nearest


def read(raw: Any, known: Sequence[str]) -> list[dict[str, Any]]:
    """The kinds of relation, each with its name and the labels at its ends."""
    raw = [] if raw is None else raw
    if not isinstance(raw, list) or len(raw) > 100:
        raise Unusable("The relations are no list of up to 100", cure='Give ["knows"] or leave them out.')
    found: list[dict[str, Any]] = []
    for place, entry in enumerate(raw, 1):
        one = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(one, Mapping) or not isinstance(one.get("name"), str) or not one["name"].strip():
            raise Unusable(f"Relation {place} has no name", cure="Write it as text, or as an object with 'name'.")
        unknown = sorted(set(map(str, one)) - {"name", "from", "to"})
        if unknown:
            raise Unusable(f"Relation {place} has an unknown field {unknown[0]!r}", cure="Known are: name, from, to.")
        name = one["name"].strip()
        if len(name) > 200 or any(ord(letter) < 32 for letter in name) or "→" in name or ":" in name:
            raise Unusable(
                f"The name of relation {place} cannot be used", cure="Use up to 200 signs, no colon, no arrow."
            )
        if any(name.casefold() == other["name"].casefold() for other in found):
            raise Unusable(
                f"Relation {place} ({name!r}) repeats another", cure="Give every relation a name of its own."
            )
        found.append({"name": name, **{side: _ends(one.get(side), name, known) for side in ("from", "to")}})
    return found


def _ends(raw: Any, name: str, known: Sequence[str]) -> list[str]:
    given = [] if raw is None else raw
    if not isinstance(given, list) or not all(isinstance(label, str) for label in given):
        raise Unusable(
            f"The ends of the relation {name!r} are no list of labels", cure='Give {"from": ["a"], "to": ["b"]}.'
        )
    for label in given:
        if label not in known:
            near = nearest(label, list(known))
            raise Unusable(
                f"The relation {name!r} names a label {label[:80]!r} that there is not",
                cure=f"Did you mean {near!r}?" if near else "The labels are: " + ", ".join(known[:12]) + ".",
            )
    return [label for label in known if label in given]


def from_line(text: str) -> Any:
    """`name: a, b → c`, or the labels as JSON lists; without ends, between any two."""
    name, _, rest = text.partition(":")
    source, _, target = (rest if "→" in rest else rest.replace("->", "→")).partition("→")
    return {"name": name.strip(), "from": _listed(source), "to": _listed(target)}


def _listed(text: str) -> list[str]:
    if text.strip().startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list):
            return found
    return [label.strip() for label in text.split(",") if label.strip()]


def as_line(rule: Mapping[str, Any]) -> str:
    """What `from_line` reads, with the labels as JSON, as a label may hold a comma."""
    source, target = (json.dumps(rule[side], ensure_ascii=False).replace("→", "\\u2192") for side in ("from", "to"))
    return f"{rule['name']}: {source} → {target}"
