"""Which row of the left meets which of the right, in memory, from the keys alone. Knows polars and no other column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

How = Literal["left", "inner", "right", "full", "semi", "anti"]


@dataclass(frozen=True)
class Pairing:
    """Row numbers of both sides, in the order of the result; None on the left: each row once, as it lies, and booleans:
    the rows that stay, each once.

    `right` has a null where a left row has no partner, and `left` where a right row has none. Semi and anti joins
    have no `right`. `is_met_left`, `is_met_right` say of each row whether it has a partner.
    """

    left: pl.Series | None
    right: pl.Series | None
    is_met_left: np.ndarray
    is_met_right: np.ndarray


def pair(left: pl.DataFrame, right: pl.DataFrame, how: How) -> Pairing:
    """Match two tables of keys (same names and types); a null matches nothing.

    The result is in the order of the left, then of the right; for `right`, of the right and then of the left; what
    only the right has comes last in a full join.

    >>> found = pair(pl.DataFrame({"k": [2, 1, None]}), pl.DataFrame({"k": [1, None, 1]}), "left")
    >>> found.left.to_list(), found.right.to_list()
    ([0, 1, 1, 2], [None, 0, 2, None])
    """
    if how == "right":
        turned = pair(right, left, "left")
        lefts = turned.right
        rights = turned.left if turned.left is not None else pl.arange(right.height, eager=True, dtype=pl.UInt32)
        return Pairing(lefts, rights, turned.is_met_right, turned.is_met_left)
    lefts, rights = _left_join(left, right)
    is_met_right = np.zeros(right.height, dtype=bool)
    is_met_right[rights.drop_nulls().to_numpy()] = True
    has_partner = rights.is_not_null()
    if lefts is None:
        is_met_left = has_partner.to_numpy()
    else:
        is_met_left = np.zeros(left.height, dtype=bool)
        is_met_left[lefts.filter(has_partner).to_numpy()] = True
    if how == "left":
        return Pairing(lefts, rights, is_met_left, is_met_right)
    if how in {"semi", "anti"}:
        kept = np.flatnonzero(is_met_left if how == "semi" else ~is_met_left)
        return Pairing(pl.Series(kept.astype(np.uint32)), None, is_met_left, is_met_right)
    if how == "inner":
        kept_left = has_partner if lefts is None else lefts.filter(has_partner)
        return Pairing(kept_left, rights.drop_nulls(), is_met_left, is_met_right)
    if lefts is None:
        lefts = pl.arange(left.height, eager=True, dtype=pl.UInt32)
    alone = pl.Series(np.flatnonzero(~is_met_right).astype(np.uint32))
    return Pairing(
        pl.concat([lefts, pl.Series([None], dtype=pl.UInt32).new_from_index(0, len(alone))]),
        pl.concat([rights, alone]),
        is_met_left,
        is_met_right,
    )


def _left_join(left: pl.DataFrame, right: pl.DataFrame) -> tuple[pl.Series | None, pl.Series]:
    """Row numbers of a left join. None on the left where each left row comes once."""
    keys = left.columns
    numbered = right.with_row_index("#right")
    once = left.join(numbered, on=keys, how="left", maintain_order="left_right")
    if once.height == left.height:  # every left row comes at least once, so none came twice
        return None, once["#right"]
    del once
    both = left.with_row_index("#left").join(numbered, on=keys, how="left", maintain_order="left_right")
    return both["#left"], both["#right"]


def repeated(keys: pl.DataFrame) -> pl.DataFrame:
    """The keys that stand more than once, with their `rows`, the most frequent first; those with a gap never count.

    >>> repeated(pl.DataFrame({"k": [1, 2, 2, None, None]})).rows()
    [(2, 2)]
    """
    found = keys.drop_nulls().group_by(keys.columns, maintain_order=True).len("rows").filter(pl.col("rows") > 1)
    return found.sort("rows", descending=True, maintain_order=True)


def is_unique(keys: pl.DataFrame) -> bool:
    """Whether no key without a gap stands twice.

    >>> is_unique(pl.DataFrame({"k": [1, 2, None, None]}))
    True
    """
    whole = keys.drop_nulls()
    if keys.width == 1:
        return bool(whole.to_series().n_unique() == whole.height)
    return bool(whole.n_unique() == whole.height)


def size(left: pl.DataFrame, right: pl.DataFrame) -> int:
    """How many pairs there would be.

    >>> size(pl.DataFrame({"k": [1, 1, 2, None]}), pl.DataFrame({"k": [1, 1, 1, None]}))
    6
    """
    keys = left.columns
    lefts = left.lazy().drop_nulls().group_by(keys).len("#left")
    rights = right.lazy().drop_nulls().group_by(keys).len("#right")
    product = pl.col("#left").cast(pl.Int64) * pl.col("#right").cast(pl.Int64)
    return int(lefts.join(rights, on=keys).select(product.sum()).collect().item())
