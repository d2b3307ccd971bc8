"""Rows of a CSV file. The quoting is Python's csv module's; the limits are ours."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prep.errors import UnreadableFile
from prep.lines import Lines

if TYPE_CHECKING:
    from prep.read import Table

# The limit of the csv module is one for the whole process and far too low; ours (per row, and per field) is held in
# Lines and in csv_rows. It is only ever raised here.
if csv.field_size_limit() < 2**31 - 1:
    csv.field_size_limit(2**31 - 1)


def header(table: Table, lines: Lines) -> tuple[list[str], Iterator[list[str]]]:
    """The names in the header of a CSV, and the reader, which stands behind it."""
    reader = csv.reader(lines, delimiter=table.delimiter or ",", strict=True)
    names: list[str] = []
    for row in _parsed(reader, lines, table):
        if row and not (lines.number == 1 and len("".join(row)) <= 5 and row[0].lower().startswith("sep=")):
            names = [name.strip() for name in row]
            break
    if not names:
        raise UnreadableFile(
            "There is no header", file=table.name, cure="Put the names of the columns in the first line."
        )
    for place, name in enumerate(names):
        if not name:
            raise UnreadableFile(
                f"Column {place + 1} has no name",
                file=table.name,
                line=lines.number,
                cure="Name it in the header, or delete the column (pandas: to_csv(..., index=False)).",
            )
        if name in names[:place]:
            raise UnreadableFile(
                f"Columns {names.index(name) + 1} and {place + 1} are both named {name!r}",
                file=table.name,
                line=lines.number,
                column=name,
                cure="Rename or delete one of them.",
            )
    return names, reader


def _parsed(reader: Iterator[list[str]], lines: Lines, table: Table) -> Iterator[list[str]]:
    while True:
        lines.begin_row()
        began = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = (
                "A quote that is opened in this row is never closed"
                if lines.is_over
                else f"The quoting is broken ({error})"
            )
            raise UnreadableFile(
                what,
                file=table.name,
                line=began,
                cure='Write a cell with quotes as "she said ""no""", and close each.',
            ) from error
        yield row


def csv_rows(table: Table) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row of a CSV file with the line where it begins. Blank lines are passed over. Raises UnreadableFile."""
    lines = table.lines()
    names, reader = header(table, lines)
    width, limit = len(names), table.max_field_bytes
    has_long = limit // 4  # characters, of four bytes at most
    began = lines.number + 1
    for row in _parsed(reader, lines, table):
        if len(row) != width:
            if row:
                raise _wrong_width(table, row, names, began)
        else:
            if sum(map(len, row)) > has_long:
                _refuse_long(table, row, names, began)
            yield began, dict(zip(names, row, strict=True))
        began = lines.number + 1


def _refuse_long(table: Table, row: list[str], names: list[str], line: int) -> None:
    for name, cell in zip(names, row, strict=True):
        if (size := len(cell.encode())) > table.max_field_bytes:
            raise too_long(table, size, line, name)


def too_long(table: Table, size: int, line: int, column: str) -> UnreadableFile:
    """The error for a field that has more bytes than are allowed."""
    return UnreadableFile(
        f"The field has {size:,} bytes; {table.max_field_bytes:,} are allowed",
        file=table.name,
        line=line,
        column=column,
        cure="Shorten it, or keep it in a file of its own and name that here.",
    )


def _wrong_width(table: Table, row: list[str], names: list[str], line: int) -> UnreadableFile:
    counted = f"The row has {len(row)} cell{'s' if len(row) != 1 else ''}, the header {len(names)} columns"
    if len(row) > len(names):
        cure = f"Put quotes around a cell that holds {table.delimiter!r}, or delete what is too much."
    else:
        cure = "Add the missing cells (they may be empty), or close a quote that is open."
    return UnreadableFile(counted, file=table.name, line=line, cure=cure)
