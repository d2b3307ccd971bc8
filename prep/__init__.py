"""Frames in, frames out: read tables, validate, split, freeze and load datasets. Knows neither annotators nor the web.

Each name is loaded when it is first used, and so are the engines behind it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prep.errors import PrepError
    from prep.frozen import Snapshot
    from prep.read import Table, open_table, read_table
    from prep.schema import Column, Schema, validate
    from prep.snapshot import SnapshotStore, load
    from prep.splits import split

__all__ = [
    "Column",
    "PrepError",
    "Schema",
    "Snapshot",
    "SnapshotStore",
    "Table",
    "load",
    "open_table",
    "read_table",
    "split",
    "validate",
]

_PLACES = {
    "Column": "schema",
    "PrepError": "errors",
    "Schema": "schema",
    "Snapshot": "frozen",
    "SnapshotStore": "snapshot",
    "Table": "read",
    "load": "snapshot",
    "open_table": "read",
    "read_table": "read",
    "split": "splits",
    "validate": "schema",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"prep has no {name!r}; it has: {', '.join(__all__)}")
    found = getattr(importlib.import_module(f"prep.{_PLACES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
