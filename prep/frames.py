"""Any frame in, the same kind out. Knows the engines, and nothing of what is done with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from prep.errors import UnknownColumn, UnusableFrame, UnusableParameter

if TYPE_CHECKING:
    import polars as pl

Frame: TypeAlias = Any
"""A table of any engine: pandas, polars (eager or lazy), pyarrow, DuckDB, Spark, or a mapping of columns."""

Kind = Literal["polars", "pandas", "pyarrow"]
KINDS: tuple[Kind, ...] = ("polars", "pandas", "pyarrow")


def to_polars(frame: Frame) -> pl.DataFrame:
    """The same rows and columns as a polars DataFrame; the input is not altered.

    Takes polars (a lazy one is collected), pandas (its index is not a column; NaN is missing), pyarrow (table or
    batch), whatever else Narwhals knows (DuckDB, Spark, Dask, Ibis), and a mapping of names to columns.
    Raises UnusableFrame for anything else, and for column names that repeat or are not text.

    >>> to_polars({"id": [1, 2]}).columns
    ['id']
    """
    import polars as pl

    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    library = type(frame).__module__.partition(".")[0]
    if library in {"pandas", "pyarrow"}:
        refuse_repeats(frame)
    try:
        converted = _converted(frame, library)
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
        raise UnusableFrame(
            f"This {type(frame).__name__} cannot be read as a table: {error}. "
            "Give each column values of one type (numbers, text, times, lists or objects)."
        ) from error
    if not isinstance(converted, pl.DataFrame):
        raise UnusableFrame(f"This {type(frame).__name__} is one column. Give a table: {{'id': column}}.")
    return converted


def _converted(frame: Frame, library: str) -> Any:
    import polars as pl

    if library == "pandas":
        return pl.from_pandas(frame)
    if library == "pyarrow":
        return pl.from_arrow(frame)
    if isinstance(frame, Mapping):
        return pl.DataFrame(dict(frame))
    import narwhals as nw

    table = nw.from_native(frame)
    if isinstance(table, nw.LazyFrame):
        return table.collect("polars").to_native()
    return table.to_polars()


def like(frame: pl.DataFrame, original: Frame) -> Frame:
    """A polars DataFrame as the kind that `original` is; what has no table of its own (a mapping) stays polars.

    >>> import pyarrow
    >>> type(like(to_polars({"id": [1]}), pyarrow.table({"id": [1]}))).__name__
    'Table'
    """
    import polars as pl

    if isinstance(original, pl.LazyFrame):
        return frame.lazy()
    library = type(original).__module__.partition(".")[0]
    if library == "pandas":
        back = to_kind(frame, "pandas")
        return back.set_axis(original.index, axis=0) if len(back) == len(original) else back
    return to_kind(frame, "pyarrow") if library == "pyarrow" else frame


def to_kind(frame: pl.DataFrame, kind: Kind) -> Frame:
    """A polars DataFrame as polars, pandas or pyarrow. In pandas, whole numbers and booleans with gaps stay such.

    (They become the nullable Int64 and boolean, where plain pandas would make 3 into 3.0 and True into an object.)
    Raises UnusableParameter for another kind.
    """
    if kind == "polars":
        return frame
    if kind == "pyarrow":
        return frame.to_arrow()
    if kind != "pandas":
        raise UnusableParameter(f"kind={kind!r} is not known. Say one of: {', '.join(KINDS)}.")
    import pandas as pd

    made = pd.DataFrame({name: pandas_column(frame.get_column(name)) for name in frame.columns})
    return made if frame.width else made.reindex(range(frame.height))


def pandas_column(column: pl.Series) -> Any:
    """A polars column as a pandas one, whole numbers and booleans with gaps as the nullable kinds."""
    import pandas as pd
    import polars as pl

    if column.dtype.is_nested():  # by way of arrow, whole numbers beside a gap in a struct would come out as floats
        return pd.Series(column.to_list(), dtype=object)
    if column.null_count() and column.dtype.is_integer():
        values, is_missing = column.fill_null(0).to_numpy().copy(), column.is_null().to_numpy().copy()
        return pd.Series(pd.arrays.IntegerArray(values, is_missing))
    if column.null_count() and column.dtype == pl.Boolean:
        values, is_missing = column.fill_null(False).to_numpy().copy(), column.is_null().to_numpy().copy()
        return pd.Series(pd.arrays.BooleanArray(values, is_missing))
    return column.to_pandas()


def columns_of(frame: Frame) -> list[str]:
    """The names of the columns of any frame, without reading its rows."""
    if isinstance(frame, Mapping):
        return [str(name) for name in frame]
    if type(frame).__module__.partition(".")[0] == "pandas" and hasattr(frame, "columns"):
        refuse_repeats(frame)
        if odd := [name for name in frame.columns if not isinstance(name, str)]:
            raise UnusableFrame(f"The column name {odd[0]!r} is no text. Make it so: prep.clean_names(frame).")
    import narwhals as nw

    try:
        return list(nw.from_native(frame).collect_schema().names())
    except TypeError as error:
        raise UnusableFrame(
            f"This is no table, but {type(frame).__name__}. Give a pandas, polars or pyarrow one."
        ) from error


def need_columns(names: Sequence[str], columns: Sequence[str]) -> None:
    """Raises UnknownColumn for the first of `names` that is not among `columns`."""
    for name in names:
        if name not in columns:
            raise UnknownColumn(name, columns)


def refuse_repeats(frame: Frame) -> None:
    """Raises UnusableFrame when two columns of a pandas, pyarrow or Spark frame have one name."""
    names = list(getattr(frame, "column_names", None) or getattr(frame, "columns", []))
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise UnusableFrame(
            f"There are {Counter(names)[repeated[0]]} columns named {repeated[0]!r}. Rename all but one."
        )
