"""Columns made comparable: text without case, accents and signs, numbers as numbers, dates as days. Knows no rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from prep.errors import UnusableFrame
from prep.match.rules import Block, Comparison


def plain_text(column: str, kind: pl.DataType) -> pl.Expr:
    """A column as text to be compared: one case, no accents, one space between words; nothing left is missing.

    >>> frame = pl.DataFrame({"a": ["  Müller-Lüdenscheidt ", "STRASSE", "straße", "--"]})
    >>> frame.select(plain_text("a", pl.String())).to_series().to_list()
    ['muller ludenscheidt', 'strasse', 'strasse', None]
    """
    value = pl.col(column)
    if kind.is_float():
        value = (
            pl.when(value.round(0) == value)
            .then(value.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(value.fill_nan(None).cast(pl.String))
        )
    elif kind.is_nested() or kind in {pl.Binary(), pl.Object()}:
        raise UnusableFrame(f"Column {column!r} holds {kind}, and cannot be compared. Make text of it first.")
    elif kind != pl.String():
        value = value.cast(pl.String)
    text = value.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    text = text.str.replace_all("ß", "ss", literal=True).str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return pl.when(text != "").then(text).alias(column)


def number(column: str, kind: pl.DataType) -> pl.Expr:
    """A column as numbers; text that is none is missing."""
    value = pl.col(column) if kind.is_numeric() else pl.col(column).cast(pl.String).str.strip_chars()
    return value.cast(pl.Float64, strict=False).fill_nan(None).alias(column)


def days(column: str, kind: pl.DataType) -> pl.Expr:
    """A column as days since 1970. Raises UnusableFrame for one that holds no dates."""
    if isinstance(kind, pl.Date | pl.Datetime):
        return pl.col(column).cast(pl.Date).to_physical().cast(pl.Float64).alias(column)
    raise UnusableFrame(
        f"Column {column!r} holds {kind}, no dates. Parse it into dates first, or compare it by 'edit'."
    )


def comparable(
    schema: Mapping[str, pl.DataType], blocks: Iterable[Block], comparisons: Mapping[str, Comparison]
) -> dict[str, pl.Expr]:
    """The columns that rules need, made comparable: blocks as text, comparisons as what their measure wants."""
    made: dict[str, pl.Expr] = {}
    for block in blocks:
        text = plain_text(block.column, schema[block.column])
        made[f"block {block}"] = text if block.length is None else text.str.slice(0, block.length)
    ways = {"number": number, "days": days}
    for column, comparison in comparisons.items():
        way = ways.get(comparison.measure, plain_text)
        made[f"{comparison.measure} {column}"] = way(column, schema[column])
    return made
