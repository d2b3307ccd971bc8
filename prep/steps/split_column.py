"""One column of text into several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prep.columns import chosen, need_free, text
from prep.engines import Schema, Work
from prep.errors import UnusableParameter
from prep.patterns import safe_pattern
from prep.verb import Failure, OnError, Plan, RowStep, verb

if TYPE_CHECKING:
    import polars as pl


_SPLIT, _RIGHT = "__assay_split", "__assay_right"


@dataclass(frozen=True)
class SplitColumn(RowStep):
    r"""Split the text of `column` at `at` (", ") into the columns `into`, in place of it (`keep=True` keeps it).

    Or by `pattern`, a regular expression with a group for each of `into`: "(\w+) (\d+)". Parts are stripped of spaces; an
    empty part is missing. `more`: what to do with more parts than names: "error" (the value is set aside), "merge" them into
    the last, or "drop" them. `fewer`: "error" or "missing" (the last ones are missing). `on_error` as everywhere.

    Lazy stays lazy, unless on_error="raise". Raises UnknownColumn, UnusableFrame, UnusableParameter, BadValues.

    >>> import polars as pl
    >>> split_column(pl.DataFrame({"name": ["Ruiz, Ana"]}), "name", ["last", "first"], at=",").to_dicts()
    [{'last': 'Ruiz', 'first': 'Ana'}]
    """

    column: str
    into: Sequence[str]
    at: str | None = None
    pattern: str | None = None
    more: Literal["error", "merge", "drop"] = "error"
    fewer: Literal["error", "missing"] = "error"
    keep: bool = False
    on_error: OnError = "quarantine"

    def check(self) -> None:
        """Either a sign to split at, or a pattern with as many groups as names."""
        if (self.at is None) == (self.pattern is None) or self.at == "":
            raise UnusableParameter("split_column: say either at=', ' or pattern='(.*) (.*)'.")
        if not self.into or len(set(self.into)) < len(self.into):
            raise UnusableParameter("split_column: into is a list of different names.")
        if self.pattern is not None:
            safe_pattern(self.pattern, groups=len(self.into))

    def plan(self, schema: Schema) -> Plan:
        """Each part."""
        import polars as pl

        chosen(schema, self.column, "text", "split_column")
        others = {name: kind for name, kind in schema.items() if name != self.column or self.keep}
        need_free(self.into, others, "split_column", "Name the parts otherwise.")
        value = text(self.column, schema)
        first, parts, is_right = self._parted(value)
        kept = {name: pl.when(is_right & (part != "")).then(part) for name, part in zip(self.into, parts, strict=True)}
        output: dict[str, str | pl.Expr] = {}
        for name in schema:  # the parts stand where the whole stood
            output |= kept if name == self.column and not self.keep else {name: name}
        fault = Failure((value.str.strip_chars() != "") & ~is_right, self.column, self._reason())
        sources = dict.fromkeys(self.into, self.column)
        return Plan(Work(output | kept, first=first), {self.into[0]: fault}, sources)

    def _parted(self, value: pl.Expr) -> tuple[list[dict[str, pl.Expr]], list[pl.Expr], pl.Expr]:
        """What to make first, the parts without spaces at their ends, and whether there are as many as there should be."""
        import polars as pl

        count, split, right = len(self.into), pl.col(_SPLIT), pl.col(_RIGHT)
        if self.pattern is not None:
            whole = value.str.extract_groups(self.pattern)
            names = pl.Series([""]).str.extract_groups(self.pattern).struct.fields
            parts = [split.struct.field(name) for name in names[:count]]
            is_right = value.str.contains(self.pattern)
        else:
            at = str(self.at)
            whole = value.str.splitn(at, count) if self.more == "merge" else value.str.split_exact(at, count)
            parts = [split.struct.field(f"field_{place}") for place in range(count)]
            is_right = parts[-1].is_not_null() if self.fewer == "error" else value.is_not_null()
            if self.more == "error":
                is_right = is_right & split.struct.field(f"field_{count}").is_null()
        stripped = {f"{_SPLIT}{place}": part.str.strip_chars() for place, part in enumerate(parts)}
        first = [{_SPLIT: whole}, {**stripped, _RIGHT: is_right.fill_null(False)}]
        return first, [pl.col(name) for name in stripped], right

    def _reason(self) -> str:
        if self.pattern is not None:
            return f"does not match {self.pattern}"
        wanted = {
            ("error", "error"): "",
            ("error", "missing"): "or fewer ",
            ("merge", "error"): "or more ",
            ("drop", "error"): "or more ",
        }
        return f"has not {len(self.into)} {wanted.get((self.more, self.fewer), '')}parts"


split_column = verb(SplitColumn)
