"""A pipeline as a picture: text, Mermaid, SVG. Knows no run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableParameter
from prep.pipeline.nodes import Node, Reading
from prep.pipeline.picture import Box, drawn

if TYPE_CHECKING:
    from prep.pipeline.pipeline import Pipeline

KINDS = ("text", "mermaid", "svg")
MOST_SHOWN = 70


def diagram(pipeline: Pipeline, kind: str = "text") -> str:
    """See `Pipeline.diagram`."""
    if kind not in KINDS:
        raise UnusableParameter(f"kind={kind!r} is no picture. Say one of: {', '.join(KINDS)}.")
    order = pipeline.order
    if kind == "mermaid":
        return _mermaid(order)
    if kind == "svg":
        boxes = [
            Box(node.name, node.name, _second(node), node.inputs, "source" if node.is_source else "step")
            for node in order
        ]
        return drawn(boxes, title=f"The pipeline {pipeline.name}")
    return _text(pipeline, order)


def _text(pipeline: Pipeline, order: list[Node]) -> str:
    width = max(len(node.name) for node in order)
    froms = {node.name: f"<- {', '.join(node.inputs)}" for node in order if not node.is_source}
    wide = max((len(one) for one in froms.values()), default=0)
    lines = []
    for node in order:
        if isinstance(node.work, Reading):
            told = node.work.path or "given when it is run"
            lines.append(f"  {node.name:<{width}}  {told}  {_parameters(node)}".rstrip())
            continue
        verb = "" if node.name == node.work.verb else f"{node.work.verb} "
        lines.append(f"  {node.name:<{width}}  {froms[node.name]:<{wide}}  {verb}{_parameters(node)}".rstrip())
    unused = [name for name in pipeline.nodes if name not in {node.name for node in order}]
    if unused:
        lines.append(f"  (not needed for {pipeline.last}: {', '.join(unused)})")
    return "\n".join([pipeline.name, *lines])


def _mermaid(order: list[Node]) -> str:
    ids = {node.name: f"n{number}" for number, node in enumerate(order)}
    lines = ["flowchart LR"]
    for node in order:
        words = " ".join(dict.fromkeys([node.name, _second(node)])).replace('"', "#quot;")
        opened, closed = ("[(", ")]") if node.is_source else ("[", "]")
        lines.append(f'  {ids[node.name]}{opened}"{words}"{closed}')
    lines += [f"  {ids[one]} --> {ids[node.name]}" for node in order for one in node.inputs]
    return "\n".join(lines)


def _second(node: Node) -> str:
    if isinstance(node.work, Reading):
        return node.work.path or "given when it is run"
    return node.work.verb if node.work.verb != node.name else _parameters(node)


def _parameters(node: Node) -> str:
    shown = _shown({name: one for name, one in node.work.parameters().items() if name != "fitted"})
    fitted = " (fitted)" if "fitted" in node.work.parameters() else ""
    return (shown if len(shown) <= MOST_SHOWN else shown[: MOST_SHOWN - 1] + "…") + fitted


def _shown(parameters: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={_value(one)}" for name, one in parameters.items())


def _value(value: Any) -> str:
    if isinstance(value, list | tuple | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return repr(value)
