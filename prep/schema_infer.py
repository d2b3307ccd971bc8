"""A schema learned from a frame that is known to be good: what its columns were, so that the next can be held to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from prep.errors import UnusableFrame
from prep.frames import Frame

if TYPE_CHECKING:
    from prep.profile.facts import ColumnFacts
    from prep.schema import Column, Dtype, Schema

FEW = 20
"""A text column of at most so many values, each standing five times on average, is held to them."""


def infer_schema(frame: Frame, *, name: str = "") -> Schema:
    """What any engine's frame looks like, as a Schema that it passes itself: a beginning, to be read and edited.

    A column is nullable where a value is missing, unique where none repeats and its name or text looks like an id's; a
    text of few values is held to them, a number to the range it had (a floor of 0 where none was negative, no ceiling
    but of shares, 0 to 1). Nested columns and those without a value are "any".
    Raises UnusableFrame: no table, repeated names, no column, or no row to learn from.

    >>> schema = infer_schema({"id": ["a", "b"], "share": [0.5, 1.0]})
    >>> [(column.name, column.dtype, column.ge, column.le) for column in schema.columns]
    [('id', 'string', None, None), ('share', 'number', 0, 1)]
    """
    from prep.profile import profile_of
    from prep.schema import Schema

    found = profile_of(frame, pairs=False)
    if not found.columns or not found.rows:
        raise UnusableFrame("There are no rows to learn a schema from. Give a table that is known to be good.")
    ids = {one.column for one in found.suspicions if one.what == "id"}
    return Schema([_column(one, is_id=one.name in ids) for one in found.columns], name=name)


def _column(facts: ColumnFacts, *, is_id: bool) -> Column:
    from prep.schema import Column

    is_key = is_id and facts.distinct_is_exact and facts.distinct == facts.values
    base = Column(facts.name, _dtype(facts), nullable=facts.values < facts.rows, unique=is_key)
    if facts.kind == "text" and facts.counts and len(facts.counts) <= FEW and facts.values >= 5 * len(facts.counts):
        return _with(base, isin=sorted(facts.counts))
    if facts.kind == "number" and base.dtype != "any" and facts.least is not None and facts.least >= 0:
        is_share = base.dtype == "number" and (facts.greatest or 0) <= 1
        return _with(base, ge=0, le=1 if is_share and not facts.infinite else None)
    return base


def _with(base: Column, **more: object) -> Column:
    from dataclasses import replace

    return replace(base, **more)  # type: ignore[arg-type] # each of its own type


def _dtype(facts: ColumnFacts) -> Dtype:
    if facts.kind == "number":
        if facts.type.startswith(("Duration", "Time")) or (facts.least is not None and not math.isfinite(facts.least)):
            return "any"
        return "integer" if facts.type.startswith(("Int", "UInt")) else "number"
    if facts.kind == "time":
        return "date" if facts.type == "Date" else "datetime"
    return {"text": "string", "boolean": "boolean"}.get(facts.kind, "any")  # type: ignore[return-value] # both are
