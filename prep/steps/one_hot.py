"""Categories as columns of 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prep.columns import Columns, chosen, need_free, text, with_columns
from prep.engines import Schema, gathered, lazily
from prep.errors import UnusableFrame
from prep.frames import Frame
from prep.stats import rows_to_learn_from
from prep.verb import LearningStep, Plan, verb


@dataclass(frozen=True)
class OneHot(LearningStep):
    """Make each category of a column a column `<name>_<category>` of 0 and 1, in place of it (`keep=True` keeps it).

    The categories are those of the rows (sorted), or what `fit` learned from others: one that was not seen there has
    all zeros. A missing value has all zeros too; `missing=True` gives it a column `<name>_missing`. More than `most`
    (100) categories are refused rather than made into columns. `fit_where` as in `impute`.

    Looks at the rows, unless fitted. Raises UnknownColumn, UnusableFrame, UnusableParameter (a column that is there already).

    >>> import polars as pl
    >>> one_hot(pl.DataFrame({"c": ["red", "blue", None]}), "c").rows()
    [(0, 1), (1, 0), (0, 0)]
    """

    columns: Columns = None
    keep: bool = False
    missing: bool = False
    most: int = 100
    fit_where: str | None = None
    fitted: Mapping[str, Any] | None = None

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """For each column its categories as text, sorted."""
        import narwhals as nw
        import polars as pl

        rows, found = rows_to_learn_from(frame, self.fit_where, schema), {}
        for name in self._names(schema):
            seen = lazily(rows, [name]).filter(~nw.col(name).is_null()).unique().head(self.most + 1)
            values = gathered(seen)
            if values.height > self.most:
                raise UnusableFrame(
                    f"Column {name!r} has more than {self.most} categories. Say most=, or group rare ones first: prep.categorize."
                )
            found[name] = values.select(pl.col(name).sort().cast(pl.String)).to_series().to_list()
        return found

    def plan(self, schema: Schema) -> Plan:
        """A column for each category."""
        import polars as pl

        computed, sources = {}, {}
        for name in self._names(schema):
            for category in (self.fitted or {}).get(name, []):
                new = f"{name}_{category}"
                if new in computed:
                    raise UnusableFrame(f"Two columns would be named {new!r}. Rename one first: prep.clean_names.")
                computed[new] = (text(name, schema) == category).fill_null(False).cast(pl.Int8)
                sources[new] = name
            if self.missing:
                computed[f"{name}_missing"] = pl.col(name).is_null().cast(pl.Int8)
        need_free(list(computed), schema, "one_hot", "Rename that one.")
        gone = [] if self.keep else self._names(schema)
        return Plan(
            with_columns(schema, computed, drop=gone), sources=sources, facts={"categories": dict(self.fitted or {})}
        )

    def _names(self, schema: Schema) -> list[str]:
        names = chosen(schema, self.columns, "text" if self.columns is None else "any", "one_hot")
        for name in names:
            if schema[name].is_nested() or schema[name].is_float():
                raise UnusableFrame(
                    f"one_hot takes categories; column {name!r} holds {schema[name]}. Put numbers into classes first: prep.bin."
                )
        return names


one_hot = verb(OneHot)
