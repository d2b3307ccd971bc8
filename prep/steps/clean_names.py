"""Column names that are easy to write: one case, no signs, each once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from prep.engines import Schema, Work
from prep.errors import UnusableFrame, UnusableParameter
from prep.verb import Plan, RowStep, verb


@dataclass(frozen=True)
class CleanNames(RowStep):
    """Make the names of the columns easy to write; `change.renamed` is the map from the old names to the new.

    Words are parted at signs, spaces and humps ("customerID" is two), accents are taken off Latin letters
    (`ascii=False` keeps them), other scripts stay. A name with nothing left is `column_3` after its place; a name that
    comes twice gets `_2`. `case` is how words are joined: "snake", "camel", "pascal", "kebab", "upper" (SNAKE), or
    "keep" as they are. `rename` gives certain columns their new name outright.

    Lazy stays lazy. Raises UnknownColumn for a name in `rename`, UnusableParameter where it makes one name twice.

    >>> import polars as pl
    >>> clean_names(pl.DataFrame({"Customer ID": [1], "% größe": [2], "customerId": [3]})).columns
    ['customer_id', 'percent_grosse', 'customer_id_2']
    """

    case: Literal["snake", "camel", "pascal", "kebab", "upper", "keep"] = "snake"
    ascii: bool = True
    rename: Mapping[str, str] | None = None

    def plan(self, schema: Schema) -> Plan:
        """The new names."""
        return Plan(Work({new: old for old, new in self.names(list(schema)).items()}))

    def names(self, columns: Sequence[str]) -> dict[str, str]:
        """The new name of each column."""
        from prep.frames import need_columns

        given = dict(self.rename or {})
        need_columns(list(given), columns)
        if len(set(given.values())) < len(given) or "" in given.values():
            raise UnusableParameter("clean_names: rename gives two columns one name, or one none. Give each its own.")
        taken = set(given.values())
        found = {}
        for place, old in enumerate(columns, 1):
            new = given.get(old) or _unused(self._cleaned(old) or f"column_{place}", taken)
            taken.add(new)
            found[old] = new
        if len(set(found.values())) < len(found):
            raise UnusableFrame("Two columns would have one name.")
        return found

    def _cleaned(self, name: str) -> str:
        text = unicodedata.normalize("NFKC", name)
        for sign, word in {"%": " percent ", "#": " number ", "&": " and ", "@": " at "}.items():
            text = text.replace(sign, word)
        if self.ascii:
            text = _unaccented(text)
        text = re.sub(r"['’`]", "", text)
        text = re.sub(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
        words = [word for word in re.split(r"[\W_]+", text) if word]
        return _joined(words, self.case)


def _joined(words: Sequence[str], case: str) -> str:
    if case in {"camel", "pascal"}:
        joined = "".join(word[:1].upper() + word[1:].lower() for word in words)
        return joined if case == "pascal" else joined[:1].lower() + joined[1:]
    if case == "kebab":
        return "-".join(words).lower()
    if case == "keep":
        return "_".join(words)
    return "_".join(words).upper() if case == "upper" else "_".join(words).lower()


def _unaccented(text: str) -> str:
    text = text.translate({ord("ß"): "ss", ord("æ"): "ae", ord("ø"): "o", ord("œ"): "oe", ord("ł"): "l", ord("đ"): "d"})
    found: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(char) and found and found[-1].isascii():
            continue
        found.append(char)
    return unicodedata.normalize("NFC", "".join(found))


def _unused(name: str, taken: set[str]) -> str:
    """The name, or with _2, _3, ... where it is taken; names that differ only by case are one."""
    lower = {one.lower() for one in taken}
    if name.lower() not in lower:
        return name
    number = 2
    while f"{name}_{number}".lower() in lower:
        number += 1
    return f"{name}_{number}"


clean_names = verb(CleanNames)
