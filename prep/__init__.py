"""Frames in, frames out: clean, merge, read, validate, split, freeze and load; alone or as pipelines. Knows neither annotators nor the web.

Every verb of `prep.steps` is a function here: `prep.clean_names(frame)`. Each name is loaded when it is first used, and so are the engines behind it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prep.change import Change
    from prep.drift import Drift, Thresholds, drift_between
    from prep.errors import PrepError
    from prep.frozen import Snapshot
    from prep.leakage import LeakReport, leaks
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
    from prep.profile import Profile, profile_of
    from prep.read import Table, open_table, read_table
    from prep.schema import Column, Schema, validate
    from prep.schema_file import load_schema, save_schema
    from prep.schema_infer import infer_schema
    from prep.snapshot import SnapshotStore, load
    from prep.splits import folds, split, split_by_time
    from prep.steps import step, step_from_json, verbs
    from prep.verb import Result, Step, ValuesSetAside

__all__ = [
    "Change",
    "Column",
    "Drift",
    "LeakReport",
    "LinkRule",
    "Pipeline",
    "PrepError",
    "Profile",
    "Result",
    "Run",
    "RunStore",
    "Schema",
    "Snapshot",
    "SnapshotStore",
    "Step",
    "Table",
    "Thresholds",
    "ValuesSetAside",
    "as_step",
    "asof",
    "coalesce_sources",
    "drift_between",
    "folds",
    "infer_schema",
    "join",
    "leaks",
    "link",
    "load",
    "load_schema",
    "open_table",
    "profile_of",
    "read_pipeline",
    "read_table",
    "save_schema",
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
    "Drift": "drift",
    "LinkRule": "match.rules",
    "Pipeline": "pipeline.pipeline",
    "PrepError": "errors",
    "Profile": "profile",
    "Result": "verb",
    "Run": "pipeline.records",
    "RunStore": "pipeline.store",
    "Schema": "schema",
    "Snapshot": "frozen",
    "SnapshotStore": "snapshot",
    "Step": "verb",
    "Table": "read",
    "Thresholds": "drift",
    "ValuesSetAside": "verb",
    "as_step": "pipeline.own",
    "asof": "merge.asof",
    "coalesce_sources": "merge.sources",
    "folds": "splits",
    "drift_between": "drift",
    "infer_schema": "schema_infer",
    "join": "merge.join",
    "leaks": "leakage",
    "link": "match.link",
    "load": "snapshot",
    "load_schema": "schema_file",
    "open_table": "read",
    "profile_of": "profile",
    "read_pipeline": "pipeline.files",
    "read_table": "read",
    "save_schema": "schema_file",
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
