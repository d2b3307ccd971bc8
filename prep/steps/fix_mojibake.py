"""Text that was read in a wrong encoding, put right."""

from __future__ import annotations

from dataclasses import dataclass

from prep.columns import Columns, by_value, chosen, text, with_columns
from prep.engines import Schema
from prep.verb import Plan, RowStep, verb


@dataclass(frozen=True)
class FixMojibake(RowStep):
    r"""Put right text that was read in a wrong encoding, once or several times: "fiancÃ©" becomes "fiancé".

    ftfy does it, and leaves alone what may have been meant; only text with characters beyond ASCII is looked at.
    Lazy stays lazy. Raises UnknownColumn, UnusableFrame for a column that is no text.

    >>> import polars as pl
    >>> fix_mojibake(pl.DataFrame({"t": ["fiancÃ©", "â€œhiâ€\x9d", "plain", "ÃO"]}))["t"].to_list()
    ['fiancé', '“hi”', 'plain', 'ÃO']
    """

    columns: Columns = None

    def plan(self, schema: Schema) -> Plan:
        """Each different text once."""
        names = chosen(schema, self.columns, "text", "fix_mojibake")
        return Plan(
            with_columns(schema, {name: by_value(text(name, schema), _fixed, among=r"[^\x00-\x7F]") for name in names})
        )


def _fixed(value: str) -> str:
    from ftfy import fix_encoding

    return str(fix_encoding(value))


fix_mojibake = verb(FixMojibake)
