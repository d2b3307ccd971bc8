"""One frozen dataset: what is in it, and its tables as frames. Knows its own files, and no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from prep.disk import Hashing, file_sha256
from prep.errors import DamagedSnapshot, UnknownSnapshot, UnusableParameter
from prep.frames import Frame, Kind, need_columns, to_kind

if TYPE_CHECKING:
    import polars as pl

    from prep.rows import Rows
    from prep.shelf import Shelf

LEVEL = 1
"""Of zstd. Measured on a million rows: a fifth less time than the writer's own choice, and no larger a file."""


@dataclass(frozen=True)
class Problem:
    """What `verify` found: in which snapshot (`name@id`), which file, and what is wrong with it."""

    snapshot: str
    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.snapshot}: {self.file}: {self.what}"


@dataclass(frozen=True)
class Snapshot:
    """A dataset as it was frozen. `path` is its folder of plain Parquet; `manifest` is all that is known of it.

    Of a snapshot that lies at a URL, `path` is where its files are kept once they are fetched: `files` fetches them.
    """

    name: str
    id: str
    path: Path
    manifest: Mapping[str, Any] = field(repr=False)
    shelf: Shelf | None = field(default=None, repr=False, compare=False)

    @property
    def ref(self) -> str:
        """What to call it: `name@` and the first twelve digits of its id."""
        return f"{self.name}@{self.id[:12]}"

    @property
    def created_at(self) -> datetime:
        """When it was frozen, in UTC."""
        return datetime.fromisoformat(self.manifest["created_at"])

    @property
    def parent(self) -> str | None:
        """The id of the snapshot that came before."""
        found: str | None = self.manifest["parent"]
        return found

    @property
    def about(self) -> Mapping[str, Any]:
        """What the one who froze it said of it: how it was made, under which guideline, with what agreement."""
        found: Mapping[str, Any] = self.manifest["about"]
        return found

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return list(self.manifest["tables"])

    @property
    def bytes(self) -> int:
        """The size of all its files."""
        return sum(int(facts["bytes"]) for facts in self.manifest["files"].values())

    def columns(self, table: str = "items") -> list[str]:
        """The names of a table's columns, in order. Raises UnknownSnapshot for a table that is not there."""
        return list(self._table(table)["columns"])

    def keys(self, table: str = "items") -> list[str]:
        """The columns whose values name a row of the table."""
        return list(self._table(table)["keys"])

    def rows(self, table: str = "items") -> int:
        """How many rows the table has."""
        return int(self._table(table)["rows"])

    def files(self, table: str = "items") -> list[Path]:
        """The table's Parquet files in the order of its rows, for readers of their own: DuckDB, Spark, pyarrow.

        Of a snapshot at a URL they are fetched first. They are not compared with the manifest: `load` and `check` do.
        Raises DamagedSnapshot for a file that is none of its own, Unreachable.
        """
        return [self._file(part["file"]) for part in self._table(table)["parts"]]

    def check(self, table: str = "items") -> None:
        """Compare every byte of a table's files with the manifest. Raises DamagedSnapshot."""
        for part in self._table(table)["parts"]:
            self._check(part["file"])

    def read(self, table: str, places: Sequence[int], columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The rows of some of a table's parts (by their place, from 0), every byte of them compared first."""
        import polars as pl

        files = [self._table(table)["parts"][place]["file"] for place in places]
        for file in files:
            self._check(file)
        wanted = list(columns) if columns is not None else None
        found = [pl.read_parquet(self.path / file, glob=False, columns=wanted) for file in files]
        return found[0] if len(found) == 1 else pl.concat(found)

    def load(
        self,
        table: str = "items",
        kind: Kind = "polars",
        *,
        split: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> Frame:
        """A table as a polars, pandas or pyarrow frame, after every byte of its files was compared with the manifest.

        `split` keeps the rows of one part: as its column `split` says or, where there is none, as `prep.split` divides
        the keys of the items with its default shares and seed (an item's annotations go where the item goes).
        Raises DamagedSnapshot, UnknownSnapshot (no such table), UnknownColumn, UnusableParameter (no such part).
        """
        facts = self._table(table)
        if columns is not None:
            need_columns(columns, list(facts["columns"]))
        places = range(len(facts["parts"]))
        if split is None:
            frame = self.read(table, places, columns)
            return to_kind(frame if columns is None else frame.select(columns), kind)
        needed = None
        if columns is not None:
            needed = [name for name in facts["columns"] if name in {*columns, *facts["keys"], "split"}]
        frame = self._part(self.read(table, places, needed), table, split)
        return to_kind(frame if columns is None else frame.select(columns), kind)

    def dataset(self, table: str = "items", *, columns: Sequence[str] | None = None, split: str | None = None) -> Rows:
        """The rows as PyTorch's map-style dataset: `len(d)`, `d[i]` a dictionary, `d.__getitems__([i, j])` a batch.

        Only a few parts are in memory at a time; it can be pickled, so that each worker of a DataLoader reads for
        itself. Raises what `load` raises.
        """
        from prep.rows import rows_of

        return rows_of(self, table, columns, split)

    def _part(self, frame: pl.DataFrame, table: str, part: str) -> pl.DataFrame:
        from prep.splits import SHARES
        from prep.splits import split as divide

        if "split" not in frame.columns:
            first = next(iter(self.manifest["tables"].values()))
            key = self.keys(table)[: len(first["keys"])]
            frame = divide(frame, key=key)
            parts = list(SHARES)
        else:
            parts = frame.get_column("split").unique().drop_nulls().to_list()
        if part not in parts:
            raise UnusableParameter(f"There is no part {part!r}; the parts are: {', '.join(sorted(map(str, parts)))}.")
        kept = frame.filter(frame.get_column("split") == part)
        return kept.drop("split") if "split" not in self.columns(table) else kept

    def _file(self, file: str) -> Path:
        if self.shelf is not None:
            self.shelf.fetch(self.name, self.id, file)
        return self.path / file

    def _check(self, file: str) -> None:
        self._file(file)
        if (wrong := file_problem(self.path, file, self.manifest["files"][file])) is not None:
            raise DamagedSnapshot(f"{self.ref}: {file} {wrong}. Restore it from a backup, or freeze the dataset again.")

    def _table(self, table: str) -> dict[str, Any]:
        tables: dict[str, dict[str, Any]] = self.manifest["tables"]
        if table not in tables:
            raise UnknownSnapshot("table", table, tables)
        return tables[table]


def write_parquet(frame: pl.DataFrame, sink: Hashing, metadata: Mapping[str, str]) -> None:
    """Write a frame as Parquet (zstd) with key-value metadata; a full disk is raised as the OSError it is."""
    import polars as pl

    try:
        frame.write_parquet(
            cast("IO[bytes]", sink), compression="zstd", compression_level=LEVEL, metadata=dict(metadata)
        )
    except pl.exceptions.PolarsError:
        if sink.failure is not None:
            raise sink.failure from None
        raise


def file_problem(folder: Path, file: str, facts: Mapping[str, Any]) -> str | None:
    """What is wrong with a file of a snapshot, whose size and SHA-256 are in `facts`; None when nothing is."""
    path = folder / file
    if path.is_symlink():
        return "is a link to elsewhere"
    if not path.is_file():
        return "is missing"
    if path.stat().st_size != facts["bytes"]:
        return f"has {path.stat().st_size} bytes instead of {facts['bytes']}"
    return None if file_sha256(path) == facts["sha256"] else "has other bytes than were frozen"
