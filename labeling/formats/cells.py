"""Values as text and as JSON, and back, by the type of their column. Shared by the formats that keep no types."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable

if TYPE_CHECKING:
    import polars as pl


def to_text(column: pl.Series) -> pl.Series:
    """A column as text: numbers as they are written, times in ISO 8601, durations in their own unit, lists as JSON.

    >>> import polars as pl
    >>> to_text(pl.Series("a", [[1, None], None])).to_list()
    ['[1,null]', None]
    """
    import polars as pl

    dtype = column.dtype
    if dtype.is_nested():
        told = [None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                for value in as_json(column)]  # fmt: skip
        return pl.Series(column.name, told, dtype=pl.String)
    if isinstance(dtype, pl.Binary | pl.Object):
        raise _unwritable(column)
    if isinstance(dtype, pl.Duration):
        return column.cast(pl.Int64).cast(pl.String)
    if isinstance(dtype, pl.Datetime):
        return column.dt.to_string("iso:strict")
    return column.cast(pl.String)


def from_text(column: pl.Series, dtype: Any) -> pl.Series:
    """The inverse of `to_text`. Raises Unusable, naming the row, for a value that is none of that type."""
    import polars as pl

    if dtype.is_nested():
        try:
            values = [None if text is None else json.loads(text) for text in column.to_list()]
        except ValueError as error:
            raise Unusable(f"a value is no JSON ({error})", column=column.name, cure="Export it again.") from error
        return from_json(column.name, values, dtype)
    if isinstance(dtype, pl.Datetime | pl.Date | pl.Time):
        return from_json(column.name, column.to_list(), dtype)
    if isinstance(dtype, pl.Duration):
        return column.cast(pl.Int64).cast(dtype)
    if dtype == pl.Boolean:
        cast = column.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    else:
        cast = column.cast(dtype, strict=False)
    lost = cast.is_null() & column.is_not_null()
    if lost.any():
        row = int(lost.arg_max() or 0)
        raise Unusable(f"{column[row]!r} is no {dtype}", row=row + 1, column=column.name, cure="Mend it.")
    return cast


def as_json(column: pl.Series) -> list[Any]:
    """A column as values that JSON has: times as ISO 8601 text, decimals as text, NaN and infinities as null."""
    import polars as pl

    values = column.to_list()
    dtype = column.dtype
    if isinstance(dtype, pl.Binary | pl.Object):
        raise _unwritable(column)
    if dtype.is_integer() or dtype in {pl.String, pl.Boolean, pl.Categorical, pl.Enum, pl.Null}:
        return values
    if isinstance(dtype, pl.Datetime):
        return column.dt.to_string("iso:strict").to_list()
    return [_plain(value, column) for value in values]


def from_json(name: str, values: list[Any], dtype: Any) -> pl.Series:
    """The inverse of `as_json`."""
    import polars as pl

    try:
        read = [_typed(value, dtype) for value in values]
    except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise Unusable(f"a value is no {dtype} ({error})", column=name, cure="Export it again.") from error
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        plain = pl.Series(name, read, dtype=pl.Datetime(dtype.time_unit, "UTC"))
        return plain.dt.convert_time_zone(dtype.time_zone)
    try:
        return pl.Series(name, read, dtype=dtype)
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise Unusable(f"a value is no {dtype} ({error})", column=name, cure="Export it again.") from error


def _plain(value: Any, column: pl.Series) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _plain(one, column) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, column) for one in value]
    if hasattr(value, "to_list"):  # an inner array
        return [_plain(one, column) for one in value.to_list()]
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value // dt.timedelta(microseconds=1)
    if isinstance(value, Decimal):
        return str(value)
    raise _unwritable(column)


def _typed(value: Any, dtype: Any) -> Any:
    import polars as pl

    if value is None:
        return None
    if isinstance(dtype, pl.List | pl.Array):
        return [_typed(one, dtype.inner) for one in value]
    if isinstance(dtype, pl.Struct):
        return {field.name: _typed(value.get(field.name), field.dtype) for field in dtype.fields}
    if isinstance(dtype, pl.Datetime):
        moment = dt.datetime.fromisoformat(value)
        return moment.astimezone(dt.UTC) if dtype.time_zone is not None else moment
    if isinstance(dtype, pl.Duration):
        return dt.timedelta(microseconds=value)
    if isinstance(dtype, pl.Decimal):
        return Decimal(value)
    if dtype == pl.Date:
        return dt.date.fromisoformat(value)
    return dt.time.fromisoformat(value) if dtype == pl.Time else value


def _unwritable(column: pl.Series) -> Unusable:
    return Unusable(
        f"holds {column.dtype} values, which are no text", column=column.name, cure="Export as parquet, or drop it."
    )
