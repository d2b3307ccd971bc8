"""What a name, a tag and a reference to a snapshot may look like."""

from __future__ import annotations

import re

from prep.disk import NEW
from prep.errors import UnknownSnapshot, UnusableParameter
from prep.shelf import NAME

PREFIX = re.compile(r"[0-9a-f]{6,64}")
"""The beginning of an id."""


def refuse_bare(ref: str, sign: str, at: str) -> None:
    """An @ with nothing behind it: a tag was meant and is missing, so the latest is not what was asked for."""
    if sign and not at:
        name = ref.removesuffix("@")
        cure = f"Give a tag or an id behind the @, or ask for {name!r}, the latest."
        raise UnknownSnapshot("snapshot", f"{name}@", cure=cure)


def check_name(name: str, noun: str) -> None:
    """Raises UnusableParameter for a name or tag that cannot name a folder."""
    if not NAME.fullmatch(name) or name.startswith(NEW):
        raise UnusableParameter(
            f"The {noun} {name!r} cannot name a folder. Use letters, digits, '.', '_' and '-'; begin with no sign."
        )
