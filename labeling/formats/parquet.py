"""Parquet: typed columns, and the snapshot's id in the file's own metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from prep.phrase import phrase

if TYPE_CHECKING:
    import polars as pl

NAME = "parquet"
SUFFIX = ".parquet"
DESCRIPTION = phrase("For training and data tools: small, typed, and it carries the snapshot's id.")

SCHEMA_VERSION = "1"


def write(frame: pl.DataFrame, path: Path, about: Mapping[str, Any]) -> None:
    """Write a table as Parquet, with `assay.schema_version`, `assay.project` and `assay.snapshot` as its metadata."""
    from prep.disk import replacing
    from prep.frozen import write_parquet

    with replacing(path) as file:
        write_parquet(frame, file, metadata(about))


def read(path: Path, types: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The table again; it knows its types. Raises Unusable for a damaged file."""
    import polars as pl

    try:
        frame = pl.read_parquet(path, glob=False)
    except pl.exceptions.PolarsError as error:
        raise Unusable(f"{path.name} is no Parquet file ({error})", cure="Export it again.") from error
    return frame if types is None else frame.select(*types)


def metadata(about: Mapping[str, Any]) -> dict[str, str]:
    """What an exported file says of where it comes from."""
    told = {"assay.schema_version": SCHEMA_VERSION}
    if about:
        told |= {"assay.project": str(about["name"]), "assay.snapshot": str(about["id"])}
    if about.get("split"):
        told["assay.split"] = json.dumps(about["split"], ensure_ascii=False)
    return told
