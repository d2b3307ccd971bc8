"""How far the values of a column moved from one table to another, as one number from 0 (alike) to 1 (nothing in common).

Numbers and times: the Kolmogorov–Smirnov distance, the widest gap between the two distribution functions. All else that
has at most MOST_VALUES values: the total variation distance, half the sum of the differences of the shares. (A snapshot and
the one after it share most rows, so no test of significance is made here: its assumption would be false.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

MOST_VALUES = 200


@dataclass(frozen=True)
class Shift:
    """Of one column: which distance ("ks" or "variation"), how far (0 to 1), and its missing shares before and after."""

    column: str
    measure: str
    distance: float
    missing_before: float
    missing_after: float


def shift(before: pl.Series, after: pl.Series) -> Shift | None:
    """How far a column moved; None for lists and objects, for texts of too many values, and where a side is empty.

    >>> import polars as pl
    >>> shift(pl.Series("x", ["a", "a", "b", "b"]), pl.Series("x", ["a", "b", "b", "b"])).distance
    0.25
    """
    missing = [column.null_count() / max(len(column), 1) for column in (before, after)]
    old, new = before.drop_nulls(), after.drop_nulls()
    if not len(old) or not len(new) or old.dtype.is_nested() or new.dtype.is_nested():
        return None
    if all(column.dtype.is_numeric() or column.dtype.is_temporal() for column in (old, new)):
        return Shift(before.name, "ks", _ks(old, new), *missing)
    if old.n_unique() > MOST_VALUES or new.n_unique() > MOST_VALUES:
        return None
    counted = counts(old, new)
    total = [max(sum(row[side] for row in counted), 1) for side in ("before", "after")]
    distance = sum(abs(row["before"] / total[0] - row["after"] / total[1]) for row in counted) / 2
    return Shift(before.name, "variation", distance, *missing)


def counts(before: pl.Series, after: pl.Series) -> list[dict[str, Any]]:
    """For each value (as text) how many rows have it before and after, the most frequent first."""
    import polars as pl

    sides = [
        pl.DataFrame({"value": column.cast(pl.String)}).group_by("value").len(name)
        for column, name in ((before, "before"), (after, "after"))
    ]
    both = sides[0].join(sides[1], on="value", how="full", coalesce=True, nulls_equal=True).fill_null(0)
    both = both.select("value", pl.col("before").cast(pl.Int64), pl.col("after").cast(pl.Int64))
    ordered = both.sort(pl.col("before") + pl.col("after"), "value", descending=[True, False])
    return [dict(row) for row in ordered.iter_rows(named=True)]


def _ks(before: pl.Series, after: pl.Series) -> float:
    import numpy as np

    old, new = (np.sort(column.to_physical().to_numpy().astype(float)) for column in (before, after))
    old, new = old[~np.isnan(old)], new[~np.isnan(new)]
    if not len(old) or not len(new):
        return 0.0
    every = np.concatenate([old, new])
    gap = np.searchsorted(old, every, side="right") / len(old) - np.searchsorted(new, every, side="right") / len(new)
    return float(np.abs(gap).max())
