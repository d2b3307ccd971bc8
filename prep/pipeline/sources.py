"""Source files: read once, and held to be the same before and after. Knows neither cache nor run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prep.disk import file_sha256
from prep.errors import UnreadableFile

if TYPE_CHECKING:
    import polars as pl

    from prep.pipeline.nodes import Reading


@dataclass(frozen=True)
class Raw:
    """A raw file as it was found."""

    path: Path
    sha256: str
    size: int


def look(path: Path) -> Raw:
    """The file's hash and size. Raises UnreadableFile."""
    if path.is_dir():
        raise UnreadableFile("this is a folder", file=str(path), cure="Name a file in it.")
    if not path.exists():
        raise UnreadableFile("there is no such file", file=str(path), cure="Mend the path in the pipeline.")
    if not path.is_file():
        raise UnreadableFile("this is no regular file", file=str(path), cure="Write it to one first.")
    return Raw(path, file_sha256(path), path.stat().st_size)


def read(raw: Raw, how: Reading, begun: Callable[[], None] = lambda: None) -> pl.DataFrame:
    """The rows of a file that is still what it was when it was looked at, before and after reading.

    Raises UnreadableFile when it changed meanwhile, and as `prep.read_table` does.
    """
    from prep.read import read_table

    begun()
    failure: UnreadableFile | None = None
    frame = None
    try:
        frame = read_table(raw.path, encoding=how.encoding, delimiter=how.delimiter, types=how.types)
    except UnreadableFile as error:
        failure = error
    if not raw.path.is_file() or file_sha256(raw.path) != raw.sha256:
        raise UnreadableFile(
            "it changed while it was read",
            file=str(raw.path),
            cure="Wait until nobody writes to it, or copy it first, then run again.",
        ) from failure
    if failure is not None:
        raise failure
    found: pl.DataFrame = frame  # type: ignore[assignment] # there is no failure, so there is a frame
    return found
