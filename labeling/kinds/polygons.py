"""Outlines on an image, convex or not: `[{"label": "leaf", "points": [[10, 20], [74, 20], [40, 68]]}]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labeling.errors import Unusable
from labeling.kinds.drawings import FARTHEST, Drawings, is_number
from labeling.shapes import OUTLINES
from labeling.shapes.outlines import bounds_of_points, canonical, fault, is_flat
from prep.phrase import phrase

MOST_POINTS = 1_000


class Polygons(Drawings):
    """An outline around each object; two answers are as near as their outlines overlap."""

    name = "polygons"
    title = phrase("Outlines on an image")
    description = phrase("A polygon with a label around each object, such as the leaves on a photo.")
    sort = OUTLINES
    noun = "outline"
    nouns = "outlines"
    sample = '[{"label": "leaf", "points": [[10, 20], [74, 20], [40, 68]]}]'

    def shape(self, raw: Mapping[str, Any], place: int, options: Mapping[str, Any]) -> dict[str, Any]:
        """The points clockwise from the topmost, to the hundredth of a pixel, without those on a straight line."""
        self.refuse_unknown(raw, {"points"}, place)
        points, title = raw.get("points"), self.title_of(place)
        if not isinstance(points, list) or not all(_is_point(point) for point in points):
            raise Unusable(f"{title} has points that are no pairs of numbers", cure=f"Give {self.sample}.")
        if len(points) < 3:
            raise Unusable(f"{title} has {len(points)} points", cure="An outline needs three or more.")
        if len(points) > MOST_POINTS:
            raise Unusable(f"{title} has {len(points)} points, more than {MOST_POINTS}", cure="Draw it with fewer.")
        tidied = canonical(points)
        if not tidied or fault(tidied) is not None:
            raise _refusal(points, title)
        self.refuse_outside(bounds_of_points(tidied), place, options)
        return {"points": tidied}

    def corners(self, shape: Mapping[str, Any]) -> list[list[float]]:
        """Its points."""
        points: list[list[float]] = shape["points"]
        return points

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Images of any size with a concave outline, and of one size."""
        leaf = [[10, 20], [74, 20], [40, 68]]
        arrow = [[0, 0], [60.5, 0], [20, 20], [0, 60]]
        yield (
            {"labels": ["leaf", "葉"]},
            [[], _one(leaf), [*_one(arrow), *_one(leaf)], _one(leaf, "葉"), _one([*leaf[::-1], leaf[-1]])],
            [
                *(None, "", "leaf", {}, [leaf], [*_one(leaf), *_one(leaf[1:] + leaf[:1])], _one(leaf, "bark")),
                *(_one(leaf[:2]), _one([[0, 0], [5, 5], [9, 9]]), _one([[0, 0], [40, 40], [40, 0], [0, 40]])),
                *(_one([*leaf, [float("nan"), 3]]), _one([*leaf, [1, 2, 3]]), _one([*leaf, [-1, 3]]), _one("10,20")),
                *(_one([[0, 0], [1, 0], [0, 1]]), _one([[True, 0], [9, 0], [0, 9]]), _one([[0, 0], [9, 0], [0, 2e6]])),
                _one([[x / 10, (x * x % 7) / 10] for x in range(1001)]),
                _one([[0, 0], [40, 0], [40, 40], [40, 0], [0, 40]]),
            ],
        )
        yield (
            {"labels": ["cell"], "width": 100, "height": 80, "least": 10},
            [_one([[0, 0], [100, 0], [100, 80]], "cell")],
            [_one([[0, 0], [101, 0], [100, 80]], "cell"), _one([[0, 0], [9, 0], [0, 9]], "cell")],
        )


def _one(points: Any, label: str = "leaf") -> list[dict[str, Any]]:
    return [{"label": label, "points": points}]


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(is_number(value) and abs(value) <= FARTHEST for value in point)
    )


def _refusal(points: list[list[float]], title: str) -> Unusable:
    """Why an outline is none, with its sides counted as they were drawn."""
    apart = [point for place, point in enumerate(points) if point != points[place - 1]]
    sides = None if is_flat(apart) else (fault(apart) or fault(canonical(apart)))
    if sides is None:
        return Unusable(f"{title} has no area", cure="Its points lie on a line; draw it anew or delete it.")
    return Unusable(
        f"{title} crosses or touches itself: side {sides[0]} meets side {sides[1]}",
        cure="Side n runs from point n to the next. Move a point, or draw it as two.",
    )


KIND = Polygons()
