"""The seeded draw that puts a key into a part. Knows no frame of any engine but polars columns."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableFrame, UnusableParameter

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

SHARES: Mapping[str, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}


@dataclass(frozen=True)
class Draw:
    """Puts each row into a part by its key; by what is known of the key or of a linked value, where something is.

    `by_value` gives for a column the part of each of its values (as text), `by_key` that of a key (as `said`).
    """

    keys: Sequence[str]
    bounds: Sequence[tuple[float, str]]
    seed: int = 0
    by_value: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by_key: Mapping[bytes, str] = field(default_factory=dict)

    def __call__(self, rows: pl.Series) -> pl.Series:
        """The part of each row; `rows` is a struct of the columns that are needed."""
        import polars as pl

        table = rows.struct.unnest()
        told = said(table.select(self.keys))
        parts = pl.Series(rows.name, parts_of(told, self.bounds, self.seed), dtype=pl.String)
        if self.by_key:
            known = [self.by_key.get(key) for key in told]
            parts = pl.select(pl.coalesce(pl.Series(known, dtype=pl.String), parts)).to_series()
        for column, values in reversed(list(self.by_value.items())):
            names, given = list(values), list(values.values())
            there = texts(table.get_column(column)).replace_strict(names, given, default=None, return_dtype=pl.String)
            parts = pl.select(pl.coalesce(there, parts)).to_series()
        return parts.alias(rows.name)


def parts_of(told: Sequence[bytes], bounds: Sequence[tuple[float, str]], seed: int) -> list[str]:
    """The part of each key."""
    import numpy as np

    places = np.searchsorted(np.array([bound for bound, _ in bounds]), fractions(told, salt_of(seed)), side="right")
    names = [name for _, name in bounds]
    return [names[place] for place in np.minimum(places, len(names) - 1).tolist()]


def fractions(told: Sequence[bytes], salt: bytes) -> NDArray[np.float64]:
    """For each key a number from 0 up to 1: the first 8 bytes of BLAKE2b (RFC 7693), keyed, as a fraction of 2^64."""
    import numpy as np

    begun = hashlib.blake2b(digest_size=8, key=salt)

    def drawn(key: bytes) -> bytes:
        digest = begun.copy()
        digest.update(key)
        return digest.digest()

    numbers = np.frombuffer(b"".join([drawn(key) for key in told]), ">u8")
    return numbers.astype(np.float64) / 2.0**64


def said(keys: pl.DataFrame) -> list[bytes]:
    """Keys as bytes; the parts of a compound one are told apart by their lengths. Raises UnusableFrame."""
    columns = [texts(column) for column in keys]
    for column in columns:
        if column.null_count():
            row = int(column.is_null().arg_max() or 0) + 1
            raise UnusableFrame(
                f"Row {row}: column {column.name!r} is empty. Every row needs it, to be put into a part."
            )
    if len(columns) == 1:
        return [text.encode() for text in columns[0].to_list()]
    return [
        b"".join(len(part).to_bytes(8, "little") + part for part in (text.encode() for text in key))
        for key in zip(*(column.to_list() for column in columns), strict=True)
    ]


def texts(column: pl.Series) -> pl.Series:
    """The values of a key as text: 1 and "1" are one key, times are written as ISO 8601. Raises UnusableFrame."""
    import polars as pl

    dtype = column.dtype
    if dtype.is_float() or dtype.is_nested() or dtype in {pl.Binary, pl.Object}:
        raise UnusableFrame(
            f"Column {column.name!r} is of type {dtype}, which names rows unreliably. Make it text or whole numbers."
        )
    if dtype in {pl.Categorical, pl.Enum, pl.String} or dtype.is_integer():
        return column.cast(pl.String)
    values = [None if value is None else _text(value) for value in column.to_list()]
    return pl.Series(column.name, values, dtype=pl.String)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def salt_of(seed: int) -> bytes:
    """The key of the hash. Raises UnusableParameter for a seed that is no whole number."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise UnusableParameter(f"seed={seed!r} is no whole number.")
    return f"assay split {seed}".encode()[:64]


def bounds_of(shares: Mapping[str, float]) -> list[tuple[float, str]]:
    """Where each part ends on the way from 0 to 1. Raises UnusableParameter for shares that do not add up."""
    if not shares or any(not 0 <= share <= 1 for share in shares.values()):
        raise UnusableParameter(
            f"shares={dict(shares)!r}: each share is a fraction from 0 to 1, such as {dict(SHARES)!r}."
        )
    total = math.fsum(shares.values())
    if abs(total - 1) > 1e-9:
        raise UnusableParameter(f"shares={dict(shares)!r} add up to {total:g}. Make them add up to 1.")
    reached, bounds = 0.0, []
    for name, share in shares.items():
        reached += share
        if share > 0:
            bounds.append((reached, name))
    return bounds
