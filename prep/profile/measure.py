"""The facts of a frame's columns, measured in polars: one pass for counts, a sample where all would cost too much.

Up to EXACT_ROWS rows everything is exact. Above, quantiles and, of floats, times and columns that repeat, the number of
distinct values (HyperLogLog, up to 5 % off) are estimated where there are many, and each figure says so.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl

from prep.engines import engine_of, readable
from prep.frames import Frame, refuse_repeats, to_polars
from prep.profile.facts import Bar, ColumnFacts, Kind, Lengths, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

EXACT_ROWS = 1_000_000
SAMPLE = 200_000
TEXTS = 20_000
LEVELS = 1_000
GRID = 200
TOP = 10
MOST_WORDS = 1_000
MOST_SHOWN = 200
_BARS = 24
_WORD = re.compile(r"\w+")
_ROW = "__assay_place"


def rows_of(frame: Frame) -> tuple[pl.LazyFrame, dict[str, str]]:
    """The columns that polars can read (DuckDB's and Spark's rows are fetched), and why others cannot be.

    Raises UnusableFrame for what is no table, and for names that repeat.
    """
    engine = engine_of(frame)
    if engine == "polars-lazy":
        return frame, {}
    if engine in {"pandas", "pyarrow"}:
        refuse_repeats(frame)
        there = readable(frame)
        names = list(frame.columns) if engine == "pandas" else frame.column_names
        left = [name for name in names if name not in there.columns]
        return there.lazy(), {name: _mixture(frame, name, engine) for name in left}
    return to_polars(frame).lazy(), {}


def _mixture(frame: Frame, name: str, engine: str) -> str:
    if engine != "pandas":
        return f"values of type {frame.schema.field(name).type}"
    kinds = Counter(type(value).__name__ for value in frame[name] if not _is_missing(value))
    if set(kinds) <= {"datetime", "Timestamp"}:
        return "times of several time zones"
    told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common(4))
    return f"values of several types ({told})"


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in {"NaT", "<NA>"}


def kind_of(dtype: pl.DataType) -> Kind:
    """What kind of column it is to a profile.

    >>> kind_of(pl.Int8()), kind_of(pl.Date()), kind_of(pl.List(pl.Int8))
    ('number', 'time', 'nested')
    """
    if dtype == pl.Null():
        return "empty"
    if dtype == pl.Boolean():
        return "boolean"
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return "text"
    if isinstance(dtype, pl.Date | pl.Datetime):
        return "time"
    if dtype.is_numeric() or isinstance(dtype, pl.Duration | pl.Time):
        return "number"
    return "nested"


def comparable(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as a profile counts it: numbers as they are, times in microseconds, all else as text."""
    column, kind = pl.col(name), kind_of(dtype)
    if kind == "time":
        return column.cast(pl.Datetime("us")).cast(pl.Int64) if dtype == pl.Date() else column.dt.epoch("us")
    if isinstance(dtype, pl.Duration | pl.Time):
        return column.cast(pl.Int64)
    if dtype.is_decimal():
        return column.cast(pl.Float64)
    return column if kind == "number" else column.cast(pl.String)


def prepared(rows: pl.LazyFrame) -> tuple[pl.LazyFrame, dict[str, pl.DataType], dict[str, Kind]]:
    """The rows with each flat column as it is counted, their types, and the kinds of all columns."""
    types = dict(rows.collect_schema())
    kinds = {name: kind_of(dtype) for name, dtype in types.items()}
    made = rows.select(
        comparable(name, dtype).alias(name) if kinds[name] not in {"nested", "empty"} else pl.col(name)
        for name, dtype in types.items()
    )
    return made, types, kinds


def counted(
    rows: pl.LazyFrame, types: Mapping[str, pl.DataType], kinds: Mapping[str, Kind]
) -> dict[str, dict[str, Any]]:
    """Two passes over all rows, the first only to see what the second can spare: each column's counts by name.

    The number of rows stands under "". What costs most of texts (`spaced`, `blank`, `padded`) is left to the sample where
    there are many rows: see `shape_of`.
    """
    floats = [name for name, dtype in rows.collect_schema().items() if dtype.is_float()]
    first = [pl.len().alias("n|"), *(pl.col(name).is_finite().all().alias(f"whole|{name}") for name in floats)]
    row = rows.select(first).collect(engine="streaming").row(0, named=True)
    asked: list[pl.Expr] = []
    for name, kind in kinds.items():
        column, whole = pl.col(name), row.get(f"whole|{name}", True)
        wanted: dict[str, pl.Expr] = {"missing": column.null_count()}
        if kind not in {"nested", "empty"}:
            wanted["about"] = column.approx_n_unique()
        if kind in {"number", "time"}:
            finite = column if whole else column.filter(column.is_finite())
            wanted |= {"least": finite.min(), "greatest": finite.max(), "mean": finite.mean(), "std": finite.std()}
            wanted |= {"zeros": (column == 0).sum(), "negative": (column < 0).sum()}
        if not whole:
            wanted |= {"nan": column.is_nan().sum(), "infinite": column.is_infinite().sum()}
        if kind == "text":
            length = column.str.len_chars()
            wanted |= {"shortest": length.min(), "length": length.mean(), "longest": length.max()}
            wanted |= shape_of(column) if row["n|"] <= EXACT_ROWS else {}
        asked += [one.alias(f"{what}|{name}") for what, one in wanted.items()]
    row |= rows.select(asked).collect(engine="streaming").row(0, named=True) if asked else {}
    found: dict[str, dict[str, Any]] = {name: {} for name in ["", *types]}
    for key, value in row.items():
        what, _, name = key.partition("|")
        found[name][what] = value
    return found


def shape_of(column: pl.Expr) -> dict[str, pl.Expr]:
    """How many texts have a space in them, are blank, or begin or end with a space."""
    left = column.str.strip_chars().str.len_bytes()
    return {
        "spaced": column.str.contains(" ", literal=True).sum(),
        "blank": (left == 0).sum(),
        "padded": ((left != column.str.len_bytes()) & (left > 0)).sum(),
    }


def shapes_of(sample: pl.DataFrame, kinds: Mapping[str, Kind], seen: dict[str, dict[str, Any]]) -> None:
    """Put into `seen` what `counted` left to the sample, scaled to all rows."""
    total = seen[""]["n"]
    for name, kind in kinds.items():
        if kind == "text" and "spaced" not in seen[name]:
            row = sample.select(one.alias(what) for what, one in shape_of(pl.col(name)).items()).row(0, named=True)
            seen[name] |= {what: round(n * total / max(1, sample.height)) for what, n in row.items()}


def sample_of(rows: pl.LazyFrame, count: int) -> pl.DataFrame:
    """About SAMPLE rows chosen by a hash of their place; all of them where there are few. Nested columns stay out."""
    flat = [name for name, dtype in rows.collect_schema().items() if not dtype.is_nested()]
    if count <= SAMPLE:
        return rows.select(flat).collect(engine="streaming")
    one_in = math.ceil(count / SAMPLE)
    chosen = pl.col(_ROW).hash(0) % one_in == 0
    return rows.select(flat).with_row_index(_ROW).filter(chosen).drop(_ROW).collect(engine="streaming")


def duplicates_of(rows: pl.LazyFrame, count: int) -> int | None:
    """How many rows repeat an earlier one, by 64-bit hashes of their flat columns; None where there are none such."""
    types = rows.collect_schema()
    if any(dtype.is_nested() or dtype in {pl.Object(), pl.Binary()} for dtype in types.values()) or not len(types):
        return None
    if not count:
        return 0
    mixed = pl.lit(0, pl.UInt64)
    for place, name in enumerate(types):  # the seed tells (1, 2) from (2, 1)
        mixed = mixed + pl.col(name).hash(place + 1)
    return count - int(rows.select(mixed.n_unique()).collect(engine="streaming").item())


def facts_of(
    name: str,
    rows: pl.LazyFrame,
    sample: pl.DataFrame,
    dtype: pl.DataType,
    kind: Kind,
    seen: Mapping[str, Any],
    total: int,
) -> ColumnFacts:
    """The facts of one column from its counts, the rows and the sample."""
    base = ColumnFacts(
        name, _type_name(dtype), kind, total, seen["missing"], seen.get("nan", 0), seen.get("infinite", 0)
    )
    if kind in {"nested", "empty"} or base.values == 0:
        return base if kind == "nested" else _with(base, distinct=0)
    column = pl.col(name).drop_nans() if seen.get("nan") else pl.col(name)
    few = seen["about"] <= LEVELS
    counts: dict[Any, int] | None = None
    looked = sample.get_column(name).drop_nulls()
    looked = looked.drop_nans() if looked.dtype.is_float() else looked
    if few:
        table = rows.select(column.drop_nulls().alias("v")).group_by("v").len().collect(engine="streaming")
        counts = dict(sorted(zip(table["v"].to_list(), table["len"].to_list(), strict=True), key=_order))
        distinct, is_exact = len(counts), True
    elif total <= EXACT_ROWS or (seen["about"] > 0.9 * base.values and _is_discrete(dtype)):
        # whether a column tells rows apart hangs on the last one: there an estimate will not do
        value = column.drop_nulls().hash() if kind == "text" else column.drop_nulls()
        distinct, is_exact = int(rows.select(value.n_unique()).collect().item()), True
    else:
        distinct, is_exact = min(int(seen["about"]), base.values), False
    top = counts or dict(sorted(looked.value_counts(name="n").rows(), key=_order)[:TOP])
    made: dict[str, Any] = {
        "distinct": distinct,
        "distinct_is_exact": is_exact,
        "top": [(shown(value, kind), n) for value, n in list(top.items())[:TOP]],
        "top_of": sum(counts.values()) if counts is not None else len(looked),
        "counts": {_key(value): n for value, n in counts.items()} if counts is not None and few else None,
    }
    if kind in {"number", "time"}:
        made |= _of_numbers(looked if total > EXACT_ROWS else None, rows, column, seen, total)
    if kind == "text":
        base = _with(base, spaced=seen["spaced"])
        made["lengths"] = Lengths(seen["shortest"], seen["length"], seen["longest"])
        made["words"] = words_of(looked.head(TEXTS)) if base.is_prose else None
    return _with(base, **made)


def _of_numbers(
    looked: pl.Series | None, rows: pl.LazyFrame, column: pl.Expr, seen: Mapping[str, Any], total: int
) -> dict[str, Any]:
    values = rows.select(column.drop_nulls().alias("v")).collect().to_series() if looked is None else looked
    if values.dtype.is_float():
        values = values.filter(values.is_finite())
    made = {name: _number(seen[name]) for name in ("least", "greatest", "mean", "std")}
    made |= {"zeros": seen["zeros"], "negative": seen["negative"], "quantiles_are_exact": looked is None}
    if not len(values):
        return made
    points = quantiles(values)
    scale = total / len(values) if looked is not None else 1.0
    return made | {"quantiles": points, "quantiles_of": len(values), "bars": bars(values, points[0], points[-1], scale)}


def quantiles(values: pl.Series) -> list[float]:
    """The 201 values at 0, 1/200, …, 1 of the sorted values (the nearest rank).

    >>> quantiles(pl.Series(range(201)))[100]
    100.0
    """
    ordered = values.sort()
    last = len(ordered) - 1
    places = [round(place * last / GRID) for place in range(GRID + 1)]
    return [float(value) for value in ordered.gather(places).to_list()]


def bars(values: pl.Series, low: float, high: float, scale: float = 1.0) -> list[Bar]:
    """A histogram of equal bars from the least to the greatest value; of values far out, their bar is empty around."""
    if low == high:
        return [Bar(low, high, round(len(values) * scale))]
    wide = high / _BARS - low / _BARS  # two halves: high - low may be beyond what a float holds
    if not wide:
        return [Bar(low, high, round(len(values) * scale))]
    place = ((values.cast(pl.Float64) / wide) - low / wide).floor().clip(0, _BARS - 1).cast(pl.Int32)
    found = dict(place.value_counts(name="n").rows())
    edges = [low * (1 - n / _BARS) + high * (n / _BARS) for n in range(_BARS)] + [high]
    return [Bar(edges[n], edges[n + 1], round(found.get(n, 0) * scale)) for n in range(_BARS)]


def words_of(texts: pl.Series) -> Words:
    """The words (runs of letters, digits and _, in lower case) of texts, of each text its first 2,000 characters.

    >>> words_of(pl.Series(["To be or not to be", "be"])).counts["be"]
    2
    """
    stands: Counter[str] = Counter()
    uses = 0
    for text in texts.str.slice(0, 2000).to_list():
        found = _WORD.findall(text.lower())
        uses += len(found)
        stands.update(set(found))
    most = dict(sorted(stands.items(), key=lambda one: (-one[1], one[0]))[:MOST_WORDS])
    return Words(len(texts), uses, len(stands), {word[:MOST_SHOWN]: count for word, count in most.items()})


def shown(value: Any, kind: Kind) -> str:
    """A value as a page and a report say it.

    >>> shown(1_000_000, "time"), shown(0.5, "number"), shown("x" * 300, "text")[-1]
    ('1970-01-01 00:00:01', '0.5', '…')
    """
    if kind == "time":
        return moment(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def moment(micros: float) -> str:
    """Microseconds since 1970 as date and time, without a time where it is midnight.

    >>> moment(0), moment(86_400_000_000 * 1.5)
    ('1970-01-01', '1970-01-02 12:00:00')
    """
    from datetime import datetime, timedelta

    try:
        told = datetime(1970, 1, 1) + timedelta(microseconds=micros)  # noqa: DTZ001 - a count, not a clock
    except OverflowError:
        return f"{micros / 31_556_952e6 + 1970:,.0f} (year)"
    return told.strftime("%Y-%m-%d" if told.hour == told.minute == told.second == 0 else "%Y-%m-%d %H:%M:%S")


def _with(base: ColumnFacts, **more: Any) -> ColumnFacts:
    from dataclasses import replace

    return replace(base, **more)


def _is_discrete(dtype: pl.DataType) -> bool:
    return kind_of(dtype) == "text" or dtype.is_integer()


def _order(pair: tuple[Any, int]) -> tuple[int, Any]:
    return -pair[1], str(pair[0])


def _key(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def _number(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _type_name(dtype: pl.DataType) -> str:
    return str(dtype)
