"""Running a pipeline: what is kept is taken, the rest is done, and all of it is recorded. Knows no file format."""

from __future__ import annotations

import os
import platform
import secrets
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from prep.errors import BrokenPipeline, DamagedSnapshot, PrepError, nearest
from prep.frames import to_polars
from prep.manifest import plain
from prep.pipeline.content import frame_id
from prep.pipeline.exact import digest
from prep.pipeline.facts import anomalies, statistics
from prep.pipeline.nodes import NAMED, Done, Node, Reading
from prep.pipeline.sources import Raw, look, read
from prep.pipeline.store import FORMAT, RunStore

if TYPE_CHECKING:
    import polars as pl

    from prep.pipeline.pipeline import Pipeline
    from prep.pipeline.records import Run

MOST_SET_ASIDE = 100
"""Values set aside that a record holds of each step; it always says how many there were."""


@dataclass(frozen=True)
class Progress:
    """How far a run is: the node, its place from 1 of `total`, and what becomes of it."""

    name: str
    verb: str
    place: int
    total: int
    state: Literal["looking", "running", "done", "cached"]
    rows: int | None = None
    seconds: float = 0.0


Tell = Callable[[Progress], None]


def run(
    pipeline: Pipeline,
    given: Mapping[str, Any],
    *,
    store: RunStore,
    tell: Tell | None = None,
    force: Sequence[str] = (),
    about: Mapping[str, Any],
) -> Run:
    """See `Pipeline.run`."""
    order = pipeline.order
    for name in force:
        if name not in {node.name for node in order}:
            near = nearest(name, pipeline.nodes)
            cure = f"Did you mean {near!r}?" if near else f"There are: {', '.join(pipeline.nodes)}."
            raise BrokenPipeline(f"the pipeline {pipeline.name!r} has no step {name!r} to force", cure=cure)
    with store.alone(f"the pipeline {pipeline.name!r}") as left:
        store.cache.tidy()
        for old in store.runs():
            if old.record["status"] == "running":
                store.write({**old.record, "status": "killed"})
        return Running(pipeline, order, given, store, tell or (lambda _: None), set(force)).all(left, about)


class Running:
    """One run under way."""

    def __init__(
        self,
        pipeline: Pipeline,
        order: list[Node],
        given: Mapping[str, Any],
        store: RunStore,
        tell: Tell,
        force: set[str],
    ) -> None:
        self.pipeline, self.order, self.given, self.store, self.tell, self.force = (
            pipeline, order, given, store, tell, force,
        )  # fmt: skip
        self.cache = store.cache
        self.frames: dict[str, pl.DataFrame] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.raws: dict[str, Raw] = {}
        self.notes: list[str] = []
        self.uses = {node.name: sum(node.name in other.inputs for other in order) for node in order}

    def all(self, left: Mapping[str, Any] | None, about: Mapping[str, Any]) -> Run:
        """The run and its record, whatever comes of it."""
        import polars as pl

        pl.thread_pool_size()  # loaded before the clock is started
        began = self.store.clock()
        before = next((one for one in self.store.runs(self.pipeline.name) if one.status == "done"), None)
        if left is not None:
            self.notes.append(
                f"Process {left.get('pid')} was killed in the middle; what it had finished is taken over."
            )
        record = self._begun(began, before) | {"about": plain(dict(about))}
        self.store.write(record)
        # What is caught nowhere (a panic of the engine is no Exception) must not be called done.
        status, error, stats = "failed", "its process broke off", None
        try:
            for place, node in enumerate(self.order, 1):
                self.told[node.name] = self._one(node, place)
            stats = self._statistics(self.order[-1])
            status, error = "done", ""
        except PrepError as problem:
            status, error = "failed", str(problem)
            raise
        except KeyboardInterrupt:
            status, error = "stopped", "stopped by Ctrl+C"
            raise
        except Exception as problem:
            status, error = "failed", f"{type(problem).__name__}: {problem}"
            raise
        finally:
            steps = [self.told[node.name] for node in self.order if node.name in self.told]
            was = None if before is None else before.record["statistics"]
            record |= {
                "status": status, "error": error, "ended_at": self.store.clock().isoformat(), "steps": steps,
                "output": steps[-1]["output"] if status == "done" else None, "statistics": stats,
                "anomalies": [] if stats is None else anomalies(stats, was, steps), "notes": self.notes,
            }  # fmt: skip
            done = self.store.write(record)
        return done

    def _begun(self, began: Any, before: Run | None) -> dict[str, Any]:
        import polars as pl

        previous = None
        if before is not None:
            seal = digest(dict(before.record))
            rows = before.record["statistics"]["rows"]
            previous = {
                "run": before.id,
                "seal": seal,
                "output": before.output,
                "rows": rows,
                "seconds": before.seconds,
            }
        definition = self.pipeline.as_json()
        for entry in definition["sources"].values():
            if "path" in entry:
                entry["path"] = str((self.pipeline.folder / entry["path"]).resolve())
        return {
            "format": FORMAT,
            "id": f"{began:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
            "pipeline": self.pipeline.name,
            "version": self.pipeline.version,
            "file": self.pipeline.file,
            "folder": str(self.pipeline.folder.resolve()),
            "definition": definition,
            "started_at": began.isoformat(),
            "ended_at": None,
            "status": "running",
            "error": "",
            "engine": f"polars {pl.__version__}",
            "executor": {
                "host": socket.gethostname(), "pid": os.getpid(), "threads": pl.thread_pool_size(),
                "python": platform.python_version(), "system": platform.system(),
            },
            "steps": [],
            "output": None,
            "statistics": None,
            "anomalies": [],
            "notes": [],
            "previous": previous,
        }  # fmt: skip

    def _one(self, node: Node, place: int) -> dict[str, Any]:
        """What is recorded of a node, done or taken from the cache."""
        import polars as pl

        def telling(state: Any, rows: int | None = None, seconds: float = 0.0) -> None:
            self.tell(Progress(node.name, node.work.verb, place, len(self.order), state, rows, seconds))

        telling("looking")
        told, engine = node.told(), f"polars {pl.__version__}"
        inputs = self._inputs(node)
        key = digest({"told": told, "inputs": inputs, "engine": engine})
        entry = None if node.name in self.force else self._entry(node, key)
        status = "run" if entry is None else "cached"
        if entry is None:
            began = time.perf_counter()
            done = self._done(node, lambda: telling("running"))
            frame = self._as_polars(node, done)
            seconds = time.perf_counter() - began
            entry = self._kept(node, key, frame, done, seconds)
            self.frames[node.name] = frame
            telling("done", entry["rows"], seconds)
        else:
            telling("cached", entry["rows"])
        found = {
            "name": node.name, "verb": node.work.verb, "told": told, "from": list(node.inputs), "engine": engine,
            "inputs": inputs, "key": key, "status": status, "output": entry["output"], "rows": entry["rows"],
            "columns": entry["columns"], "seconds": entry["seconds"] if status == "run" else 0.0,
            "set_aside": entry["set_aside"], "notes": entry["notes"], "fitted": entry["fitted"],
            "change": entry["change"], "file": self._file(node),
        }  # fmt: skip
        self._let_go(node)
        return found

    def _inputs(self, node: Node) -> list[list[str]]:
        """The ids that a node's result rests on, with the names of tables where those matter."""
        if isinstance(node.work, Reading):
            return self.inputs_of_source(node)
        by_name = node.work.verb in NAMED
        return [[one if by_name else str(n), self.told[one]["output"]] for n, one in enumerate(node.inputs)]

    def inputs_of_source(self, node: Node, *, keep: bool = True) -> list[list[str]]:
        """The id of a source's bytes, or of the frame that was given for it (and, with `keep`, kept)."""
        path = self._path(node)
        if path is not None:
            self.raws[node.name] = look(path)
            return [["file", self.raws[node.name].sha256]]
        frame = to_polars(self.given[node.name])
        if not keep:
            return [["frame", frame_id(frame)]]
        self.frames[node.name] = frame
        return [["frame", self.cache.keep_frame(frame)]]

    def _path(self, node: Node) -> Path | None:
        given = self.given.get(node.name)
        if isinstance(given, str | Path):
            return Path(given)
        path: str | None = getattr(node.work, "path", None)
        if given is not None:
            return None
        if path is None:
            raise BrokenPipeline(
                f"the source {node.name!r} has no file and was not given",
                file=self.pipeline.file,
                line=node.line,
                cure=f"Give it to run: {{{node.name!r}: frame}}, or give the source a path.",
            )
        return self.pipeline.folder / path

    def _file(self, node: Node) -> dict[str, Any] | None:
        raw = self.raws.get(node.name)
        if raw is None:
            return None
        path = (
            raw.path.name if raw.path.is_symlink() else str(raw.path.absolute())
        )  # a link is there for its name alone
        return {"path": path, "sha256": raw.sha256, "bytes": raw.size}

    def _entry(self, node: Node, key: str) -> dict[str, Any] | None:
        """What is kept under a key, if its frame is there; one that was tampered with is not believed."""
        try:
            entry = self.cache.entry(key)
        except DamagedSnapshot as error:
            self.notes.append(f"{node.name}: {error} It was made anew.")
            return None
        if entry is not None and not self.cache.has_frame(entry["output"]):
            return None
        return entry

    def _done(self, node: Node, begun: Callable[[], None]) -> Done:
        """Do the node's work. An error of ours says which step it was."""
        try:
            if isinstance(node.work, Reading):
                if self._path(node) is None:
                    begun()
                    return Done(to_polars(self.given[node.name]))
                return Done(read(self.raws[node.name], node.work, begun))
            frames = {one: self._frame(one) for one in node.inputs}
            begun()
            return node.work.run(frames)
        except PrepError as error:
            if not str(error).startswith("Step "):
                error.args = (f"Step {node.name!r}: {error}", *error.args[1:])
            raise

    def _as_polars(self, node: Node, done: Done) -> pl.DataFrame:
        try:
            return to_polars(done.frame).rechunk()
        except PrepError as error:
            error.args = (f"Step {node.name!r} gave no table. {error}", *error.args[1:])
            raise

    def _kept(self, node: Node, key: str, frame: pl.DataFrame, done: Done, seconds: float) -> dict[str, Any]:
        """Keep what a step gave: its frame first, then the entry that says so."""
        change = None if done.change is None else done.change.as_json()
        set_aside = 0 if change is None else len(change["quarantine"])
        if change is not None:
            change["quarantine"] = change["quarantine"][:MOST_SET_ASIDE]
        entry = {
            "name": node.name,
            "output": self.cache.keep_frame(frame),
            "rows": frame.height,
            "columns": {name: str(kind) for name, kind in frame.schema.items()},
            "seconds": seconds,
            "set_aside": set_aside,
            "notes": list(done.notes),
            "fitted": None if done.fitted is None else plain(dict(done.fitted), "fitted"),
            "change": change,
        }
        self.cache.keep_entry(key, entry)
        return entry

    def _frame(self, name: str) -> pl.DataFrame:
        """The frame of a node that is done: at hand, or kept and verified; else it is made anew."""
        if name in self.frames:
            return self.frames[name]
        told = self.told[name]
        try:
            found = self.cache.frame(told["output"])
        except DamagedSnapshot as error:
            node = self.pipeline.nodes[name]
            self.notes.append(f"{name}: {error.args[0].partition('. ')[0]}. It was made anew.")
            began = time.perf_counter()
            found = self._as_polars(node, self._done(node, lambda: None))
            told |= {"status": "run", "seconds": time.perf_counter() - began}
            if self.cache.keep_frame(found) != told["output"]:
                raise BrokenPipeline(
                    f"step {name!r} gave another result than before, of the same inputs",
                    line=node.line,
                    cure="It must not draw by chance or look at the time: give it a seed as a parameter. "
                    f"Then run with force=[{name!r}].",
                ) from error
        self.frames[name] = found
        return found

    def _statistics(self, node: Node) -> dict[str, Any]:
        """Of the result: reckoned once for each content, then taken from the cache."""
        output = self.told[node.name]["output"]
        key = digest({"statistics": output})
        entry = self._entry(node, key)
        if entry is None:
            entry = {"output": output, "statistics": statistics(self._frame(node.name))}
            self.cache.keep_entry(key, entry)
        found: dict[str, Any] = entry["statistics"]
        return found

    def _let_go(self, node: Node) -> None:
        """Frames that no step behind needs are dropped from memory."""
        for name in node.inputs:
            self.uses[name] -= 1
            if self.uses[name] == 0:
                self.frames.pop(name, None)
