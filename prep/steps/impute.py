"""Missing values filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from prep.change import Change
from prep.columns import Columns, Suits, chosen, in_words, is_text, listed, need_free, present, with_columns
from prep.engines import Schema, gathered, lazily, rows_of, schema_of, with_whole
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame, need_columns, to_polars
from prep.quantiles import quantiles
from prep.stats import facts, modes, only, rows_to_learn_from, value_for
from prep.verb import LearningStep, Plan, Result, verb

if TYPE_CHECKING:
    import polars as pl


_UNTIMED = "__assay_untimed"


@dataclass(frozen=True)
class Impute(LearningStep):
    """Fill what is missing (null or NaN) in `columns` (None: in all that `how` suits).

    `how`: "constant" with `value`; "mean" or "median" (numbers; whole ones become floats); "mode", the most frequent value,
    of several the least; "forward" or "backward", the last or next value there is in the order of the column `time`.
    `by`: within each group. A group with nothing to go by stays missing, and is told. `indicator=True` adds
    `<name>_was_missing`. `fit_where`: learn from these rows only ("split == 'train'"); `fitted`: what `fit` learned before.

    Looks at the rows, unless fitted; constant, forward and backward need not (lazy stays lazy).
    Raises UnknownColumn, UnusableFrame for a column that `how` does not suit, UnusableParameter.

    >>> import polars as pl
    >>> impute(pl.DataFrame({"age": [20.0, None, 40.0]}), "age", how="mean")["age"].to_list()
    [20.0, 30.0, 40.0]
    """

    looks: ClassVar[str] = "mean, median and mode are learned from all rows, unless fitted is given"

    columns: Columns = None
    how: Literal["constant", "mean", "median", "mode", "forward", "backward"] = "median"
    value: Any = None
    by: Columns = None
    time: str | None = None
    indicator: bool = False
    fit_where: str | None = None
    fitted: Mapping[str, Any] | None = None

    def check(self) -> None:
        """`value` goes with "constant", `time` with "forward" and "backward"."""
        if (self.how == "constant") != (self.value is not None):
            raise UnusableParameter("impute: how='constant' and value=... go together.")
        if (self.how in {"forward", "backward"}) != (self.time is not None):
            raise UnusableParameter(
                "impute: how='forward' or 'backward' and time=... (the column that orders) go together."
            )

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """For each column and group the value to fill in."""
        names, by = self._names(schema), listed(self.by)
        if self.how in {"constant", "forward", "backward"}:
            return {}
        rows = rows_to_learn_from(frame, self.fit_where, schema)
        if self.how == "mode":
            return modes(rows, names, by, schema)
        how = self.how
        if how == "mean":
            found = facts(rows, names, by, schema, {how: lambda value: value.mean()})
        else:
            found = quantiles(rows, names, by, schema, {how: 0.5})
        return {name: only(table, how) for name, table in found.items()}

    def plan(self, schema: Schema) -> Plan:
        """Each missing cell filled."""
        import polars as pl

        names, by = self._names(schema), listed(self.by)
        need_columns(by, list(schema))
        computed: dict[str, pl.Expr] = {}
        notes = []
        for name in names:
            kind = schema[name]
            if self.how in {"mean", "median"}:
                kind = pl.Float64()
            if self.how == "constant":
                kind, filling = self._constant(name, schema)
            else:
                table = (self.fitted or {}).get(name, {})
                filling = value_for(by, _typed(table, kind), kind, ~present(name, schema))
                nothing = sum(one is None for one in table.values()) if table else 1
                if nothing:
                    notes.append(
                        f"{name}: {'nothing to fill in with' if not by else f'{nothing:,} groups have no value to fill in with'}"
                    )
                elif not by:
                    notes.append(f"{name}: filled with {table.get('')}")
            value = pl.col(name).fill_nan(None) if schema[name].is_float() else pl.col(name)
            computed[name] = value.cast(kind).fill_null(filling)
        return self._with_indicator(schema, names, computed, tuple(notes))

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """See `Step.run`."""
        if self.how not in {"forward", "backward"}:
            return super().run(frame, row_id=row_id)
        table = to_polars(frame) if isinstance(frame, Mapping) else frame
        return self._carried(table, schema_of(table))

    def _names(self, schema: Schema) -> list[str]:
        suits: Suits = "number" if self.how in {"mean", "median"} else "any"
        others = {*listed(self.by), self.time}
        names = [one for one in chosen(schema, self.columns, suits, "impute") if one not in others]
        for name in names:
            if self.how == "mode" and schema[name].is_nested():
                raise UnusableFrame(f"impute finds no mode of {in_words(schema[name])}; leave out column {name!r}.")
        return names

    def _constant(self, name: str, schema: Schema) -> tuple[pl.DataType, pl.Expr]:
        """The type of the column and the value to fill it with. A value of another type is refused."""
        import polars as pl

        kind, value = schema[name], self.value
        if kind == pl.Null():
            kind = pl.select(pl.lit(value)).to_series().dtype
        if kind.is_temporal() and isinstance(value, str):
            value = _time(value, name)
        fits = {str: is_text(kind), bool: kind == pl.Boolean(), int: kind.is_numeric(), float: kind.is_numeric()}
        if not fits.get(type(value), kind.is_temporal()):
            raise UnusableParameter(
                f"impute: {self.value!r} does not go into column {name!r}, which holds {in_words(kind)}."
            )
        if is_text(kind):
            kind = pl.String()
        if kind.is_integer() and isinstance(value, float):
            kind = pl.Float64()
        return kind, pl.lit(value).cast(kind)

    def _with_indicator(
        self, schema: Schema, names: list[str], computed: dict[str, pl.Expr], notes: tuple[str, ...]
    ) -> Plan:
        marks = {}
        if self.indicator:
            marks = {f"{name}_was_missing": ~present(name, schema) for name in names}
            need_free(list(marks), schema, "impute", "Drop or rename it.")
        return Plan(with_columns(schema, {**computed, **marks}), notes=notes)

    def _carried(self, frame: Frame, schema: Schema) -> Result:
        """The last (or next) value there is, by the engine's own windows."""
        import narwhals as nw

        names, by, time = self._names(schema), listed(self.by), str(self.time)
        need_columns([*by, time], list(schema))
        marks = [f"{name}_was_missing" for name in names] if self.indicator else []
        need_free(marks, schema, "impute", "Drop or rename it.")
        strategy: Literal["forward", "backward"] = "forward" if self.how == "forward" else "backward"

        def work(rows: nw.LazyFrame[Any], row: str) -> nw.LazyFrame[Any]:
            value = {name: nw.col(name) for name in names}
            there = {
                name: nw.when(~one.is_nan()).then(one) if schema[name].is_float() else one
                for name, one in value.items()
            }
            rows = rows.with_columns(
                nw.col(time).is_null().alias(_UNTIMED), *(one.alias(name) for name, one in there.items())
            )
            rows = rows.with_columns(
                nw.col(name).is_null().alias(mark) for name, mark in zip(names, marks, strict=False)
            )
            carried = [
                nw.when(~nw.col(_UNTIMED))
                .then(nw.col(name).fill_null(strategy=strategy).over(*by, _UNTIMED, order_by=[time, row]))
                .otherwise(nw.col(name))
                .alias(name)
                for name in names
            ]
            return rows.with_columns(*carried).drop(_UNTIMED)

        made = with_whole(frame, [*names, *by, time], [*names, *marks], work)

        def tell() -> Change:
            before, now = (_missing(one, names, schema) for one in (frame, made))
            told = {name: value for name, value in self.as_json().items() if name != "verb"}
            cells = {name: before[name] - now[name] for name in names}
            rows = rows_of(frame)
            return Change(self.verb, told, rows_in=rows, rows_out=rows, cells=cells, added=tuple(marks))

        return Result(made, self, tell)


def _missing(frame: Frame, names: Sequence[str], schema: Schema) -> dict[str, int]:
    """How many values are missing in each column."""
    import narwhals as nw

    gone = [
        (nw.col(name).is_null() | nw.col(name).is_nan() if schema[name].is_float() else nw.col(name).is_null())
        .cast(nw.Int64)
        .sum()
        .alias(name)
        for name in names
    ]
    found = gathered(lazily(frame, names).select(*gone))
    return {name: int(value or 0) for name, value in found.row(0, named=True).items()} if names else {}


def _time(text: str, name: str) -> Any:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise UnusableParameter(f"impute: {text!r} is no time for column {name!r}. Write 2026-01-31.") from error


def _typed(table: Mapping[str, Any], kind: pl.DataType) -> dict[str, Any]:
    """What was learned as values of the column's type, also where it comes back from JSON, which knows no dates."""
    import polars as pl

    if not kind.is_temporal() or not any(isinstance(one, str) for one in table.values()):
        return dict(table)
    values = pl.Series(list(table.values()), dtype=pl.String).str.to_datetime(strict=False).cast(kind)
    return dict(zip(table, values.to_list(), strict=True))


impute = verb(Impute)
