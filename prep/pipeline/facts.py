"""What is told of a result: statistics, vocabulary, and what is odd beside the run before. Knows no run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prep.manifest import plain

if TYPE_CHECKING:
    import polars as pl

MOST_WORDS = 50
"""A text column with more distinct values has no vocabulary."""
MOST_COLUMNS = 200
REPEATED = 2 / 3
"""Nor has one whose values hardly repeat: ids and free texts are always new."""
JUMP = 0.5
"""A change of the number of rows by more than this share is odd."""
GAPS = 0.1
"""So is a column's share of gaps that grew by more than this."""


def statistics(frame: pl.DataFrame) -> dict[str, Any]:
    """Rows, and of each column its type, gaps and range; of texts with few values, how often each stands."""
    import polars as pl

    columns: dict[str, Any] = {}
    for name, kind in list(frame.schema.items())[:MOST_COLUMNS]:
        column = frame.get_column(name)
        told: dict[str, Any] = {"type": str(kind), "missing": column.null_count()}
        if kind.is_numeric():
            known = column.drop_nans() if kind.is_float() else column
            told |= {"min": plain(known.min()), "mean": plain(known.mean()), "max": plain(known.max())}
        elif kind.is_temporal():
            told |= {"min": _said(column.min()), "max": _said(column.max())}
        elif kind in {pl.String, pl.Categorical, pl.Boolean} or isinstance(kind, pl.Enum):
            told |= _vocabulary(column.cast(pl.String))
        columns[name] = told
    return {"rows": frame.height, "columns": columns}


def _vocabulary(column: pl.Series) -> dict[str, Any]:
    """The distinct values, and how often each stands where they are few: the most frequent first."""
    import polars as pl

    if column.len() > 10_000 and column.head(10_000).n_unique() > 20 * MOST_WORDS:
        return {"distinct": plain(int(pl.select(pl.lit(column).approx_n_unique()).item()))}
    counts = column.drop_nulls().value_counts().sort(["count", column.name], descending=[True, False])
    if counts.height > MOST_WORDS or counts.height > REPEATED * (len(column) - column.null_count()):
        return {"distinct": counts.height}
    return {"distinct": counts.height, "vocabulary": dict(counts.iter_rows())}


def anomalies(
    now: Mapping[str, Any], before: Mapping[str, Any] | None, steps: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Sentences on what a person should look at: values set aside, and what jumped since the run before."""
    found = [
        f"{step['name']} set aside {step['set_aside']:,} value{'s' * (step['set_aside'] != 1)}"
        for step in steps
        if step.get("set_aside")
    ]
    if not now["rows"]:
        found.append("the result has no rows")
    found += [
        f"{name} is missing in every row"
        for name, told in now["columns"].items()
        if now["rows"] and told["missing"] == now["rows"]
    ]
    return [*found, *(_since(now, before) if before else ())]


def _since(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    rows, were = now["rows"], before["rows"]
    if were and abs(rows - were) > JUMP * were:
        yield f"{rows:,} rows, where the run before had {were:,}"
    there, was = now["columns"], before["columns"]
    if fresh := [name for name in there if name not in was]:
        yield f"new columns: {', '.join(fresh)}"
    if gone := [name for name in was if name not in there]:
        yield f"columns gone: {', '.join(gone)}"
    for name in (one for one in there if one in was):
        yield from _of_column(name, there[name], was[name], rows, were)


def _of_column(name: str, now: Mapping[str, Any], was: Mapping[str, Any], rows: int, were: int) -> Iterator[str]:
    if now["type"] != was["type"]:
        yield f"{name} is {now['type']} now, and was {was['type']}"
    if rows and were and now["missing"] / rows - was["missing"] / were > GAPS:
        yield f"{name} is missing in {now['missing'] / rows:.0%} of the rows, and was in {was['missing'] / were:.0%}"
    words, known = now.get("vocabulary"), was.get("vocabulary")
    if words is not None and known is not None:
        if new := [word for word in words if word not in known]:
            yield f"{name} has new values: {_some(new)}"
        if lost := [word for word in known if word not in words]:
            yield f"{name} has lost values: {_some(lost)}"


def _some(words: list[str]) -> str:
    return ", ".join(map(repr, words[:5])) + (f" and {len(words) - 5} more" if len(words) > 5 else "")


def _said(value: Any) -> str | None:
    return None if value is None else str(value)
