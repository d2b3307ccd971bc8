"""JSON Lines: an object a row, UTF-8; nested values stay nested, times are ISO 8601."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.formats.cells import as_json, from_json
from prep.phrase import phrase

if TYPE_CHECKING:
    import polars as pl

NAME = "jsonl"
SUFFIX = ".jsonl"
DESCRIPTION = phrase("For scripts and language models: an object each line, nested values kept.")

_ROWS_AT_ONCE = 10_000


def write(frame: pl.DataFrame, path: Path, about: Mapping[str, Any]) -> None:  # noqa: ARG001 - every format takes it
    """Write a table as JSON Lines. JSON has no NaN and no infinity: they become null. Raises Unusable for binary."""
    from prep.disk import replacing

    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    with replacing(path) as file:
        for part in frame.iter_slices(_ROWS_AT_ONCE):
            columns = [as_json(column) for column in part]
            rows = (dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True))
            file.write("".join(f"{encode(row)}\n" for row in rows).encode())


def read(path: Path, types: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The table of JSON Lines that were written here: with the types JSON has, or the polars `types`."""
    import polars as pl

    rows = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise Unusable(f"this is no JSON ({error})", row=number, cure="Mend or delete it.") from error
    if types is None:
        return pl.from_dicts(rows, infer_schema_length=None) if rows else pl.DataFrame()
    return pl.DataFrame([from_json(name, [row.get(name) for row in rows], dtype) for name, dtype in types.items()])
