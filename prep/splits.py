"""Train, validation and test by a seeded hash of each row's id: growing the data moves nothing."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame, like, need_columns, to_polars

if TYPE_CHECKING:
    import polars as pl

SHARES: Mapping[str, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}


class UnevenSplit(UserWarning):
    """A stratum is missing from a split that should hold part of it."""


def split(
    frame: Frame,
    *,
    key: str | Sequence[str],
    shares: Mapping[str, float] = SHARES,
    stratify: str | Sequence[str] | None = None,
    group: str | Sequence[str] | None = None,
    seed: int = 0,
    column: str = "split",
) -> Frame:
    """The frame with one more column, `split`, that says to which part each row belongs; the same kind of frame.

    A row's part follows from its `key` (or its `group`, where rows that belong together must stay together), the
    `seed` and the `shares`, and from nothing else: not from the other rows, their order, the engine, or the row's
    label. So rows that are added move no row that was there, and a group is never in two parts. 1 and "1" are one key.

    `shares` are fractions that add up to 1, in order. They hold in expectation, overall and in each stratum, since
    every key draws alone: of n keys, a share s comes out as s ± sqrt(s(1-s)/n). There is no quota: a quota would move
    rows when others are added. `stratify` names the columns (a label) whose strata are checked: a stratum of which a
    part should hold ten rows or more and holds none (groups can do that) is said by an UnevenSplit warning.

    Raises UnknownColumn; UnusableFrame where a key is missing, or is no text, whole number, boolean or time;
    UnusableParameter for shares that do not add up.

    The draw: the first 8 bytes of BLAKE2b (RFC 7693), keyed with the seed, of the key's text, as a fraction of 2^64.

    >>> import polars as pl
    >>> parts = split(pl.DataFrame({"id": ["a", "b", "c", "d"]}), key="id", shares={"train": 0.5, "test": 0.5})
    >>> parts["split"].to_list()
    ['train', 'test', 'train', 'test']
    """
    bounds = _bounds(shares)
    table = to_polars(frame)
    names = _listed(group if group is not None else key)
    strata = _listed(stratify)
    need_columns([*_listed(key), *names, *strata], table.columns)
    if column in table.columns:
        raise UnusableFrame(f"There is a column {column!r} already. Drop it, or name another one with column=.")
    parts = _draw(table.select(names), bounds, seed).alias(column)
    divided = table.with_columns(parts)
    if strata:
        _report_gaps(divided, strata, column, shares)
    return like(divided, frame)


def part_of(key: Sequence[Any], *, shares: Mapping[str, float] = SHARES, seed: int = 0) -> str:
    """The part to which one key (or group) belongs; what `split` says of the row.

    >>> part_of(["d"], shares={"train": 0.5, "test": 0.5})
    'test'
    """
    return _part(_said(key), _bounds(shares), _salt(seed))


def _draw(keys: pl.DataFrame, bounds: Sequence[tuple[float, str]], seed: int) -> pl.Series:
    import polars as pl

    texts = []
    for column in keys:
        if column.dtype.is_float() or column.dtype.is_nested() or column.dtype in {pl.Binary, pl.Object}:
            raise UnusableFrame(
                f"Column {column.name!r} is of type {column.dtype}, which names rows unreliably. "
                "Make it text or whole numbers."
            )
        if column.null_count():
            row = int(column.is_null().arg_max() or 0) + 1
            raise UnusableFrame(
                f"Row {row}: column {column.name!r} is empty. Every row needs it, to be put into a part."
            )
        coded = column.dtype in {pl.Categorical, pl.Enum, pl.String} or column.dtype.is_integer()
        texts.append(column.cast(pl.String).to_list() if coded else column.to_list())
    salt = _salt(seed)
    known: dict[bytes, str] = {}
    parts = []
    for key in zip(*texts, strict=True):
        said = _said(key)
        part = known.get(said)
        if part is None:
            part = known[said] = _part(said, bounds, salt)
        parts.append(part)
    return pl.Series(parts, dtype=pl.String)


def _said(key: Sequence[Any]) -> bytes:
    """A key as bytes; the parts of a compound one are told apart by their lengths."""
    texts = [_text(value).encode() for value in key]
    return texts[0] if len(texts) == 1 else b"".join(len(text).to_bytes(8, "little") + text for text in texts)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _salt(seed: int) -> bytes:
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise UnusableParameter(f"seed={seed!r} is no whole number.")
    return f"assay split {seed}".encode()[:64]


def _part(said: bytes, bounds: Sequence[tuple[float, str]], salt: bytes) -> str:
    drawn = int.from_bytes(hashlib.blake2b(said, digest_size=8, key=salt).digest(), "big") / 2**64
    return next((name for bound, name in bounds if drawn < bound), bounds[-1][1])


def _bounds(shares: Mapping[str, float]) -> list[tuple[float, str]]:
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


def _report_gaps(divided: pl.DataFrame, strata: Sequence[str], column: str, shares: Mapping[str, float]) -> None:
    counts = divided.group_by(*strata, column).len()
    for stratum, rows in counts.group_by(strata, maintain_order=True):
        there = dict(zip(rows[column], rows["len"], strict=True))
        total = sum(there.values())
        for part, share in shares.items():
            if share * total >= 10 and part not in there:
                named = ", ".join(f"{name}={value!r}" for name, value in zip(strata, stratum, strict=True))
                warnings.warn(
                    f"None of the {total} rows with {named} is in {part!r}; about {share * total:.0f} should be. "
                    "Look whether few groups hold them all; another seed may do.",
                    UnevenSplit,
                    stacklevel=3,
                )


def _listed(names: str | Sequence[str] | None) -> list[str]:
    if names is None:
        return []
    return [names] if isinstance(names, str) else list(names)
