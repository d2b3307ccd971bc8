"""What a pipeline is made of: sources, and steps of four sorts. Knows how each is done, and nothing of caches or runs."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from prep.errors import StepFailed, UnusableParameter, nearest
from prep.frames import Frame
from prep.pipeline.code import of_module
from prep.pipeline.exact import exact
from prep.pipeline.own import OwnStep
from prep.verb import LearningStep, Step, unknown_parameter

if TYPE_CHECKING:
    from prep.change import Change

MERGES: Mapping[str, str] = {
    "join": "prep.merge.join",
    "union": "prep.merge.union",
    "asof": "prep.merge.asof",
    "coalesce_sources": "prep.merge.sources",
    "link": "prep.match.link",
}
"""The ways of merging, each with its module."""
NAMED = ("union", "coalesce_sources")
"""Those to which the names of their tables matter."""
DIVIDE = "split"


@dataclass(frozen=True)
class Done:
    """What a step gave: its frame, its report if it makes one, and what it learned."""

    frame: Frame
    change: Change | None = None
    fitted: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()


class Work(Protocol):
    """What a node does to the frames that it is given."""

    @property
    def verb(self) -> str:
        """Its name in messages and files."""

    @property
    def version(self) -> int:
        """Raised when it means something else than before."""

    @property
    def inputs(self) -> int | None:
        """How many frames it takes; None for any number."""

    def parameters(self) -> dict[str, Any]:
        """Those that are not as they are when not given."""

    def code(self) -> str:
        """The hash of the code that it rests on."""

    def run(self, frames: Mapping[str, Frame]) -> Done:
        """Do it; the frames come in order, by the names of their nodes."""


@dataclass(frozen=True)
class Reading:
    """A source: a file, or (without a path) a frame that is given when the pipeline is run."""

    path: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    types: bool = True
    verb: str = field(default="read", init=False)
    version: int = field(default=1, init=False)
    inputs: int | None = field(default=0, init=False)

    def parameters(self) -> dict[str, Any]:
        """How it is read; the path is none of the content's business."""
        plain = Reading()
        return {
            name: getattr(self, name)
            for name in ("encoding", "delimiter", "types")
            if getattr(self, name) != getattr(plain, name)
        }

    def code(self) -> str:
        """Of the readers."""
        return of_module("prep.read")

    def run(self, frames: Mapping[str, Frame]) -> Done:
        """A source is read by whoever runs the pipeline (prep.pipeline.sources)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Doing:
    """A verb of `prep.steps`."""

    step: Step
    inputs: int | None = field(default=1, init=False)

    @property
    def verb(self) -> str:
        """The verb's."""
        return self.step.verb

    @property
    def version(self) -> int:
        """The verb's."""
        return self.step.version

    def parameters(self) -> dict[str, Any]:
        """The step's."""
        return self.step.parameters()

    def code(self) -> str:
        """Of the verb's file and what it imports."""
        return of_module(type(self.step).__module__)

    def run(self, frames: Mapping[str, Frame]) -> Done:
        """The verb, on the training rows where it learns and there is a split."""
        frame = next(iter(frames.values()))
        step, notes = on_training(self.step, frame)
        result = step.run(frame)
        learned = getattr(result.step, "fitted", None) if isinstance(result.step, LearningStep) else None
        return Done(result.frame, result.change, learned, notes)

    def fitted(self, learned: Mapping[str, Any]) -> Doing:
        """The same with what it learned."""
        return Doing(replace(self.step, fitted=learned))  # type: ignore[call-arg] # a LearningStep's


@dataclass(frozen=True)
class Merging:
    """A way of merging several tables; the parameters are those of its function."""

    verb: str
    given: Mapping[str, Any]
    version: int = field(default=1, init=False)

    @property
    def inputs(self) -> int | None:
        """Two, or any number."""
        return None if self.verb in NAMED else 2

    def parameters(self) -> dict[str, Any]:
        """As given."""
        return dict(self.given)

    def code(self) -> str:
        """Of the module and what it imports."""
        return of_module(MERGES[self.verb])

    def run(self, frames: Mapping[str, Frame]) -> Done:
        """The merge."""
        function = getattr(importlib.import_module(MERGES[self.verb]), self.verb)
        tables = [dict(frames)] if self.verb in NAMED else list(frames.values())
        done = function.run(*tables, **self.given)
        return Done(done.frame, done.change)


@dataclass(frozen=True)
class Dividing:
    """`prep.split`: a column that says to which part each row belongs."""

    given: Mapping[str, Any]
    verb: str = field(default=DIVIDE, init=False)
    version: int = field(default=1, init=False)
    inputs: int | None = field(default=1, init=False)

    def parameters(self) -> dict[str, Any]:
        """As given."""
        return dict(self.given)

    def code(self) -> str:
        """Of the split."""
        return of_module("prep.splits")

    def run(self, frames: Mapping[str, Frame]) -> Done:
        """The split."""
        from prep.splits import split

        return Done(split(next(iter(frames.values())), **self.given))


@dataclass(frozen=True)
class Calling:
    """A function of the user's own."""

    own: OwnStep
    given: Mapping[str, Any]

    @property
    def verb(self) -> str:
        """Where the function is found again."""
        return self.own.place

    @property
    def version(self) -> int:
        """As its author says."""
        return self.own.version

    @property
    def inputs(self) -> int | None:
        """As many frames as it has places for."""
        return self.own.inputs

    def parameters(self) -> dict[str, Any]:
        """As given."""
        return dict(self.given)

    def code(self) -> str:
        """Of its source."""
        return self.own.code

    def run(self, frames: Mapping[str, Frame]) -> Done:
        """Call it. Raises StepFailed with whatever went wrong in it."""
        try:
            made = self.own(*frames.values(), **self.given)
        except Exception as error:
            raise StepFailed(f"{self.own.place} raised {type(error).__name__}: {error}") from error
        if made is None:
            raise StepFailed(f"{self.own.place} gave no frame. Let it return one.")
        return Done(made)


@dataclass(frozen=True)
class Node:
    """A source or step by its name, with the names of the nodes whose frames it takes."""

    name: str
    inputs: tuple[str, ...]
    work: Work
    line: int | None = field(default=None, compare=False)

    @property
    def is_source(self) -> bool:
        """Whether it reads, and takes no frame."""
        return isinstance(self.work, Reading)

    def told(self) -> dict[str, Any]:
        """What the result depends on, but for its inputs: for the key, and to say later what changed."""
        work = self.work
        return {
            "verb": work.verb,
            "version": work.version,
            "code": work.code(),
            "parameters": exact(work.parameters(), f"{self.name}: {work.verb}"),
        }


def work_of(verb: str, parameters: Mapping[str, Any]) -> Work:
    """The work that a verb's name and parameters mean. Raises UnusableParameter, naming the nearest."""
    from prep.steps import step, verbs

    if verb in MERGES:
        function = getattr(importlib.import_module(MERGES[verb]), verb)
        _check(verb, inspect.signature(function), parameters, 2 if verb not in NAMED else 1)
        return Merging(verb, {name: _without_rules(one) for name, one in parameters.items()})
    if verb == DIVIDE:
        from prep.splits import split

        _check(verb, inspect.signature(split), parameters, 1)
        return Dividing(dict(parameters))
    known = verbs()
    if verb not in known:
        near = nearest(verb, [*known, *MERGES, DIVIDE])
        cure = f"Did you mean {near!r}?" if near else f"The verbs are: {', '.join([*known, *MERGES, DIVIDE])}."
        raise UnusableParameter(f"There is no verb {verb!r}. {cure}")
    return Doing(step(verb, **parameters))


def _without_rules(value: Any) -> Any:
    """Rules of linking as their own fields: what a file would hold."""
    if isinstance(value, list | tuple):
        return [_without_rules(one) for one in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _check(verb: str, signature: inspect.Signature, parameters: Mapping[str, Any], frames: int) -> None:
    own = {name: one for name, one in signature.parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY}
    for name in parameters:
        if name not in own:
            raise UnusableParameter(unknown_parameter(verb, name, list(own)))
    try:
        signature.bind(*[None] * frames, **parameters)
    except TypeError as error:
        raise UnusableParameter(f"{verb}: {error}. It has: {', '.join(own)}.") from error


def on_training(step: Step, frame: Frame) -> tuple[Step, tuple[str, ...]]:
    """A step that would learn from all rows learns from those of training alone, where the frame is split.

    (Those that say `fit_where` themselves, as `scale` does by default, are left as they are.)
    """
    from prep.frames import columns_of

    if not isinstance(step, LearningStep) or getattr(step, "fitted", None) is not None:
        return step, ()
    default = next((one.default for one in fields(step) if one.name == "fit_where"), "")
    if default is not None or getattr(step, "fit_where", "") is not None or "split" not in columns_of(frame):
        return step, ()
    told = "learned from the rows of split 'train' alone"
    return replace(step, fit_where="split == 'train'"), (told,)  # type: ignore[call-arg] # a LearningStep's


def path_of(node: Node, folder: Path) -> Path | None:
    """The file of a source, below the folder of the pipeline where it is not absolute."""
    path = node.work.path if isinstance(node.work, Reading) else None
    return None if path is None else folder / path
