"""Numbers on one scale, learned from the training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from prep.columns import Columns, chosen, with_columns
from prep.engines import Schema
from prep.frames import Frame
from prep.quantiles import quantiles
from prep.stats import facts, rows_to_learn_from
from prep.verb import LearningStep, Plan, verb


@dataclass(frozen=True)
class Scale(LearningStep):
    """Put numbers on one scale, learned from the rows for training only, so that nothing of the test leaks in.

    `how`: "standard" (mean 0, standard deviation 1, by n), "minmax" (0 to 1), "robust" (median 0, interquartile range 1).
    `fit_where` says which rows to learn from; by default those of the part "train" that `prep.split` made; None: all.
    `fitted` is what `fit` learned: keep the step with the model, `step.as_json()`, and it does the same when serving.
    A column that does not vary becomes 0. Missing stays missing; values beyond those of training go beyond 0 to 1.

    Looks at the rows, unless fitted. Raises UnknownColumn (no column split: give fit_where), UnusableFrame.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"x": [0.0, 10.0, 20.0], "split": ["train", "train", "test"]})
    >>> scale(rows, "x", how="minmax")["x"].to_list()
    [0.0, 1.0, 2.0]
    """

    looks: ClassVar[str] = "it learns from the training rows, unless fitted is given"

    columns: Columns = None
    how: Literal["standard", "minmax", "robust"] = "standard"
    fit_where: str | None = "split == 'train'"
    fitted: Mapping[str, Any] | None = None

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """For each column [shift, factor]: what is taken away, and what the rest is divided by."""
        names = chosen(schema, self.columns, "number", "scale")
        rows = rows_to_learn_from(frame, self.fit_where, schema)
        measures: dict[str, dict[str, Any]] = {
            "standard": {"mean": lambda value: value.mean(), "std": lambda value: value.std(ddof=0)},
            "minmax": {"low": lambda value: value.min(), "high": lambda value: value.max()},
        }
        if self.how == "robust":
            found = quantiles(rows, names, [], schema, {"median": 0.5, "low": 0.25, "high": 0.75})
        else:
            found = facts(rows, names, [], schema, measures[self.how])
        return {name: self._of(table[""]) for name, table in found.items()}

    def plan(self, schema: Schema) -> Plan:
        """Each number shifted and divided."""
        import polars as pl

        computed: dict[str, pl.Expr] = {}
        notes = []
        for name in chosen(schema, self.columns, "number", "scale"):
            shift, factor = (self.fitted or {}).get(name, [None, None])
            value = pl.col(name).cast(pl.Float64)
            if shift is None:
                notes.append(f"{name}: there was nothing to learn from; all is missing now")
                computed[name] = pl.lit(None, pl.Float64)
                continue
            scaled = (value - shift) / factor if factor else value - value
            computed[name] = scaled
            notes.append(f"{name}: less {shift:.6g}, divided by {factor:.6g}" if factor else f"{name}: does not vary")
        return Plan(with_columns(schema, computed), notes=tuple(notes), facts={"fitted": dict(self.fitted or {})})

    def _of(self, found: Mapping[str, Any]) -> list[float | None]:
        if any(one is None for one in found.values()):
            return [None, None]
        if self.how == "standard":
            return [float(found["mean"]), float(found["std"])]
        shift = found["low"] if self.how == "minmax" else found["median"]
        return [float(shift), float(found["high"] - found["low"])]


scale = verb(Scale)
