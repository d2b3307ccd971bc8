"""Values beyond the usual, drawn in to its bounds."""

from __future__ import annotations

from dataclasses import dataclass

from prep.bounds import BoundedStep
from prep.columns import with_columns
from prep.engines import Schema
from prep.verb import Plan, verb


@dataclass(frozen=True)
class ClipOutliers(BoundedStep):
    """Draw values beyond the usual in to its bounds; missing ones stay missing. The column becomes one of numbers (floats).

    `method`: "iqr": k (1.5) times the range between the quartiles beyond them (Tukey 1977); "mad": k (3) times
    1.4826 median absolute deviations from the median; "quantile": from `low` (.01) to `high` (.99). `by`: in each group by
    itself. `fit_where`: learn from these rows only ("split == 'train'"); `fitted`: what `fit` learned before.

    Looks at the rows, unless fitted. Raises UnknownColumn, UnusableFrame for a column of no numbers.

    >>> import polars as pl
    >>> clip_outliers(pl.DataFrame({"x": [1, 2, 3, 4, 100]}), "x")["x"].to_list()
    [1.0, 2.0, 3.0, 4.0, 7.0]
    """

    def plan(self, schema: Schema) -> Plan:
        """Each value within its bounds."""
        import polars as pl

        names, computed = self.names(schema), {}
        for name in names:
            low, high = self.bounds(name)
            value = pl.col(name).cast(pl.Float64)
            clipped = pl.when(value < low).then(low).when(value > high).then(high).otherwise(value)
            computed[name] = (
                pl.when(value.is_nan()).then(value).otherwise(clipped) if schema[name].is_float() else clipped
            )
        return Plan(with_columns(schema, computed), notes=self.told(names), facts={"bounds": self.fitted})


clip_outliers = verb(ClipOutliers)
