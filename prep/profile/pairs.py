"""How strongly columns go together: numbers with numbers, few values with few values, few values with numbers."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from prep.profile.facts import ColumnFacts, Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROWS = 50_000
MOST_COLUMNS = 40
FEW = 50


def pairs_of(sample: pl.DataFrame, columns: list[ColumnFacts]) -> list[Pair]:
    """The pairs of the first forty columns that can be compared, the strongest first; at most 50,000 rows are read."""
    rows = sample.head(ROWS)
    few, numbers = [], []
    for column in columns[:MOST_COLUMNS]:
        if column.distinct is None or column.distinct < 2 or column.kind == "nested":
            continue
        if column.kind in {"text", "boolean"}:
            if column.distinct <= FEW:
                few.append(column.name)
        else:
            numbers.append(column.name)
    values = {name: _floats(rows, name) for name in numbers}
    codes = {name: _codes(rows, name) for name in few}
    found = [pair for a, b in combinations(numbers, 2) for pair in _numbers(a, b, values[a], values[b])]
    for a, b in combinations(few, 2):
        there = (codes[a] >= 0) & (codes[b] >= 0)
        value = cramer_v(_table(codes[a][there], codes[b][there]))
        if value is not None:
            found.append(Pair(a, b, "cramer", value, int(there.sum())))
    for a in few:
        for b in numbers:
            there = (codes[a] >= 0) & np.isfinite(values[b])
            ratio = correlation_ratio(codes[a][there], values[b][there])
            if ratio is not None:
                found.append(Pair(a, b, "eta", ratio, int(there.sum())))
    return sorted(found, key=lambda pair: (-abs(pair.value), pair.first, pair.second, pair.measure))


def cramer_v(table: NDArray[np.int64]) -> float | None:
    """Cramér's V of a table of counts without its bias: 0 no association, 1 each value tells the other.

    None where a row or column is alone. Source: Bergsma (2013), eq. 7 and 8.

    >>> cramer_v(np.array([[10, 0], [0, 10]]))
    1.0
    >>> cramer_v(np.array([[10, 10], [10, 10]]))
    0.0
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0].astype(np.float64)
    total = table.sum()
    rows, columns = table.shape
    if min(rows, columns) < 2 or total < 2:
        return None
    expected = table.sum(axis=1, keepdims=True) @ table.sum(axis=0, keepdims=True) / total
    phi2 = float(((table - expected) ** 2 / expected).sum() / total)
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (total - 1))
    r = rows - (rows - 1) ** 2 / (total - 1)
    c = columns - (columns - 1) ** 2 / (total - 1)
    least = min(r, c) - 1
    return min(1.0, math.sqrt(phi2 / least)) if least > 0 else None


def correlation_ratio(groups: NDArray[np.int64], values: Floats) -> float | None:
    """The correlation ratio η: the root of the share of a number's variance that lies between groups, 0 to 1.

    None where the number does not vary, or there is one group. Source: Fisher (1925).

    >>> correlation_ratio(np.array([0, 0, 1, 1]), np.array([1.0, 1.0, 5.0, 5.0]))
    1.0
    """
    if len(values) < 3:
        return None
    values = values / (np.abs(values).max() or 1.0)  # squares stay within what a float holds
    count = np.bincount(groups)
    total = float(((values - values.mean()) ** 2).sum())
    if (count > 0).sum() < 2 or total <= 1e-24 * len(values):
        return None
    means = np.bincount(groups, values)[count > 0] / count[count > 0]
    between = float((count[count > 0] * (means - values.mean()) ** 2).sum())
    return min(1.0, math.sqrt(between / total))


def _numbers(first: str, second: str, a: Floats, b: Floats) -> list[Pair]:
    from scipy.stats import rankdata

    there = np.isfinite(a) & np.isfinite(b)
    x, y = a[there], b[there]
    if len(x) < 3:
        return []
    found = []
    for measure, left, right in (("pearson", x, y), ("spearman", rankdata(x), rankdata(y))):
        value = _pearson(left, right)
        if value is not None:
            found.append(Pair(first, second, measure, value, len(x)))  # type: ignore[arg-type] # one of the two
    return found


def _pearson(x: Floats, y: Floats) -> float | None:
    x, y = x / (np.abs(x).max() or 1.0), y / (np.abs(y).max() or 1.0)
    x, y = x - x.mean(), y - y.mean()
    wide = math.sqrt(float(x @ x) * float(y @ y))
    return max(-1.0, min(1.0, float(x @ y) / wide)) if wide > 1e-15 else None


def _floats(rows: pl.DataFrame, name: str) -> Floats:
    return rows.get_column(name).cast(pl.Float64).fill_null(math.nan).to_numpy()


def _codes(rows: pl.DataFrame, name: str) -> NDArray[np.int64]:
    column = rows.get_column(name)
    levels = column.drop_nulls().unique().sort().to_list()
    place = {value: number for number, value in enumerate(levels)}
    return np.array([place.get(value, -1) for value in column.to_list()], dtype=np.int64)


def _table(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(a):
        return np.zeros((1, 1), dtype=np.int64)
    wide = int(b.max()) + 1
    counted: NDArray[np.int64] = np.bincount(a * wide + b, minlength=(int(a.max()) + 1) * wide)
    return counted.reshape(-1, wide)
