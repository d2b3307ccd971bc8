"""Small things every table's module needs of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Row

from labeling.errors import AssayError

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"


def new_number(done: CursorResult[*tuple[Any, ...]]) -> int:
    """The number that the database gave the row just inserted."""
    key = done.inserted_primary_key
    if key is None:
        raise AssayError("The database gave the new row no number.")
    return int(key[0])
