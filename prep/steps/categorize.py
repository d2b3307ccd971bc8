"""Many spellings to a few categories."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from prep.columns import chosen, listed, text, with_columns
from prep.engines import Schema
from prep.errors import UnusableParameter
from prep.verb import Failure, OnError, Plan, RowStep, after, verb

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Categorize(RowStep):
    """Write each value as one of `categories`: a list of them, or a mapping of each to its other spellings.

    Case, accents, signs and spaces do not count. `closeness` (0 to 1) also takes the nearest category that is so alike or more
    (difflib's ratio, twice the matching characters over all), if no other is as near: .85 forgives a typing error in a word of seven.
    What is none of them is set aside (`on_error`), or kept as it is with `unknown="keep"`, or becomes `other`.

    Lazy stays lazy, unless on_error="raise". Raises UnknownColumn, UnusableFrame, UnusableParameter (one spelling of two
    categories), BadValues.

    >>> import polars as pl
    >>> towns = pl.DataFrame({"town": ["ny", "New  york", "Bostn", "Rome"]})
    >>> categorize(towns, "town", {"New York": ["NY"], "Boston": []}, closeness=0.85, other="?")["town"].to_list()
    ['New York', 'New York', 'Boston', '?']
    """

    columns: str | Sequence[str]
    categories: Sequence[str] | Mapping[str, Sequence[str]]
    closeness: float | None = None
    unknown: Literal["set_aside", "keep"] = "set_aside"
    other: str | None = None
    on_error: OnError = "quarantine"

    def check(self) -> None:
        """Each spelling is of one category."""
        self._spellings()
        if self.closeness is not None and not 0.5 <= self.closeness <= 1:
            raise UnusableParameter("categorize: closeness is from 0.5 to 1.")
        if self.other is not None and self.unknown == "keep":
            raise UnusableParameter("categorize: say either unknown='keep' or other='...'.")

    def plan(self, schema: Schema) -> Plan:
        """Each value's category."""
        import polars as pl

        computed, failures = {}, {}
        for name in chosen(schema, listed(self.columns), "text", "categorize"):
            value = text(name, schema)
            found = value.map_batches(self._categories, return_dtype=pl.String, is_elementwise=True)
            there = value.str.strip_chars() != ""
            if self.unknown == "keep":
                found = found.fill_null(value)
            elif self.other is not None:
                found = pl.when(found.is_null() & there).then(pl.lit(self.other)).otherwise(found)
            computed[name] = found
            failures[name] = Failure(there & after(name).is_null(), name, "is none of the categories")
        return Plan(with_columns(schema, computed), failures)

    def _categories(self, values: pl.Series) -> pl.Series:
        import polars as pl

        spellings = self._spellings()
        different = values.drop_nulls().unique().to_list()
        found = [self._category(value, spellings) for value in different]
        if not different:
            return values
        return values.replace_strict(different, pl.Series(found, dtype=pl.String), default=None, return_dtype=pl.String)

    def _category(self, value: str, spellings: Mapping[str, str]) -> str | None:
        bare = _bare(value)
        if bare in spellings or self.closeness is None or not bare:
            return spellings.get(bare)
        best: dict[str, float] = {}
        matcher = SequenceMatcher(b=bare, autojunk=False)
        for spelling, category in spellings.items():
            matcher.set_seq1(spelling)
            if matcher.real_quick_ratio() < self.closeness or matcher.quick_ratio() < self.closeness:
                continue
            best[category] = max(best.get(category, 0.0), matcher.ratio())
        high = max(best.values(), default=0.0)
        nearest = [category for category, ratio in best.items() if ratio == high]
        return nearest[0] if high >= self.closeness and len(nearest) == 1 else None

    def _spellings(self) -> dict[str, str]:
        given = self.categories if isinstance(self.categories, Mapping) else {one: [] for one in self.categories}
        if not given:
            raise UnusableParameter("categorize: give one category or more.")
        found: dict[str, str] = {}
        for category, others in given.items():
            for spelling in [category, *others]:
                if found.setdefault(_bare(spelling), category) != category:
                    raise UnusableParameter(
                        f"categorize: {spelling!r} is a spelling of {category!r} and of {found[_bare(spelling)]!r}. Take it from one."
                    )
        return found


def _bare(value: str) -> str:
    """A value without case, accents, signs and spaces; of signs only, as it is."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", value.casefold()) if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "", plain) or plain.strip()


categorize = verb(Categorize)
