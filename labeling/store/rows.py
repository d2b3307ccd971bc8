"""Small things every table's module needs of a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import Row

from labeling.errors import AssayError

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
T = TypeVar("T")


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of so many, for statements that take no more.

    >>> list(batched("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    stream = iter(values)
    while some := list(islice(stream, size)):
        yield some


def new_number(done: CursorResult[*tuple[Any, ...]]) -> int:
    """The number that the database gave the row just inserted."""
    key = done.inserted_primary_key
    if key is None:
        raise AssayError("The database gave the new row no number.")
    return int(key[0])
