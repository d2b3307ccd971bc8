"""Which row of the right is nearest in time to each of the left: in memory, and over Narwhals. Knows no other column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw
import numpy as np
import polars as pl

Direction = Literal["backward", "forward", "nearest"]
TIME = "__assay_time"
_OTHER = "__assay_other"
_SIDE = "__assay_side"
_BACK, _AHEAD, MET = "__assay_back", "__assay_ahead", "__assay_met"


@dataclass(frozen=True)
class Nearness:
    """Which times may meet: in which direction, how far apart at most (in the unit of the times), and equal ones."""

    direction: Direction
    most: float | None
    exact: bool


def nearest_rows(left: pl.DataFrame, right: pl.DataFrame, near: Nearness) -> tuple[pl.Series, int]:
    """For each row of the left the number of its row of the right (or a gap), and how many of the right gave way to another.

    Both have the same key columns, and TIME. Of rows of the right at one time, the last counts; of two times equally
    near, the earlier.

    >>> left, right = pl.DataFrame({TIME: [5, 1]}), pl.DataFrame({TIME: [4, 4, 7]})
    >>> found, ties = nearest_rows(left, right, Nearness("nearest", None, True))
    >>> found.to_list(), ties
    ([1, 1], 1)
    """
    keys = [name for name in left.columns if name != TIME]
    rights = right.with_row_index("#right").drop_nulls([*keys, TIME]).sort(TIME, maintain_order=True)
    once = rights.unique([*keys, TIME], keep="last", maintain_order=True).with_columns(pl.col(TIME).alias(_OTHER))
    lefts = left.with_row_index("#left").drop_nulls([*keys, TIME]).sort(TIME, maintain_order=True)
    sides: dict[str, pl.DataFrame] = {}
    for strategy in ("backward", "forward") if near.direction == "nearest" else (near.direction,):
        sides[strategy] = lefts.join_asof(
            once, on=TIME, by=keys or None, strategy=strategy, allow_exact_matches=near.exact, check_sortedness=False
        )
    found = next(iter(sides.values()))
    if near.direction == "nearest":
        ahead = sides["forward"].select(pl.col(_OTHER).alias(_AHEAD), pl.col("#right").alias("#ahead"))
        found = pl.concat([found, ahead], how="horizontal")
        is_ahead = (
            pl.col(_OTHER).is_null() | (pl.col(_AHEAD) - pl.col(TIME) < pl.col(TIME) - pl.col(_OTHER))
        ) & pl.col(_AHEAD).is_not_null()
        found = found.with_columns(
            pl.when(is_ahead).then(pl.col("#ahead")).otherwise(pl.col("#right")).alias("#right"),
            pl.when(is_ahead).then(pl.col(_AHEAD)).otherwise(pl.col(_OTHER)).alias(_OTHER),
        )
    if near.most is not None:
        found = found.filter((pl.col(TIME) - pl.col(_OTHER)).abs() <= near.most)
    found = found.drop_nulls("#right")
    places = np.full(left.height, -1, dtype=np.int64)
    places[found["#left"].to_numpy()] = found["#right"].to_numpy()
    series = pl.Series(places)
    return series.set(series < 0, None).cast(pl.UInt32), rights.height - once.height


def last_of_each(right: nw.LazyFrame[Any], keys: Sequence[str], place: str) -> nw.LazyFrame[Any]:
    """The rows of the right that may be met: no gap in keys or time, and of those at one time the last."""
    whole = right.filter(*(~nw.col(name).is_null() for name in (*keys, TIME)))
    last = "__assay_last"
    return (
        whole.with_columns(nw.col(place).max().over(*keys, TIME).alias(last))
        .filter(nw.col(place) == nw.col(last))
        .drop(last)
    )


def with_met(
    left: nw.LazyFrame[Any], right: nw.LazyFrame[Any], keys: Sequence[str], near: Nearness
) -> nw.LazyFrame[Any]:
    """The left with the time it meets, MET, which the right has under its keys; a gap where none is near enough.

    The times of both are laid in one line for each key; the latest of the right so far is the one before, the next to
    come the one after.
    """
    columns = left.collect_schema().names()
    kind = left.collect_schema()[TIME]
    absent = {name: left.collect_schema()[name] for name in columns if name not in (*keys, TIME)}
    line = nw.concat(
        [
            left.with_columns(nw.lit(None).cast(kind).alias(_OTHER), nw.lit(1).alias(_SIDE)),
            right.select(
                *(
                    nw.col(name) if name in (*keys, TIME) else nw.lit(None).cast(absent[name]).alias(name)
                    for name in columns
                ),
                nw.col(TIME).cast(kind).alias(_OTHER),
                nw.lit(0 if near.exact else 2).alias(_SIDE),
            ),
        ],
        how="vertical",
    )
    ahead_first = [TIME, _SIDE]
    if near.direction != "backward":  # seen from the end, an equal time of the right must come before the left's
        line = line.with_columns((0 - nw.col(_SIDE)).alias(_SIDE + "_ahead"))
        ahead_first = [TIME, _SIDE + "_ahead"]
    back = nw.col(_OTHER).fill_null(strategy="forward").over(*keys, order_by=[TIME, _SIDE])
    ahead = nw.col(_OTHER).fill_null(strategy="backward").over(*keys, order_by=ahead_first)
    if near.direction == "nearest":
        line = line.with_columns(back.alias(_BACK), ahead.alias(_AHEAD))
        is_ahead = nw.col(_BACK).is_null() | (nw.col(_AHEAD) - nw.col(TIME) < nw.col(TIME) - nw.col(_BACK))
        met = nw.when(is_ahead & ~nw.col(_AHEAD).is_null()).then(nw.col(_AHEAD)).otherwise(nw.col(_BACK))
        line = line.with_columns(met.alias(MET))
    else:
        line = line.with_columns((back if near.direction == "backward" else ahead).alias(MET))
    is_whole = ~nw.any_horizontal(*(nw.col(name).is_null() for name in (*keys, TIME)), ignore_nulls=True)
    is_near = is_whole
    if near.most is not None:
        is_near = is_whole & ((nw.col(TIME) - nw.col(MET)).abs() <= near.most)
    met_near = nw.when(is_near).then(nw.col(MET)).alias(MET)
    return line.filter(nw.col(_SIDE) == 1).with_columns(met_near).select(*columns, MET)
