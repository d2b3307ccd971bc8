"""Column names that are easy to write: one case, no signs, each once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from prep.change import Change
from prep.engines import Schema, Work, engine_of
from prep.errors import UnusableParameter
from prep.frames import Frame, need_columns
from prep.verb import Plan, Result, RowStep, verb


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
        return Plan(Work(dict(zip(self.names(list(schema)), schema, strict=True))))

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """See `Step.run`. In pandas names may come twice, or be no text: they are told apart by their place."""
        if engine_of(frame) != "pandas":
            return super().run(frame, row_id=row_id)
        old = [str(name) for name in frame.columns]
        new = self.names(old)
        renamed = {before: now for before, now in zip(old, new, strict=True) if before != now}
        told = {name: value for name, value in self.as_json().items() if name != "verb"}
        change = Change(self.verb, told, rows_in=len(frame), rows_out=len(frame), renamed=renamed)
        return Result(frame.set_axis(new, axis=1), self, lambda: change)

    def names(self, columns: Sequence[str]) -> list[str]:
        """The new name of each column, in order."""
        given = dict(self.rename or {})
        need_columns(list(given), columns)
        if len(set(given.values())) < len(given) or "" in given.values():
            raise UnusableParameter("clean_names: rename gives two columns one name, or one none. Give each its own.")
        taken = {name.lower() for name in given.values()}
        found = []
        for place, old in enumerate(columns, 1):
            new = given.pop(old, None)
            if new is None:
                new = _unused(self._cleaned(old) or self._cleaned(f"column {place}"), taken)
            taken.add(new.lower())
            found.append(new)
        return found

    def _cleaned(self, name: str) -> str:
        text = unicodedata.normalize("NFKC", name)
        for sign, word in {"%": " percent ", "#": " number ", "&": " and ", "@": " at "}.items():
            text = text.replace(sign, word)
        text = re.sub(r"['’`]", "", text)
        text = re.sub(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
        text = _unaccented(text) if self.ascii else text
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


_SPELT = {
    ord(char): out
    for char, out in zip(
        "ßæøœłđẞÆØŒŁĐ", ["ss", "ae", "o", "oe", "l", "d", "SS", "AE", "O", "OE", "L", "D"], strict=True
    )
}


def _unaccented(text: str) -> str:
    text = text.translate(_SPELT)
    found: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(char) and found and found[-1].isascii():
            continue
        found.append(char)
    return unicodedata.normalize("NFC", "".join(found))


def _unused(name: str, taken: Collection[str]) -> str:
    """The name, or with _2, _3, ... where it is taken; names that differ only by case are one."""
    if name.lower() not in taken:
        return name
    number = 2
    while f"{name}_{number}".lower() in taken:
        number += 1
    return f"{name}_{number}"


clean_names = verb(CleanNames)
