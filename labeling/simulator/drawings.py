"""Made-up images with planted objects, and a crowd that draws them: some miss much, some see things, some draw loosely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.shapes import BOXES, OUTLINES, Drawing, Sort
from labeling.shapes.boxes import bounds_of_box, overlap_of_boxes, tidy
from labeling.shapes.consensus import in_order
from labeling.shapes.outlines import bounds_of_points, canonical, fault

WIDTH, HEIGHT = 1000, 800


@dataclass(frozen=True, slots=True)
class Drawer:
    """One annotator: how likely they mark an object of middling difficulty, how often they mark a lure and a thing that is
    not there at all, how far their edges stray as a share of the object's size, how often they give another label.
    """

    name: str
    sees: float = 0.9
    lured: float = 0.1
    invents: float = 0.05
    loose: float = 0.05
    mislabels: float = 0.02


@dataclass(frozen=True, slots=True)
class Gallery:
    """What is on each image, and what each annotator drew."""

    truth: dict[str, list[dict[str, Any]]]
    drawings: list[Drawing]
    sort: Sort


def gallery(
    images: int,
    drawers: Sequence[Drawer],
    *,
    outlines: bool = False,
    labels: Sequence[str] = ("car", "person", "sign"),
    objects: float = 5.0,
    lures: float = 1.0,
    hard: float = 1.0,
    overlap: int = 3,
    seed: int = 0,
) -> Gallery:
    """Images with `objects` real objects and `lures` on average, each drawn by `overlap` of the crowd.

    `hard` is the spread of the objects' difficulty, on the scale of log-odds: it makes people miss the same ones, which
    no model here is told. Repeatable by `seed`.

    >>> made = gallery(2, [Drawer("ann"), Drawer("ben")], overlap=2)
    >>> len(made.drawings), sorted(made.truth)
    (4, ['image-0', 'image-1'])
    """
    rng = np.random.default_rng(seed)
    truth, drawings = {}, []
    for number in range(images):
        name = f"image-{number}"
        things = [_thing(rng, labels, outlines) for _ in range(rng.poisson(objects) + rng.poisson(lures))]
        apart = _apart(things)
        real = min(int(rng.binomial(len(apart), objects / max(objects + lures, 1e-9))), len(apart))
        ease = rng.normal(0, hard, len(apart))
        truth[name] = in_order(apart[:real])
        for place in rng.permutation(len(drawers))[:overlap]:
            one = drawers[place]
            drawn = []
            for thing_place, thing in enumerate(apart):
                odds = _odds(one.sees if thing_place < real else one.lured) + ease[thing_place]
                if rng.random() < 1 / (1 + math.exp(-odds)):
                    drawn.append(_strayed(thing, one, rng, labels))
            drawn += [_thing(rng, labels, outlines) for _ in range(rng.poisson(one.invents))]
            drawings.append(Drawing(name, one.name, in_order(_apart(drawn, 1.0))))
    return Gallery(truth, drawings, OUTLINES if outlines else BOXES)


def _odds(share: float) -> float:
    kept = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _thing(rng: np.random.Generator, labels: Sequence[str], outlines: bool) -> dict[str, Any]:
    label = labels[int(rng.integers(len(labels)))]
    across, down = np.exp(rng.normal(4.3, 0.5, 2)).clip(20, 300)
    left, top = rng.uniform(0, WIDTH - across), rng.uniform(0, HEIGHT - down)
    if not outlines:
        return _box(label, left, top, left + across, top + down)
    corners = int(rng.integers(8, 16))
    turn = np.sort((np.arange(corners) + rng.uniform(-0.3, 0.3, corners)) * 2 * math.pi / corners)
    reach = rng.uniform(0.55, 1, corners)
    points = np.c_[
        left + across / 2 * (1 + reach * np.cos(turn)),
        top + down / 2 * (1 + reach * np.sin(turn)),
    ]
    return {"label": label, "points": canonical(points.tolist())}


def _box(label: str, left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    left, right = sorted((min(max(left, 0), WIDTH - 4), min(max(right, 4), WIDTH)))
    top, bottom = sorted((min(max(top, 0), HEIGHT - 4), min(max(bottom, 4), HEIGHT)))
    width, height = max(tidy(right - left), 4), max(tidy(bottom - top), 4)
    return {"label": label, "x": tidy(left), "y": tidy(top), "width": width, "height": height}


def _strayed(thing: dict[str, Any], one: Drawer, rng: np.random.Generator, labels: Sequence[str]) -> dict[str, Any]:
    label = thing["label"]
    others = [other for other in labels if other != label]
    if others and rng.random() < one.mislabels:
        label = others[int(rng.integers(len(others)))]
    if "points" not in thing:
        left, top, right, bottom = bounds_of_box(thing)
        stray = rng.normal(0, one.loose, 4) * [right - left, bottom - top, right - left, bottom - top]
        return _box(label, left + stray[0], top + stray[1], right + stray[2], bottom + stray[3])
    points = np.asarray(thing["points"], dtype=np.float64)
    left, top, right, bottom = bounds_of_points(thing["points"])
    size = np.array([right - left, bottom - top])
    for _ in range(20):
        # The whole strays a little, each corner more; and nobody clicks just the corners that another does.
        moved = points + (rng.normal(0, one.loose / 2, 2) + rng.normal(0, one.loose, points.shape)) * size
        strayed = canonical(moved.clip(0, [WIDTH, HEIGHT]).tolist())
        if strayed and fault(strayed) is None:
            return {"label": label, "points": strayed}
    return {**thing, "label": label}


def _apart(things: Sequence[dict[str, Any]], most: float = 0.3) -> list[dict[str, Any]]:
    """Those of the things that are simple and overlap no earlier one by `most`."""
    kept: list[dict[str, Any]] = []
    for thing in things:
        frame = thing if "points" not in thing else _box("", *bounds_of_points(thing["points"]))
        is_simple = "points" not in thing or (thing["points"] and fault(thing["points"]) is None)
        frames = (other if "points" not in other else _box("", *bounds_of_points(other["points"])) for other in kept)
        if is_simple and all(overlap_of_boxes(frame, other) < most for other in frames):
            kept.append(thing)
    return kept
