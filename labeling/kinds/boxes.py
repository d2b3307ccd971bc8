"""Upright boxes on an image: `[{"label": "car", "x": 10, "y": 20, "width": 64, "height": 48}]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labeling.errors import Unusable
from labeling.kinds.drawings import FARTHEST, Drawings, is_number
from labeling.shapes import BOXES
from labeling.shapes.boxes import bounds_of_box, tidy
from prep.phrase import phrase

SIDES = ("x", "y", "width", "height")


class Boxes(Drawings):
    """A box around each object; two answers are as near as their boxes overlap."""

    name = "boxes"
    title = phrase("Boxes on an image")
    description = phrase("A box with a label around each object, such as the cars on a photo.")
    sort = BOXES
    noun = "box"
    nouns = "boxes"
    sample = '[{"label": "car", "x": 10, "y": 20, "width": 64, "height": 48}]'

    def shape(self, raw: Mapping[str, Any], place: int, options: Mapping[str, Any]) -> dict[str, Any]:
        """The four numbers, to the hundredth of a pixel."""
        self.refuse_unknown(raw, set(SIDES), place)
        for side in SIDES:
            if not is_number(raw.get(side)) or abs(raw[side]) > FARTHEST:
                raise Unusable(
                    f"{self.title_of(place)} has no usable {side!r}: {str(raw.get(side))[:40]}",
                    cure=f"Give numbers of pixels, as {self.sample}.",
                )
        if raw["width"] <= 0 or raw["height"] <= 0:
            raise Unusable(f"{self.title_of(place)} has no area", cure="Give a width and a height above 0.")
        box = {side: tidy(raw[side]) for side in SIDES}
        self.refuse_outside(bounds_of_box(box), place, options)
        return box

    def corners(self, shape: Mapping[str, Any]) -> list[list[float]]:
        """The four of them, clockwise from the top left."""
        left, top, right, bottom = bounds_of_box(shape)
        return [[left, top], [right, top], [right, bottom], [left, bottom]]

    def examples(self) -> Iterator[tuple[Any, list[Any], list[Any]]]:
        """Images of any size, and of one size with nothing allowed to be empty."""
        car = {"label": "car", "x": 10, "y": 20, "width": 64, "height": 48}
        yield (
            {"labels": ["car", "😀 face"]},
            [[], [car], [{**car, "x": 11.5}, {**car, "label": "😀 face", "width": 30.25}], [{**car, "y": 900}]],
            [
                *(None, "", "car", {}, car, [[10, 20, 64, 48]], [car, car], [{**car, "label": "bus"}]),
                *([{**car, "label": None}], [{**car, "width": 0}], [{**car, "height": -3}], [{**car, "x": "10"}]),
                *([{**car, "x": float("nan")}], [{**car, "y": float("inf")}], [{**car, "x": -1}], [{**car, "x": True}]),
                *([{**car, "width": 2}], [{**car, "angle": 3}], [{"label": "car"}], [{**car, "x": 2_000_000}]),
            ],
        )
        yield (
            {
                "labels": [{"name": "cell", "description": "with a nucleus"}],
                "width": 100,
                "height": 80,
                "nothing": False,
            },
            [[{"label": "cell", "x": 0, "y": 0, "width": 100, "height": 80}]],
            [[], [{"label": "cell", "x": 50, "y": 0, "width": 50.5, "height": 80}]],
        )


KIND = Boxes()
