"""A Hugging Face `datasets` folder: a Parquet file for each split, and a card whose head says which is which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.formats.parquet import metadata
from prep.phrase import phrase

if TYPE_CHECKING:
    import polars as pl

NAME = "huggingface"
SUFFIX = ""
DESCRIPTION = phrase("For Hugging Face datasets: a folder for load_dataset, with a card and a file for each split.")

DATA = "data"
CARD = "README.md"
_WHOLE = "train"  # what `datasets` itself calls a table that is not split
_SPLIT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def write(frame: pl.DataFrame, path: Path, about: Mapping[str, Any]) -> None:
    """Write a table as a folder; its column `split`, where it has one, says into which file a row goes.

    Takes the place of an empty folder or of an export made here. Raises Unusable for another folder, and for a split
    whose name `datasets` does not take.
    """
    from prep.disk import replacing_folder, writing
    from prep.frozen import write_parquet

    if path.is_dir() and any(path.iterdir()) and not (path / DATA).is_dir():
        raise Unusable(f"{path} holds other things", cure="Name a new folder.")
    with replacing_folder(path) as folder:
        (folder / DATA).mkdir()
        files = []
        for split, part in _parts(frame):
            name = f"{DATA}/{split}-00000-of-00001.parquet"
            files.append({"split": split, "path": name})
            told = metadata(about) | {"assay.is_split": "1" if "split" in frame.columns else "0"}
            with writing(folder / name, read_only=False) as file:
                write_parquet(part, file, told)
        with writing(folder / CARD, read_only=False) as file:
            file.write(_card(frame, files, about).encode())


def read(path: Path, types: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The table again, split by split, each in its order. Raises Unusable where there is no such folder."""
    import polars as pl

    found = sorted((path / DATA).glob("*-00000-of-00001.parquet"))
    if not found:
        raise Unusable(f"{path} is no Hugging Face dataset written here", cure="Name the folder that holds data/.")
    frames = []
    for file in found:
        frame = pl.read_parquet(file, glob=False)
        if pl.read_parquet_metadata(file).get("assay.is_split") == "1":
            split = file.name.removesuffix("-00000-of-00001.parquet")
            frame = frame.with_columns(pl.lit(split, pl.String).alias("split"))
        frames.append(frame)
    whole = pl.concat(frames)
    return whole if types is None else whole.select(*types)


def _parts(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    if "split" not in frame.columns:
        yield _WHOLE, frame
        return
    splits = frame.get_column("split")
    for split in splits.unique(maintain_order=True).to_list() or [_WHOLE]:
        if split is None or not _SPLIT.fullmatch(str(split)):
            raise Unusable(f"{split!r} cannot name a split", cure="Use letters, digits and '_', such as 'train'.")
        yield str(split), frame.filter(splits == split).drop("split")


def _card(frame: pl.DataFrame, files: list[dict[str, str]], about: Mapping[str, Any]) -> str:
    from prep.card import card, head

    name = str(about.get("name", "dataset"))
    told = {**about, "name": name, "tables": {"default": {"rows": frame.height}}}
    body = f"\n# {name}\n\n{frame.height:,} rows, written by Assay.\n"
    if about:
        body = card(about).split("---\n", 2)[2] + _of_split(about.get("split"))
    return head(told, {"default": files}) + body


def _of_split(split: Mapping[str, Any] | None) -> str:
    """How the rows were divided, and which leak was allowed for what reason."""
    if not split:
        return ""
    shares = ", ".join(f"{name} {share:g}" for name, share in split["shares"].items())
    lines = ["\n## How it was split\n", f"- By a hash of the id, seed {split['seed']}: {shares}."]
    lines += ["- Items that are nearly the same are in one part."] if split["together"] else []
    if split.get("allowed"):
        lines += [f"- Leak: {words}" for words in split["leaks"]]
        lines.append(f"- It was allowed: {' '.join(split['allowed'].split())}")
    return "\n".join(lines) + "\n"
