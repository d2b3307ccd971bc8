"""Which node comes after which: the order of a pipeline, or the circle in it. Knows names only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from prep.errors import BrokenPipeline, nearest
from prep.pipeline.nodes import Node


def ordered(nodes: Mapping[str, Node], wanted: Iterable[str]) -> list[Node]:
    """The nodes that the wanted ones rest on, and those themselves, each after its inputs.

    Raises BrokenPipeline for an input that there is not (naming the nearest) and for a circle, which it names.
    """
    done: dict[str, Node] = {}
    for name in wanted:
        _visit(nodes, name, (), done)
    return list(done.values())


def followers(nodes: Mapping[str, Node], name: str) -> list[str]:
    """The nodes that take a node's frame, in order."""
    return [one.name for one in nodes.values() if name in one.inputs]


def _visit(nodes: Mapping[str, Node], first: str, above: Sequence[str], done: dict[str, Node]) -> None:
    """Depth first, with a stack of its own: a pipeline may be longer than Python's."""
    stack: list[tuple[str, tuple[str, ...]]] = [(first, tuple(above))]
    while stack:
        name, path = stack[-1]
        if name in done:
            stack.pop()
            continue
        node = nodes[name]
        waiting = [one for one in node.inputs if one not in done]
        if not waiting:
            done[name] = node
            stack.pop()
            continue
        for one in waiting[:1]:
            _refuse(nodes, node, one, path)
            stack.append((one, (*path, name)))


def _refuse(nodes: Mapping[str, Node], node: Node, name: str, path: tuple[str, ...]) -> None:
    if name not in nodes:
        near = nearest(name, nodes)
        cure = f"Did you mean {near!r}?" if near else f"There are: {', '.join(nodes)}."
        raise BrokenPipeline(f"step {node.name!r} takes {name!r}, which is not there", line=node.line, cure=cure)
    way = (*path, node.name)
    if name in way:
        circle = [*way[way.index(name) :], name]
        raise BrokenPipeline(
            f"the steps go round in a circle: {' -> '.join(circle)}",
            line=node.line,
            cure="Let one of them take another input.",
        )
