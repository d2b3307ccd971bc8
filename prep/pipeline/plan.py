"""What a run would do, step by step, and why; nothing is done for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from prep.errors import BrokenPipeline, DamagedSnapshot
from prep.pipeline.exact import digest
from prep.pipeline.nodes import NAMED, Node, Reading
from prep.pipeline.records import why_changed

if TYPE_CHECKING:
    from prep.pipeline.pipeline import Pipeline
    from prep.pipeline.store import RunStore


@dataclass(frozen=True)
class Planned:
    """One step of a plan: it is taken from the cache, run, or run only if what comes before it changes."""

    name: str
    verb: str
    action: Literal["cached", "run", "maybe"]
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.action}{f' ({self.why})' if self.why else ''}"


@dataclass(frozen=True)
class Plan:
    """What a run would do. `print` it."""

    name: str
    steps: tuple[Planned, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether all would be taken from the cache."""
        return all(one.action == "cached" for one in self.steps)

    def as_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {"pipeline": self.name, "steps": [vars(one) for one in self.steps], "is_nothing": self.is_nothing}

    def __str__(self) -> str:
        width = max((len(one.name) for one in self.steps), default=0)
        lines = [f"  {one.action:<6}  {one.name:<{width}}  {one.why}".rstrip() for one in self.steps]
        return "\n".join([self.name, *lines])


def plan(pipeline: Pipeline, given: Mapping[str, Any], *, store: RunStore) -> Plan:
    """See `Pipeline.plan`."""
    before = next((run for run in store.runs(pipeline.name) if run.status == "done"), None)
    was = {} if before is None else {step["name"]: step for step in before.steps}
    looked = _Look(pipeline, given, store, was)
    return Plan(pipeline.name, tuple(looked.one(node) for node in pipeline.order))


class _Look:
    """One walk over the nodes."""

    def __init__(
        self, pipeline: Pipeline, given: Mapping[str, Any], store: RunStore, was: Mapping[str, Mapping[str, Any]]
    ) -> None:
        import polars as pl

        self.pipeline, self.given, self.store, self.was = pipeline, given, store, was
        self.engine = f"polars {pl.__version__}"
        self.outputs: dict[str, str | None] = {}

    def one(self, node: Node) -> Planned:
        """What would become of a node."""
        unsure = [one for one in node.inputs if self.outputs[one] is None]
        told = node.told()
        self.outputs[node.name] = None
        if unsure:
            return Planned(node.name, node.work.verb, "maybe", f"if the result of {', '.join(unsure)} changes")
        inputs = self._inputs(node)
        if inputs is None:
            return Planned(node.name, node.work.verb, "run", "it is not given here")
        why = self._why(node, told, inputs)
        if why:
            return Planned(node.name, node.work.verb, "run", why)
        return Planned(node.name, node.work.verb, "cached", "")

    def _why(self, node: Node, told: dict[str, Any], inputs: list[list[str]]) -> str:
        """Why it would run; "" when it would not, and then its output is known."""
        key = digest({"told": told, "inputs": inputs, "engine": self.engine})
        try:
            entry = self.store.cache.entry(key)
        except DamagedSnapshot:
            return "its kept entry was changed or damaged"
        if entry is not None and self.store.cache.has_frame(entry["output"]):
            self.outputs[node.name] = entry["output"]
            return ""
        if entry is not None:
            return "its kept result is gone"
        old = self.was.get(node.name)
        if old is None:
            return "it is new" if self.was else "it was never run"
        found = list(why_changed(old["told"], told))
        if old["engine"] != self.engine:
            found.append(f"{old['engine']} -> {self.engine}")
        if old["inputs"] != inputs:
            found.append(
                "its file changed" if isinstance(node.work, Reading) else f"other input: {', '.join(node.inputs)}"
            )
        return "; ".join(found) or "its result is not kept"

    def _inputs(self, node: Node) -> list[list[str]] | None:
        if not isinstance(node.work, Reading):
            by_name = node.work.verb in NAMED
            return [[one if by_name else str(n), str(self.outputs[one])] for n, one in enumerate(node.inputs)]
        from prep.pipeline.running import Running

        try:
            looked = Running(self.pipeline, [node], self.given, self.store, lambda _: None, set())
            return looked.inputs_of_source(node, keep=False)
        except BrokenPipeline:  # it is not given, which a plan may do without
            return None
