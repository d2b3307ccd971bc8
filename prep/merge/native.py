"""The native kernels that merging needs: rows by their numbers, and numbers for rows. Knows engines, and no keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from prep.engines import Engine, collected, engine_of
from prep.errors import UnusableFrame
from prep.frames import Frame, columns_of, pandas_column, refuse_repeats, to_kind, to_polars

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

Measure = Literal["whole", "float", "us", "ns"]
"""What is compared where the nearest is sought: numbers, or times in a unit."""
IN_MEMORY = ("polars", "pandas", "pyarrow")
SPOKEN = {"polars-lazy": "a lazy polars", "duckdb": "a DuckDB", "spark": "a Spark"}


def usable(frame: Frame) -> Frame:
    """The frame itself; a mapping of columns as polars. Raises UnusableFrame for no table and for repeated names."""
    engine = engine_of(frame)
    if isinstance(frame, Mapping):
        return to_polars(frame)
    if engine == "pyarrow" and type(frame).__name__ == "RecordBatch":
        import pyarrow as pa

        return pa.Table.from_batches([frame])
    if engine in {"pandas", "pyarrow", "spark"}:
        refuse_repeats(frame)
        unnamed = next((name for name in columns_of(frame) if not isinstance(name, str)), None)
        if unnamed is not None:
            raise UnusableFrame(f"A column's name is {unnamed!r}, no text. Rename it to text.")
    return frame


def beside(frame: Frame, first: Frame, what: str) -> Frame:
    """`frame` on the engine of `first`, so that both can be merged. Raises UnusableFrame where one would be copied over.

    Frames in memory go to any engine in memory, or to a lazy polars frame. A DuckDB or Spark table is merged with its
    like only: to bring its rows here, or others there, is the caller's to decide.
    """
    mine, wanted = engine_of(frame), engine_of(first)
    if mine == wanted:
        if mine == "duckdb":
            _refuse_two_connections(frame, first, what)
        return frame
    if wanted in IN_MEMORY and mine in IN_MEMORY:
        return to_kind(to_polars(frame), wanted)  # type: ignore[arg-type] # of IN_MEMORY
    if wanted == "polars-lazy" and mine in IN_MEMORY:
        return to_polars(frame).lazy()
    if wanted in IN_MEMORY and mine == "polars-lazy":
        return beside(collected(frame), first, what)
    mine_spoken, wanted_spoken = SPOKEN.get(mine, f"a {mine}"), SPOKEN.get(wanted, f"a {wanted}")
    raise UnusableFrame(
        f"{what} is {mine_spoken} table, and the first is {wanted_spoken} one. Bring both to one engine first."
    )


def fetched(rows: nw.LazyFrame[Any]) -> pl.DataFrame:
    """The rows in polars; those of a lazy polars frame by its streaming engine, so that a table need not fit in memory."""
    native = rows.to_native()
    table: pl.DataFrame = (
        collected(native) if engine_of(native) == "polars-lazy" else rows.collect("polars").to_native()
    )
    return table


def _refuse_two_connections(frame: Frame, first: Frame, what: str) -> None:
    import duckdb

    try:
        first.set_alias("first").cross(frame.set_alias("other"))
    except duckdb.InvalidInputException as error:
        raise UnusableFrame(
            f"{what} comes from another DuckDB connection than the first. Make both on one connection."
        ) from error


def numbered(frame: Frame, name: str) -> nw.LazyFrame[Any]:
    """A lazy frame with the number of each row in its order, for Narwhals. On Spark the numbers have gaps.

    Raises UnusableFrame for an engine without an order of rows.
    """
    import narwhals as nw

    engine = engine_of(frame)
    if engine == "duckdb":
        frame = frame.select(f'*, row_number() over () - 1 as "{name}"')
    if engine == "spark":
        from pyspark.sql import functions

        frame = frame.withColumn(name, functions.monotonically_increasing_id())
    elif engine != "duckdb":
        import polars as pl

        lazy = frame if engine == "polars-lazy" else to_polars(frame).lazy()
        frame = lazy.with_row_index(name).with_columns(pl.col(name).cast(pl.Int64))
    rows: nw.LazyFrame[Any] = nw.from_native(frame)
    return rows


def with_instant(frame: Frame, column: str, name: str, measure: Measure) -> Frame:
    """A lazy frame with one more column: what is compared by `measure`, a number, NaN a gap.

    Times become whole microseconds since 1970; nanoseconds only on polars, as other engines' times have none.
    """
    engine = engine_of(frame)
    if engine == "duckdb":
        spelt = '"' + column.replace('"', '""') + '"'
        ways = {
            "whole": f"({spelt})::bigint",
            "float": f"case when isnan(({spelt})::double) then null else ({spelt})::double end",
        }
        return frame.select(f'*, {ways.get(measure, f"epoch_us(({spelt})::timestamp)")} as "{name}"')
    return (_instant_spark if engine == "spark" else _instant_polars)(frame, column, name, measure)


def _instant_polars(frame: Frame, column: str, name: str, measure: Measure) -> Frame:
    import polars as pl

    value = pl.col(column)
    if measure == "whole":
        value = value.cast(pl.Int64)
    elif measure == "float":
        value = value.cast(pl.Float64).fill_nan(None)
    else:
        zone = getattr(frame.collect_schema()[column], "time_zone", None)
        value = value.cast(pl.Datetime(measure, zone)).to_physical()
    return frame.with_columns(value.alias(name))


def _instant_spark(frame: Frame, column: str, name: str, measure: Measure) -> Frame:
    from pyspark.sql import functions

    value, kind = functions.col("`" + column.replace("`", "``") + "`"), dict(frame.dtypes)[column]
    if measure == "whole":
        value = value.cast("bigint")
    elif measure == "float":
        value = functions.nanvl(value.cast("double"), functions.lit(None).cast("double"))
    elif kind == "timestamp":
        value = functions.unix_micros(value)
    else:
        since = functions.expr("timestamp_ntz'1970-01-01 00:00:00'")
        value = functions.timestamp_diff("MICROSECOND", since, value.cast("timestamp_ntz"))
    return frame.withColumn(name, value)


def column_at(frame: Frame, name: str, places: pl.Series | None) -> Any:
    """A column of an eager frame, with its rows at `places`, in the engine's own type; a null place gives a gap.

    None for `places` gives the column as it is; booleans say which rows stay.
    """
    engine = engine_of(frame)
    if engine == "polars":
        return series_at(frame.get_column(name), places)
    if engine == "pyarrow":
        column = frame.column(name)
        if places is None:
            return column
        return column.filter(places.to_arrow()) if _is_mask(places) else column.take(places.to_arrow())
    return frame[name] if places is None else _pandas_taken(frame[name].array, places)


def series_at(column: pl.Series, places: pl.Series | None) -> pl.Series:
    """The same of a polars column."""
    if places is None:
        return column
    return column.filter(places) if _is_mask(places) else column.gather(places)


def _is_mask(places: pl.Series) -> bool:
    import polars as pl

    return places.dtype == pl.Boolean


def _pandas_taken(array: Any, places: pl.Series) -> Any:
    import pandas as pd
    import polars as pl

    if _is_mask(places):
        return array[places.to_numpy()]
    if not places.null_count():
        return array.take(places.to_numpy())
    if isinstance(array, pd.arrays.NumpyExtensionArray) and array.dtype.kind in "iub":
        # Whole numbers and booleans with gaps stay such: NumPy would make 3 into 3.0 and True into an object.
        values = array.to_numpy()
        bits = values.dtype.itemsize * 8
        spelt = {"b": "boolean", "i": f"Int{bits}", "u": f"UInt{bits}"}[values.dtype.kind]
        array = pd.array(values, dtype=spelt)  # type: ignore[call-overload] # one of pandas' own names
    return array.take(places.cast(pl.Int64).fill_null(-1).to_numpy(), allow_fill=True)


def column_from(series: pl.Series, engine: Engine) -> Any:
    """A polars column as a column of an engine in memory."""
    if engine == "polars":
        return series
    return pandas_column(series) if engine == "pandas" else series.to_frame().to_arrow().column(0)


def assembled(columns: Mapping[str, Any], engine: Engine, rows: int, index: Any = None) -> Frame:
    """A frame of an engine in memory from its own columns; `index` is that of a pandas frame whose rows did not move."""
    if engine == "polars":
        import polars as pl

        return pl.DataFrame([column.alias(name) for name, column in columns.items()])
    if engine == "pyarrow":
        import pyarrow as pa

        return pa.table(dict(columns))
    import pandas as pd

    bare = {name: getattr(column, "array", column) for name, column in columns.items()}
    return pd.DataFrame(bare, index=index if index is not None else pd.RangeIndex(rows))


def rows_at(frame: Frame, places: pl.Series) -> Frame:
    """The rows of an eager frame at these places: the same kind."""
    engine = engine_of(frame)
    columns = {name: column_at(frame, name, places) for name in columns_of(frame)}
    return assembled(columns, engine, len(places))


def _for_spark(frame: pl.DataFrame) -> pl.DataFrame:
    """The same values in types that Spark has."""
    import polars as pl

    wider: dict[Any, Any] = {pl.UInt8: pl.Int16, pl.UInt16: pl.Int32, pl.UInt32: pl.Int64, pl.UInt64: pl.Decimal(20, 0)}
    texts = (pl.Categorical, pl.Enum)
    return frame.with_columns(
        pl.col(name).cast(pl.String if isinstance(kind, texts) else wider[type(kind)])
        for name, kind in frame.schema.items()
        if isinstance(kind, texts) or type(kind) in wider
    )


def from_polars(made: pl.DataFrame, original: Frame) -> Frame:
    """A polars DataFrame on the engine of `original` (of DuckDB and Spark: on its connection, in its session)."""
    engine = engine_of(original)
    if engine in IN_MEMORY:
        return to_kind(made, engine)  # type: ignore[arg-type] # of IN_MEMORY
    if engine == "polars-lazy":
        return made.lazy()
    if engine == "spark":
        return original.sparkSession.createDataFrame(_for_spark(made).to_arrow())
    assay_rows = made.to_arrow()
    done = original.query("assay_input", "select * from assay_rows")  # which DuckDB finds by its name here
    del assay_rows
    return done
