"""Columns of another type, however the values were written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from prep.columns import in_words, is_text, need_free, of_different, text, with_columns
from prep.engines import Schema
from prep.errors import UnusableFrame
from prep.frames import need_columns
from prep.verb import Failure, OnError, Plan, RowStep, after, verb

if TYPE_CHECKING:
    import polars as pl

Type: TypeAlias = Literal["integer", "number", "boolean", "percent", "currency", "text"]
Locale: TypeAlias = Literal["en", "de", "fr", "ch", "in", "es", "it", "nl", "pt"]
_SIGNS: Mapping[str, tuple[str, str]] = {  # decimal sign, signs between thousands
    "en": (".", ","),
    "in": (".", ","),
    "ch": (".", "'’"),
    "fr": (",", " \u00a0\u202f"),
    "de": (",", "."),
    "es": (",", "."),
    "it": (",", "."),
    "nl": (",", "."),
    "pt": (",", "."),
}
TRUE = ("true", "t", "yes", "y", "1", "on", "ja", "oui", "vrai", "wahr", "si", "sí", "sim", "x", "✓")
FALSE = ("false", "f", "no", "n", "0", "off", "nein", "non", "faux", "falsch", "não", "✗")
_MONEY = r"[\p{Sc}]|[A-Z]{3}|Fr\.|kr"
_SAID = {
    "integer": "is no whole number",
    "number": "is no number",
    "boolean": "is neither true nor false",
    "percent": "is no percentage such as 12.5 %",
    "currency": "is no amount of money",
}


@dataclass(frozen=True)
class Cast(RowStep):
    """Read columns as another type: `to={"age": "integer", "price": "currency", "rate": "percent", "paid": "boolean"}`.

    - "integer", "number": signs between thousands and the decimal sign are the `locale`'s: "en" 1,234.5, "de" (es, it,
      nl, pt) 1.234,5, "fr" 1 234,5, "ch" 1'234.5, "in" 12,34,567.8. Thousands must stand where thousands stand: in "en", "1,23"
      is no number (and not 123). (12) and 12- are negative. An integer may be written 3.0, but 3.5 is none.
    - "percent": "12.5 %" is 0.125; the sign must be there.
    - "currency": a number, and its sign or code in a column `<name>_currency`, so that no two are added up unseen.
    - "boolean": the words for yes and no in several languages, or `true` and `false` given here.
    - "text": the value as text.

    A blank cell is missing. What cannot be read is set aside (`on_error`). Lazy stays lazy, unless on_error="raise".
    Raises UnknownColumn, UnusableFrame (a list as a number), BadValues.

    >>> import polars as pl
    >>> frame, change = cast.run(pl.DataFrame({"n": ["1,234", "12", "1,23"]}), {"n": "integer"})
    >>> frame["n"].to_list(), change.quarantine["value"].to_list()
    ([1234, 12, None], ['1,23'])
    """

    to: Mapping[str, Type]
    locale: Locale = "en"
    true: Sequence[str] = TRUE
    false: Sequence[str] = FALSE
    on_error: OnError = "quarantine"

    def plan(self, schema: Schema) -> Plan:
        """Each column read as its type."""
        import polars as pl

        need_columns(list(self.to), list(schema))
        computed: dict[str, pl.Expr] = {}
        failures, sources = {}, {}
        for name, to in self.to.items():
            kind = schema[name]
            if kind.is_nested() or kind == pl.Object() or (kind.is_temporal() and to != "text"):
                raise UnusableFrame(f"cast cannot make {in_words(kind)} into {to}; that is in column {name!r}.")
            computed[name] = self._read(name, to, schema)
            if to == "currency":
                unit = f"{name}_currency"
                need_free([unit], schema, "cast", "Rename that one, or cast to number.")
                money = text(name, schema).str.extract(f"({_MONEY})") if is_text(kind) else pl.lit(None, pl.String)
                computed[unit], sources[unit] = money, name
            if to != "text":
                there = text(name, schema).str.strip_chars() != "" if is_text(kind) else pl.col(name).is_not_null()
                there = there & pl.col(name).is_not_nan() if kind.is_float() else there
                failures[name] = Failure(there & after(name).is_null(), name, _SAID[to])
        return Plan(with_columns(schema, computed), failures, sources)

    def _read(self, name: str, to: Type, schema: Schema) -> pl.Expr:
        import polars as pl

        kind, column = schema[name], pl.col(name)
        if to == "text":
            return text(name, schema)
        if to == "boolean":
            return self._truth(name, schema)
        if not is_text(kind):
            number = column.cast(pl.Float64, strict=False)
            number = pl.when(number.is_finite()).then(number) if kind.is_float() else number
            return (
                number
                if to != "integer"
                else column.cast(pl.Int64, strict=False)
                if not kind.is_float()
                else _whole(number)
            )
        value = text(name, schema).str.strip_chars()
        if to == "percent":
            value = pl.when(value.str.contains(r"%\s*$|^%")).then(value.str.replace(r"\s*%\s*", ""))
        if to == "currency":
            value = value.str.replace(rf"^([-−+(]?)\s*(?:{_MONEY})\s*|\s*(?:{_MONEY})(\)?)$", "$1$2").str.strip_chars()
        return self._number(value, to)

    def _truth(self, name: str, schema: Schema) -> pl.Expr:
        import polars as pl

        column = pl.col(name)
        if schema[name] == pl.Boolean():
            return column
        if not is_text(schema[name]):
            return pl.when(column == 1).then(pl.lit(True)).when(column == 0).then(pl.lit(False))
        value = text(name, schema)
        word = value.str.strip_chars().str.to_lowercase()
        true, false = ([one.strip().lower() for one in words] for words in (self.true, self.false))
        return pl.when(word.is_in(true)).then(pl.lit(True)).when(word.is_in(false)).then(pl.lit(False))

    def _number(self, value: pl.Expr, to: Type) -> pl.Expr:
        import polars as pl

        kind = pl.Int64() if to == "integer" else pl.Float64()
        number = value.map_batches(
            partial(of_different, done=partial(_numbers, kind=kind, locale=self.locale)),
            return_dtype=kind,
            is_elementwise=True,
        )
        return number / 100 if to == "percent" else number


def _numbers(values: pl.Series, kind: pl.DataType, locale: Locale) -> pl.Series:
    """Numbers out of text, as the locale writes them; null where it does not write so.

    The usual shape is tried on all; signs behind, brackets and exponents on what is left only.
    """
    import polars as pl

    point, group = _SIGNS[locale]
    between, sign = f"[{re.escape(group)}]", re.escape(point)
    thousands = rf"\d{{1,3}}(?:{between}\d{{3}})+"
    if locale == "in":
        thousands = rf"\d{{1,2}}(?:{between}\d{{2}})*{between}\d{{3}}"
    body = rf"(?:{thousands}|\d+)(?:{sign}\d*)?(?:[eE][-+]?\d+)?|{sign}\d+(?:[eE][-+]?\d+)?"
    text = pl.col("text")

    def plain(written: pl.Expr) -> pl.Expr:
        is_one = len(group) == 1
        bare = written.str.replace_all(group, "", literal=True) if is_one else written.str.replace_all(between, "")
        return bare if point == "." else bare.str.replace(point, ".", literal=True)

    def read(written: pl.Expr) -> pl.Expr:
        bare = plain(written)
        if kind.is_float():
            number = bare.cast(pl.Float64, strict=False)
            return pl.when(number.is_finite()).then(number)
        return pl.coalesce(
            bare.str.replace(r"\.0*$", "").cast(pl.Int64, strict=False), _whole(bare.cast(pl.Float64, strict=False))
        )

    usual = rf"^-?(?:{thousands}|\d+)(?:{sign}\d*)?$" if kind.is_float() else rf"^-?(?:{thousands}|\d+)$"
    table = pl.DataFrame({"text": values})
    found = (
        table.select(pl.when(text.str.contains(usual)).then(plain(text)).cast(kind, strict=False))
        .to_series()
        .alias(values.name)
    )
    if kind.is_float() and found.is_infinite().any():
        found = found.set(found.is_infinite(), None)
    if found.null_count() == values.null_count():
        return found
    left = found.is_null() & values.is_not_null() & (values != "")
    if not left.any():
        return found
    signed = text.str.replace(r"^(?:[-−]\s*(.+)|\((.+)\)|(.+?)\s*[-−])$", "-$1$2$3").str.replace(r"^\+\s*", "")
    right = signed.str.contains(rf"^-?(?:{body})$")
    rest = table.filter(left).select(read(pl.when(right).then(signed))).to_series()
    return found.scatter(left.arg_true(), rest)


def _whole(number: pl.Expr) -> pl.Expr:
    """A whole number from one with a point, as far as such a one is exact."""
    import polars as pl

    return pl.when((number == number.round()) & (number.abs() < 2**53)).then(number).cast(pl.Int64, strict=False)


cast = verb(Cast)
