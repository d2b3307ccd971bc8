"""Numbers in classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from prep.columns import Columns, chosen, need_free, with_columns
from prep.engines import Schema
from prep.errors import UnusableParameter
from prep.frames import Frame
from prep.quantiles import quantiles
from prep.stats import facts, rows_to_learn_from
from prep.verb import LearningStep, Plan, verb

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Bin(LearningStep):
    """Put numbers into classes, in a new column `<name>_bin` such as "[18, 65)".

    `edges`: the inner and outer bounds, rising; each class holds its lower bound, the last its upper one too. What lies
    outside is in "< 0" or ">= 100". Or `count` classes, learned from the rows: `how="width"` of one width, "quantile" of as
    many rows each (equal edges fall together). `labels`: names for the classes, from the lowest, one fewer than edges.
    `fit_where`, `fitted` as in `impute`. Missing stays missing.

    Looks at the rows with `count`, unless fitted; with `edges` lazy stays lazy.
    Raises UnknownColumn, UnusableFrame for a column of no numbers, UnusableParameter.

    >>> import polars as pl
    >>> bin(pl.DataFrame({"age": [3, 18, 70]}), "age", edges=[0, 18, 65])["age_bin"].to_list()
    ['[0, 18)', '[18, 65]', '> 65']
    """

    looks: ClassVar[str] = "with count it learns the edges from all rows, unless fitted is given"

    columns: Columns = None
    edges: Sequence[float] | None = None
    count: int | None = None
    how: Literal["width", "quantile"] = "quantile"
    labels: Sequence[str] | None = None
    fit_where: str | None = None
    fitted: Mapping[str, Any] | None = None

    def check(self) -> None:
        """Either edges that rise, or a count."""
        if (self.edges is None) == (self.count is None):
            raise UnusableParameter("bin: say either edges=[0, 18, 65] or count=4.")
        if self.count is not None and not 1 <= self.count <= 1000:
            raise UnusableParameter("bin: count is a number of classes from 1 to 1000.")
        if self.edges is not None and (
            len(self.edges) < 2 or any(not low < high for low, high in pairwise(self.edges))
        ):
            raise UnusableParameter(
                f"bin: edges={list(self.edges)} do not rise. Give two or more, each above the one before."
            )
        if self.labels is not None and self.edges is not None and len(self.labels) != len(self.edges) - 1:
            raise UnusableParameter(
                f"bin: {len(self.edges)} edges make {len(self.edges) - 1} classes; give as many labels."
            )

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """For each column its edges."""
        if self.count is None:
            return {}
        names, count = chosen(schema, self.columns, "number", "bin"), self.count
        rows = rows_to_learn_from(frame, self.fit_where, schema)
        if self.how == "width":
            table = facts(
                rows, names, [], schema, {"low": lambda value: value.min(), "high": lambda value: value.max()}
            )
            ends = {name: (one[""]["low"], one[""]["high"]) for name, one in table.items()}
            return {
                name: []
                if low is None
                else _rising([low + (high - low) * place / count for place in range(count)] + [high])
                for name, (low, high) in ends.items()
            }
        found = {str(place): place / count for place in range(count + 1)}
        table = quantiles(rows, names, [], schema, found)
        return {
            name: _rising([one[""][key] for key in found if one[""][key] is not None]) for name, one in table.items()
        }

    def plan(self, schema: Schema) -> Plan:
        """Each number's class."""
        import polars as pl

        names, notes = chosen(schema, self.columns, "number", "bin"), []
        computed: dict[str, pl.Expr] = {}
        need_free([f"{name}_bin" for name in names], schema, "bin", "Drop or rename it.")
        for name in names:
            edges = [
                float(edge) for edge in (self.edges if self.edges is not None else (self.fitted or {}).get(name, []))
            ]
            computed[f"{name}_bin"] = self._class(pl.col(name).cast(pl.Float64), edges)
            if self.count is not None:
                notes.append(f"{name}: edges at {', '.join(_said(edge) for edge in edges)}")
        sources = {f"{name}_bin": name for name in names}
        return Plan(
            with_columns(schema, computed),
            sources=sources,
            notes=tuple(notes),
            facts={"edges": dict(self.fitted or {})},
        )

    def _class(self, value: pl.Expr, edges: Sequence[float]) -> pl.Expr:
        import polars as pl

        if len(edges) < 2:
            return pl.when(value.is_not_nan()).then(pl.lit(_said(edges[0]) if edges else None, pl.String))
        # from the highest class down; what is missing is in none, and NaN is above all numbers
        found: pl.Expr = pl.when((value > edges[-1]) & value.is_not_nan()).then(pl.lit(f"> {_said(edges[-1])}"))
        for edge, label in reversed(
            [(edges[0], f"< {_said(edges[0])}"), *zip(edges[1:], self._labels(edges), strict=True)]
        ):
            is_last = edge == edges[-1] and edge != edges[0]
            found = pl.when(value <= edge if is_last else value < edge).then(pl.lit(label)).otherwise(found)
        return found

    def _labels(self, edges: Sequence[float]) -> list[str]:
        if self.labels is not None:
            if len(self.labels) != len(edges) - 1:
                raise UnusableParameter(
                    f"bin: there are {len(edges) - 1} classes (equal edges fall together); give as many labels."
                )
            return list(self.labels)
        pairs = list(pairwise(edges))
        last = len(pairs) - 1
        return [
            f"[{_said(low)}, {_said(high)}{']' if place == last else ')'}" for place, (low, high) in enumerate(pairs)
        ]


def _rising(edges: Sequence[float]) -> list[float]:
    """The edges, each once; those that differ by rounding only are one."""
    kept: list[float] = []
    for edge in edges:
        if not kept or float(f"{edge:.12g}") > kept[-1]:
            kept.append(float(f"{edge:.12g}"))
    return kept


def _said(edge: float) -> str:
    return f"{edge:.12g}"


bin = verb(Bin)  # noqa: A001 # the verb's name
