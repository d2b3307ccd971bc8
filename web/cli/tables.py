"""Tables as the commands of `assay prep` take and leave them: files in, files out. Knows no verb."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer

from labeling.errors import Conflict, NotFound, Unusable

if TYPE_CHECKING:
    import polars as pl

WRITTEN = (".csv", ".jsonl", ".parquet")
Out = Annotated[Path, typer.Argument(metavar="OUT", help="csv, jsonl or parquet, by its ending.", show_default=False)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Write over what is there.")]
AsText = Annotated[bool, typer.Option("--text", help="Take every cell of a CSV as text, as it stands.")]


def read(source: Path, encoding: str | None = None, *, types: bool = True) -> tuple[pl.DataFrame, str]:
    """The table in a file, and a sentence on how it was read.

    Raises NotFound, naming the nearest file, Unusable, UnreadableFile.
    """
    from prep.read import open_table, read_table

    if not source.exists():
        raise NotFound("file", str(source), [str(one) for one in source.parent.glob("*")])
    if source.is_dir():
        raise Unusable(f"{source} is a folder", cure="Name a file: csv, jsonl or parquet.")
    with open_table(source, encoding=encoding) as opened:
        read_as = f"{source.name} was read as {opened.dialect}."
    return read_table(source, encoding=encoding, types=types), read_as


def check_targets(targets: Sequence[Path], sources: Sequence[Path], *, overwrite: bool, is_table: bool = True) -> None:
    """Raises Unusable, Conflict, NotFound, before anything is done, for a place that cannot be written to."""
    for path in targets:
        if is_table and path.suffix.lower() not in WRITTEN:
            raise Unusable(f"{path} does not say what to write", cure=f"End its name in {', '.join(WRITTEN)}.")
        if path.exists() and any(source.exists() and path.samefile(source) for source in sources):
            raise Unusable(f"{path} is the file that is read", cure="Write to another; the input is never altered.")
        if path.exists() and not overwrite:
            raise Conflict(f"{path} is there already. Say --overwrite, or write to another.")
        if not path.parent.is_dir():
            raise NotFound("folder", str(path.parent))


def write(frame: pl.DataFrame, path: Path) -> None:
    """The file whole, or not at all. Raises Unusable for lists in CSV."""
    from prep.disk import replacing

    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    if nested and path.suffix.lower() == ".csv":
        raise Unusable(f"CSV holds no lists, and column {nested[0]!r} does", cure="Write Parquet or JSON Lines.")
    with replacing(path) as file:
        sink = cast("IO[bytes]", file)
        if path.suffix.lower() == ".parquet":
            frame.write_parquet(sink)
        elif path.suffix.lower() == ".jsonl":
            frame.write_ndjson(sink)
        else:
            frame.write_csv(sink)
