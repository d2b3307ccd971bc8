"""One drawing out of several people's: which objects are there, where exactly, and how sure that is.

Shapes of one label that overlap are one candidate (clusters.py). Whether a candidate is kept follows from who marked it and
who, having seen the item, did not, each by their own hit and lure rates (detection.py). Where it lies is the middle of its
shapes, weighted by how closely each annotator's shapes usually lie to those of others.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.shapes.clusters import clusters
from labeling.shapes.detection import Detection, detect
from labeling.shapes.matching import unlikeness
from labeling.shapes.sort import Sort

Floats = NDArray[np.float64]
Shape = Mapping[str, Any]

TIE = 1e-9
MOST_WEIGHT = 10.0
PULL = 5.0
"""So many pairs of shapes' worth each annotator's closeness is drawn towards the crowd's."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one annotator drew on one item; an empty `shapes` says that there is nothing."""

    item: Hashable
    annotator: str
    shapes: Sequence[Shape]


@dataclass(frozen=True, slots=True)
class Found:
    """One candidate: its shape, how likely it is really there, and how many of the item's annotators marked it."""

    shape: dict[str, Any]
    confidence: float | None
    marks: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands on one item. `confidence` is that of the whole: nothing wrong in it and nothing missing."""

    item: Hashable
    shapes: list[dict[str, Any]]
    found: tuple[Found, ...]
    confidence: float | None
    drawings: int
    majority: list[dict[str, Any]]
    is_tie: bool
    disagreement: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    item: int
    label: Any
    people: list[int]
    shapes: list[Shape]


def agree(drawings: Sequence[Drawing], sort: Sort, *, same: float = 0.5) -> list[Verdict]:
    """A verdict on each item, in the order in which items first appear. `same` is the overlap of shapes of one object.

    Of several drawings by one annotator of one item, the last counts. Where no item has two drawings, nothing can be said
    of anyone's reliability: all shapes stand and confidences are None.
    """
    by_item: dict[Hashable, dict[str, Sequence[Shape]]] = {}
    for one in drawings:
        by_item.setdefault(one.item, {})[one.annotator] = one.shapes
    names = sorted({name for said in by_item.values() for name in said})
    place = {name: number for number, name in enumerate(names)}
    panels = [sorted(place[name] for name in said) for said in by_item.values()]
    candidates: list[_Candidate] = []
    near = np.zeros((2, len(names)))
    for number, said in enumerate(by_item.values()):
        shapes = [(place[name], shape) for name, drawn in said.items() for shape in drawn]
        candidates += _candidates(number, shapes, sort, same, near)
    weights = _weights(near)
    knows = any(len(panel) > 1 for panel in panels)
    fitted = _fit(candidates, panels, len(names)) if knows else None
    of_item: list[list[int]] = [[] for _ in panels]
    for number, candidate in enumerate(candidates):
        of_item[candidate.item].append(number)
    return [
        _verdict(item, list(said.values()), number, [candidates[c] for c in mine], mine, fitted, weights, sort)
        for number, ((item, said), mine) in enumerate(zip(by_item.items(), of_item, strict=True))
    ]


def _candidates(
    item: int, shapes: Sequence[tuple[int, Shape]], sort: Sort, same: float, near: Floats
) -> list[_Candidate]:
    """The candidates of one item; `near` gathers each annotator's pairs and how far these lie apart."""
    made = []
    for label in sorted({shape["label"] for _, shape in shapes}, key=str):
        mine = [(person, shape) for person, shape in shapes if shape["label"] == label]
        for group, between in clusters([shape for _, shape in mine], [person for person, _ in mine], sort, same):
            one = _Candidate(item, label, [mine[place][0] for place in group], [mine[place][1] for place in group])
            if len(group) > 1:
                near[0, one.people] += (1 - between).sum(axis=1)
                near[1, one.people] += len(group) - 1
            made.append(one)
    return made


def _weights(near: Floats) -> Floats:
    """What each annotator's edges weigh: the inverse of how far their shapes usually lie from others'."""
    if not near[1].any():
        return np.ones(near.shape[1])
    crowd = max(near[0].sum() / near[1].sum(), 1e-4)
    apart = (near[0] + PULL * crowd) / (near[1] + PULL)
    # Half of the distance of a usual pair is the other's.
    own = np.maximum(apart - crowd / 2, crowd / 10)
    weight = 1 / own
    return np.asarray(np.minimum(weight, MOST_WEIGHT * weight.min()), dtype=np.float64)


def _fit(candidates: Sequence[_Candidate], panels: Sequence[Sequence[int]], people: int) -> Detection:
    from scipy.sparse import csr_array

    labels = {label: code for code, label in enumerate(sorted({one.label for one in candidates}, key=str))}
    item = np.array([one.item for one in candidates], dtype=np.int64)
    label = np.array([labels[one.label] for one in candidates], dtype=np.int64)

    def ones(rows: Sequence[Sequence[int]]) -> Any:
        columns = [column for row in rows for column in row]
        starts = np.cumsum([0, *map(len, rows)])
        return csr_array((np.ones(len(columns)), columns, starts), shape=(len(rows), people))

    return detect(item, label, ones([one.people for one in candidates]), ones(panels))


def _verdict(
    item: Hashable,
    drawn: Sequence[Sequence[Shape]],
    number: int,
    candidates: Sequence[_Candidate],
    places: Sequence[int],
    fitted: Detection | None,
    weights: Floats,
    sort: Sort,
) -> Verdict:
    found, kept, majority, is_tie = [], [], [], False
    sure = 1.0 if fitted is None else math.exp(-float(fitted.missed[number]))
    for one, place in zip(candidates, places, strict=True):
        shape, plain = sort.middles(
            one.shapes, [[float(weights[person]) for person in one.people], [1.0] * len(one.people)]
        )
        marks, voters = len(one.people), len(drawn)
        real = None if fitted is None else float(fitted.real[place])
        # One person alone is not outvoted by nobody.
        stands = True if real is None or voters == 1 else real > 0.5 + TIE
        is_tie |= real is not None and voters > 1 and abs(real - 0.5) <= TIE
        found.append(Found(shape, real, marks))
        if stands and shape not in kept:
            kept.append(shape)
        if 2 * marks > voters:
            majority += [plain] if plain not in majority else []
        if real is not None:
            sure *= real if stands else 1 - real
    return Verdict(
        item,
        in_order(kept),
        tuple(sorted(found, key=lambda one: order_of(one.shape))),
        None if fitted is None else sure,
        len(drawn),
        in_order(majority),
        is_tie,
        float(np.mean([unlikeness(in_order(one), in_order(kept), sort) for one in drawn])),
    )


def in_order(shapes: Sequence[Shape]) -> list[dict[str, Any]]:
    """Shapes as an answer holds them: by label, then from the top, then from the left."""
    return sorted((dict(shape) for shape in shapes), key=order_of)


def order_of(shape: Shape) -> tuple[Any, ...]:
    """What shapes are put in order by."""
    if "points" in shape:
        return (str(shape["label"]), shape["points"][0][1], shape["points"][0][0], shape["points"])
    return (str(shape["label"]), shape["y"], shape["x"], shape["height"], shape["width"])
