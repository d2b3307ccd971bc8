"""What came of what: from a result or a snapshot back to raw files with their hashes; as a picture and in words.

Knows runs and snapshots by their records, and no annotator: what a snapshot says of itself is taken as it says it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prep.errors import PrepError
from prep.pipeline.picture import Box, drawn

if TYPE_CHECKING:
    from prep.frozen import Snapshot
    from prep.pipeline.records import Run
    from prep.pipeline.store import RunStore


@dataclass(frozen=True)
class Lineage:
    """Boxes from raw files on the left to the result on the right. `print` it, or draw it with `svg`."""

    title: str
    boxes: Sequence[Box]
    facts: Mapping[str, Mapping[str, Any]]
    """By the id of a box, what else is known of it: hashes, rows, times."""

    def svg(self, *, style: bool = True) -> str:
        """The picture, readable in light and dark; see `prep.pipeline.picture.drawn`."""
        return drawn(self.boxes, title=self.title, style=style)

    def as_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "title": self.title,
            "nodes": [
                {
                    "id": one.id,
                    "sort": one.sort,
                    "title": one.title,
                    "inputs": list(one.inputs),
                    **self.facts.get(one.id, {}),
                }
                for one in self.boxes
            ],
        }

    @property
    def raw_files(self) -> list[dict[str, Any]]:
        """The raw files: path, SHA-256, bytes."""
        return [dict(self.facts[one.id]) for one in self.boxes if one.sort == "source" and one.id in self.facts]

    def __str__(self) -> str:
        titles = {one.id: one.title for one in self.boxes}
        lines = [self.title]
        for one in self.boxes:
            came = f"  <- {', '.join(titles.get(name, name) for name in one.inputs)}" if one.inputs else ""
            told = ", ".join(f"{name} {_short(value)}" for name, value in self.facts.get(one.id, {}).items() if value)
            lines.append(f"  {one.title}{came}{f'  ({told})' if told else ''}")
        return "\n".join(lines)


def of_run(run: Run) -> Lineage:
    """What the result of a run came of.

    >>> import tempfile, prep
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run = prep.Pipeline("p").source("raw").step("clean_names").run({"Id": [1]}, store=folder)
    ...     [box.title for box in of_run(run).boxes]
    ['raw', 'clean_names']
    """
    boxes, facts = _steps(run, "")
    return Lineage(f"What the result of {run.name} came of (run {run.id})", boxes, facts)


def of_snapshot(snapshot: Snapshot, store: RunStore, runs_href: str = "") -> Lineage:
    """What a snapshot came of: raw files, imports and their runs, the labeling, the pipeline it passed through.

    Reads `about["lineage"]`: `imports` (each with name, added, and the run it passed through) and `run`, that of freezing.
    A run whose record is gone is said to be. `runs_href` begins the address of a run's page, for links.
    """
    told: Mapping[str, Any] = snapshot.about.get("lineage") or {}
    boxes: list[Box] = []
    facts: dict[str, dict[str, Any]] = {}
    ends = []
    for number, one in enumerate(told.get("imports") or []):
        inputs: list[str] = []
        if one.get("run"):
            inputs = _of_recorded(store, one["run"], f"{number}.", boxes, facts, runs_href)
        id_ = f"import {number}"
        boxes.append(
            Box(
                id_,
                str(one.get("name") or "items"),
                f"{one.get('added', 0):,} items imported",
                inputs,
                "source" if not inputs else "step",
            )
        )
        facts[id_] = {"added": one.get("added"), "at": one.get("at"), "sha256": one.get("sha256")}
        ends.append(id_)
    if snapshot.about.get("project") or ends or "annotations" in snapshot.tables:
        people = f"{snapshot.rows('annotations'):,} annotations" if "annotations" in snapshot.tables else ""
        boxes.append(Box("labeling", "labeling", people, ends, "people"))
        ends = ["labeling"]
    if told.get("run"):
        before = len(boxes)
        last = _of_recorded(store, told["run"], "f.", boxes, facts, runs_href)
        boxes[before:] = [
            Box(one.id, one.title, one.small, ends, one.sort, one.href)
            if one.sort == "source" and one.id not in facts
            else one
            for one in boxes[before:]
        ]
        ends = last
    rows = f"{snapshot.rows(snapshot.tables[0]):,} rows"
    boxes.append(Box("snapshot", snapshot.ref, rows, ends, "snapshot"))
    facts["snapshot"] = {"id": snapshot.id, "frozen": snapshot.manifest["created_at"]}
    return Lineage(f"What {snapshot.ref} came of", boxes, facts)


def _of_recorded(
    store: RunStore, id_: str, prefix: str, boxes: list[Box], facts: dict[str, dict[str, Any]], href: str
) -> list[str]:
    """The steps of a run; the ids of their last box."""
    try:
        run = store.run(id_)
    except PrepError:
        boxes.append(Box(f"{prefix}gone", f"run {id_}", "its record is gone"))
        return [f"{prefix}gone"]
    more, told = _steps(run, prefix, f"{href}{run.id}" if href else "")
    boxes += more
    facts |= told
    return [more[-1].id] if more else []


def _steps(run: Run, prefix: str, href: str = "") -> tuple[list[Box], dict[str, dict[str, Any]]]:
    boxes, facts = [], {}
    for step in run.steps:
        id_, file = f"{prefix}{step['name']}", step["file"]
        small = f"{step['rows']:,} rows"
        if file is not None:
            facts[id_] = {"path": file["path"], "sha256": file["sha256"], "bytes": file["bytes"], "rows": step["rows"]}
            small = f"{file['path'].rsplit('/', 1)[-1]}, {small}"
        elif step["from"]:
            facts[id_] = {"verb": step["verb"], "rows": step["rows"], "output": step["output"]}
            small = small if step["name"] == step["verb"] else f"{step['verb']}, {small}"
        inputs = [f"{prefix}{one}" for one in step["from"]]
        boxes.append(Box(id_, step["name"], small, inputs, "step" if step["from"] else "source", href))
    return boxes, facts


def _short(value: Any) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text[:12] if len(text) == 64 else text
