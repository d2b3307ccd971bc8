"""Exact medians and quantiles of columns, by group, also where the values are too many to hold. Knows no verb.

Up to HELD rows are held in one piece. Of a longer lazy polars frame the values are counted in buckets first (as streams),
and then only those of the buckets in which a wanted rank lies: two readings, and memory for a small part of the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from prep.columns import key_of
from prep.engines import Schema, engine_of
from prep.frames import Frame, need_columns
from prep.stats import facts

if TYPE_CHECKING:
    import polars as pl

HELD = 1 << 24
"""Rows of the columns that are held at most: 128 MB a column of numbers."""
_BUCKET = 1 << 44  # of a float's bits, what is left of sign, exponent and 8 of the mantissa: 256 buckets from 1 to 2
_VALUE, _PLACE, _COUNT, _BEFORE = "__value", "__bucket", "__count", "__before"


def quantiles(
    frame: Frame, columns: Sequence[str], by: Sequence[str], schema: Schema, shares: Mapping[str, float]
) -> dict[str, dict[str, dict[str, Any]]]:
    """For each column, each group (the text of `key_of`), each name in `shares` the quantile at that share (0 to 1).

    Between two values it lies on the line; of a group without values it is None. Missing values and NaN are left out.

    >>> import polars as pl
    >>> quantiles(pl.DataFrame({"x": [1.0, 2.0, None]}), ["x"], [], {"x": pl.Float64()}, {"half": 0.5})
    {'x': {'': {'half': 1.5}}}
    """
    need_columns(by, list(schema))
    if engine_of(frame) == "polars-lazy" and columns:
        rows = frame.select(*dict.fromkeys([*columns, *by]))
        held = rows.head(HELD + 1).collect(engine="streaming")
        if held.height > HELD:
            del held
            return {name: _counted(rows, name, by, shares) for name in columns}
        frame = held.rechunk()
    return facts(frame, columns, by, schema, {name: _at(share) for name, share in shares.items()}, ranked=True)


def _at(share: float) -> Callable[[Any], Any]:
    """The measure of that quantile; DuckDB and Spark know the median by its name only."""
    if share == 0.5:
        return lambda value: value.median()
    return lambda value: value.quantile(share, interpolation="linear")


def _counted(
    rows: pl.LazyFrame, column: str, by: Sequence[str], shares: Mapping[str, float]
) -> dict[str, dict[str, Any]]:
    """The quantiles of one column of a stream, by counting."""
    import polars as pl

    number = pl.col(column).cast(pl.Float64)
    group = [pl.col(name).alias(f"__by_{place}") for place, name in enumerate(by)]
    names = [f"__by_{place}" for place in range(len(by))]
    bits = number.abs().reinterpret(dtype=pl.Int64) // _BUCKET
    there = rows.filter(number.is_not_null() & number.is_not_nan()).select(
        *group, number.alias(_VALUE), pl.when(number < 0).then(-1 - bits).otherwise(bits).alias(_PLACE)
    )
    buckets = _ranked(there.group_by(*names, _PLACE).agg(pl.len().alias(_COUNT)), names, _PLACE)
    totals = _totals(buckets, names)
    is_wanted = pl.any_horizontal(
        _holds(rank) for share in shares.values() for rank in _ranks(share, pl.col("__total"))
    )
    wanted = buckets.join(totals, on=names, nulls_equal=True) if names else buckets.join(totals, how="cross")
    wanted = wanted.filter(is_wanted).select(*names, _PLACE, "__total", pl.col(_BEFORE).alias("__below"))
    some = there.join(wanted.lazy(), on=[*names, _PLACE], nulls_equal=True)
    counts = some.group_by(*names, _PLACE, "__total", "__below", _VALUE).agg(pl.len().alias(_COUNT))
    values = _ranked(counts, [*names, _PLACE], _VALUE).with_columns(pl.col(_BEFORE) + pl.col("__below"))
    found = {key: dict.fromkeys(shares) for key in _keys(rows.select(group), names)}
    for key, table in _by_key(values, names):
        found[key] = {name: _value_at(table, share) for name, share in shares.items()}
    return found


def _ranked(counts: pl.LazyFrame, within: Sequence[str], order: str) -> pl.DataFrame:
    """Counts in order, with how many lie before, within each group."""
    import polars as pl

    table = counts.collect(engine="streaming").with_columns(pl.col(_COUNT).cast(pl.Int64)).sort(*within, order)
    upto = pl.col(_COUNT).cum_sum()
    return table.with_columns(((upto.over(within) if within else upto) - pl.col(_COUNT)).alias(_BEFORE))


def _totals(buckets: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    total = pl.col(_COUNT).sum().alias("__total")
    return buckets.group_by(names).agg(total) if names else buckets.select(total)


def _ranks(share: float, total: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The places, from 0, of the two values between which the quantile lies."""
    place = (total - 1) * share
    return place.floor(), place.ceil()


def _holds(rank: pl.Expr) -> pl.Expr:
    import polars as pl

    return (pl.col(_BEFORE) <= rank) & (rank < pl.col(_BEFORE) + pl.col(_COUNT))


def _keys(group: pl.LazyFrame, names: Sequence[str]) -> list[str]:
    """The texts of all groups, of those without a value too."""
    if not names:
        return [""]
    keys: list[str] = group.unique().collect(engine="streaming").select(key_of(names)).to_series().to_list()
    return keys


def _by_key(values: pl.DataFrame, names: Sequence[str]) -> Iterator[tuple[str, pl.DataFrame]]:
    if not names:
        if values.height:
            yield "", values
        return
    for table in values.partition_by(names):
        yield str(table.head(1).select(key_of(names)).item()), table


def _value_at(values: pl.DataFrame, share: float) -> float:
    """The quantile of one group, of whose values those about the wanted ranks are there."""
    import polars as pl

    place = (values["__total"][0] - 1) * share
    low, high = (float(values.filter(_holds(pl.lit(rank)))[_VALUE][0]) for rank in (floor(place), ceil(place)))
    return low if low == high else low + (high - low) * (place - floor(place))
