"""Simple polygons, convex or not: their area, whether they cross themselves, how much of two is common.

Coordinates are whole hundredths of a pixel inside, so that what crosses, touches or lies on a line is decided exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.shapes.boxes import Bounds, common, tidy

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Points = Sequence[Sequence[float]]
Edges = list[
    tuple[float, float, float, float, float]
]  # its start, how far it goes across and down, the height it ends at

FEW = 100  # pairs of edges up to which plain Python is the quicker way
SLACK = 1e-9  # a crossing too many cuts a strip in two, one too few falsifies it


def area_of(points: Points) -> float:
    """The area inside a simple polygon, by the shoelace formula.

    >>> area_of([[0, 0], [4, 0], [4, 3]])
    6.0
    """
    twice = 0.0
    x, y = points[-1]
    for right, down in points:
        twice += x * down - right * y
        x, y = right, down
    return abs(twice) / 2


def area_of_outline(outline: Mapping[str, Any]) -> float:
    """The area inside an outline."""
    return area_of(outline["points"])


def bounds_of_points(points: Points) -> Bounds:
    """Left, top, right, bottom."""
    across, down = [point[0] for point in points], [point[1] for point in points]
    return min(across), min(down), max(across), max(down)


def bounds_of_outline(outline: Mapping[str, Any]) -> Bounds:
    """Left, top, right, bottom of an outline."""
    return bounds_of_points(outline["points"])


def canonical(points: Points) -> list[list[float]]:
    """The one way to write an outline: no point twice in a row or on a straight line, clockwise as seen, from the top left.

    Two simple polygons hold the same points exactly when their canonical forms are equal. Empty where no area is left.
    A spike (out and back on one line) stays, for `fault` to name.

    >>> canonical([[4, 0], [0, 0], [0, 3], [0, 0], [2, 0]])
    []
    >>> canonical([[0, 3], [4, 3], [4, 0], [2, 0], [0, 0]])
    [[0, 0], [4, 0], [4, 3], [0, 3]]
    """
    exact = _exact(points)
    exact = exact[(exact != np.roll(exact, 1, axis=0)).any(axis=1)] if len(exact) > 1 else exact
    while len(exact) >= 3:
        into, out = exact - np.roll(exact, 1, axis=0), np.roll(exact, -1, axis=0) - exact
        straight = (_cross(into, out) == 0) & ((into * out).sum(axis=1) > 0)
        if not straight.any():
            break
        exact = exact[~straight]
    if len(exact) < 3 or _twice_area(exact) == 0:
        return []
    if _twice_area(exact) < 0:
        exact = exact[::-1]
    first = np.lexsort((exact[:, 0], exact[:, 1]))[0]
    return [[tidy(x / 100), tidy(y / 100)] for x, y in np.roll(exact, -int(first), axis=0).tolist()]


def is_flat(points: Points) -> bool:
    """Whether all points lie on one line.

    >>> is_flat([[0, 0], [5, 5], [2, 2]]), is_flat([[0, 0], [5, 5], [2, 3]])
    (True, False)
    """
    if len(points) < 3:
        return True
    ways = _exact(points) - _exact(points[:1])
    far = ways[np.square(ways.astype(np.float64)).sum(axis=1).argmax()]
    return not _cross(ways, far).any()


def fault(points: Points) -> tuple[int, int] | None:
    """The first two edges (by their number, from 1) that cross or touch where they should not; None in a simple polygon.

    >>> fault([[0, 0], [4, 4], [4, 0], [0, 4]])
    (1, 3)
    >>> fault([[0, 0], [4, 0], [2, 1], [4, 4]]) is None
    True
    """
    start = _exact(points)
    count = len(start)
    if count < 3:
        return None
    end = np.roll(start, -1, axis=0)
    way = end - start
    ahead = np.roll(way, -1, axis=0)
    spikes = np.flatnonzero((_cross(way, ahead) == 0) & ((way * ahead).sum(axis=1) <= 0))
    if spikes.size:
        place = int(spikes[0])
        return place + 1, (place + 1) % count + 1
    one, two = np.triu_indices(count, 2)
    if one.size:  # the first side and the last are neighbours too
        one, two = np.delete(one, count - 3), np.delete(two, count - 3)
    hit = _touch(start[one], end[one], start[two], end[two])
    return (int(one[hit.argmax()]) + 1, int(two[hit.argmax()]) + 1) if hit.any() else None


def overlap_of_outlines(first: Mapping[str, Any], second: Mapping[str, Any]) -> float:
    """Intersection over union of two simple polygons, 0 to 1, whatever the labels; the same both ways.

    >>> square = {"points": [[0, 0], [2, 0], [2, 2], [0, 2]]}
    >>> overlap_of_outlines(square, {"points": [[0, 0], [2, 0], [0, 2]]})
    0.5
    """
    one, two = sorted((first["points"], second["points"]))
    if one == two:
        return 1.0
    if not common(bounds_of_points(one), bounds_of_points(two)):
        return 0.0
    shared = intersection(one, two)
    return min(1.0, shared / (area_of(one) + area_of(two) - shared)) if shared > 0 else 0.0


def intersection(first: Points, second: Points) -> float:
    """The area that two simple polygons share.

    Between two neighbouring heights at which a corner lies or two edges cross, the common length of a horizontal line is
    linear in the height; so its value in the middle, times the height of the strip, is the exact area of the strip.
    """
    if len(first) * len(second) <= FEW:
        return intersection_of_few(first, second)
    return intersection_of_many(first, second)


def intersection_of_few(first: Points, second: Points) -> float:
    """`intersection` edge by edge: quicker while there are few, since arrays of a dozen numbers cost more than they save."""
    low = max(min(y for _, y in first), min(y for _, y in second))
    high = min(max(y for _, y in first), max(y for _, y in second))
    if low >= high:
        return 0.0
    one, two = _edges(first, low, high), _edges(second, low, high)
    heights = {low, high, *(y for _, y in (*first, *second) if low < y < high)}
    for x, y, right, down, _ in one:
        for x2, y2, right2, down2, _ in two:
            turn = right * down2 - down * right2
            if turn:
                along_one = ((x2 - x) * down2 - (y2 - y) * right2) / turn
                if -SLACK <= along_one <= 1 + SLACK:
                    along_two = ((x2 - x) * down - (y2 - y) * right) / turn
                    if -SLACK <= along_two <= 1 + SLACK and low < (height := y + along_one * down) < high:
                        heights.add(height)
    area, ordered = 0.0, sorted(heights)
    for above, below in itertools.pairwise(ordered):
        middle = (above + below) / 2
        area += (below - above) * _common_length(_places(one, middle), _places(two, middle))
    return area


def intersection_of_many(first: Points, second: Points) -> float:
    """`intersection` by arrays: quicker where there are many points."""
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    low = max(one[:, 1].min(), two[:, 1].min())
    high = min(one[:, 1].max(), two[:, 1].max())
    if low >= high:
        return 0.0
    heights = np.unique(np.concatenate([one[:, 1], two[:, 1], _crossings(one, two), [low, high]]))
    heights = heights[(heights >= low) & (heights <= high)]
    middles = (heights[1:] + heights[:-1]) / 2
    return float(np.diff(heights) @ _common_lengths(one, two, middles))


def spans_at(points: Floats, heights: Floats) -> Floats:
    """Where a polygon's edges lie at each height: heights × edges, sorted from the left; infinite where there is none."""
    start, end = points, np.roll(points, -1, axis=0)
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    meets = (low <= heights[:, None]) & (heights[:, None] < high)
    rise = np.where(end[:, 1] == start[:, 1], 1.0, end[:, 1] - start[:, 1])
    places = start[:, 0] + (heights[:, None] - start[:, 1]) * ((end[:, 0] - start[:, 0]) / rise)
    return np.sort(np.where(meets, places, np.inf), axis=1)


def _edges(points: Points, low: float, high: float) -> Edges:
    """The edges that rise or fall somewhere between two heights; level ones bound no strip."""
    edges = []
    x, y = points[-1]
    for right, down in points:
        if y != down and min(y, down) < high and max(y, down) > low:
            edges.append((x, y, right - x, down - y, down))
        x, y = right, down
    return edges


def _places(edges: Edges, height: float) -> list[float]:
    return sorted(
        x + (height - y) * (right / down)
        for x, y, right, down, end in edges
        if (y <= height < end if down > 0 else end <= height < y)
    )


def _common_length(one: list[float], two: list[float]) -> float:
    """How much of a line lies in both: each list holds where one enters and leaves, in turn, from the left."""
    if len(one) == len(two) == 2:
        return max(0.0, min(one[1], two[1]) - max(one[0], two[0]))
    length = 0.0
    for left, right in zip(one[::2], one[1::2], strict=True):
        for start, end in zip(two[::2], two[1::2], strict=True):
            length += max(0.0, min(right, end) - max(left, start))
    return length


def _common_lengths(one: Floats, two: Floats, heights: Floats) -> Floats:
    first, second = spans_at(one, heights), spans_at(two, heights)
    places = np.concatenate([first, second], axis=1)
    is_first = np.arange(places.shape[1]) < first.shape[1]
    order = np.argsort(places, axis=1, kind="stable")
    ranked, of_first = np.take_along_axis(places, order, axis=1), is_first[order]
    inside = (np.cumsum(of_first, axis=1) % 2 == 1) & (np.cumsum(~of_first, axis=1) % 2 == 1)
    steps = np.zeros(places.shape)
    is_real = np.isfinite(ranked[:, 1:])
    steps[:, :-1][is_real] = ranked[:, 1:][is_real] - ranked[:, :-1][is_real]
    return np.asarray((steps * inside).sum(axis=1), dtype=np.float64)


def _crossings(one: Floats, two: Floats) -> Floats:
    """The heights at which an edge of one crosses an edge of the other; parallel edges give none, and need none."""
    from_one, from_two = one[:, None, :], two[None, :, :]
    way_one, way_two = (np.roll(one, -1, axis=0) - one)[:, None, :], (np.roll(two, -1, axis=0) - two)[None, :, :]
    turn = _cross(way_one, way_two)
    gap = from_two - from_one
    safe = np.where(turn == 0, 1.0, turn)
    along_one, along_two = _cross(gap, way_two) / safe, _cross(gap, way_one) / safe
    meets = (turn != 0) & (np.abs(along_one - 0.5) <= 0.5 + SLACK) & (np.abs(along_two - 0.5) <= 0.5 + SLACK)
    return np.asarray((from_one[..., 1] + along_one * way_one[..., 1])[meets], dtype=np.float64)


def _touch(start: Whole, end: Whole, starts: Whole, ends: Whole) -> NDArray[np.bool_]:
    """Whether an edge and each of others have a point in common; exact."""
    one, two = np.sign(_cross(end - start, starts - start)), np.sign(_cross(end - start, ends - start))
    three, four = np.sign(_cross(ends - starts, start - starts)), np.sign(_cross(ends - starts, end - starts))
    low, high = np.minimum(start, end), np.maximum(start, end)
    near = (np.minimum(starts, ends) <= high).all(axis=1) & (np.maximum(starts, ends) >= low).all(axis=1)
    return np.asarray(near & (one * two <= 0) & (three * four <= 0), dtype=np.bool_)


def _exact(points: Points) -> Whole:
    return np.rint(np.asarray(points, dtype=np.float64) * 100).astype(np.int64)


def _cross(first: Any, second: Any) -> Any:
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]


def _twice_area(exact: Whole) -> int:
    following = np.roll(exact, -1, axis=0)
    return int((exact[:, 0] * following[:, 1] - following[:, 0] * exact[:, 1]).sum())
