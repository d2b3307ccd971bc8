"""Names of media: what a file may be called, and how an item's field names one. A name is never a path on this machine."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from labeling.errors import Unusable

LONGEST_NAME = 300
MOST_FOLDERS = 20
# They turn the letters around them, so that gpj.exe reads as exe.jpg.
TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u200e", "\u200f", "\u061c"}


def clean_name(raw: str) -> str:
    r"""The name under which a file is kept: folders parted by /, in one spelling of its letters.

    Raises Unusable for one that leads out of its folder, is too long, or holds what nobody can see.

    >>> clean_name("./photos\\cat 1.jpg")
    'photos/cat 1.jpg'
    >>> clean_name("../../etc/passwd")
    Traceback (most recent call last):
    labeling.errors.Unusable: Its name '../../etc/passwd' leads out of its folder. Give it a plain name.
    """
    name = unicodedata.normalize("NFC", raw).replace("\\", "/")
    shown = raw[:80]
    parts = [part for part in name.split("/") if part != "."]
    if name.startswith("/") or (len(name) > 1 and name[1] == ":" and name[0].isalpha()) or ".." in parts:
        raise Unusable(f"Its name {shown!r} leads out of its folder", cure="Give it a plain name.")
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} or letter in TURNING for letter in name):
        raise Unusable(f"Its name {shown!r} holds letters that nobody can see", cure="Give it a plain name.")
    if not all(part.strip() for part in parts) or not parts:
        raise Unusable(f"Its name {shown!r} is empty, or a folder in it has none", cure="Give it a plain name.")
    if len(name) > LONGEST_NAME or len(parts) > MOST_FOLDERS:
        raise Unusable(f"Its name {shown!r}… is too long", cure=f"Use at most {LONGEST_NAME} characters.")
    return "/".join(parts)


def base(name: str) -> str:
    """The last part of a name.

    >>> base("photos/cat.jpg")
    'cat.jpg'
    """
    return name.rpartition("/")[2]


def named(value: Any) -> list[str]:
    r"""The media that a field names: one by text, several by a list of texts; none where it is empty or something else.

    >>> named("cat.jpg"), named(["a.png", "./b.png"]), named(None), named({"a": 1})
    (['cat.jpg'], ['a.png', 'b.png'], [], [])
    """
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        return []
    return [spelt(text) for text in texts if text.strip()]


def spelt(text: str) -> str:
    """The same spelling that `clean_name` gives; what is no name stays as it is, and is then found nowhere."""
    try:
        return clean_name(text.strip())
    except Unusable:
        return text.strip()


def wanted(payload: Mapping[str, Any], fields: list[str]) -> list[str]:
    """The media that these fields of an item name, each once."""
    return list(dict.fromkeys(name for field in fields for name in named(payload.get(field))))
