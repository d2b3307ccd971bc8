"""Between which bounds the values of a column are usual, by three methods and by group. Knows no verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from prep.columns import Columns, chosen, in_words, listed
from prep.engines import Schema, Work, map_rows
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame
from prep.quantiles import quantiles
from prep.stats import only, rows_to_learn_from, value_for
from prep.verb import LearningStep

if TYPE_CHECKING:
    import polars as pl

Method: TypeAlias = Literal["iqr", "mad", "quantile"]


@dataclass(frozen=True)
class BoundedStep(LearningStep):
    """A verb on the values beyond the usual; its subclasses say what is done to them."""

    columns: Columns = None
    method: Method = "iqr"
    k: float | None = None
    low: float = 0.01
    high: float = 0.99
    by: Columns = None
    fit_where: str | None = None
    fitted: Mapping[str, Any] | None = None

    def check(self) -> None:
        """Quantiles lie between 0 and 1, and the low one is the lower."""
        if not 0 <= self.low < self.high <= 1:
            raise UnusableParameter(f"low={self.low} and high={self.high} are no quantiles. Say 0 <= low < high <= 1.")
        if self.k is not None and (self.k <= 0 or self.method == "quantile"):
            raise UnusableParameter("k is above 0, and goes with method='iqr' or 'mad'; quantile has low and high.")

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """For each column and group its bounds: [low, high]."""
        names = self.names(schema)
        rows, by = rows_to_learn_from(frame, self.fit_where, schema), listed(self.by)
        if self.method == "mad":
            return self._by_mad(rows, names, by, schema)
        low, high = (self.low, self.high) if self.method == "quantile" else (0.25, 0.75)
        found = quantiles(rows, names, by, schema, {"low": low, "high": high})
        k = 0.0 if self.method == "quantile" else 1.5 if self.k is None else self.k
        return {
            name: {key: _wider(one["low"], one["high"], k) for key, one in table.items()}
            for name, table in found.items()
        }

    def names(self, schema: Schema) -> list[str]:
        """The columns: all of numbers, but those that group, or those named."""
        by = listed(self.by)
        names = [name for name in chosen(schema, self.columns, "number", self.verb) if name not in by]
        for name in names:
            if schema[name].is_decimal():
                raise UnusableFrame(
                    f"{self.verb} takes no decimals; column {name!r} holds {in_words(schema[name])}. Cast it first."
                )
        return names

    def bounds(self, name: str) -> tuple[pl.Expr, pl.Expr]:
        """The bounds of each row's value in that column; null in a group that has none."""
        import polars as pl

        table, by = (self.fitted or {}).get(name, {}), listed(self.by)
        low, high = ({key: one[place] for key, one in table.items()} for place in (0, 1))
        return value_for(by, low, pl.Float64()), value_for(by, high, pl.Float64())

    def told(self, names: Sequence[str]) -> tuple[str, ...]:
        """A sentence on each column's bounds, where there are no groups."""
        if self.by:
            return ()
        tables = [(name, (self.fitted or {}).get(name, {}).get("", (None, None))) for name in names]
        return tuple(f"{name}: usual from {low:.6g} to {high:.6g}" for name, (low, high) in tables if low is not None)

    def _by_mad(self, rows: Frame, names: Sequence[str], by: Sequence[str], schema: Schema) -> Mapping[str, Any]:
        import polars as pl

        middle = quantiles(rows, names, by, schema, {"median": 0.5})
        away = {
            name: (pl.col(name) - value_for(by, only(middle[name], "median"), pl.Float64())).abs() for name in names
        }
        kept: dict[str, str | pl.Expr] = {name: name for name in by}
        far = map_rows(rows, Work({**kept, **away})) if names else rows
        types = {**{name: schema[name] for name in by}, **{name: pl.Float64() for name in names}}
        spread = quantiles(far, names, by, types, {"mad": 0.5})
        k = 3.0 if self.k is None else self.k
        # 1.4826 makes the MAD of a normal distribution its standard deviation.
        return {
            name: {
                key: _around(one["median"], spread[name].get(key, {}).get("mad"), 1.4826 * k)
                for key, one in middle[name].items()
            }
            for name in names
        }


def _wider(low: float | None, high: float | None, k: float) -> list[float | None]:
    if low is None or high is None:
        return [None, None]
    return [low - k * (high - low), high + k * (high - low)]


def _around(middle: float | None, spread: float | None, k: float) -> list[float | None]:
    return [None, None] if middle is None or spread is None else [middle - k * spread, middle + k * spread]
