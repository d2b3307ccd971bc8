"""How a piece of work is done to the rows of each engine. Knows what an engine is only by its own library.

Text, dates and numbers are computed by polars on all of them; columns that the work does not touch are passed on as the
engine has them, with its types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableFrame
from prep.frames import Frame, pandas_column, refuse_repeats
from prep.spill import kept

if TYPE_CHECKING:
    import polars as pl

    from prep.engines import Engine, Work

BATCH = 1 << 17
ROW = "__assay_row"


def counted(frame: pl.LazyFrame, row: str, first: int) -> pl.LazyFrame:
    """The rows with a column that counts them from `first`."""
    import polars as pl

    return frame.with_row_index(row, offset=first).with_columns(pl.col(row).cast(pl.Int64))


def pandas_columns(frame: Frame, names: list[str]) -> dict[str, pl.Series]:
    """The columns of a pandas frame in polars; one of values of several types is of the type Object."""
    import polars as pl

    refuse_repeats(frame)
    found: dict[str, pl.Series] = {}
    for name in names:
        try:
            found[name] = pl.from_pandas(frame[name].reset_index(drop=True)).alias(name)
        except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError):
            found[name] = pl.Series(name, [None] * len(frame), dtype=pl.Object)
    return found


def from_arrow(table: Any) -> pl.DataFrame:
    """A pyarrow table or batch in polars, without the columns that it does not know (intervals)."""
    import polars as pl
    import pyarrow as pa

    known = [one.name for one in table.schema if not pa.types.is_interval(one.type)]
    whole = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
    return pl.DataFrame(pl.from_arrow(whole.select(known))) if known else pl.DataFrame()


def map_pandas(frame: Frame, work: Work) -> Frame:
    """The work on a pandas frame; its index and the columns not touched stay as they are."""
    import pandas as pd
    import polars as pl

    read = (
        pl.DataFrame(pandas_columns(frame, work.needed())) if work.needed() else pl.DataFrame({ROW: range(len(frame))})
    )
    kept = frame
    if work.keep is not None:
        mask = read.select(work.keep.fill_null(False)).to_series()
        kept, read = frame.loc[mask.to_numpy()], read.filter(mask)
    made = work.made(read)
    columns: dict[str, Any] = {}
    for name, one in work.output.items():
        columns[name] = kept[one] if isinstance(one, str) else pandas_column(made.get_column(name)).set_axis(kept.index)
    if not columns:
        return kept[[]]
    return pd.DataFrame(columns, index=kept.index).rename_axis(columns=frame.columns.name)


def map_arrow(table: Any, work: Work) -> Any:
    """The work on a pyarrow table or batch; columns not touched are passed on as they are."""
    import polars as pl
    import pyarrow as pa

    needed = work.needed()
    read = pl.DataFrame(pl.from_arrow(table.select(needed))) if needed else pl.DataFrame({ROW: range(table.num_rows)})
    if work.keep is not None:
        mask = read.select(work.keep.fill_null(False)).to_series()
        table, read = table.filter(mask.to_arrow()), read.filter(mask)
    made = work.made(read)
    columns, fields = [], []
    for name, one in work.output.items():
        if isinstance(one, str):
            columns.append(table.column(one))
            fields.append(table.schema.field(one).with_name(name))
            continue
        before = table.schema.field(name) if name in table.schema.names else None
        array = made.get_column(name).to_arrow()
        array = array.cast(_plain_type(array.type, before.type if before is not None else None))
        columns.append(array)
        fields.append(pa.field(name, array.type))
    schema = pa.schema(fields, metadata=_useful(table.schema.metadata))
    if not columns:
        return table.select([])
    return type(table).from_arrays(columns, schema=schema)


def _useful(metadata: Mapping[bytes, bytes] | None) -> Any:
    return {key: value for key, value in metadata.items() if key != b"pandas"} if metadata else None


def _plain_type(made: Any, before: Any) -> Any:
    """The type as the engine had it (string for large_string), and no narrower or stranger one."""
    import pyarrow as pa

    if pa.types.is_large_string(made) or pa.types.is_string_view(made) or pa.types.is_dictionary(made):
        return before if before is not None and pa.types.is_large_string(before) else pa.string()
    if pa.types.is_large_list(made) or pa.types.is_list(made):
        return pa.list_(_plain_type(made.value_type, None))
    if pa.types.is_struct(made):
        return pa.struct([pa.field(one.name, _plain_type(one.type, None)) for one in made])
    return made


def arrow_schema(frame: Frame, engine: Engine) -> Any:
    """The schema of a frame as Arrow has it, reading no rows."""
    if engine == "pyarrow":
        refuse_repeats(frame)
        return frame.schema
    if engine == "duckdb":
        return frame.limit(0).to_arrow_table().schema
    from pyspark.sql.pandas.types import to_arrow_schema

    refuse_repeats(frame)
    return to_arrow_schema(frame.schema, timezone=frame.sparkSession.conf.get("spark.sql.session.timeZone"))


def _batches_duckdb(frame: Frame) -> Iterator[Any]:
    return iter(frame.to_arrow_reader(BATCH))


def map_duckdb(frame: Frame, work: Work) -> Frame:
    """The work on a DuckDB relation, batch by batch, at once; what comes out is an Arrow table, on the same connection.

    It cannot wait until it is asked for: while DuckDB runs a query it lets nobody read from that connection, and another
    connection knows neither its temporary tables nor the frames it was given. What is large lies in a file (`prep.spill`).
    """
    empty = map_arrow(arrow_schema(frame, "duckdb").empty_table(), work)
    made = (map_arrow(batch, work).cast(empty.schema) for batch in _batches_duckdb(frame))
    assay_rows_c51f0e = kept(made, empty.schema)  # which DuckDB finds by its name here
    if not assay_rows_c51f0e.num_columns:
        raise UnusableFrame("No column would be left, and DuckDB has no table without columns.")
    return frame.query("assay_input_c51f0e", "select * from assay_rows_c51f0e")  # on the connection of the input


def summary_duckdb(frame: Frame, summary: Callable[[pl.LazyFrame], pl.DataFrame], row: str) -> Iterator[pl.DataFrame]:
    """The summary of each batch of a DuckDB relation; of an empty one too."""
    first = 0
    for batch in _batches_duckdb(frame):
        yield summary(counted(from_arrow(batch).lazy(), row, first))
        first += batch.num_rows
    if not first:
        empty = from_arrow(arrow_schema(frame, "duckdb").empty_table())
        yield summary(counted(empty.lazy(), row, 0))


def map_spark(frame: Frame, work: Work) -> Frame:
    """The work on a Spark frame, lazily, on its machines."""
    from pyspark.sql.pandas.types import from_arrow_schema

    schema = map_arrow(arrow_schema(frame, "spark").empty_table(), work).schema

    def each(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            yield map_arrow(batch, work).cast(schema)

    return frame.mapInArrow(each, from_arrow_schema(schema))


def summary_spark(frame: Frame, summary: Callable[[pl.LazyFrame], pl.DataFrame], row: str) -> list[pl.DataFrame]:
    """The summary of each batch of a Spark frame, and of no rows."""
    import polars as pl
    from pyspark.sql.functions import monotonically_increasing_id
    from pyspark.sql.pandas.types import from_arrow_schema

    numbered = frame.withColumn(row, monotonically_increasing_id())
    nothing = from_arrow(arrow_schema(numbered, "spark").empty_table())
    empty = summary(nothing.lazy())
    schema = _plain_schema(empty)

    def each(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            made = summary(from_arrow(batch).lazy())
            yield from made.to_arrow().cast(schema).to_batches()

    found = pl.from_arrow(numbered.mapInArrow(each, from_arrow_schema(schema)).toArrow())
    return [empty, pl.DataFrame(found).cast(empty.schema)]


def _plain_schema(frame: pl.DataFrame) -> Any:
    import pyarrow as pa

    return pa.schema([pa.field(one.name, _plain_type(one.type, None)) for one in frame.to_arrow().schema])
