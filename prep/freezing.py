"""The files of one snapshot, written: its parts as Parquet, the cards beside them and the manifest last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from prep import manifest as manifests
from prep.disk import sync, writing
from prep.errors import DamagedSnapshot
from prep.frozen import Snapshot, write_parquet

if TYPE_CHECKING:
    import polars as pl

    from prep.parts import Cut, Part

Same: TypeAlias = dict[str, tuple[str, str]]
"""For a file, the id and the name under which an earlier snapshot has the same one."""


def write_files(
    folder: Path,
    found: dict[str, Any],
    cuts: Mapping[str, Cut],
    before: Snapshot | None,
    same: Same,
    card_text: str | None,
) -> None:
    """Write every file of the snapshot whose manifest is `found` into `folder`, and complete `found["files"]`."""
    from prep.card import card, croissant

    files: dict[str, dict[str, Any]] = {}
    found["files"] = files
    for table, one in cuts.items():
        if len(one.parts) > 1:
            (folder / table).mkdir(exist_ok=True)

    def kept(table: str, place: int, part: Part, told: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        file = told["file"]
        if file in same and before is not None:
            return file, dict(before.manifest["files"][same[file][1]])
        with writing(folder / file) as sink:
            about = {"assay.format": found["format"], "assay.table": table, "assay.content": part.content}
            write_parquet(_rows(part, before, table, place), sink, about)
        return file, {"bytes": sink.size, "sha256": sink.hexdigest()}

    orders = [
        (table, place, part, told)
        for table, one in cuts.items()
        for place, (part, told) in enumerate(zip(one.parts, found["tables"][table]["parts"], strict=True))
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:  # while one waits for the disk, the other packs
        files |= dict(pool.map(lambda order: kept(*order), orders))
    beside = {
        "croissant.json": json.dumps(croissant(found), indent=2, ensure_ascii=False) + "\n",
        "README.md": card(found, card_text),
    }
    for file, text in beside.items():
        with writing(folder / file) as sink:
            sink.write(text.encode())
        files[file] = {"bytes": sink.size, "sha256": sink.hexdigest()}
    with writing(folder / manifests.FILE) as sink:
        sink.write(manifests.sealed(found))
    sync(folder)


def _rows(part: Part, before: Snapshot | None, table: str, place: int) -> pl.DataFrame:
    """The rows of a part that is to be written; those of one taken over unread, whose file is damaged, are read now."""
    if part.frame is not None:
        return part.frame
    if before is None:
        raise DamagedSnapshot(f"Part {place} of {table} lies nowhere. Freeze the whole table.")
    contents = [one["content"] for one in before.manifest["tables"][table]["parts"]]
    return before.read(table, [contents.index(part.content)])


def facts_of(table: str, one: Cut, digests: Mapping[str, str]) -> dict[str, Any]:
    """What the manifest says of a table."""
    single = len(one.parts) == 1
    return {
        "rows": one.rows,
        "keys": one.keys,
        "columns": {name: {"type": dtype, "sha256": digests[name]} for name, dtype in one.types.items()},
        "parts": [
            {
                "file": f"{table}.parquet" if single else f"{table}/{place:05}-{part.content[:12]}.parquet",
                "rows": part.rows,
                "content": part.content,
                "drawn": part.drawn,
                "digests": dict(part.digests),
            }
            for place, part in enumerate(one.parts)
        ],
    }
