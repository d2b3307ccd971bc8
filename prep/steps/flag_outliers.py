"""Values beyond the usual, marked."""

from __future__ import annotations

from dataclasses import dataclass

from prep.bounds import BoundedStep
from prep.columns import need_free, with_columns
from prep.engines import Schema
from prep.verb import Plan, verb


@dataclass(frozen=True)
class FlagOutliers(BoundedStep):
    """Mark values beyond the usual in a new column `<name>_is_outlier`; where the value is missing, so is the mark.

    The methods and the other parameters are those of `clip_outliers`. Looks at the rows, unless fitted.
    Raises UnknownColumn, UnusableFrame for a column of no numbers, UnusableParameter where the new column is there already.

    >>> import polars as pl
    >>> flag_outliers(pl.DataFrame({"x": [1, 2, 3, 4, 100]}), "x")["x_is_outlier"].to_list()
    [False, False, False, False, True]
    """

    def plan(self, schema: Schema) -> Plan:
        """Whether each value is out of its bounds."""
        import polars as pl

        names, computed = self.names(schema), {}
        need_free([f"{name}_is_outlier" for name in names], schema, "flag_outliers", "Drop or rename it.")
        for name in names:
            low, high = self.bounds(name)
            value = pl.col(name).cast(pl.Float64)
            value = pl.when(value.is_not_nan()).then(value) if schema[name].is_float() else value
            computed[f"{name}_is_outlier"] = (value < low) | (value > high)
        sources = {f"{name}_is_outlier": name for name in names}
        return Plan(
            with_columns(schema, computed), sources=sources, notes=self.told(names), facts={"bounds": self.fitted}
        )


flag_outliers = verb(FlagOutliers)
