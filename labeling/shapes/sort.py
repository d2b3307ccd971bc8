"""The two sorts of shapes, with what differs between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.shapes.averages import middle_outlines
from labeling.shapes.boxes import Bounds, area_of_box, bounds_of_box, middle_boxes, overlap_of_boxes
from labeling.shapes.outlines import area_of_outline, bounds_of_outline, overlap_of_outlines

Floats = NDArray[np.float64]
Shape = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sort:
    """What is known of boxes, or of outlines. `middles` are the shapes in the middle of several, one for each row of weights."""

    name: str
    area: Callable[[Shape], float]
    bounds: Callable[[Shape], Bounds]
    overlap: Callable[[Shape, Shape], float]
    middles: Callable[[Sequence[Shape], Sequence[Sequence[float]]], list[dict[str, Any]]]
    is_its_bounds: bool = False


BOXES = Sort("box", area_of_box, bounds_of_box, overlap_of_boxes, middle_boxes, is_its_bounds=True)
OUTLINES = Sort("outline", area_of_outline, bounds_of_outline, overlap_of_outlines, middle_outlines)


def overlaps(
    first: Sequence[Shape], second: Sequence[Shape], sort: Sort, *, least: float = 0.0, any_label: bool = False
) -> Floats:
    """Intersection over union of every pair, first × second; 0 where it is under `least` or the labels differ."""
    if not first or not second:
        return np.zeros((len(first), len(second)))
    one, two = np.array([sort.bounds(shape) for shape in first]), np.array([sort.bounds(shape) for shape in second])
    width = np.minimum(one[:, None, 2], two[None, :, 2]) - np.maximum(one[:, None, 0], two[None, :, 0])
    height = np.minimum(one[:, None, 3], two[None, :, 3]) - np.maximum(one[:, None, 1], two[None, :, 1])
    shared = np.where((width > 0) & (height > 0), width * height, 0.0)
    if not shared.any():
        return shared
    here, there = np.array([sort.area(shape) for shape in first]), np.array([sort.area(shape) for shape in second])
    both = here[:, None] + there[None, :]
    if not sort.is_its_bounds:
        shared = np.minimum(shared, np.minimum(here[:, None], there[None, :]))
    most = np.minimum(shared / (both - shared), 1.0)
    if not any_label:
        same = np.array([[a["label"] == b["label"] for b in second] for a in first])
        most = np.where(same, most, 0.0)
    if not sort.is_its_bounds:
        # Boxes and areas say what an overlap cannot exceed; only what may reach `least` is worked out, and once for a pair.
        is_same = first is second
        for place, other in np.argwhere((most > 0) & (most >= least)).tolist():
            if is_same and other <= place:
                most[place, other] = 1.0 if other == place else most[other, place]
            else:
                most[place, other] = sort.overlap(first[place], second[other])
    return np.where(most >= least, most, 0.0)
