"""Frames in, frames out: clean, merge, read, validate, split, freeze and load; alone or as pipelines. Knows neither annotators nor the web.

Every verb of `prep.steps` is a function here: `prep.clean_names(frame)`. Each name is loaded when it is first used, and so are the engines behind it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prep.change import Change
    from prep.errors import PrepError
    from prep.frozen import Snapshot
    from prep.match.link import link
    from prep.match.rules import LinkRule
    from prep.merge.asof import asof
    from prep.merge.join import join
    from prep.merge.sources import coalesce_sources
    from prep.merge.union import union
    from prep.pipeline.files import read_pipeline
    from prep.pipeline.own import as_step
    from prep.pipeline.pipeline import Pipeline
    from prep.pipeline.records import Run
    from prep.pipeline.store import RunStore
    from prep.read import Table, open_table, read_table
    from prep.schema import Column, Schema, validate
    from prep.snapshot import SnapshotStore, load
    from prep.splits import split
    from prep.steps import step, step_from_json, verbs
    from prep.verb import Result, Step, ValuesSetAside

__all__ = [
    "Change",
    "Column",
    "LinkRule",
    "Pipeline",
    "PrepError",
    "Result",
    "Run",
    "RunStore",
    "Schema",
    "Snapshot",
    "SnapshotStore",
    "Step",
    "Table",
    "ValuesSetAside",
    "as_step",
    "asof",
    "coalesce_sources",
    "join",
    "link",
    "load",
    "open_table",
    "read_pipeline",
    "read_table",
    "split",
    "step",
    "step_from_json",
    "union",
    "validate",
    "verbs",
]

_PLACES = {
    "Change": "change",
    "Column": "schema",
    "LinkRule": "match.rules",
    "Pipeline": "pipeline.pipeline",
    "PrepError": "errors",
    "Result": "verb",
    "Run": "pipeline.records",
    "RunStore": "pipeline.store",
    "Schema": "schema",
    "Snapshot": "frozen",
    "SnapshotStore": "snapshot",
    "Step": "verb",
    "Table": "read",
    "ValuesSetAside": "verb",
    "as_step": "pipeline.own",
    "asof": "merge.asof",
    "coalesce_sources": "merge.sources",
    "join": "merge.join",
    "link": "match.link",
    "load": "snapshot",
    "open_table": "read",
    "read_pipeline": "pipeline.files",
    "read_table": "read",
    "split": "splits",
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
