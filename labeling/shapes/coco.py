"""Drawings as COCO JSON, and back: images, categories, and an annotation for each shape. Pure; knows no file.

COCO keeps `bbox` as [x, y, width, height] and `segmentation` as lists x, y, x, y, …, in pixels from the top left, as here.
What COCO has no place for (the item's id, who drew it, that an image was looked at and nothing found) stands in fields that
its readers pass over: `assay_*`. Source: cocodataset.org, format of detection and segmentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labeling.errors import Unusable
from labeling.shapes.boxes import tidy
from labeling.shapes.consensus import in_order
from labeling.shapes.outlines import area_of, bounds_of_points, canonical

Shape = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer as it goes to a file or comes from one: the item, its image, what is drawn, and by whom, if that is said."""

    item: str
    file: str
    shapes: Sequence[Shape]
    annotator: str = ""
    width: int | None = None
    height: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else is known of the answer; comes back as it was."""


def to_coco(sheets: Iterable[Sheet], labels: Sequence[str], info: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """COCO's object. Images are numbered as their items first appear, categories as `labels` stand; both from 1.

    >>> car = {"label": "car", "x": 1, "y": 2, "width": 3, "height": 4}
    >>> made = to_coco([Sheet("i1", "a.jpg", [car])], ["car"])
    >>> made["annotations"][0]["bbox"], made["annotations"][0]["area"]
    ([1, 2, 3, 4], 12)
    """
    numbers = {label: place for place, label in enumerate(labels, 1)}
    images: dict[str, dict[str, Any]] = {}
    annotations: list[dict[str, Any]] = []
    for sheet in sheets:
        image = images.setdefault(
            sheet.item, {"id": len(images) + 1, "file_name": sheet.file, "assay_item": sheet.item}
        )
        for side in ("width", "height"):
            if getattr(sheet, side) is not None:
                image[side] = getattr(sheet, side)
        image.setdefault("assay_answers", []).append({"annotator": sheet.annotator, **sheet.more})
        place = len(image["assay_answers"]) - 1
        for shape in sheet.shapes:
            if shape["label"] not in numbers:
                raise Unusable(f"There is no label {shape['label']!r}", cure="Name it among the categories.")
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image["id"],
                    "category_id": numbers[shape["label"]],
                    **_geometry(shape),
                    "iscrowd": 0,
                    "assay_answer": place,
                    **({"assay_annotator": sheet.annotator} if sheet.annotator else {}),
                }
            )
    return {
        "info": dict(info or {}),
        "licenses": [],
        "images": list(images.values()),
        "categories": [{"id": number, "name": label, "supercategory": ""} for label, number in numbers.items()],
        "annotations": annotations,
    }


def from_coco(raw: Any) -> tuple[list[Sheet], list[str]]:
    """The answers in COCO's object, and the labels; from any tool's file.

    An image without annotations is an answer that there is nothing. Raises Unusable for run-length masks, for shapes of
    several pieces, and for ids that lead nowhere.
    """
    if not isinstance(raw, Mapping) or not all(
        isinstance(raw.get(part), list) for part in ("images", "annotations", "categories")
    ):
        raise Unusable("This is no COCO file", cure="It needs lists: images, annotations, categories.")
    for part, wanted in (("images", ("id",)), ("categories", ("id", "name"))):
        for place, one in enumerate(raw[part], 1):
            if not isinstance(one, Mapping) or any(name not in one for name in wanted):
                raise Unusable(f"One of its {part} has no {' and '.join(wanted)}", row=place, cure="Add it.")
    names = {one["id"]: str(one["name"]) for one in raw["categories"]}
    drawn: dict[Any, dict[int, list[dict[str, Any]]]] = {image["id"]: {} for image in raw["images"]}
    for place, one in enumerate(raw["annotations"], 1):
        if one.get("image_id") not in drawn:
            raise Unusable(f"Its image {one.get('image_id')!r} is not in the file", row=place, cure="Add the image.")
        if one.get("category_id") not in names:
            raise Unusable(f"Its category {one.get('category_id')!r} is not in the file", row=place, cure="Add it.")
        shape = {"label": names[one["category_id"]], **_shape(one, place)}
        drawn[one["image_id"]].setdefault(int(one.get("assay_answer", 0)), []).append(shape)
    sheets = []
    for image in raw["images"]:
        said = image.get("assay_answers") or [{"annotator": ""}]
        for place, about in enumerate(said):
            sheets.append(
                Sheet(
                    str(image.get("assay_item", image["id"])),
                    str(image.get("file_name", "")),
                    in_order(drawn[image["id"]].get(place, [])),
                    str(about.get("annotator", "")),
                    image.get("width"),
                    image.get("height"),
                    {name: value for name, value in about.items() if name != "annotator"},
                )
            )
    return sheets, list(names.values())


def _geometry(shape: Shape) -> dict[str, Any]:
    if "points" in shape:
        left, top, right, bottom = bounds_of_points(shape["points"])
        return {
            "bbox": [left, top, tidy(right - left), tidy(bottom - top)],
            "area": tidy(area_of(shape["points"])),
            "segmentation": [[value for point in shape["points"] for value in point]],
        }
    box = [shape["x"], shape["y"], shape["width"], shape["height"]]
    return {"bbox": box, "area": tidy(shape["width"] * shape["height"]), "segmentation": []}


def _shape(one: Mapping[str, Any], place: int) -> dict[str, Any]:
    pieces = one.get("segmentation") or []
    if isinstance(pieces, Mapping) or one.get("iscrowd"):
        raise Unusable("It is a run-length mask, not an outline", row=place, cure="Turn masks into polygons first.")
    if len(pieces) > 1:
        raise Unusable(f"Its outline has {len(pieces)} pieces", row=place, cure="Give each an annotation of its own.")
    if pieces:
        flat = pieces[0]
        if len(flat) < 6 or len(flat) % 2:
            raise Unusable(f"Its outline has {len(flat)} numbers", row=place, cure="Give x, y of three points or more.")
        return {"points": canonical(list(zip(flat[::2], flat[1::2], strict=True)))}
    box = one.get("bbox")
    if not isinstance(box, list) or len(box) != 4:
        raise Unusable("It has neither an outline nor a box", row=place, cure="Give bbox: x, y, width, height.")
    x, y, width, height = (tidy(value) for value in box)
    return {"x": x, "y": y, "width": width, "height": height}
