"""The steps of a pipeline on new rows: on any engine, without cache or record. Knows no run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prep.errors import BrokenPipeline, PrepError, UnusableParameter, nearest
from prep.frames import Frame, to_polars
from prep.pipeline.nodes import DIVIDE, Doing, Node, Reading, path_of
from prep.verb import LearningStep

if TYPE_CHECKING:
    from prep.pipeline.pipeline import Pipeline


def transform(pipeline: Pipeline, given: Mapping[str, Any], leave_out: Sequence[str]) -> Frame:
    """See `Pipeline.transform`."""
    order = pipeline.order
    for name in leave_out:
        if name not in pipeline.nodes:
            near = nearest(name, pipeline.nodes)
            cure = f"Did you mean {near!r}?" if near else f"There are: {', '.join(pipeline.nodes)}."
            raise UnusableParameter(f"There is no step {name!r} to leave out. {cure}")
    frames: dict[str, Frame] = {}
    for node in order:
        frames[node.name] = _one(pipeline, node, given, frames, leave_out)
    return frames[pipeline.last]


def _one(
    pipeline: Pipeline, node: Node, given: Mapping[str, Any], frames: Mapping[str, Frame], leave_out: Sequence[str]
) -> Frame:
    if isinstance(node.work, Reading):
        return _source(pipeline, node, given)
    if node.name in leave_out or node.work.verb == DIVIDE:
        return frames[node.inputs[0]]
    _refuse_unfitted(node)
    taken = {one: frames[one] for one in node.inputs}
    own = ":" in node.work.verb
    try:
        return node.work.run({name: to_polars(frame) for name, frame in taken.items()} if own else taken).frame
    except PrepError as error:
        error.args = (
            f"Step {node.name!r}: {error} If it has no sense for these rows, say leave_out=[{node.name!r}].",
            *error.args[1:],
        )
        raise


def _source(pipeline: Pipeline, node: Node, given: Mapping[str, Any]) -> Frame:
    from pathlib import Path

    from prep.read import read_table

    one = given.get(node.name)
    path = Path(one) if isinstance(one, str | Path) else path_of(node, pipeline.folder) if one is None else None
    if path is None:
        if one is None:
            raise BrokenPipeline(
                f"the source {node.name!r} has no file and was not given", cure=f"Give {{{node.name!r}: frame}}."
            )
        return to_polars(one) if isinstance(one, Mapping) else one
    how = node.work
    if not isinstance(how, Reading):
        raise BrokenPipeline(f"{node.name!r} is no source")
    return read_table(path, encoding=how.encoding, delimiter=how.delimiter, types=how.types)


def _refuse_unfitted(node: Node) -> None:
    """A step that would learn from the rows to be served would give each batch another meaning."""
    step = node.work.step if isinstance(node.work, Doing) else None
    learns = isinstance(step, LearningStep) and getattr(step, "how", "") not in {"constant", "forward", "backward"}
    if step is not None and learns and getattr(step, "fitted", None) is None:
        raise BrokenPipeline(
            f"step {node.name!r} ({step.verb}) has learned nothing yet",
            cure="Run the pipeline first, and take it from the run: run.pipeline.transform(new).",
        )
