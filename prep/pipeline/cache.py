"""Results kept by what they are made of: frames under the id of their content, entries under the key of a step.

    <root>/frames/<id>.parquet     a frame; believed only if its content has that id when it is read
    <root>/steps/<key>.json        what a step gave: the id of its frame, its report, what it learned; sealed

A file is written under another name and renamed, so that a killed process leaves it whole or not at all. Nothing waits
for the disk here: what a power cut spoils is found out on reading, and made anew.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prep.disk import NEW, full_disk_is_said
from prep.errors import DamagedSnapshot, UnusableFrame
from prep.pipeline.content import frame_id
from prep.pipeline.exact import digest

if TYPE_CHECKING:
    import polars as pl

FORMAT = "assay-step/1"


@dataclass(frozen=True)
class Cache:
    """The results in one folder."""

    root: Path

    @property
    def frames(self) -> Path:
        """The folder of frames."""
        return self.root / "frames"

    @property
    def steps(self) -> Path:
        """The folder of entries."""
        return self.root / "steps"

    def keep_frame(self, frame: pl.DataFrame) -> str:
        """Keep a frame; its id. What is there under that id already is kept as it is; reading verifies it."""
        import polars as pl

        id_ = frame_id(frame)
        path = self.frames / f"{id_}.parquet"
        if path.is_file():
            return id_
        self.frames.mkdir(parents=True, exist_ok=True)
        with full_disk_is_said(path), _fresh(path) as fresh:
            try:
                frame.write_parquet(fresh, compression="lz4", statistics=False)
            except pl.exceptions.PolarsError as error:
                raise UnusableFrame(
                    f"This table cannot be kept as Parquet: {error}. Cast the column at fault."
                ) from error
            if pl.read_parquet_schema(fresh) != frame.schema:
                raise UnusableFrame("This table has a type that Parquet does not hold. Cast it to a plain one.")
        return id_

    def has_frame(self, id_: str) -> bool:
        """Whether a frame lies there; it may be damaged."""
        return (self.frames / f"{id_}.parquet").is_file()

    def frame(self, id_: str) -> pl.DataFrame:
        """The frame of that id, its content compared with it. Raises DamagedSnapshot; the bad file is taken away."""
        import polars as pl

        path = self.frames / f"{id_}.parquet"
        if not path.is_file():
            raise DamagedSnapshot(f"The kept result {id_[:12]} is not there any more. Run the pipeline again.")
        try:
            found = pl.read_parquet(path, glob=False, memory_map=False)
            is_whole = frame_id(found) == id_
        except (pl.exceptions.PolarsError, UnusableFrame, OSError):
            is_whole = False
        if not is_whole:
            path.unlink(missing_ok=True)
            raise DamagedSnapshot(f"The kept result {id_[:12]} was changed or damaged. Run the pipeline again.")
        return found

    def keep_entry(self, key: str, told: Mapping[str, Any]) -> None:
        """Keep what a step gave under its key."""
        self.steps.mkdir(parents=True, exist_ok=True)
        path = self.steps / f"{key}.json"
        entry = {"format": FORMAT, "key": key, **told}
        with full_disk_is_said(path), _fresh(path) as fresh:
            fresh.write_text(json.dumps({**entry, "seal": digest(entry)}, allow_nan=False))

    def entry(self, key: str) -> dict[str, Any] | None:
        """What is kept under a key; None when nothing is. Raises DamagedSnapshot for one that was changed, once."""
        path = self.steps / f"{key}.json"
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except (ValueError, OSError, RecursionError):
            found = None
        seal = found.pop("seal", None) if isinstance(found, dict) else None
        if not isinstance(found, dict) or seal != digest(found) or found.get("key") != key:
            path.unlink(missing_ok=True)
            raise DamagedSnapshot(f"The kept entry {key[:12]} was changed or damaged.")
        return found

    def sweep(self, kept: Iterable[str]) -> int:
        """Take away every frame whose id is not in `kept`, and the entries that name one; how many frames went."""
        keep, gone = set(kept), 0
        for path in self.frames.glob("*.parquet"):
            if path.stem not in keep:
                path.unlink(missing_ok=True)
                gone += 1
        for path in self.steps.glob("*.json"):
            try:
                output = json.loads(path.read_bytes()).get("output")
            except (ValueError, AttributeError):
                output = None
            if output not in keep:
                path.unlink(missing_ok=True)
        return gone

    def tidy(self) -> None:
        """Take away what killed processes left half-written. Only whoever holds the lock may."""
        for folder in (self.frames, self.steps, self.root / "runs"):
            for left in folder.glob(f"{NEW}*"):
                left.unlink(missing_ok=True)


class _fresh:  # noqa: N801 - reads as a word in a with statement
    """A new file beside a path, which becomes it when the block ends well."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.new = path.with_name(f"{NEW}{secrets.token_hex(8)}")

    def __enter__(self) -> Path:
        return self.new

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.new.rename(self.path)
        else:
            self.new.unlink(missing_ok=True)
