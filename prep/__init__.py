"""Frames in, frames out: clean, merge, read, validate, split, freeze and load. Knows neither annotators nor the web.

Every verb of `prep.steps` is a function here: `prep.clean_names(frame)`. Each name is loaded when it is first used, and so are the engines behind it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prep.change import Change
    from prep.errors import PrepError
    from prep.frozen import Snapshot
    from prep.leakage import LeakReport, leaks
    from prep.match.link import link
    from prep.match.rules import LinkRule
    from prep.merge.asof import asof
    from prep.merge.join import join
    from prep.merge.sources import coalesce_sources
    from prep.merge.union import union
    from prep.read import Table, open_table, read_table
    from prep.schema import Column, Schema, validate
    from prep.snapshot import SnapshotStore, load
    from prep.splits import folds, split, split_by_time
    from prep.steps import step, step_from_json, verbs
    from prep.verb import Result, Step, ValuesSetAside

__all__ = [
    "Change",
    "Column",
    "LeakReport",
    "LinkRule",
    "PrepError",
    "Result",
    "Schema",
    "Snapshot",
    "SnapshotStore",
    "Step",
    "Table",
    "ValuesSetAside",
    "asof",
    "coalesce_sources",
    "folds",
    "join",
    "leaks",
    "link",
    "load",
    "open_table",
    "read_table",
    "split",
    "split_by_time",
    "step",
    "step_from_json",
    "union",
    "validate",
    "verbs",
]

_PLACES = {
    "Change": "change",
    "Column": "schema",
    "LeakReport": "leakage",
    "LinkRule": "match.rules",
    "PrepError": "errors",
    "Result": "verb",
    "Schema": "schema",
    "Snapshot": "frozen",
    "SnapshotStore": "snapshot",
    "Step": "verb",
    "Table": "read",
    "ValuesSetAside": "verb",
    "asof": "merge.asof",
    "coalesce_sources": "merge.sources",
    "folds": "splits",
    "join": "merge.join",
    "leaks": "leakage",
    "link": "match.link",
    "load": "snapshot",
    "open_table": "read",
    "read_table": "read",
    "split": "splits",
    "split_by_time": "splits",
    "step": "steps",
    "step_from_json": "steps",
    "union": "merge.union",
    "validate": "schema",
    "verbs": "steps",
}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        found = getattr(importlib.import_module(f"prep.{_PLACES[name]}"), name)
    elif name.startswith("_") or name not in _verbs():
        raise AttributeError(f"prep has no {name!r}; it has: {', '.join(__dir__())}")
    else:
        found = getattr(importlib.import_module(f"prep.steps.{name}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *_verbs()})


def _verbs() -> list[str]:
    return importlib.import_module("prep.steps").verbs()  # type: ignore[no-any-return] # a module's attribute
