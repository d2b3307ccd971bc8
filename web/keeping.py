"""Figures as text and back: dataclasses of this house, with mappings, tuples, times and sentences as they were. Knows no figure."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from prep.phrase import Phrase, pack, unpack

HOUSE = ("labeling.", "web.")


class NotReadable(ValueError):
    """The text was written by another release, or is damaged: the figure has to be measured anew."""


def dump(value: Any) -> str:
    """The figure as JSON text.

    >>> load(dump({3: ("a", [1.5, None])}))
    {3: ('a', [1.5, None])}
    """
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Any:
    """What `dump` wrote. Raises NotReadable."""
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, ImportError) as error:
        raise NotReadable(text[:80]) from error


def is_readable(text: str) -> bool:
    """Whether `load` reads it.

    >>> is_readable(dump((1, 2))), is_readable("{")
    (True, False)
    """
    try:
        load(text)
    except NotReadable:
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, Phrase):
        return {"sentence": pack(value)}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {"map": [[_plain(key), _plain(one)] for key, one in value.items()]}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, tuple):
        return {"tuple": [_plain(one) for one in value]}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if is_dataclass(value) and not isinstance(value, type):
        made = type(value)
        held = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {"class": f"{made.__module__}:{made.__qualname__}", "fields": held}
    if hasattr(value, "tolist"):  # a number or an array of numpy's
        return _plain(value.tolist())
    raise TypeError(f"a figure holds {type(value).__name__}, which cannot be kept")


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "map" in value:
        return {_read(key): _read(one) for key, one in value["map"]}
    if "sentence" in value:
        return unpack(value["sentence"])
    if "tuple" in value:
        return tuple(_read(one) for one in value["tuple"])
    if "time" in value:
        return datetime.fromisoformat(value["time"])
    module, _, name = value["class"].partition(":")
    made = getattr(importlib.import_module(module), name) if module.startswith(HOUSE) else None
    if not (isinstance(made, type) and is_dataclass(made)):
        raise NotReadable(name)
    return made(**{name: _read(one) for name, one in value["fields"].items()})
