"""Rows that say the same, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from prep.change import Change
from prep.columns import Columns, listed
from prep.engines import Schema, choose_rows, engine_of, rows_of, schema_of
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame, need_columns, to_polars
from prep.verb import Result, Step, verb

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

_RANK, _BEST, _KEY = "__assay_rank", "__assay_best", "__assay_key_"


@dataclass(frozen=True)
class DropDuplicates(Step):
    """Of rows that are equal in `columns` (None: in all) keep one; two missing values (null or NaN) are equal here.

    `keep`: "first" or "last" as they stand, "most_complete" (fewest values missing; of several the first), "newest" or
    "oldest" by the column `time` (rows without a time come last), or "none" of those that come more than once.
    Rows stay in their order. Lazy stays lazy.
    Raises UnknownColumn, UnusableFrame for columns of lists, UnusableParameter.

    >>> import polars as pl
    >>> drop_duplicates(pl.DataFrame({"id": [1, 1, 2], "x": [None, 5, 6]}), "id", keep="most_complete")["x"].to_list()
    [5, 6]
    """

    columns: Columns = None
    keep: Literal["first", "last", "most_complete", "newest", "oldest", "none"] = "first"
    time: str | None = None

    def check(self) -> None:
        """`time` goes with "newest" and "oldest"."""
        if (self.keep in {"newest", "oldest"}) != (self.time is not None):
            raise UnusableParameter("drop_duplicates: keep='newest' or 'oldest' and time=... (a column) go together.")

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """See `Step.run`."""
        del row_id
        table = to_polars(frame) if isinstance(frame, Mapping) else frame
        schema = schema_of(table)
        key = list(schema) if self.columns is None else listed(self.columns)
        need_columns([*key, *([self.time] if self.time else [])], list(schema))
        for name in key:
            if schema[name].is_nested():
                raise UnusableFrame(f"drop_duplicates does not compare lists; name columns other than {name!r}.")
        made = table if not key else self._dropped(table, key, schema)
        return Result(made, self, lambda: self._change(table, made))

    def _dropped(self, frame: Frame, key: Sequence[str], schema: Schema) -> Frame:
        keep = self.keep
        if (keep == "first" or keep == "last" or keep == "none") and engine_of(frame) in {"polars", "polars-lazy"}:  # noqa: PLR1714 # mypy narrows so
            native = _without_nan(frame, key, schema, keep)
            return native if engine_of(frame) == "polars-lazy" else native.collect()
        needed = list(schema) if self.keep == "most_complete" else [*key, *([self.time] if self.time else [])]
        return choose_rows(frame, needed, lambda rows, row: self._chosen(rows, row, key, schema))

    def _chosen(self, rows: nw.LazyFrame[Any], row: str, key: Sequence[str], schema: Schema) -> nw.LazyFrame[Any]:
        import narwhals as nw

        floats = [name for name in key if schema[name].is_float()]
        rows = rows.with_columns(
            nw.when(~nw.col(name).is_nan()).then(nw.col(name)).alias(_KEY + name) for name in floats
        )
        key = [_KEY + name if name in floats else name for name in key]
        return self._best(rows, row, key, schema).drop(_KEY + name for name in floats)

    def _best(self, rows: nw.LazyFrame[Any], row: str, key: Sequence[str], schema: Schema) -> nw.LazyFrame[Any]:
        import narwhals as nw

        if self.keep == "none":
            counted = rows.with_columns(nw.col(row).count().over(*key).alias(_BEST))
            return counted.filter(nw.col(_BEST) == 1).drop(_BEST)
        if self.keep in {"first", "last"}:
            place = nw.col(row).min() if self.keep == "first" else nw.col(row).max()
            return rows.with_columns(place.over(*key).alias(_BEST)).filter(nw.col(_BEST) == nw.col(row)).drop(_BEST)
        if self.keep == "most_complete":
            rows = rows.with_columns(_gaps(schema).alias(_RANK))
            best = nw.col(_RANK).min().over(*key)
        else:
            rows = rows.with_columns(nw.col(str(self.time)).alias(_RANK))
            best = (nw.col(_RANK).max() if self.keep == "newest" else nw.col(_RANK).min()).over(*key)
        rows = rows.with_columns(best.alias(_BEST))
        is_best = (nw.col(_RANK) == nw.col(_BEST)) | nw.col(_BEST).is_null()
        rows = rows.with_columns(nw.when(is_best).then(nw.col(row)).alias(_BEST))
        rows = rows.with_columns(nw.col(_BEST).min().over(*key).alias(_BEST))
        return rows.filter(nw.col(_BEST) == nw.col(row)).drop(_BEST, _RANK)

    def _change(self, frame: Frame, made: Frame) -> Change:
        told = {name: value for name, value in self.as_json().items() if name != "verb"}
        return Change(self.verb, told, rows_in=rows_of(frame), rows_out=rows_of(made))


def _without_nan(
    frame: Frame, key: Sequence[str], schema: Schema, keep: Literal["first", "last", "none"]
) -> pl.LazyFrame:
    """Polars' own unique, with NaN taken for missing."""
    import polars as pl

    floats = [name for name in key if schema[name].is_float()]
    rows: pl.LazyFrame = frame.lazy()
    if floats:
        rows = rows.with_columns(pl.col(name).fill_nan(None).alias(_KEY + name) for name in floats)
    unique = rows.unique([_KEY + name if name in floats else name for name in key], keep=keep, maintain_order=True)
    return unique.drop(_KEY + name for name in floats)


def _gaps(schema: Schema) -> nw.Expr:
    """How many values of a row are missing."""
    import narwhals as nw

    gone = []
    for name, kind in schema.items():
        value = nw.col(name)
        gone.append((value.is_null() | value.is_nan() if kind.is_float() else value.is_null()).cast(nw.Int64))
    return nw.sum_horizontal(*gone)


drop_duplicates = verb(DropDuplicates)
