"""Words and numbers that stand for a missing value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prep.columns import Columns, chosen, is_text, text, with_columns
from prep.engines import Schema
from prep.verb import Plan, RowStep, verb

TOKENS = (
    "",
    "na",
    "n/a",
    "#n/a",
    "#na",
    "<na>",
    "nan",
    "null",
    "#null!",
    "none",
    "nil",
    "missing",
    "-",
    "--",
    "?",
    ".",
)


@dataclass(frozen=True)
class MissingTokens(RowStep):
    """Make what stands for a missing value ("n/a", "-", -999, NaN) a missing value.

    `tokens` are compared with the whole cell, without spaces at its ends and without regard to case unless
    `exact=True`. `numbers` are such values in columns of numbers; NaN always is one. `columns`: all, or those named.

    Lazy stays lazy. Raises UnknownColumn.

    >>> import polars as pl
    >>> missing_tokens(pl.DataFrame({"age": ["31", " N/A", "-"]}))["age"].to_list()
    ['31', None, None]
    """

    columns: Columns = None
    tokens: Sequence[str] = TOKENS
    numbers: Sequence[float] = ()
    exact: bool = False

    def plan(self, schema: Schema) -> Plan:
        """Each token to null."""
        import polars as pl

        computed = {}
        for name in chosen(schema, self.columns, "any", "missing_tokens"):
            kind, column = schema[name], pl.col(name)
            if is_text(kind):
                value = text(name, schema)
                tokens = list(self.tokens) if self.exact else [one.strip().lower() for one in self.tokens]
                seen = value if self.exact else value.str.strip_chars().str.to_lowercase()
                computed[name] = pl.when(seen.is_in(tokens).not_()).then(value)
            elif kind.is_numeric() and (self.numbers or kind.is_float()):
                stands = column.cast(pl.Float64).is_in([float(one) for one in self.numbers])
                computed[name] = pl.when((stands | column.is_nan() if kind.is_float() else stands).not_()).then(column)
        return Plan(with_columns(schema, computed))


missing_tokens = verb(MissingTokens)
