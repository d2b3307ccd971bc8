"""One piece of work on any engine's frame, the same kind out, the same rows. Knows no verb.

There are two shapes of work. *Row by row* (`Work`): each row of the result follows from one row of the input. It is said
once in polars and run there, batch by batch where the engine holds its own rows: so a regex, a lower case or a date means
the same everywhere, and Spark spreads it over its machines. *Whole* (a function of Narwhals frames): what needs all rows at
once, such as duplicates. It runs natively on polars, DuckDB and Spark; pandas and pyarrow go through polars.

| engine | row by row | whole |
|---|---|---|
| polars | at once | at once |
| polars, lazy | stays lazy | stays lazy |
| pandas, pyarrow | at once, through polars; columns not touched are passed on as they are | at once, through polars |
| DuckDB | at once, in batches (see `kernels.map_duckdb`); only taking and renaming columns stays lazy | stays lazy |
| Spark | stays lazy (mapInArrow) | stays lazy |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from prep.errors import UnusableFrame
from prep.frames import Frame, columns_of, like, refuse_repeats, to_polars
from prep.kernels import (
    ROW,
    arrow_schema,
    counted,
    from_arrow,
    map_arrow,
    map_duckdb,
    map_pandas,
    map_spark,
    pandas_columns,
    summary_duckdb,
    summary_spark,
)

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

Engine = Literal["polars", "polars-lazy", "pandas", "pyarrow", "duckdb", "spark"]
Schema: TypeAlias = "Mapping[str, pl.DataType]"
_MADE = "__assay_made_"


@dataclass(frozen=True)
class Work:
    """What is done to each row by itself.

    `output` says each column of the result, in order: the name of the column it is taken from, or an expression over
    the columns of the input. `keep` says which rows stay (None: all). `first` are columns made before, in turns, for the expressions to
    use: what several of them share is computed once.
    """

    output: Mapping[str, str | pl.Expr]
    keep: pl.Expr | None = None
    first: Sequence[Mapping[str, pl.Expr]] = ()
    again: Callable[[], Work] | None = field(default=None, repr=False, compare=False)
    """Makes the same work elsewhere: Spark's workers get this, since not every expression can be sent to them."""

    def __reduce__(self) -> tuple[Any, ...]:
        if self.again is not None:
            return self.again, ()
        return Work, (self.output, self.keep, self.first)

    @property
    def computed(self) -> dict[str, pl.Expr]:
        """The columns of the result that are computed."""
        return {name: one for name, one in self.output.items() if not isinstance(one, str)}

    @property
    def taken(self) -> dict[str, str]:
        """The columns of the result that are taken as they are, each with the name it had."""
        return {name: one for name, one in self.output.items() if isinstance(one, str)}

    def needed(self) -> list[str]:
        """The columns of the input that the expressions read."""
        made = [one for turn in self.first for one in turn.values()]
        expressions = [*made, *self.computed.values(), *([] if self.keep is None else [self.keep])]
        read = dict.fromkeys(name for one in expressions for name in one.meta.root_names())
        return [name for name in read if not any(name in turn for turn in self.first)]

    def prepared(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The rows that stay, with the columns that are made first."""
        kept = frame if self.keep is None else frame.filter(self.keep)
        for turn in self.first:
            kept = kept.with_columns(one.alias(name) for name, one in turn.items())
        return kept

    def on(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The work done in polars, lazily."""
        import polars as pl

        return self.prepared(frame).select(
            pl.col(one).alias(name) if isinstance(one, str) else one.alias(name) for name, one in self.output.items()
        )

    def made(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Of rows that stay, the columns that are computed (beside others)."""
        first = replace(self, keep=None).prepared(frame.lazy())
        return first.with_columns(one.alias(name) for name, one in self.computed.items()).collect()


def engine_of(frame: Frame) -> Engine:
    """Which engine holds the frame; a mapping of columns counts as polars. Raises UnusableFrame for what is no table."""
    library, name = type(frame).__module__.partition(".")[0].lstrip("_"), type(frame).__name__
    if library == "polars" and name in {"DataFrame", "LazyFrame"}:
        return "polars" if name == "DataFrame" else "polars-lazy"
    if library == "pandas" and name == "DataFrame":
        return "pandas"
    if library == "pyarrow" and name in {"Table", "RecordBatch"}:
        return "pyarrow"
    if library == "duckdb" and name == "DuckDBPyRelation":
        return "duckdb"
    if library == "pyspark" and name == "DataFrame":
        return "spark"
    if isinstance(frame, Mapping):
        return "polars"
    raise UnusableFrame(
        f"This is no table, but {library}.{name}. Give a pandas, polars, pyarrow, DuckDB or Spark table."
    )


def is_lazy(frame: Frame) -> bool:
    """Whether the frame's rows are computed only when asked for."""
    return engine_of(frame) in {"polars-lazy", "duckdb", "spark"}


def schema_of(frame: Frame) -> dict[str, pl.DataType]:
    """The columns with their polars types, reading no rows (of pandas: all that can be read). Raises UnusableFrame."""
    import polars as pl

    engine = engine_of(frame)
    if engine in {"polars", "polars-lazy"}:
        return dict(_polars(frame).collect_schema())
    if engine == "pandas":
        return {name: column.dtype for name, column in pandas_columns(frame, columns_of(frame)).items()}
    schema = arrow_schema(frame, engine)
    known = from_arrow(schema.empty_table()).schema
    return {name: known.get(name, pl.Object()) for name in schema.names}


def rows_of(frame: Frame) -> int:
    """The number of rows; a lazy frame is run for it."""
    import polars as pl

    engine = engine_of(frame)
    if engine == "polars-lazy":
        return int(frame.select(pl.len()).collect(engine="streaming").item())
    if engine == "duckdb":
        return int(frame.count("*").fetchall()[0][0])
    return int(frame.count()) if engine == "spark" else len(frame if engine != "polars" else to_polars(frame))


def map_rows(frame: Frame, work: Work) -> Frame:
    """The frame with `work` done to each of its rows: the same kind, in the same order."""
    engine = engine_of(frame)
    if engine == "polars-lazy":
        return work.on(frame)
    if engine == "polars":
        return work.on(to_polars(frame).lazy()).collect()
    if engine == "pandas":
        return map_pandas(frame, work)
    if engine == "pyarrow":
        refuse_repeats(frame)
        return map_arrow(frame, work)
    if not work.computed and work.keep is None:
        import narwhals as nw

        native = nw.from_native(frame)
        return native.select(nw.col(old).alias(name) for name, old in work.taken.items()).to_native()
    return map_duckdb(frame, work) if engine == "duckdb" else map_spark(frame, work)


def map_batches(frame: Frame, summary: Callable[[pl.LazyFrame], pl.DataFrame], row: str) -> list[pl.DataFrame]:
    """A small summary of the rows, one for each batch (one in all where polars holds them), as polars frames.

    The batches have one more column, `row`: the place of each row from 0 (on Spark: an id of its own). `summary` gives
    the same columns each time.
    """
    engine = engine_of(frame)
    if engine == "spark":
        return summary_spark(frame, summary, row)
    if engine == "duckdb":
        return list(summary_duckdb(frame, summary, row))
    if engine == "polars-lazy":
        return [summary(counted(frame, row, 0))]
    return [summary(counted(readable(frame).lazy(), row, 0))]


def whole(frame: Frame, work: Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]) -> Frame:
    """The frame with `work` done to the whole of it: the same kind; rows in whatever order `work` leaves."""
    return back(work(lazily(frame)), frame)


def lazily(frame: Frame, columns: Sequence[str] | None = None) -> nw.LazyFrame[Any]:
    """The frame (of it, the columns named) for Narwhals, lazy, on its own engine; pandas and pyarrow on polars."""
    import narwhals as nw

    engine = engine_of(frame)
    if engine in {"polars-lazy", "duckdb", "spark"}:
        native: nw.LazyFrame[Any] = nw.from_native(frame)
        return native if columns is None else native.select(list(columns))
    if engine in {"pandas", "pyarrow"} and columns is not None:
        refuse_repeats(frame)
        frame = frame[list(columns)] if engine == "pandas" else frame.select(list(columns))
    table: nw.LazyFrame[Any] = nw.from_native(to_polars(frame).lazy())
    return table if columns is None else table.select(list(columns))


def numbered(frame: Frame, row: str, columns: Sequence[str] | None = None) -> nw.LazyFrame[Any]:
    """As `lazily`, with a column `row` that counts the rows as they stand (on Spark it grows, but leaves gaps)."""
    import narwhals as nw

    engine = engine_of(frame)
    rows = lazily(frame, columns)
    if engine == "spark":
        from pyspark.sql.functions import monotonically_increasing_id

        native: Any = rows.to_native().withColumn(row, monotonically_increasing_id())
    elif engine == "duckdb":
        native = rows.to_native().project(f"*, row_number() over () - 1 as {row}")
    else:
        native = counted(rows.to_native(), row, 0)
    made: nw.LazyFrame[Any] = nw.from_native(native)
    return made


def choose_rows(
    frame: Frame, columns: Sequence[str], chosen: Callable[[nw.LazyFrame[Any], str], nw.LazyFrame[Any]]
) -> Frame:
    """The rows that `chosen` leaves, in their order; `columns` are those it reads. The same kind of frame.

    `chosen` gets the rows with one more column, named by its second argument, that counts them.
    """
    engine = engine_of(frame)
    if engine in {"pandas", "pyarrow"}:
        native: pl.LazyFrame = chosen(numbered(frame, ROW, columns), ROW).to_native()
        places = native.select(ROW).collect().to_series().sort()
        return frame.iloc[places.to_numpy()] if engine == "pandas" else frame.take(places.to_arrow())
    left = chosen(numbered(frame, ROW), ROW)
    if engine in {"polars", "polars-lazy", "duckdb"}:
        left = left.sort(ROW)
    return back(left.drop(ROW), frame)


def gathered(rows: nw.LazyFrame[Any]) -> pl.DataFrame:
    """What was made from `lazily(frame)`, as polars rows; by the streaming engine where it is polars' own."""
    import polars as pl

    native = rows.to_native()
    if isinstance(native, pl.LazyFrame):
        return native.collect(engine="streaming")
    found: pl.DataFrame = rows.collect("polars").to_native()
    return found


def back(result: nw.LazyFrame[Any], original: Frame) -> Frame:
    """What was made from `lazily(original)`, as the kind that `original` is."""
    engine = engine_of(original)
    native = result.to_native()
    if engine in {"polars-lazy", "duckdb", "spark"}:
        return native
    made = native.collect()
    if engine == "pandas":  # an index of the same length is another frame's here: rows may have moved
        from prep.frames import to_kind

        return to_kind(made, "pandas")
    return like(made, original)


def with_whole(
    frame: Frame,
    needed: Sequence[str],
    made: Sequence[str],
    work: Callable[[nw.LazyFrame[Any], str], nw.LazyFrame[Any]],
) -> Frame:
    """The frame with the columns `made` (new, or in place) that `work` makes of all rows at once; the rows in their order.

    `work` gets the rows (with pandas and pyarrow, their columns `needed`) with one more column, named by its second
    argument, that counts them.
    """
    engine = engine_of(frame)
    if engine in {"pandas", "pyarrow"}:
        import polars as pl

        native: pl.DataFrame = work(numbered(frame, ROW, list(dict.fromkeys(needed))), ROW).to_native().collect()
        native = native.sort(ROW).select(pl.col(name).alias(_MADE + name) for name in made)
        output: dict[str, str | pl.Expr] = {name: name for name in columns_of(frame)}
        output |= {name: pl.col(_MADE + name) for name in made}
        return map_rows(_beside(frame, native), Work(output))
    done = work(numbered(frame, ROW), ROW)
    return back((done if engine == "spark" else done.sort(ROW)).drop(ROW), frame)


def _beside(frame: Frame, more: pl.DataFrame) -> Frame:
    """A pandas or pyarrow frame with more columns."""
    if engine_of(frame) == "pandas":
        from prep.frames import pandas_column

        return frame.assign(**{one.name: pandas_column(one).set_axis(frame.index) for one in more})
    for one in more:
        frame = frame.append_column(one.name, one.to_arrow())
    return frame


def collected(frame: Frame) -> pl.DataFrame:
    """All rows in polars; a lazy polars frame by its streaming engine."""
    return frame.collect(engine="streaming") if engine_of(frame) == "polars-lazy" else to_polars(frame)


def readable(frame: Frame) -> pl.DataFrame:
    """An eager frame in polars; of pandas and pyarrow, the columns that polars can read."""
    import polars as pl

    if engine_of(frame) == "pyarrow":
        return from_arrow(frame)
    if engine_of(frame) != "pandas":
        return to_polars(frame)
    return pl.DataFrame({n: s for n, s in pandas_columns(frame, columns_of(frame)).items() if s.dtype != pl.Object()})


def _polars(frame: Frame) -> pl.LazyFrame:
    import polars as pl

    return frame if isinstance(frame, pl.LazyFrame) else to_polars(frame).lazy()
