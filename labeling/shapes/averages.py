"""One outline in the middle of several: where the weighted median of their signed distances is nought.

A signed distance is how deep inside (above 0) or far outside (below 0) a point lies. The sign of the median is what more
than half of the weight says of the point, as a vote on every pixel would; where the votes are even, as between two
people, the line runs midway instead of jumping to one of them. Source: Rohlfing & Maurer (2007), shape-based averaging,
with the median in place of the mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.shapes.medians import weighted_medians
from labeling.shapes.outlines import area_of, canonical, fault, overlap_of_outlines, spans_at

Floats = NDArray[np.float64]
Edge = tuple[int, int, bool]

CELLS, MOST_CELLS, FEWEST_CELLS = 48, 192, 16
"""Cells along the longer side of the grid: as a rule, where shapes are thin, and along the shorter side."""


def middle_outlines(outlines: Sequence[Mapping[str, Any]], weights: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    """The outline in the middle for each row of weights, under the label of the first outline.

    One of those given where the middle is no single shape.

    >>> square = {"label": "car", "points": [[0, 0], [10, 0], [10, 10], [0, 10]]}
    >>> middle_outlines([square, square], [[1, 2]]) == [square]
    True
    """
    label = outlines[0]["label"]
    shapes = [outline["points"] for outline in outlines]
    if len(shapes) == 1 or all(points == shapes[0] for points in shapes):
        return [{"label": label, "points": shapes[0]} for _ in weights]
    across, down = _grid([np.asarray(points, dtype=np.float64) for points in shapes])
    depths = np.stack([signed_distances(points, across, down).ravel() for points in shapes])
    made: dict[tuple[float, ...], dict[str, Any]] = {}
    for row in weights:
        # Rows that differ only in scale mean the same.
        shares = tuple(round(weight / max(row), 9) for weight in row)
        if shares not in made:
            middle = weighted_medians(depths, np.asarray(shares)).reshape(len(down), len(across))
            points = _drawn(_outer(middle, across, down), min(across[1] - across[0], down[1] - down[0]))
            made[shares] = {"label": label, "points": points or _most_typical(outlines, row)["points"]}
    return [made[tuple(round(weight / max(row), 9) for weight in row)] for row in weights]


def _drawn(line: Floats | None, step: float) -> list[list[float]]:
    """A line as an outline with as few points as it needs; empty where none is simple."""
    if line is None:
        return []
    for slack in (step / 4, step / 16, 0.0):
        points = canonical(simplified(line, slack).tolist())
        if points and fault(points) is None:
            return points
    return []


def signed_distances(points: Sequence[Sequence[float]], across: Floats, down: Floats) -> Floats:
    """How deep inside a polygon each point of a grid lies (heights × places), in pixels; below 0 outside."""
    shape = np.asarray(points, dtype=np.float64)
    way = np.roll(shape, -1, axis=0) - shape
    length = (way * way).sum(axis=1)
    right, below = across[:, None] - shape[:, 0], down[:, None] - shape[:, 1]
    along = (below * way[:, 1] / length)[:, None, :] + (right * way[:, 0] / length)[None, :, :]
    np.clip(along, 0.0, 1.0, out=along)
    aside, off = right[None, :, :] - along * way[:, 0], below[:, None, :] - along * way[:, 1]
    far = np.sqrt((aside * aside + off * off).min(axis=2))
    crossed = (spans_at(shape, down)[:, None, :] <= across[None, :, None]).sum(axis=2)
    return np.asarray(np.where(crossed % 2 == 1, far, -far), dtype=np.float64)


def simplified(loop: Floats, slack: float) -> Floats:
    """A closed line without the points that lie within `slack` of the line through the rest (Douglas & Peucker 1973)."""
    if len(loop) < 4:
        return loop
    far = int(np.square(loop - loop[0]).sum(axis=1).argmax())
    keep = np.zeros(len(loop), dtype=bool)
    keep[[0, far]] = True
    closed = np.concatenate([loop, loop[:1]])
    stack = [(0, far), (far, len(loop))]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        between = closed[first + 1 : last] - closed[first]
        way = closed[last] - closed[first]
        length = float(way @ way)
        along = np.clip(between @ way / length, 0.0, 1.0) if length else np.zeros(len(between))
        off = np.square(between - along[:, None] * way).sum(axis=1)
        worst = int(off.argmax())
        if off[worst] > slack * slack:
            place = first + 1 + worst
            keep[place] = True
            stack += [(first, place), (place, last)]
    return loop[keep]


def _grid(shapes: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Places and heights a little beyond all shapes, fine enough for the thinnest of them."""
    low = np.min([points.min(axis=0) for points in shapes], axis=0)
    high = np.max([points.max(axis=0) for points in shapes], axis=0)
    size = high - low
    thin = min(2 * area_of(points.tolist()) / _length(points) for points in shapes)
    step = float(np.clip(thin / 2, size.max() / MOST_CELLS, size.max() / CELLS))
    cells = np.maximum(np.ceil(size / step), FEWEST_CELLS).astype(int)
    rim = size / cells * 1.5
    return (
        np.linspace(low[0] - rim[0], high[0] + rim[0], cells[0] + 4),
        np.linspace(low[1] - rim[1], high[1] + rim[1], cells[1] + 4),
    )


def _length(points: Floats) -> float:
    return float(np.sqrt(np.square(np.roll(points, -1, axis=0) - points).sum(axis=1)).sum())


def _outer(depth: Floats, across: Floats, down: Floats) -> Floats | None:
    """The longest-reaching closed line along which a grid of depths is nought (marching squares); None if there is none."""
    links: dict[Edge, list[Edge]] = {}
    inside = depth > 0
    corners = inside[:-1, :-1].astype(int) + inside[:-1, 1:] + inside[1:, 1:] + inside[1:, :-1]
    for row, column in np.argwhere((corners > 0) & (corners < 4)).tolist():
        for one, two in _pieces(depth, inside, row, column):
            links.setdefault(one, []).append(two)
            links.setdefault(two, []).append(one)
    best, size = None, 0.0
    while links:
        start = next(iter(links))
        loop, here = [start], links.pop(start)[0]
        while here in links:
            loop.append(here)
            ahead = links.pop(here)
            here = ahead[0] if ahead[0] in links else ahead[1]
        line = np.array([_place(edge, depth, across, down) for edge in loop])
        found = area_of(line.tolist()) if len(line) > 2 else 0.0
        if found > size:
            best, size = line, found
    return best


def _pieces(depth: Floats, inside: NDArray[np.bool_], row: int, column: int) -> list[tuple[Edge, Edge]]:
    """The pieces of the line within one cell, as pairs of the cell's edges. An edge is its first corner and whether it lies flat."""
    top, bottom = (row, column, True), (row + 1, column, True)
    left, right = (row, column, False), (row, column + 1, False)
    here = inside[row : row + 2, column : column + 2]
    crossed = [
        edge
        for edge, is_crossed in (
            (top, here[0, 0] != here[0, 1]),
            (right, here[0, 1] != here[1, 1]),
            (bottom, here[1, 0] != here[1, 1]),
            (left, here[0, 0] != here[1, 0]),
        )
        if is_crossed
    ]
    if len(crossed) == 2:
        return [(crossed[0], crossed[1])]
    # Two corners across: the middle of the cell says whether they hang together.
    is_joined = bool(depth[row : row + 2, column : column + 2].mean() > 0) == bool(here[0, 0])
    return [(top, right), (bottom, left)] if is_joined else [(top, left), (bottom, right)]


def _place(edge: Edge, depth: Floats, across: Floats, down: Floats) -> tuple[float, float]:
    row, column, is_flat = edge
    one, two = depth[row, column], depth[row, column + 1] if is_flat else depth[row + 1, column]
    share = one / (one - two)
    if is_flat:
        return float(across[column] + share * (across[column + 1] - across[column])), float(down[row])
    return float(across[column]), float(down[row] + share * (down[row + 1] - down[row]))


def _most_typical(outlines: Sequence[Mapping[str, Any]], weights: Sequence[float]) -> Mapping[str, Any]:
    """The one that overlaps most with the others, by their weights."""
    worth = [
        sum(weight * overlap_of_outlines(one, two) for two, weight in zip(outlines, weights, strict=True))
        for one in outlines
    ]
    best = max(range(len(outlines)), key=lambda place: (round(worth[place], 9), outlines[place]["points"]))
    return outlines[best]
