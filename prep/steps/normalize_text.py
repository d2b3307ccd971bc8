"""Text in one form: Unicode, spaces, quotes, case."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prep.columns import Columns, by_value, chosen, once, text, with_columns
from prep.engines import Schema
from prep.verb import Plan, RowStep, verb

if TYPE_CHECKING:
    import polars as pl

# Controls but tab and line ends; marks without width and of direction. The joiners U+200C and U+200D stay: emoji and
# Persian need them.
_INVISIBLE = "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x84\\x86-\\x9F\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
_QUOTES = {
    "'": "[\u2018\u2019\u201a\u201b\u2032\u2039\u203a`\u00b4]",
    '"': "[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]",
}


@dataclass(frozen=True)
class NormalizeText(RowStep):
    """Bring text into one form: by default Unicode NFKC, no invisible characters, single spaces and none at the ends.

    `columns`: all of text, or those named. `unicode` "NFKC" makes "ﬁ" into "fi" and "１" into "1"; "NFC" only composes.
    `invisible=True` takes out control characters, marks without width (byte order marks, soft hyphens) and of direction.
    `whitespace`: "collapse" to single spaces, "lines" the same but keeps line ends, "trim" only the ends, or "keep".
    `quotes=True` makes typographic quotes straight. `html=True` reads entities ("&amp;"). `case`: "lower", "upper",
    "title" or "keep". Text that becomes empty stays "" (see `missing_tokens`).

    Lazy stays lazy. Raises UnknownColumn, UnusableFrame for a column that is no text.

    >>> import polars as pl
    >>> normalize_text(pl.DataFrame({"name": ["  Ana\u00a0 Ruiz ", "ﬁn"]}), case="lower")["name"].to_list()
    ['ana ruiz', 'fin']
    """

    columns: Columns = None
    unicode: Literal["NFKC", "NFC", "keep"] = "NFKC"
    invisible: bool = True
    whitespace: Literal["collapse", "lines", "trim", "keep"] = "collapse"
    quotes: bool = False
    html: bool = False
    case: Literal["keep", "lower", "upper", "title"] = "keep"

    def plan(self, schema: Schema) -> Plan:
        """The chosen parts, in the order html, unicode, invisible, quotes, whitespace, case."""
        names = chosen(schema, self.columns, "text", "normalize_text")
        return Plan(with_columns(schema, {name: once(text(name, schema), self._normalized) for name in names}))

    def _normalized(self, column: pl.Expr) -> pl.Expr:
        if self.html:
            column = by_value(column, html.unescape)
        if self.unicode != "keep":
            column = column.str.normalize(self.unicode)
        if self.invisible:
            column = column.str.replace_all(_INVISIBLE, "")
        if self.quotes:
            for straight, curly in _QUOTES.items():
                column = column.str.replace_all(curly, straight)
        column = self._spaced(column)
        if self.case == "lower":
            return column.str.to_lowercase()
        if self.case == "upper":
            return column.str.to_uppercase()
        return column.str.to_titlecase() if self.case == "title" else column

    def _spaced(self, column: pl.Expr) -> pl.Expr:
        if self.whitespace == "collapse":
            column = column.str.replace_all(r"\s+", " ")
        if self.whitespace == "lines":
            column = column.str.replace_all(r"\r\n?|\u2028|\u2029|\x85", "\n")
            column = column.str.replace_all(r"[^\S\n]+", " ").str.replace_all(r" ?\n ?", "\n")
        return column if self.whitespace == "keep" else column.str.strip_chars()


normalize_text = verb(NormalizeText)
