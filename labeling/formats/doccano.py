"""doccano's JSON Lines of spans: `{"id": …, "text": …, "label": [[0, 2, "ORG"]]}`, or entities and relations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.formats.cells import as_json, from_json
from labeling.formats.marked import KINDS, as_label, marked, text_column
from prep.phrase import phrase

if TYPE_CHECKING:
    import polars as pl

NAME = "doccano"
SUFFIX = ".jsonl"
DESCRIPTION = phrase(
    "For doccano and scripts that read its spans: a text each line with [start, end, label] for every span."
)


def write(frame: pl.DataFrame, path: Path, about: Mapping[str, Any]) -> None:
    """Write a table of spans. Where a row has relations, all rows have `entities` and `relations`, else `label`.

    Every other column goes into `meta`. Offsets count Unicode code points. Raises Unusable for another table.
    """
    from prep.disk import replacing

    rows = list(marked(frame, about))
    text = text_column(frame, about)
    others = [name for name in frame.columns if name not in {"id", text, "label"}]
    meta = {name: as_json(frame[name]) for name in others}
    ids = as_json(frame["id"]) if "id" in frame.columns else list(range(1, len(rows) + 1))
    related = any(row.relations for row in rows)
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    with replacing(path) as file:
        for place, row in enumerate(rows):
            told: dict[str, Any] = {"id": ids[place], "text": row.text}
            if related:
                told["entities"] = [
                    {"id": k, "label": one.label, "start_offset": one.start, "end_offset": one.end}
                    for k, one in enumerate(row.spans)
                ]
                told["relations"] = [
                    {"id": k, "from_id": source, "to_id": target, "type": label}
                    for k, (source, target, label) in enumerate(row.relations)
                ]
            else:
                told["label"] = [list(one) for one in row.spans]
            if others:
                told["meta"] = {name: values[place] for name, values in meta.items()}
            file.write(f"{encode(told)}\n".encode())


def read(path: Path, types: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The table again: `id`, `text`, what was in `meta`, and `label` as the JSON text of the spans.

    doccano's own exports are read too. Raises Unusable, naming the line.
    """
    import polars as pl

    rows = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                rows.append(_row(json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise Unusable("this is no line of doccano's", row=number, cure="Mend or delete it.") from error
    if types is None:
        return pl.from_dicts(rows, infer_schema_length=None) if rows else pl.DataFrame()
    return pl.DataFrame([from_json(name, [row.get(name) for row in rows], dtype) for name, dtype in types.items()])


def _row(told: Mapping[str, Any]) -> dict[str, Any]:
    if "entities" in told:
        place = {one["id"]: k for k, one in enumerate(told["entities"])}
        spans = [(one["start_offset"], one["end_offset"], one["label"]) for one in told["entities"]]
        relations = [
            {"from": place[one["from_id"]], "to": place[one["to_id"]], "label": one["type"]}
            for one in told.get("relations", [])
        ]
    else:
        spans, relations = [(start, end, label) for start, end, label in told["label"]], []
    label = as_label([{"start": start, "end": end, "label": name} for start, end, name in spans], relations)
    return {"id": told.get("id"), "text": told["text"], **(told.get("meta") or {}), "label": label}


__all__ = ["DESCRIPTION", "KINDS", "NAME", "SUFFIX", "read", "write"]
