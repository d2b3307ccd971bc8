"""The keys of the desk: what each does by default, and what a person makes of them. Knows neither store nor browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.errors import Unusable, nearest

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "submit": ("enter", "space"),
    "submit_anywhere": ("ctrl+enter",),
    "accept": ("=",),
    "clear": ("backspace", "ctrl+z"),
    "skip": ("s",),
    "unsure": ("f",),
    "comment": ("c",),
    "back": ("arrowleft", "z", "u"),
    "forward": ("arrowright",),
    "down": ("pagedown",),
    "up": ("pageup",),
    "guideline": ("g",),
    "answers": ("m",),
    "find": ("/",),
    "keys": ("?",),
    "close": ("escape",),
    "play": ("0", "p"),
    "second_back": (",",),
    "second_on": (".",),
    "five_back": ("<",),
    "five_on": (">",),
    "slower": ("-",),
    "faster": ("+",),
}
"""What can be done by key, and by which as long as nobody chooses others."""
PLAYER = frozenset({"play", "second_back", "second_on", "five_back", "five_on", "slower", "faster"})
"""What there is only where a project shows sounds, films or pictures: as long as nobody chooses keys for it, it makes way."""
LABELS = "123456789abdehijklnopqrtvwxy"
NAMED = frozenset(
    [
        "enter",
        "space",
        "backspace",
        "delete",
        "tab",
        "escape",
        "arrowleft",
        "arrowright",
        "arrowup",
        "arrowdown",
        "pageup",
        "pagedown",
        "home",
        "end",
        "insert",
        "f2",
        "f4",
        "f6",
        "f7",
        "f8",
        "f9",
        "f10",
    ]
)
MOST_KEYS = 4
MOST_LABEL_KEYS = 64
FIXED = frozenset({"close"})
"""Whatever is open must always be closed by the key that closes things everywhere."""


def default() -> dict[str, Any]:
    """The keys of somebody who has chosen none."""
    return {"keys": {name: list(keys) for name, keys in ACTIONS.items()}, "labels": LABELS, "at_once": False}


def chosen(raw: Any) -> dict[str, Any]:
    """All keys, with those that were chosen (`keys` by action, `labels` in their order, `at_once`) in place of the defaults.

    Label keys that were not chosen follow those that were, but for such as do something else. Raises Unusable for a key that
    is none or does two things.

    >>> chosen({"keys": {"skip": ["x"]}, "labels": "jk"})["labels"]
    'jk123456789abdehilnopqrtvwy'
    >>> chosen({"keys": {"skip": ["f"]}})
    Traceback (most recent call last):
    labeling.errors.Unusable: The key 'f' would both skip and mark as unsure. Choose another for one of the two.
    """
    if not isinstance(raw, Mapping) or not set(raw) <= {"keys", "labels", "at_once"}:
        raise Unusable(
            "The keys cannot be read", cure='Give {"keys": {"skip": ["x"]}, "labels": "asdf", "at_once": false}.'
        )
    at_once, own = raw.get("at_once", False), raw.get("keys", {})
    if not isinstance(at_once, bool):
        raise Unusable("at_once is neither true nor false", cure="Give one of the two.")
    if not isinstance(own, Mapping):
        raise Unusable("The keys cannot be read", cure='Give them by what they do, as {"skip": ["x"]}.')
    keys = {name: list(held) for name, held in ACTIONS.items()}
    keys |= {name: _keys(name, given) for name, given in own.items()}
    taken = {key for name, some in keys.items() if name in own or name not in PLAYER for key in some}
    for name in PLAYER - set(own):
        keys[name] = [key for key in keys[name] if key not in taken]
    held: dict[str, str] = {}
    for name, some in keys.items():
        for key in some:
            if held.setdefault(key, name) != name:
                raise _clash(key, held[key], name)
    firm = {key: name for key, name in held.items() if name not in PLAYER or key not in ACTIONS[name]}
    return {"keys": keys, "labels": _labels(raw.get("labels", ""), firm), "at_once": at_once}


def _labels(first: Any, held: Mapping[str, str]) -> str:
    if not isinstance(first, str) or len(first) > MOST_LABEL_KEYS or not all(map(_is_key, first)):
        cure = 'Give them in their order as one text, such as "asdf".'
        raise Unusable("The keys of the labels cannot be read", cure=cure)
    for place, key in enumerate(first):
        if key in held:
            raise _clash(key, held[key], "label")
        if key in first[:place]:
            raise Unusable(f"The key {key!r} stands twice among those of the labels", cure="Give each label its own.")
    return first + "".join(key for key in LABELS if key not in first and key not in held)


WORDS: Mapping[str, str] = {
    "submit": "submit", "submit_anywhere": "submit from a text field", "accept": "fill in what is suggested",
    "clear": "clear the answer", "skip": "skip", "unsure": "mark as unsure", "comment": "open the comment",
    "back": "go back", "forward": "go forward", "down": "scroll down", "up": "scroll up",
    "guideline": "show the guideline", "answers": "show your answers", "find": "find a label",
    "keys": "show the keys", "close": "close what is open", "label": "choose a label",
    "play": "play and pause", "second_back": "go a second back", "second_on": "go a second on",
    "five_back": "go five seconds back", "five_on": "go five seconds on",
    "slower": "play slower", "faster": "play faster",
}  # fmt: skip


def _clash(key: str, first: str, second: str) -> Unusable:
    return Unusable(
        f"The key {key!r} would both {WORDS[first]} and {WORDS[second]}", cure="Choose another for one of the two."
    )


def _keys(name: Any, given: Any) -> list[str]:
    if name not in ACTIONS or name in FIXED:
        near = nearest(str(name), [one for one in ACTIONS if one not in FIXED])
        cure = f"Did you mean {near!r}?" if near else "Known are: " + ", ".join(set(ACTIONS) - FIXED) + "."
        raise Unusable(f"No key can be chosen for {str(name)[:40]!r}", cure=cure)
    if not isinstance(given, list) or not (name not in PLAYER) <= len(given) <= MOST_KEYS:
        raise Unusable(f"The keys to {WORDS[name]} cannot be read", cure=f"Give a list of one to {MOST_KEYS}.")
    for key in given:
        bare = key.removeprefix("ctrl+") if isinstance(key, str) else ""
        if bare not in NAMED and not _is_key(bare):
            raise Unusable(f"{str(key)[:40]!r} is no key", cure='Give one as "x", "enter" or "ctrl+enter".')
    return list(dict.fromkeys(given))


def _is_key(key: str) -> bool:
    return len(key) == 1 and key.isprintable() and key != " " and key == key.lower()
