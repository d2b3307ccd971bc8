"""Rows that belong together, directly or by way of others: connected groups over several columns, and texts nearly alike.

Source: union-find (Galler and Fischer 1964), as the connected components of the graph of rows and values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prep.draws import fractions, parts_of, salt_of, texts

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


def components(table: pl.DataFrame, linked: Sequence[str]) -> NDArray[np.int64]:
    """For each row the number of its group: rows that share a value in any of the columns, directly or by way of others.

    Missing values link nothing. Groups are numbered by their first row.

    >>> import polars as pl
    >>> components(pl.DataFrame({"a": [1, 1, 2, 3], "b": ["x", "y", "y", None]}), ["a", "b"]).tolist()
    [0, 0, 0, 1]
    """
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = table.height
    sources, targets, nodes = [], [], rows
    for name in linked:
        column = texts(table.get_column(name))
        there = column.is_not_null().arg_true().to_numpy().astype(np.int64)
        codes = column.drop_nulls().rank("dense").to_numpy().astype(np.int64)
        sources.append(there)
        targets.append(nodes - 1 + codes)
        nodes += int(codes.max()) if len(codes) else 0
    one, other = (np.concatenate(side) if side else np.zeros(0, np.int64) for side in (sources, targets))
    graph = coo_array((np.ones(len(one), bool), (one, other)), shape=(nodes, nodes))
    found = connected_components(graph, directed=False)[1][:rows] if rows else np.zeros(0, np.int64)
    _, first, number = np.unique(found, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return np.asarray(order[number], np.int64)


def parts_by_value(
    table: pl.DataFrame,
    linked: Sequence[str],
    bounds: Sequence[tuple[float, str]],
    seed: int,
    before: Sequence[str | None] | None,
) -> tuple[dict[str, dict[str, str]], int]:
    """For each linked column the part of each of its values; and how many groups had rows in several parts before.

    A group draws by the name of that value of it whose hash is the least: rows that come in with values that are there
    move none. Where `before` says the part of a row (None: it is new), its whole group stays there; a group that had
    rows in several parts comes wholly into the first of these in the order of the shares.
    """
    import polars as pl

    group = pl.Series("group", components(table, linked))
    told: list[pl.DataFrame] = []
    for name in linked:
        values = pl.DataFrame({"group": group, "value": texts(table.get_column(name))}).drop_nulls().unique()
        told.append(values.with_columns(pl.lit(name).alias("column")))
    every = pl.concat(told)
    names = [f"{column}\0{value}".encode() for column, value in every.select("column", "value").iter_rows()]
    every = every.with_columns(
        pl.Series("draw", fractions(names, salt_of(seed))),
        pl.Series("digest", [hashlib.blake2b(name, digest_size=8).digest() for name in names], dtype=pl.Binary),
    )
    chosen = every.sort("digest").group_by("group", maintain_order=True).first()
    keys = [f"{column}\0{value}".encode() for column, value in chosen.select("column", "value").iter_rows()]
    parts = dict(zip(chosen["group"].to_list(), parts_of(keys, bounds, seed), strict=True))
    torn = _kept(parts, group, before, [name for _, name in bounds])
    found: dict[str, dict[str, str]] = {name: {} for name in linked}
    for column, value, number in every.select("column", "value", "group").iter_rows():
        found[column][value] = parts[number]
    return found, torn


def _kept(parts: dict[int, str], group: pl.Series, before: Sequence[str | None] | None, order: Sequence[str]) -> int:
    held: dict[int, set[str]] = {}
    for number, part in zip(group.to_list(), before or [], strict=False):
        if part is not None and number in parts:
            held.setdefault(number, set()).add(part)
    for number, there in held.items():
        parts[number] = next((name for name in order if name in there), min(there))
    return sum(len(there) > 1 for there in held.values())


def bare(column: Any) -> Any:
    """A text without case and spaces, as near duplicates are looked for."""
    return column.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def near_names(column: pl.Series, threshold: float) -> Mapping[str, str]:
    """For each text (`bare`) the least text of its cluster of texts that are nearly alike."""
    import polars as pl

    from prep.minhash import alike

    different = pl.select(bare(pl.lit(column.cast(pl.String)))).to_series().drop_nulls().unique().sort()
    table = pl.DataFrame({"text": different, "cluster": pl.Series(alike(different.to_list(), threshold))})
    named = table.with_columns(pl.col("text").first().over("cluster").alias("first"))
    return dict(zip(named["text"].to_list(), named["first"].to_list(), strict=True))
