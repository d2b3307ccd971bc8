"""What changed between two snapshots, row by row: added, removed, changed, and which labels flipped."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableFrame
from prep.shifts import Shift, counts, shift

if TYPE_CHECKING:
    import polars as pl

    from prep.frozen import Snapshot


@dataclass(frozen=True)
class Diff:
    """What changed in a table between `before` and `after` (references), by its `keys`.

    `added` and `removed` hold the keys of the rows; `changed` the keys of the rows in both that differ; `cells` how
    many values changed in each column that is in both (only those with a change); `flips` each change of the label as
    `from`, `to` and `rows`, the most frequent first; `new_columns` and `gone_columns` are the names of columns. `labels`
    counts the rows of each label `before` and `after`; `shifts` says of each column whose values are others how far their
    distribution moved (0 to 1, the farthest first).
    """

    table: str
    before: str
    after: str
    keys: list[str]
    rows_before: int
    rows_after: int
    added: pl.DataFrame
    removed: pl.DataFrame
    changed: pl.DataFrame
    cells: dict[str, int]
    flips: pl.DataFrame
    new_columns: list[str]
    gone_columns: list[str]
    labels: list[dict[str, Any]] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        rows = self.added.height + self.removed.height + self.changed.height
        return not (rows or self.new_columns or self.gone_columns)

    def as_dict(self) -> dict[str, Any]:
        """The counts, for JSON."""
        return {
            "table": self.table,
            "before": self.before,
            "after": self.after,
            "rows_before": self.rows_before,
            "rows_after": self.rows_after,
            "added": self.added.height,
            "removed": self.removed.height,
            "changed": self.changed.height,
            "cells": self.cells,
            "flips": self.flips.to_dicts(),
            "new_columns": self.new_columns,
            "gone_columns": self.gone_columns,
            "labels": self.labels,
            "shifts": [asdict(one) for one in self.shifts],
        }

    def __str__(self) -> str:
        if self.is_empty:
            return f"{self.table}: {self.before} and {self.after} hold the same {self.rows_after:,} rows."
        lines = [f"{self.table}: {self.before} ({self.rows_before:,} rows) → {self.after} ({self.rows_after:,} rows)"]
        lines += [f"  {self.added.height:>8,} added", f"  {self.removed.height:>8,} removed"]
        lines += [f"  {self.changed.height:>8,} changed"]
        lines += [f"  {count:>8,} values changed in {column!r}" for column, count in self.cells.items()]
        lines += [
            f"  {flip['rows']:>8,} × {flip['from']!r} → {flip['to']!r}" for flip in self.flips.head(20).to_dicts()
        ]
        if any(one["before"] != one["after"] for one in self.labels):
            told = ", ".join(f"{one['value']} {one['before']:,} → {one['after']:,}" for one in self.labels[:10])
            lines.append(f"  labels: {told}")
        lines += [f"  {one.distance:>8.3f} shift of {one.column!r} (0 to 1)" for one in self.shifts[:10]]
        lines += [f"  new column {name!r}" for name in self.new_columns]
        lines += [f"  column {name!r} is gone" for name in self.gone_columns]
        return "\n".join(lines)


def compare(before: Snapshot, after: Snapshot, *, table: str = "items", label: str = "label") -> Diff:
    """What changed in a table from one snapshot to another.

    Raises UnusableFrame when the two name their rows by different columns, UnknownSnapshot for no such table,
    DamagedSnapshot.
    """
    import polars as pl

    keys = before.keys(table)
    if keys != after.keys(table):
        raise UnusableFrame(
            f"{before.ref} names its rows by {', '.join(keys)}, {after.ref} by {', '.join(after.keys(table))}. "
            "Only tables whose rows are named by the same columns can be compared."
        )
    old, new = before.load(table), after.load(table)
    for name in keys:
        if old.schema[name] != new.schema[name]:
            old, new = (frame.with_columns(pl.col(name).cast(pl.String)) for frame in (old, new))
    shared = [name for name in old.columns if name in new.columns and name not in keys]
    digests = [
        {name: facts["sha256"] for name, facts in one.manifest["tables"][table]["columns"].items()}
        for one in (before, after)
    ]
    same_rows = all(digests[0][name] == digests[1][name] for name in keys)
    # Where the keys are the same, a column with the same digest has the same values and need not be looked at.
    looked = [name for name in shared if not (same_rows and digests[0][name] == digests[1][name])]
    both = old.select(*keys, *looked).join(
        new.select(*keys, *looked), on=keys, how="inner", suffix="\0after", maintain_order="left"
    )
    marks = both.select(*keys, *(_differs(both, name) for name in looked))
    cells = {name: int(marks.get_column(name).sum()) for name in looked}
    changed = marks.filter(pl.any_horizontal(looked)).select(keys) if looked else marks.clear().select(keys)
    return Diff(
        table,
        before.ref,
        after.ref,
        keys,
        old.height,
        new.height,
        new.join(old, on=keys, how="anti").select(keys).sort(keys),
        old.join(new, on=keys, how="anti").select(keys).sort(keys),
        changed,
        {name: count for name, count in cells.items() if count},
        _flips(both, marks, label if label in looked else None),
        [name for name in new.columns if name not in old.columns],
        [name for name in old.columns if name not in new.columns],
        counts(old.get_column(label), new.get_column(label)) if _is_counted(label, old, new) else [],
        _shifts(old, new, [name for name in shared if digests[0][name] != digests[1][name]]),
    )


def _is_counted(label: str, old: pl.DataFrame, new: pl.DataFrame) -> bool:
    """Whether there is a column of labels in both, of few enough values to be counted."""
    from prep.shifts import MOST_VALUES

    if label not in old.columns or label not in new.columns:
        return False
    return all(
        not one.schema[label].is_nested() and one.get_column(label).n_unique() <= MOST_VALUES for one in (old, new)
    )


def _shifts(old: pl.DataFrame, new: pl.DataFrame, names: list[str]) -> list[Shift]:
    found = [shift(old.get_column(name), new.get_column(name)) for name in names]
    return sorted([one for one in found if one is not None and one.distance > 0], key=lambda one: -one.distance)


def _differs(both: pl.DataFrame, name: str) -> Any:
    import polars as pl

    old, new = both.get_column(name), both.get_column(f"{name}\0after")
    if old.dtype == new.dtype and not old.dtype.is_nested():
        return old.ne_missing(new).alias(name)
    if old.dtype.is_numeric() and new.dtype.is_numeric():
        return old.ne_missing(new).alias(name)
    return pl.Series(
        name, [one != other for one, other in zip(old.to_list(), new.to_list(), strict=True)], dtype=pl.Boolean
    )


def _flips(both: pl.DataFrame, marks: pl.DataFrame, label: str | None) -> pl.DataFrame:
    import polars as pl

    if label is None:
        return pl.DataFrame(schema={"from": pl.String, "to": pl.String, "rows": pl.UInt32})
    flipped = both.filter(marks.get_column(label)).select(
        pl.col(label).alias("from"), pl.col(f"{label}\0after").alias("to")
    )
    counted = flipped.group_by("from", "to").len("rows")
    if counted.schema["from"].is_nested():
        return counted.sort("rows", descending=True)
    return counted.sort("rows", "from", "to", descending=[True, False, False])
