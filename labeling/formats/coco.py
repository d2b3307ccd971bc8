"""COCO JSON, for datasets of boxes and outlines: one file that detection and segmentation tools read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.formats.cells import as_json, from_json
from prep.phrase import phrase

if TYPE_CHECKING:
    import polars as pl

NAME = "coco"
SUFFIX = ".json"
DESCRIPTION = phrase("For detection and segmentation: COCO JSON with bbox, segmentation and categories.")
KINDS = ("boxes", "polygons")

_IMAGES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff")


def write(frame: pl.DataFrame, path: Path, about: Mapping[str, Any]) -> None:
    """Write a table whose column `label` holds shapes as JSON. Its other columns go along in `assay_answers`.

    The image's name is in the column that the project's option `image` names, else in the first that names an image; where
    there is none, as in the table of annotations, it is the item's id. Raises Unusable for another table.
    """
    from labeling.shapes.coco import Sheet, to_coco
    from prep.disk import replacing

    if "label" not in frame.columns:
        raise Unusable("This table has no column 'label'", cure="COCO takes the tables items and annotations.")
    said: Mapping[str, Any] = about.get("about") or about
    options: Mapping[str, Any] = said.get("options") or {}
    names = frame.columns
    rows = [dict(zip(names, row, strict=True)) for row in zip(*(as_json(column) for column in frame), strict=True)]
    key = next((name for name in ("item", "id") if name in names), "")
    file = _file_column(frame, str(options.get("image") or ""))
    sheets, labels = [], [str(label["name"]) for label in options.get("labels") or []]
    for number, row in enumerate(rows):
        shapes = _shapes(row["label"], number + 1)
        labels += [shape["label"] for shape in shapes or [] if shape["label"] not in labels]
        item = str(row[key]) if key else str(number)
        rest = {name: value for name, value in row.items() if name != "label"}
        sheets.append(
            Sheet(
                item,
                str(row[file]) if file and row[file] is not None else item,
                shapes or [],
                str(row.get("annotator") or ""),
                _side(options.get("width") or row.get("width")),
                _side(options.get("height") or row.get("height")),
                {"row": number, "is_open": shapes is None, "columns": rest},
            )
        )
    told = {"description": str(said.get("title") or about.get("name") or ""), "contributor": "Assay"}
    made = to_coco(sheets, list(dict.fromkeys(labels)), {**told, "version": str(about.get("id") or "")})
    with replacing(path) as to:
        to.write(json.dumps(made, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())


def read(path: Path, types: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The table again; from another tool's file, a row each image: `id`, `file_name` and `label`."""
    import polars as pl

    from labeling.shapes.coco import from_coco

    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Unusable(f"This is no JSON ({error})", cure="Give a COCO file.") from error
    sheets, _ = from_coco(raw)
    sheets.sort(key=lambda sheet: sheet.more.get("row", 0))
    rows = []
    for sheet in sheets:
        rest = sheet.more.get("columns")
        if not isinstance(rest, Mapping):
            rest = {"id": sheet.item, "file_name": sheet.file}
        label = None if sheet.more.get("is_open") else json.dumps(list(sheet.shapes), ensure_ascii=False)
        rows.append({**rest, "label": label})
    if types is None:
        return pl.from_dicts(rows, infer_schema_length=None) if rows else pl.DataFrame()
    return pl.DataFrame([from_json(name, [row.get(name) for row in rows], dtype) for name, dtype in types.items()])


def answers_in(path: str | os.PathLike[str]) -> Iterator[dict[str, Any]] | None:
    """The answers in a COCO file as `read_long` gives them; None where a file is another JSON.

    The item is the one that was written here, else the image's file name; who drew is `coco` where nobody is named.
    Raises Unusable for a COCO file that cannot be used.
    """
    from labeling.shapes.coco import from_coco

    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError:
        return None  # whoever reads it next says where it is broken
    if not isinstance(raw, dict) or "images" not in raw or "annotations" not in raw:
        return None
    sheets, _ = from_coco(raw)
    return (
        {
            "item": sheet.item if "row" in sheet.more else sheet.file or sheet.item,
            "annotator": sheet.annotator or "coco",
            "label": list(sheet.shapes),
            "line": place,
        }
        for place, sheet in enumerate(sheets, 1)
        if not sheet.more.get("is_open")
    )


def _file_column(frame: pl.DataFrame, wanted: str) -> str:
    if wanted in frame.columns:
        return wanted
    for name in frame.columns:
        values = frame.get_column(name).drop_nulls().head(20).to_list()
        if (
            values
            and all(isinstance(value, str) for value in values)
            and all(str(value).lower().endswith(_IMAGES) for value in values)
        ):
            return name
    return ""


def _side(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and value > 0 else None


def _shapes(label: Any, row: int) -> Sequence[Mapping[str, Any]] | None:
    if label is None:
        return None
    try:
        shapes: list[Mapping[str, Any]] = json.loads(label)
    except (TypeError, ValueError):
        shapes = [{}]
    drawn = isinstance(shapes, list) and all(isinstance(one, dict) for one in shapes)
    if not drawn or not all("points" in one or "width" in one for one in shapes):
        raise Unusable("Its label is no list of shapes", row=row, column="label", cure="COCO takes boxes and outlines.")
    return shapes
