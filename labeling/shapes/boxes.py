"""Upright boxes: how much of two is common, and the box in the middle of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labeling.shapes.medians import weighted_median

Bounds = tuple[float, float, float, float]


def bounds_of_box(box: Mapping[str, Any]) -> Bounds:
    """Left, top, right, bottom.

    >>> bounds_of_box({"label": "car", "x": 1, "y": 2, "width": 3, "height": 4})
    (1, 2, 4, 6)
    """
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def area_of_box(box: Mapping[str, Any]) -> float:
    """Width times height."""
    return float(box["width"] * box["height"])


def common(first: Bounds, second: Bounds) -> float:
    """The area that two boxes share."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return width * height if width > 0 and height > 0 else 0.0


def overlap_of_boxes(first: Mapping[str, Any], second: Mapping[str, Any]) -> float:
    """Intersection over union, 0 to 1, whatever the labels; the same both ways.

    >>> a = {"x": 0, "y": 0, "width": 2, "height": 2}
    >>> overlap_of_boxes(a, {"x": 1, "y": 0, "width": 2, "height": 2})
    0.3333333333333333
    """
    shared = common(bounds_of_box(first), bounds_of_box(second))
    if not shared:
        return 0.0
    whole = float(first["width"] * first["height"] + second["width"] * second["height"]) - shared
    return min(1.0, shared / whole)


def middle_box(boxes: Sequence[Mapping[str, Any]], weights: Sequence[float]) -> dict[str, Any]:
    """The box whose edges are the weighted medians of theirs, under the label of the first.

    >>> three = [{"label": "car", "x": x, "y": 0, "width": 10, "height": 10} for x in (0, 2, 50)]
    >>> middle_box(three, [1, 1, 1])
    {'label': 'car', 'x': 2, 'y': 0, 'width': 10, 'height': 10}
    """
    edges = zip(*map(bounds_of_box, boxes), strict=True)
    left, top, right, bottom = (weighted_median(edge, weights) for edge in edges)
    # Medians keep left below right, as every box does; rounding may not.
    width, height = (max(tidy(far - near), 0.01) for near, far in ((left, right), (top, bottom)))
    return {"label": boxes[0]["label"], "x": tidy(left), "y": tidy(top), "width": width, "height": height}


def middle_boxes(boxes: Sequence[Mapping[str, Any]], weights: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    """`middle_box` for each row of weights."""
    return [middle_box(boxes, row) for row in weights]


def tidy(value: float) -> float:
    """A coordinate to the hundredth of a pixel, a whole number where it is one.

    >>> tidy(3.0), tidy(2.456)
    (3, 2.46)
    """
    rounded = round(float(value), 2)
    return int(rounded) if rounded.is_integer() else rounded
