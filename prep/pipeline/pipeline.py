"""A pipeline: named sources, steps and merges, built step by step; what it is, and not how it is run or kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prep.errors import BrokenPipeline, UnusableParameter, nearest
from prep.frames import Frame
from prep.pipeline.exact import digest, exact
from prep.pipeline.graph import ordered
from prep.pipeline.nodes import MERGES, Calling, Dividing, Doing, Node, Reading, Work, work_of
from prep.pipeline.own import OwnStep, as_step
from prep.verb import Step

if TYPE_CHECKING:
    from prep.pipeline.plan import Plan
    from prep.pipeline.records import Run
    from prep.pipeline.running import Tell
    from prep.pipeline.store import RunStore

What = str | Step | OwnStep | Callable[..., Frame]


@dataclass(frozen=True)
class Pipeline:
    """Steps in order over named sources. Each call gives a new pipeline; nothing is run before `run` or `transform`.

    `source` names a file, or a table to be given later. `step` takes a verb's name with its parameters, a step
    (`prep.step(...)`, `Scale(...)`), or a function of yours (`@prep.as_step`); it follows the one before it, or those
    that `of` names. `merge` joins several. The last one is the result, unless `output` names another.

    >>> import polars as pl
    >>> people = Pipeline("people").source("raw").step("clean_names").step("filter_rows", where="age >= 18")
    >>> people.transform(pl.DataFrame({"Age": [17, 18]})).to_dicts()
    [{'age': 18}]
    >>> print(people)
    people
      raw          given when it is run
      clean_names  <- raw
      filter_rows  <- clean_names  where='age >= 18'
    """

    name: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    last: str = ""
    folder: Path = field(default=Path(), compare=False)
    file: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Refuse a name that could not be one of a file."""
        if not self.name or not self.name[0].isalnum() or not all(one.isalnum() or one in "._-" for one in self.name):
            raise BrokenPipeline(
                f"{self.name!r} is no name for a pipeline", file=self.file, cure="Use letters, digits, dots and dashes."
            )

    def source(
        self,
        name: str,
        path: str | Path | None = None,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        types: bool = True,
    ) -> Pipeline:
        """With one more source: a file (read as `prep.read_table` does), or one given to `run` by this name."""
        reading = Reading(None if path is None else str(path), encoding, delimiter, types)
        return self.with_node(Node(self._free(name), (), reading))

    def step(self, what: What, *, of: str | Sequence[str] | None = None, name: str = "", **parameters: Any) -> Pipeline:
        """With one more step. Raises UnusableParameter, naming the nearest, for an unknown verb or parameter."""
        work = _work(what, parameters)
        inputs = self.inputs_of(of)
        return self.with_node(
            Node(self.free_name(name, work.own.__name__ if isinstance(work, Calling) else work.verb), inputs, work)
        )

    def merge(self, how: What, *of: str, name: str = "", **parameters: Any) -> Pipeline:
        """With the tables of several nodes brought together: join, union, asof, coalesce_sources or link."""
        if isinstance(how, str) and how not in MERGES:
            near = nearest(how, MERGES)
            cure = f"Did you mean {near!r}?" if near else f"The ways are: {', '.join(MERGES)}."
            raise UnusableParameter(f"There is no way of merging {how!r}. {cure}")
        return self.step(how, of=of, name=name, **parameters)

    def output(self, name: str) -> Pipeline:
        """With that node as the result."""
        self._node(name)
        return replace(self, last=name)

    def with_node(self, node: Node) -> Pipeline:
        """With that node, as the result. Raises BrokenPipeline where it takes more or fewer tables than it can,
        and UnusableParameter for a parameter that cannot be told exactly.
        """
        wanted = node.work.inputs
        if wanted is not None and wanted != len(node.inputs):
            raise BrokenPipeline(
                f"step {node.name!r} ({node.work.verb}) takes {wanted} table{'s' * (wanted != 1)}, not {len(node.inputs)}",
                file=self.file,
                line=node.line,
                cure="Say which: of='crm', or of=['crm', 'web'].",
            )
        exact(node.work.parameters(), f"{node.name}: {node.work.verb}")
        return replace(self, nodes={**self.nodes, node.name: node}, last=node.name)

    def with_fitted(self, learned: Mapping[str, Mapping[str, Any]]) -> Pipeline:
        """With what steps learned, by their names: they do the very same to other rows."""
        nodes = {
            name: replace(node, work=node.work.fitted(learned[name]))
            if name in learned and isinstance(node.work, Doing)
            else node
            for name, node in self.nodes.items()
        }
        return replace(self, nodes=nodes)

    @property
    def order(self) -> list[Node]:
        """The nodes that the result rests on, each after its inputs. Raises BrokenPipeline, naming the circle."""
        if not self.last:
            raise BrokenPipeline(f"the pipeline {self.name!r} is empty", file=self.file, cure="Give it a source.")
        try:
            return ordered(self.nodes, [self.last])
        except BrokenPipeline as error:
            raise BrokenPipeline(error.what, file=self.file, line=error.line, cure=error.cure) from None

    @property
    def sources(self) -> list[Node]:
        """The sources that the result rests on."""
        return [node for node in self.order if node.is_source]

    @property
    def version(self) -> str:
        """The first twelve digits of the hash of all that is done, in order; not of where the files lie."""
        return digest([[node.name, list(node.inputs), node.told()] for node in self.order])[:12]

    def run(
        self,
        inputs: Frame | Mapping[str, Any] | None = None,
        *,
        store: RunStore | Path | str | None = None,
        tell: Tell | None = None,
        force: Sequence[str] = (),
        about: Mapping[str, Any] | None = None,
    ) -> Run:
        """Run it, from the last step whose result is kept; the run is recorded. `run.frame` is its result (polars).

        `inputs` gives tables (any frame, or a path) by the names of sources; of one source, the table alone will do.
        `store` is where results and records are kept: a folder, by default `.prep` beside the pipeline's file.
        `force` names steps to be done anew; `about` is kept in the record (JSON values).
        Raises what the steps raise, naming the step; BrokenPipeline; Busy, where
        another process is at work in the store; UnreadableFile for a source that changes while it is read.
        """
        from prep.pipeline.running import run

        return run(self, self._given(inputs), store=self.store(store), tell=tell, force=force, about=about or {})

    def plan(
        self, inputs: Frame | Mapping[str, Any] | None = None, *, store: RunStore | Path | str | None = None
    ) -> Plan:
        """What `run` would do, step by step, and why; nothing is done."""
        from prep.pipeline.plan import plan

        return plan(self, self._given(inputs), store=self.store(store))

    def transform(self, inputs: Frame | Mapping[str, Any], *, leave_out: Sequence[str] = ()) -> Frame:
        """The steps on new rows, without cache or record, on the frame's own engine: for serving.

        Take it from a run (`run.pipeline.transform(new)`), whose steps are fitted; `split` is left out, as new rows are
        of no part. `leave_out` names steps that have no sense there, such as the one that encodes the label. The input
        is not altered. A source with a path that is not given is read.
        """
        from prep.pipeline.serving import transform

        return transform(self, self._given(inputs), leave_out)

    def store(self, given: RunStore | Path | str | None = None) -> RunStore:
        """Where its results and records are kept."""
        from prep.pipeline.store import RunStore

        if isinstance(given, RunStore):
            return given
        return RunStore(self.folder / ".prep" if given is None else Path(given))

    def diagram(self, kind: str = "text") -> str:
        """The pipeline as a picture: "text", "mermaid" or "svg". Raises UnusableParameter."""
        from prep.pipeline.diagram import diagram

        return diagram(self, kind)

    def as_json(self) -> dict[str, Any]:
        """The pipeline as its file would hold it; what steps have learned is in it. `from_json` undoes it."""
        from prep.manifest import plain

        sources: dict[str, Any] = {}
        steps = []
        for node in self.nodes.values():
            if isinstance(node.work, Reading):
                path = {} if node.work.path is None else {"path": node.work.path}
                sources[node.name] = {**path, **node.work.parameters()}
                continue
            entry: dict[str, Any] = {"name": node.name, "from": list(node.inputs), "verb": node.work.verb}
            steps.append({**entry, **{n: plain(one, n) for n, one in node.work.parameters().items()}})
        return {"name": self.name, "sources": sources, "steps": steps, "output": self.last}

    @classmethod
    def from_json(cls, told: Mapping[str, Any], folder: Path | str = ".") -> Pipeline:
        """The pipeline of `as_json`. Raises BrokenPipeline."""
        from prep.pipeline.files import built

        return built(told, Path(folder), "", lambda *_: None)

    def write(self, path: Path | str) -> None:
        """Write it as JSON, with what its steps have learned; `prep.read_pipeline` reads it."""
        from prep.disk import replacing

        with replacing(Path(path)) as file:
            file.write((json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n").encode())

    def __str__(self) -> str:
        return self.diagram()

    def _given(self, inputs: Any) -> dict[str, Any]:
        """The inputs by the names of sources. Raises BrokenPipeline for one that there is not."""
        sources = [node.name for node in self.sources]
        if inputs is None:
            return {}
        if isinstance(inputs, Mapping) and (set(inputs) <= set(sources) or not _is_columns(inputs)):
            strange = next((str(name) for name in inputs if name not in sources), None)
            if strange is not None:
                near = nearest(strange, sources)
                cure = f"Did you mean {near!r}?" if near else f"The sources are: {', '.join(sources)}."
                raise BrokenPipeline(f"the pipeline {self.name!r} has no source {strange!r}", cure=cure)
            return dict(inputs)
        open_ones = [node.name for node in self.sources if getattr(node.work, "path", None) is None] or sources
        if len(open_ones) != 1:
            raise BrokenPipeline(
                f"the pipeline {self.name!r} has several sources: {', '.join(open_ones)}",
                cure="Give a mapping of their names to tables.",
            )
        return {open_ones[0]: inputs}

    def inputs_of(self, of: str | Sequence[str] | None) -> tuple[str, ...]:
        """The nodes that a new one takes: those named, else the last one."""
        if of is not None:
            return (of,) if isinstance(of, str) else tuple(of)
        if not self.last:
            raise BrokenPipeline(
                f"the pipeline {self.name!r} has nothing to begin with", cure="Give it a source first."
            )
        return (self.last,)

    def free_name(self, name: str, otherwise: str) -> str:
        """The name of a new node: as given, else the verb's, with a number where that is taken."""
        if name:
            return self._free(name)
        taken = [otherwise, *(f"{otherwise}_{number}" for number in range(2, len(self.nodes) + 3))]
        return next(one for one in taken if one not in self.nodes)

    def _free(self, name: str) -> str:
        if not name or name in self.nodes:
            what = f"there are two nodes named {name!r}" if name else "a source or step has an empty name"
            raise BrokenPipeline(what, file=self.file, cure="Give each a name of its own.")
        return name

    def _node(self, name: str) -> Node:
        if name not in self.nodes:
            near = nearest(name, self.nodes)
            cure = f"Did you mean {near!r}?" if near else f"There are: {', '.join(self.nodes)}."
            raise BrokenPipeline(f"the pipeline {self.name!r} has no step {name!r}", file=self.file, cure=cure)
        return self.nodes[name]


def _work(what: What, parameters: Mapping[str, Any]) -> Work:
    if isinstance(what, str):
        return work_of(what, parameters)
    if isinstance(what, Step):
        if parameters:
            raise UnusableParameter(f"{what.verb} is a step already, with its parameters. Give it alone.")
        return Doing(what)
    verb = getattr(what, "step", None)
    if verb is not None and hasattr(what, "run"):  # a verb's own function, such as prep.cast
        return work_of(str(getattr(what, "__name__", "")), parameters)
    if getattr(what, "__name__", "") in MERGES and hasattr(what, "work"):  # prep.join
        return work_of(str(getattr(what, "__name__", "")), parameters)
    if getattr(what, "__module__", "").startswith("prep.splits"):
        return Dividing(dict(parameters))
    own = as_step(what)
    own.check(parameters)
    return Calling(own, dict(parameters))


def _is_columns(inputs: Mapping[str, Any]) -> bool:
    """Whether a mapping is a frame by its columns, and not tables by their names."""
    return all(not isinstance(one, str | Path) and not hasattr(one, "columns") for one in inputs.values())
