"""Parameters as JSON that says each of them exactly, for hashing; what has no such form is refused. Knows no step."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from prep.errors import UnusableParameter


def exact(value: Any, where: str) -> Any:
    """A value as JSON in which different values differ: 1 is not 1.0, a time not its text.

    Takes null, booleans, text, numbers, times, paths, lists, sets and mappings of such; raises UnusableParameter, naming
    the place, for anything else: what cannot be told exactly cannot be told to be unchanged.

    >>> exact({"to": (1, 1.0)}, "cast")
    {'to': [1, ['float', '1.0']]}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return ["float", "nan" if math.isnan(value) else repr(value)]
    if isinstance(value, Mapping):
        wrong = next((name for name in value if not isinstance(name, str)), None)
        if wrong is not None:
            raise UnusableParameter(
                f"{where} has the key {wrong!r}, which is no text. Give mappings with text as keys."
            )
        return {name: exact(one, f"{where}.{name}") for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [exact(one, where) for one in value]
    if isinstance(value, set | frozenset):
        return ["set", *sorted((exact(one, where) for one in value), key=repr)]
    if isinstance(value, datetime | date | time):
        return [type(value).__name__, value.isoformat()]
    if isinstance(value, timedelta):
        return ["timedelta", repr(value)]
    if isinstance(value, Path):
        return ["path", str(value)]
    raise UnusableParameter(
        f"{where} is a {type(value).__name__}, of which it cannot be told whether it changed. "
        "Give text, numbers, times, lists or mappings."
    )


def digest(told: Any) -> str:
    """The SHA-256 of a JSON value, whatever the order of its keys.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
