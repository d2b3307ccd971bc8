"""The folder of a project's media: files under the hash of their content, put there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from labeling.errors import Unusable
from labeling.media import inspect
from labeling.media.facts import SUFFIXES

if TYPE_CHECKING:
    from labeling.media.facts import Facts

FOLDER = "media"
PIECE = 1 << 20
FILE = re.compile(r"[0-9a-f]{64}(" + "|".join(re.escape(one) for one in sorted(set(SUFFIXES.values()))) + ")")


@dataclass(frozen=True, slots=True)
class Laid:
    """A file that lies on the shelf: its SHA-256, its size, what it is."""

    hash: str
    bytes: int
    facts: Facts

    @property
    def file(self) -> str:
        """What it is called there."""
        return self.hash + self.facts.suffix


class Shelf:
    """`<workspace>/media/<project>`. Names of projects are plain letters, digits, - and _."""

    def __init__(self, workspace: Path, project: str) -> None:
        self.folder = workspace / FOLDER / project

    def path(self, file: str) -> Path:
        """Where a file lies, or would. Raises ValueError for anything but a hash with an ending of ours."""
        if not FILE.fullmatch(file):
            raise ValueError(f"{file!r} is no file of a shelf.")
        return self.folder / file

    def lay(self, source: BinaryIO, *, most_bytes: int, megapixels: int, strip: bool = False) -> Laid:
        """Copy a stream here, look at what came, and give it its place. Nothing is left of one that is refused.

        `strip` takes out where a photo was taken. Raises Unusable.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.folder / f".{secrets.token_hex(8)}"
        try:
            with aside.open("xb") as file:
                size = _copy(source, file, most_bytes)
            facts = inspect(aside, megapixels=megapixels)
            if strip and facts.has_place:
                from labeling.media.places import take_out

                take_out(aside, facts)
                facts = inspect(aside, megapixels=megapixels)
            with aside.open("rb+") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            laid = Laid(digest, size, facts)
            aside.replace(self.path(laid.file))
        finally:
            aside.unlink(missing_ok=True)
        return laid

    def sync(self) -> None:
        """See to it that what was laid here is found again after a loss of power."""
        if self.folder.is_dir():
            descriptor = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def take(self, file: str) -> None:
        """Take a file away; twice is once."""
        self.path(file).unlink(missing_ok=True)

    def files(self) -> Iterator[str]:
        """Every file that lies here."""
        if self.folder.is_dir():
            yield from sorted(path.name for path in self.folder.iterdir() if FILE.fullmatch(path.name))

    def is_whole(self, file: str) -> bool:
        """Whether a file is there and has the content its name says."""
        path = self.path(file)
        if not path.is_file():
            return False
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file[:64]


def _copy(source: BinaryIO, target: BinaryIO, most: int) -> int:
    size = 0
    while piece := source.read(PIECE):
        size += len(piece)
        if size > most:
            raise Unusable(
                f"It has more than {most / 1_000_000:g} MB", cure="Make it smaller, or let ASSAY_MEDIA_MB allow more."
            )
        target.write(piece)
    return size
