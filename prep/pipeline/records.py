"""A run as it was recorded, and two of them compared. Knows its store, and not how a run is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from prep.errors import BrokenPipeline, UnknownSnapshot
from prep.frames import Frame, Kind, to_kind

if TYPE_CHECKING:
    import polars as pl

    from prep.pipeline.pipeline import Pipeline
    from prep.pipeline.store import RunStore

Status = Literal["running", "done", "failed", "stopped", "killed"]


@dataclass(frozen=True)
class Run:
    """One execution of a pipeline. `record` is all that is known of it, as JSON values.

    `frame` is its result; `load` gives that of any of its steps, as any kind; `pipeline` is the pipeline as it was, its
    steps fitted with what they learned, for `transform`.
    """

    store: RunStore = field(repr=False)
    record: Mapping[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        """Its name: the time of its start, and a few letters."""
        return str(self.record["id"])

    @property
    def name(self) -> str:
        """The name of its pipeline."""
        return str(self.record["pipeline"])

    @property
    def status(self) -> Status:
        """How it ended: done, failed (an error), stopped (by Ctrl+C), killed; or running."""
        found: Status = self.record["status"]
        return found

    @property
    def started_at(self) -> datetime:
        """When it began, in UTC."""
        return datetime.fromisoformat(self.record["started_at"])

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, in UTC; None while it runs, and for one that was killed."""
        at = self.record["ended_at"]
        return None if at is None else datetime.fromisoformat(at)

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Each source and step in order: name, verb, status (run, cached), why, seconds, inputs, output, rows, change."""
        found: list[dict[str, Any]] = self.record["steps"]
        return found

    @property
    def ran(self) -> list[str]:
        """The names of the steps that were done, and not taken from the cache."""
        return [one["name"] for one in self.steps if one["status"] == "run"]

    @property
    def output(self) -> str | None:
        """The id of its result; None where there is none."""
        found: str | None = self.record["output"]
        return found

    @property
    def anomalies(self) -> list[str]:
        """What a person should look at."""
        return list(self.record["anomalies"])

    @property
    def frame(self) -> pl.DataFrame:
        """The result. Raises UnknownSnapshot for a run without one, DamagedSnapshot."""
        found: pl.DataFrame = self.load()
        return found

    def load(self, step: str | None = None, kind: Kind = "polars") -> Frame:
        """The result, or that of one of its steps, its content compared with its id.

        Raises UnknownSnapshot (no such step, or no result), DamagedSnapshot (run it again, it is made anew).
        """
        id_ = self.output if step is None else self.step(step)["output"]
        if id_ is None:
            raise UnknownSnapshot("result", self.id, cure=f"That run {self.status}. Run the pipeline again.")
        return to_kind(self.store.cache.frame(id_), kind)

    def step(self, name: str) -> dict[str, Any]:
        """What is recorded of one step. Raises UnknownSnapshot, naming the nearest."""
        found = next((one for one in self.steps if one["name"] == name), None)
        if found is None:
            raise UnknownSnapshot("step", name, [one["name"] for one in self.steps])
        return found

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline as it was run, its steps fitted. Raises BrokenPipeline where code of yours has changed since."""
        from prep.pipeline.pipeline import Pipeline

        made = Pipeline.from_json(self.record["definition"], self.record["folder"])
        for node in made.order:
            was, now = self.step(node.name)["told"]["code"], node.told()["code"]
            if ":" in node.work.verb and was != now:
                raise BrokenPipeline(
                    f"{node.work.verb} has changed since run {self.id}",
                    cure="Bring its code back, or run the pipeline again and serve from that run.",
                )
        return made.with_fitted({one["name"]: one["fitted"] for one in self.steps if one.get("fitted") is not None})

    def __str__(self) -> str:
        rows = f", {self.record['statistics']['rows']:,} rows" if self.record["statistics"] else ""
        took = "" if self.seconds is None else f" in {self.seconds:.2f} s"
        error = f": {self.record['error']}" if self.record["error"] else ""
        return (
            f"{self.name} {self.id}: {self.status}{took}, {len(self.ran)} of {len(self.steps)} steps run{rows}{error}"
        )


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs, each difference a sentence; `steps` has a row for each step of either."""

    before: Run
    after: Run
    steps: tuple[dict[str, Any], ...]
    results: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "before": self.before.id, "after": self.after.id, "steps": list(self.steps), "results": list(self.results),
            "is_same": self.before.output == self.after.output,
        }  # fmt: skip

    def __str__(self) -> str:
        lines = [f"{self.before.id} -> {self.after.id}"]
        for step in self.steps:
            what = "; ".join(step["changes"]) or "the same"
            lines.append(f"  {step['name']}: {what}")
        return "\n".join([*lines, *(f"  result: {one}" for one in self.results or ("the same",))])


def compare(before: Run, after: Run) -> Comparison:
    """What changed from one run to another, step by step and in the result."""
    from prep.pipeline.facts import anomalies

    olds, news = ({one["name"]: one for one in run.steps} for run in (before, after))
    steps = []
    for name in dict.fromkeys([*olds, *news]):
        old, new = olds.get(name), news.get(name)
        steps.append(
            {
                "name": name,
                "changes": list(_changes(old, new)),
                "rows": [None if one is None else one["rows"] for one in (old, new)],
                "seconds": [None if one is None else one["seconds"] for one in (old, new)],
            }
        )
    results = []
    was, now = before.record["statistics"], after.record["statistics"]
    if was and now and before.output != after.output:
        results = [f"{was['rows']:,} -> {now['rows']:,} rows", *anomalies(now, was, [])]
    elif not (was and now):
        results = [f"{run.id} {run.status}" for run in (before, after) if not run.record["statistics"]]
    return Comparison(before, after, tuple(steps), tuple(results))


def without_values(record: Mapping[str, Any]) -> dict[str, Any]:
    """A run's record without anything that a row said: numbers of rows and cells, names, ids and times stay."""
    steps = []
    for step in record["steps"]:
        change = step.get("change")
        if change is not None:
            change = {**change, "examples": [], "quarantine": [], "notes": [], "facts": {}}
        steps.append({**step, "change": change, "notes": [], "fitted": None})
    statistics = record["statistics"]
    if statistics:
        columns = {
            name: {what: one[what] for what in ("type", "missing", "distinct") if what in one}
            for name, one in statistics["columns"].items()
        }
        statistics = {"rows": statistics["rows"], "columns": columns}
    error = "(erased)" if record["error"] else ""
    return {**record, "steps": steps, "statistics": statistics, "error": error, "anomalies": [], "notes": []}


def why_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """How what a step is differs from what it was: sentences."""
    if old["verb"] != new["verb"]:
        yield f"it is {new['verb']} now, and was {old['verb']}"
        return
    names = dict.fromkeys([*old["parameters"], *new["parameters"]])
    for name in names:
        one, other = old["parameters"].get(name), new["parameters"].get(name)
        if one != other:
            yield f"{name}: {_shown(one)} -> {_shown(other)}"
    if old["version"] != new["version"]:
        yield f"version {old['version']} -> {new['version']}"
    elif old["code"] != new["code"]:
        yield "its code changed"


def _changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[str]:
    if old is None or new is None:
        yield "new" if old is None else "gone"
        return
    yield from why_changed(old["told"], new["told"])
    if old["engine"] != new["engine"]:
        yield f"{old['engine']} -> {new['engine']}"
    if old["inputs"] != new["inputs"]:
        yield "other input"
    if old["output"] != new["output"]:
        yield "other result" + ("" if old["rows"] == new["rows"] else f", {old['rows']} -> {new['rows']} rows")


def _shown(value: Any) -> str:
    return (
        "not given"
        if value is None
        else repr(value[1] if isinstance(value, list) and value[:1] == ["float"] else value)
    )
