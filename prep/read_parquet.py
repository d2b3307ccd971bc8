"""Rows of a Parquet file as JSON values; pyarrow is loaded only here."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from prep.errors import UnreadableFile

if TYPE_CHECKING:
    import polars as pl

    from prep.read import Batch


def parquet_columns(file: IO[bytes], name: str) -> list[str]:
    """The names of the columns. Raises UnreadableFile for a damaged file and for names that repeat."""
    names = [str(column) for column in _open(file, name).schema_arrow.names]
    for place, column in enumerate(names):
        if column in names[:place]:
            raise UnreadableFile(
                f"There are two columns named {column!r}", file=name, cure="Rename or delete one of them."
            )
    return names


def parquet_batches(file: IO[bytes], name: str, size: int, max_field_bytes: int) -> Iterator[Batch]:
    """The rows, `size` at a time. Raises UnreadableFile for damage, binary columns and fields that are too long."""
    import pyarrow as pa

    from prep.read import Batch

    opened = _open(file, name)
    for column in opened.schema_arrow:
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            raise UnreadableFile("holds binary data", file=name, column=column.name, cure="Drop it, or make it text.")
    done = 0
    batches = opened.iter_batches(batch_size=size)
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                return
            _refuse_long(batch, name, done, max_field_bytes)
            rows = batch.to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise _damaged(name, error, done) from error
        lines = list(range(done + 1, done + 1 + len(rows)))
        done += len(rows)
        if rows:
            yield Batch([_json_row(row, name, line) for row, line in zip(rows, lines, strict=True)], lines)


def parquet_frame(file: IO[bytes], name: str) -> pl.DataFrame:
    """The whole file as a polars frame."""
    import polars as pl

    parquet_columns(file, name)
    file.seek(0)
    try:
        return pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(name, error, 0) from error


def _open(file: IO[bytes], name: str) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file.seek(0)
    try:
        return pq.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(name, error, None) from error


def _damaged(name: str, error: Exception, done: int | None) -> UnreadableFile:
    told = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UnreadableFile(
        f"This Parquet file is damaged ({told})",
        file=name,
        row=None if done is None else done + 1,
        cure="It may have been cut off in copying: copy or write it again.",
    )


def _refuse_long(batch: Any, name: str, done: int, max_field_bytes: int) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for column, values in zip(batch.schema.names, batch.columns, strict=True):
        if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
            continue
        sizes = pc.binary_length(values)
        longest = pc.max(sizes).as_py()
        if longest is not None and longest > max_field_bytes:
            row = done + 1 + pc.index(sizes, longest).as_py()
            raise UnreadableFile(
                f"The field has {longest:,} bytes; {max_field_bytes:,} are allowed",
                file=name,
                row=row,
                column=column,
                cure="Shorten it, or keep it in a file of its own and name that here.",
            )


def _json_row(row: dict[str, Any], name: str, line: int) -> dict[str, Any]:
    return {column: _json(value, name, line, column) for column, value in row.items()}


def _json(value: Any, name: str, row: int, column: str) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if math.isinf(value):
            raise UnreadableFile(
                "The number is infinite", file=name, row=row, column=column, cure="Write a number, or leave it empty."
            )
        return None if math.isnan(value) else value
    if isinstance(value, dict):
        return {key: _json(one, name, row, column) for key, one in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(one, tuple) and len(one) == 2 for one in value):  # a map
            return {str(key): _json(one, name, row, column) for key, one in value}
        return [_json(one, name, row, column) for one in value]
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    raise UnreadableFile(
        f"holds {type(value).__name__} values", file=name, row=row, column=column, cure="Drop it, or make it text."
    )
