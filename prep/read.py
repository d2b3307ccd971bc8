"""Files to rows: CSV, JSON Lines, JSON arrays and Parquet, in batches, with flat memory. Knows no column's meaning.

CSV and JSON are read with Python's own modules, so that reading a file loads neither polars nor pandas nor pyarrow.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from prep.detect import Format, look
from prep.errors import UnreadableFile, UnusableParameter
from prep.frames import Frame, Kind, to_kind
from prep.lines import Lines

if TYPE_CHECKING:
    import polars as pl

MAX_FIELD_BYTES = 5_000_000
_ROW_FIELDS = 4  # a row may be as long as this many of the longest fields


class Batch(list[dict[str, Any]]):
    """Rows of a file, each a mapping of column to value; `lines[i]` is the line (Parquet: row) where row i begins."""

    def __init__(self, rows: list[dict[str, Any]], lines: list[int]) -> None:
        super().__init__(rows)
        self.lines = lines


@dataclass
class Table(AbstractContextManager["Table"]):
    """A file of rows, opened: what was found out about it, and its rows in batches. Close it, or use it in a `with`.

    `columns` are those of the header (CSV) or of the schema (Parquet); of JSON, those of the first row. `encoding` is
    None for Parquet, `delimiter` but for CSV. `first_row` is the line behind the header (1 where there is none). `size`
    is in bytes.
    """

    name: str
    format: Format
    encoding: str | None
    has_bom: bool
    delimiter: str | None
    columns: list[str]
    first_row: int
    size: int
    max_field_bytes: int
    file: IO[bytes] = field(repr=False)
    _stack: ExitStack = field(default_factory=ExitStack, repr=False)

    @property
    def dialect(self) -> str:
        """What was found, in words.

        >>> import io
        >>> open_table(io.BytesIO(b"id;text"), name="a.csv").dialect
        "CSV, utf-8, cells divided by ';'"
        """
        words = {"csv": "CSV", "jsonl": "JSON Lines", "json": "a JSON array", "parquet": "Parquet"}[self.format]
        if self.encoding:
            words += f", {self.encoding.removesuffix('-sig')}" + (" with a byte order mark" if self.has_bom else "")
        return words + (f", cells divided by {self.delimiter!r}" if self.delimiter else "")

    @property
    def bytes_read(self) -> int:
        """How far the reading has come, of `size`; for a progress bar."""
        return min(self.file.tell(), self.size)

    def batches(self, size: int = 1000) -> Iterator[Batch]:
        """The rows, `size` at a time, from the beginning. CSV gives text only; JSON and Parquet their own values.

        From Parquet come JSON values too: times as ISO 8601 text, decimals as text, NaN as None.
        Raises UnreadableFile, naming line, column and cure, at the first row that cannot be read, and for a file
        without rows.
        """
        is_empty = True
        for batch in self.unchecked_batches(size):
            is_empty = False
            yield batch
        if is_empty:
            raise UnreadableFile(
                "There are no rows, only a header" if self.columns else "There are no rows",
                file=self.name,
                cure="Give at least one row.",
            )

    def unchecked_batches(self, size: int) -> Iterator[Batch]:
        """As `batches`, but a file without rows just gives none."""
        if self.format == "parquet":
            from prep.read_parquet import parquet_batches

            yield from parquet_batches(self.file, self.name, size, self.max_field_bytes)
            return
        from prep.read_csv import csv_rows
        from prep.read_json import array_rows, jsonl_rows

        rows = {"csv": csv_rows, "jsonl": jsonl_rows, "json": array_rows}[self.format](self)
        values: list[dict[str, Any]] = []
        lines: list[int] = []
        for line, value in rows:
            lines.append(line)
            values.append(value)
            if len(values) == size:
                yield Batch(values, lines)
                values, lines = [], []
        if values:
            yield Batch(values, lines)

    def lines(self) -> Lines:
        """The lines of the file from its beginning."""
        return Lines(self.file, self.name, self.encoding or "utf-8", self.max_field_bytes * _ROW_FIELDS)

    def close(self) -> None:
        """Close the file, if it was opened here."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_table(
    source: str | os.PathLike[str] | IO[bytes],
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    max_field_bytes: int = MAX_FIELD_BYTES,
) -> Table:
    r"""Open a file of rows (a path, or an open binary file, which stays open) and find out what it is by its content.

    `name` is what messages call it (by default the file's own). `encoding` is what the file is in where no byte order
    mark says so (UTF-8 by default), `delimiter` what divides its cells where it is found wrongly. A field may have
    `max_field_bytes`, a row four times as many.
    Raises UnreadableFile for what is empty, or neither CSV nor JSON nor Parquet; for a header with a column that has no
    name or one that another has; and FileNotFoundError.

    >>> import io
    >>> table = open_table(io.BytesIO(b"id,text\n1,hello\n"), name="a.csv")
    >>> table.columns, [row for batch in table.batches() for row in batch]
    (['id', 'text'], [{'id': '1', 'text': 'hello'}])
    """
    if delimiter is not None and len(delimiter) != 1:
        raise UnusableParameter(f"delimiter={delimiter!r} is not one character. Say ',', ';', '|' or a tab.")
    stack = ExitStack()
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.is_dir():
            raise UnreadableFile("This is a folder", file=str(path), cure="Name a file in it.")
        file: IO[bytes] = stack.enter_context(path.open("rb"))
        name = name or path.name
    else:
        file = source if source.seekable() else _spooled(source, stack)
        name = name or Path(str(getattr(source, "name", "the file"))).name
    try:
        size = file.seek(0, os.SEEK_END)
        found = look(file, name, encoding)
        table = Table(
            name,
            found.format,
            found.encoding,
            found.has_bom,
            (delimiter or found.delimiter) if found.format == "csv" else None,
            [],
            1,
            size,
            max_field_bytes,
            file,
            stack,
        )
        table.columns, table.first_row = _columns(table)
    except BaseException:
        stack.close()
        raise
    return table


def read_table(
    source: str | os.PathLike[str] | IO[bytes],
    *,
    kind: Kind = "polars",
    encoding: str | None = None,
    delimiter: str | None = None,
    types: bool = True,
) -> Frame:
    """A whole file as a polars, pandas or pyarrow frame; checked and refused as `open_table` does.

    The text of a CSV becomes whole numbers, numbers or booleans where every value of the column is written as such
    (007 stays text) and empty cells become null; with `types=False` all stays text as it is.
    """
    import polars as pl

    with open_table(source, encoding=encoding, delimiter=delimiter) as table:
        if table.format == "parquet":
            from prep.read_parquet import parquet_frame

            return to_kind(parquet_frame(table.file, table.name), kind)
        rows = [row for batch in table.batches(10_000) for row in batch]
        if table.format != "csv":
            try:
                return to_kind(pl.from_dicts(rows, infer_schema_length=None), kind)
            except (pl.exceptions.PolarsError, TypeError) as error:
                raise UnreadableFile(
                    f"A column has values of several types: {error}",
                    file=table.name,
                    cure="Make each column of one type.",
                ) from error
        frame = pl.DataFrame(rows, schema=dict.fromkeys(table.columns, pl.String))
    return to_kind(frame.select(_typed(column) for column in frame) if types else frame, kind)


def _typed(column: pl.Series) -> pl.Series:
    import polars as pl

    text = column.set(column == "", None)
    known = text.drop_nulls()
    if not len(known):
        return text
    if known.str.contains(r"^(0|-?[1-9][0-9]{0,17})$").all():
        return text.cast(pl.Int64)
    if known.str.contains(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$").all():
        return text.cast(pl.Float64)
    if known.str.contains(r"^(?i:true|false)$").all():
        return (text.str.to_lowercase() == "true").alias(column.name)
    return text


def _columns(table: Table) -> tuple[list[str], int]:
    if table.format == "parquet":
        from prep.read_parquet import parquet_columns

        return parquet_columns(table.file, table.name), 1
    if table.format == "csv":
        from prep.read_csv import header

        lines = table.lines()
        return header(table, lines)[0], lines.number + 1
    first = next(iter(table.unchecked_batches(1)), None)
    return (list(first[0]) if first else []), 1


def _spooled(source: IO[bytes], stack: ExitStack) -> IO[bytes]:
    """A copy of a stream that cannot go back, in memory or, when it is large, on disk."""
    copy = tempfile.SpooledTemporaryFile(max_size=8_000_000)  # noqa: SIM115 - closed by the stack, with the table
    stack.enter_context(copy)
    while block := source.read(1 << 20):
        copy.write(block)
    return copy
