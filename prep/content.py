"""The id of a dataset: a SHA-256 over its values in a canonical order. Knows no file and no store.

The id depends on names and values alone: not on the engine, the order of rows or columns, chunks, the width of a number
(3 is 3 as int8 and as int64; 3.0 is another value), how text is coded (plain, categorical, enum), the unit or zone of a
time (an instant is an instant), the version of a writer. All NaN are one value, which is not null; -0.0 is 0.0, as in
every engine's own comparison.

A table is told in parts, so that what grows by a few rows is not written or hashed anew. Where a part begins follows
from the keys alone: at rows whose first key is other than the row's before and whose draw says so (about one in PART),
and after MOST rows at the latest. The digest of a column is the SHA-256 over the digests of its parts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import need_columns

if TYPE_CHECKING:
    import polars as pl

FORMAT = "assay-content/2"
PART = 1 << 17
"""Rows of a part, on average."""
MOST = 4 * PART
_SIEVE = 64
"""Of this many keys one passes a cheap draw first, and only those are hashed."""


def canonical(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The frame in plain types, its rows in the order of their keys: ready to be written and to be hashed.

    `keys` are the columns whose values name a row. Raises UnusableParameter without keys, UnknownColumn, and
    UnusableFrame for a key that is missing or repeated (it names the row, counted from 1), for keys that are no text,
    number, boolean or time, and for columns of Python objects.

    >>> import polars as pl
    >>> canonical(pl.DataFrame({"id": ["b", "a"]}), ["id"])["id"].to_list()
    ['a', 'b']
    """
    if not keys:
        raise UnusableParameter("A table needs keys: name the columns whose values name a row, such as keys=['id'].")
    need_columns(keys, frame.columns)
    frame = _plain(frame)
    for name in keys:
        _refuse_key(frame, name)
    if len(keys) == 1 and _rises(frame.get_column(keys[0])):
        return frame
    if len(keys) == 1 and (quick := _sorted_by_words(frame, keys[0])) is not None:
        return quick
    ordered = frame.sort(keys)
    if _has_repeats(ordered, keys):
        _refuse_repeats(frame, keys)
    return ordered


def part_starts(ordered: pl.DataFrame, keys: Sequence[str]) -> list[tuple[int, bool]]:
    """The rows at which the parts of a canonical frame begin (0 the first), and whether by the draw of a key.

    A row begins a part when its first key differs from that of the row before, the last eight bytes of the key (of a
    number, its value), stirred, are a multiple of 64, and the first 8 bytes of BLAKE2b of its text a multiple of
    PART / 64. A part of MOST rows ends there whatever its keys.
    """
    import numpy as np

    if ordered.height <= 1:
        return [(0, False)]
    _, key = _key_values(ordered.get_column(keys[0]))
    words = _last_words(key)
    draws = np.flatnonzero(_stirred(words) % np.uint64(_SIEVE) == 0)
    taken = key.gather(draws)
    before = key.gather(np.maximum(draws, 1) - 1)
    is_new = (taken != before).to_numpy() & (draws > 0)
    named = [
        int(row)
        for row, text, new in zip(draws.tolist(), taken.to_list(), is_new.tolist(), strict=True)
        if new and _drawn(str(text)) % (PART // _SIEVE) == 0
    ]
    starts = [(0, False)]
    for row in [*named, ordered.height]:
        while row - starts[-1][0] > MOST:
            starts.append((starts[-1][0] + MOST, False))
        if row < ordered.height:
            starts.append((row, True))
    return starts


def joined_digest(digests: Sequence[str]) -> str:
    """The digest of a column, from those of its parts (hex)."""
    return hashlib.sha256(b"".join(bytes.fromhex(one) for one in digests)).hexdigest()


def part_digests(ordered: pl.DataFrame, starts: Sequence[int]) -> list[dict[str, str]]:
    """For each part (by the row at which it begins), the SHA-256 (hex) of each column's values in the order of the rows.

    The names are in alphabetical order.
    """
    names = sorted(ordered.columns)
    bounds = list(pairwise([*starts, ordered.height]))
    with ThreadPoolExecutor(max_workers=4) as pool:  # SHA-256 lets other threads run
        found = list(pool.map(lambda name: _digests(ordered.get_column(name), bounds), names))
    return [{name: found[at][part] for at, name in enumerate(names)} for part in range(len(bounds))]


def content_id(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """The id of a dataset, from `{"table": {"keys": [...], "rows": n, "digests": {column: hex}}}`."""
    told = {
        name: {"keys": list(table["keys"]), "rows": table["rows"], "columns": dict(table["digests"])}
        for name, table in tables.items()
    }
    text = json.dumps({"format": FORMAT, "tables": told}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _key_values(column: pl.Series) -> tuple[bytes, pl.Series]:
    """The family of a key, and its values as text or whole numbers; times in microseconds, whatever they are held in."""
    import polars as pl

    dtype = column.dtype
    if isinstance(dtype, pl.Datetime | pl.Duration) and getattr(dtype, "time_unit", "us") == "ns":
        return b"time", column.cast(pl.Int64) // 1000
    return _family(column)


def _last_words(column: pl.Series) -> Any:
    """The last eight bytes of each text as one number (shorter ones with zeros), or each number's own 64 bits."""
    import numpy as np
    import polars as pl

    if column.dtype not in {pl.String, pl.Binary}:
        return column.to_numpy().view(np.uint64)
    offsets, data = _text_buffers(column)
    held = np.concatenate([np.zeros(8, np.uint8), data])
    words = np.ndarray(len(held) - 7, "<u8", held, strides=(1,))[offsets[1:]]
    short = np.maximum(0, 8 - np.diff(offsets)).astype(np.uint64)
    return np.where(short == 8, np.uint64(0), words >> np.minimum(short * np.uint64(8), np.uint64(63)))


def _stirred(words: Any) -> Any:
    import numpy as np

    mixed = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _drawn(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _rises(column: pl.Series) -> bool:
    """Whether each value is greater than the one before: then the rows are in order and no key is repeated."""
    return len(column) < 2 or all(
        bool((column[start + 1 : end] > column[start : end - 1]).all())
        for start, end in ((0, min(1000, len(column))), (0, len(column)))  # most that are in no order show it at once
    )


def _sorted_by_words(frame: pl.DataFrame, key: str) -> pl.DataFrame | None:
    """The frame in the order of a text key that is alike but for eight bytes; None where it is not so.

    Numbers are sorted ten times faster than text. The order is looked at afterwards, never trusted.
    """
    import numpy as np
    import polars as pl

    column = frame.get_column(key)
    if column.dtype != pl.String or len(column) < _SIEVE:
        return None
    offsets, data = _text_buffers(column)
    lengths = np.diff(offsets)
    least, most = str(column.min()).encode(), str(column.max()).encode()
    shared = next(
        (place for place, pair in enumerate(zip(least, most, strict=False)) if pair[0] != pair[1]), len(least)
    )
    if int(lengths.max()) - shared > 8:
        return None
    held = np.concatenate([data, np.zeros(8, np.uint8)])
    words = np.ndarray(len(held) - 7, ">u8", held, strides=(1,))[offsets[:-1] + shared].astype(np.uint64)
    beyond = (np.uint64(8) - (lengths - shared).astype(np.uint64)) * np.uint64(8)
    words = np.where(
        beyond >= 64, np.uint64(0), words >> np.minimum(beyond, np.uint64(63)) << np.minimum(beyond, np.uint64(63))
    )
    ordered = frame[np.argsort(words)]
    return ordered if _rises(ordered.get_column(key)) else None


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    wanted = {name: _plain_type(dtype, name) for name, dtype in frame.schema.items()}
    changed = [pl.col(name).cast(dtype) for name, dtype in wanted.items() if dtype != frame.schema[name]]
    try:
        return frame.with_columns(changed)
    except pl.exceptions.InvalidOperationError as error:
        raise UnusableFrame(f"A number is too large to be kept exactly: {error}. Make that column text.") from error


def _plain_type(dtype: Any, column: str) -> pl.DataType:
    """The type that every reader of Parquet knows: text for coded text, lists for arrays, text where all is null."""
    import polars as pl

    if isinstance(dtype, pl.Categorical | pl.Enum | pl.Null):
        return pl.String()
    if isinstance(dtype, pl.List | pl.Array):
        return pl.List(_plain_type(dtype.inner, column))
    if isinstance(dtype, pl.Struct):
        return pl.Struct({field.name: _plain_type(field.dtype, column) for field in dtype.fields})
    if isinstance(dtype, pl.Object):
        raise UnusableFrame(
            f"Column {column!r} holds Python objects of several types. "
            "Make them all text, numbers, times, lists or objects of one shape."
        )
    if str(dtype) in {"Int128", "UInt128", "Float16"}:
        return pl.Float32() if str(dtype) == "Float16" else pl.Int64()
    return dtype  # type: ignore[no-any-return]


def _refuse_key(frame: pl.DataFrame, name: str) -> None:
    column = frame.get_column(name)
    if column.dtype.is_float() or column.dtype.is_nested():
        raise UnusableFrame(
            f"The key column {name!r} is of type {column.dtype}, which names rows unreliably. "
            "Make it text or whole numbers."
        )
    if column.null_count():
        row = int(column.is_null().arg_max() or 0) + 1
        raise UnusableFrame(f"Row {row}: the key column {name!r} is empty. Every row needs its key.")


def _has_repeats(ordered: pl.DataFrame, keys: Sequence[str]) -> bool:
    """Whether two rows that stand side by side have the same key; far cheaper than looking for repeats anywhere."""
    same: Any = True
    for name in keys:
        column = ordered.get_column(name)
        same = (column[1:] == column[:-1]) & same
    return bool(same.any())


def _refuse_repeats(frame: pl.DataFrame, keys: Sequence[str]) -> None:
    import polars as pl

    repeats = frame.select(pl.struct(keys).is_duplicated()).to_series()
    first = int(repeats.arg_max() or 0)
    key = frame.select(keys).row(first)
    same = frame.select(pl.all_horizontal(pl.col(name) == value for name, value in zip(keys, key, strict=True)))
    rows = [row + 1 for row in same.to_series().arg_true().head(3).to_list()]
    named = ", ".join(f"{name}={value!r}" for name, value in zip(keys, key, strict=True))
    raise UnusableFrame(f"Rows {' and '.join(map(str, rows))} have the same key ({named}). Keep one of them.")


def _digests(column: pl.Series, bounds: Sequence[tuple[int, int]]) -> list[str]:
    """Of each run of rows. A column without gaps is made ready once for all runs: that halves the time."""
    if column.null_count() or column.dtype.is_nested() or column.dtype.is_temporal():
        return [_digest(column[start:end]) for start, end in bounds]
    tag, told = _family(column)
    if tag == b"wide":
        return [_digest(column[start:end]) for start, end in bounds]
    if tag in {b"text", b"bytes", b"decimal"}:
        offsets, data = _text_buffers(told)
        return [
            _hashed(tag, end - start, _lengths(offsets[start : end + 1]), data[offsets[start] : offsets[end]])
            for start, end in bounds
        ]
    values = _numbers(tag, told)
    return [_hashed(tag, end - start, values[start:end]) for start, end in bounds]


def _hashed(tag: bytes, rows: int, *told: Any) -> str:
    """What `_digest` gives of a run without gaps."""
    digest = hashlib.sha256(tag + b"\0" + rows.to_bytes(8, "little") + bytes(8) if rows else _no_value(0))
    for one in told if rows else ():
        digest.update(one)
    return digest.hexdigest()


def _digest(column: pl.Series) -> str:
    digest = hashlib.sha256()
    _feed(digest, column)
    return digest.hexdigest()


def _no_value(rows: int) -> bytes:
    """No value, so no type either: an engine that cannot tell gives the same id."""
    return b"null" + rows.to_bytes(8, "little")


def _feed(digest: Any, column: pl.Series) -> None:
    """Each run of values is told as: what they are, how many, which are null, and the values (null ones as zero)."""
    import numpy as np
    import polars as pl

    nulls = column.null_count()
    if nulls == len(column):
        digest.update(_no_value(len(column)))
        return
    dtype = column.dtype
    if isinstance(dtype, pl.List):
        tag = b"list"
    elif isinstance(dtype, pl.Struct):
        tag = b"object"
    else:
        tag, column = _family(column)
    digest.update(tag + b"\0" + len(column).to_bytes(8, "little") + nulls.to_bytes(8, "little"))
    if nulls:
        digest.update(np.packbits(column.is_null().to_numpy()).tobytes())
    if tag == b"list":
        lengths = column.list.len().fill_null(0)
        digest.update(lengths.cast(pl.Int64).to_numpy().astype("<i8"))
        _feed(digest, column.filter(lengths > 0).explode())
    elif tag == b"object":
        present = column.drop_nulls()
        for field in sorted(field.name for field in dtype.fields):  # type: ignore[attr-defined]
            digest.update(len(field.encode()).to_bytes(8, "little") + field.encode())
            _feed(digest, present.struct.field(field))
    elif tag in {b"text", b"bytes", b"decimal"}:
        _feed_text(digest, column)
    else:
        digest.update(_numbers(tag, column.fill_null(0)))


def _numbers(tag: bytes, column: pl.Series) -> Any:
    """The values of a column without gaps as eight bytes each."""
    import numpy as np

    if tag == b"float":
        values = column.to_numpy() + 0.0  # a copy, in which -0.0 has become 0.0
        values[np.isnan(values)] = np.nan
        return values.astype("<f8", copy=False)
    return np.ascontiguousarray(column.to_numpy().astype("<u8" if tag == b"wide" else "<i8", copy=False))


def _family(column: pl.Series) -> tuple[bytes, pl.Series]:
    """What the values are, and the column in the one type in which values of that family are told."""
    import polars as pl

    dtype = column.dtype
    if isinstance(dtype, pl.String | pl.Binary):
        return (b"text" if dtype == pl.String else b"bytes"), column
    if dtype == pl.Boolean:
        return b"bool", column.cast(pl.Int64)
    if dtype.is_float():
        return b"float", column.cast(pl.Float64)
    if dtype == pl.UInt64 and bool((column >= 2**63).any()):
        return b"wide", column
    if dtype.is_integer():
        return b"int", column.cast(pl.Int64)
    if isinstance(dtype, pl.Decimal):
        return b"decimal", column.cast(pl.String).str.replace(r"(\.\d*?)0+$", "${1}").str.strip_chars_end(".")
    if dtype == pl.Date:
        return b"date", column.cast(pl.Int32).cast(pl.Int64)
    if dtype == pl.Time:
        return b"time", column.cast(pl.Int64)
    return _in_microseconds(column)


def _in_microseconds(column: pl.Series) -> tuple[bytes, pl.Series]:
    """Instants, local times and durations, in microseconds; in nanoseconds only where a value needs them."""
    import polars as pl

    dtype = column.dtype
    family = b"duration" if isinstance(dtype, pl.Duration) else b"local"
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        family = b"instant"
    ticks = column.cast(pl.Int64)
    unit = getattr(dtype, "time_unit", "us")
    if unit == "ns":
        if (ticks % 1000 != 0).any():
            return family + b"-ns", ticks
        return family, ticks // 1000
    return family, ticks * 1000 if unit == "ms" else ticks


def _feed_text(digest: Any, column: pl.Series) -> None:
    import polars as pl

    offsets, data = _text_buffers(column.fill_null("" if column.dtype == pl.String else b""))
    digest.update(_lengths(offsets))
    digest.update(data)


def _lengths(offsets: Any) -> Any:
    import numpy as np

    return np.diff(offsets).astype("<i8", copy=False)


def _text_buffers(column: pl.Series) -> tuple[Any, Any]:
    """Where each text ends in the bytes of all (one more than there are texts, from 0), and those bytes."""
    import numpy as np
    import polars as pl

    array = column.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets_buffer, data = array.buffers()
    wide = str(array.type).startswith("large")
    if offsets_buffer is None or data is None:
        return np.zeros(len(array) + 1, np.int64), np.zeros(0, np.uint8)
    offsets = np.frombuffer(memoryview(cast("bytes", offsets_buffer)), dtype=np.int64 if wide else np.int32)
    offsets = offsets[array.offset : array.offset + len(array) + 1].astype(np.int64, copy=False)
    held = np.frombuffer(memoryview(data), np.uint8)[int(offsets[0]) : int(offsets[-1])]
    return offsets - offsets[0], held
