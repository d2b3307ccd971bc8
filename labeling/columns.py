"""Columns of a foreign table of answers: finding them by the field's names, and turning values into codes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.errors import UnusableAnswers, nearest
from prep.phrase import phrase

ITEM_NAMES = ("item", "task", "unit", "item_id", "task_id", "question")
ANNOTATOR_NAMES = (
    "annotator",
    "worker",
    "rater",
    "coder",
    "user",
    "performer",
    "annotator_id",
    "worker_id",
)
LABEL_NAMES = ("label", "answer", "value", "category", "response")
VERSION_NAMES = ("guideline_version", "guideline", "version")
TIME_NAMES = ("created_at", "time", "timestamp", "submitted", "submitted_at", "date")
SECONDS_NAMES = ("seconds", "duration", "duration_seconds", "lead_time")
POSITION_NAMES = ("position", "picked_position", "side")
ANSWER_COLUMNS = (ITEM_NAMES, ANNOTATOR_NAMES, LABEL_NAMES)


def pick_columns(frame: Any, wanted: Sequence[Sequence[str]] = ANSWER_COLUMNS) -> list[Any]:
    """One native column for each set of names; of several that fit, the one named first.

    `frame` is a mapping of columns or whatever Narwhals knows; a lazy one is collected, with these columns only.
    Raises UnusableAnswers when it is no table, or names the column that is missing and the nearest there is.

    >>> pick_columns({"Task": [1], "rater": ["ann"], "label": ["x"]})
    [[1], ['ann'], ['x']]
    """
    if isinstance(frame, Mapping):
        names = [_find(list(frame), candidates) for candidates in wanted]
        return [frame[name] for name in names]
    import narwhals as nw

    try:
        table = nw.from_native(frame)
    except TypeError as error:
        raise UnusableAnswers(
            phrase("This is no table of answers, but %(name)s", name=type(frame).__name__),
            cure=phrase(
                "Give a pandas, polars or pyarrow table, or a mapping, with columns item, annotator and label."
            ),
        ) from error
    columns = table.collect_schema().names()
    names = [_find(columns, candidates) for candidates in wanted]
    chosen = table.select(*dict.fromkeys(names))
    eager = chosen.collect() if isinstance(chosen, nw.LazyFrame) else chosen
    return [eager.get_column(name).to_native() for name in names]


def has_column(frame: Any, candidates: Sequence[str]) -> bool:
    """Whether the frame has a column of one of these names."""
    if isinstance(frame, Mapping):
        names: Iterable[str] = frame
    else:
        import narwhals as nw

        names = nw.from_native(frame).collect_schema().names()
    return any(str(name).strip().lower() in candidates for name in names)


def _find(columns: Sequence[str], candidates: Sequence[str]) -> str:
    spelt = {str(column).strip().lower(): column for column in reversed(columns)}
    for candidate in candidates:
        if candidate in spelt:
            return spelt[candidate]
    near = next(filter(None, (nearest(candidate, list(spelt)) for candidate in candidates)), None)
    there = ", ".join(map(str, columns)) or "none"
    raise UnusableAnswers(
        phrase(
            "There is no column %(candidates)r (nor %(candidates2)s); the columns are: %(there)s",
            candidates=candidates[0],
            candidates2=", ".join(candidates[1:]),
            there=there,
        ),
        cure=phrase("Did you mean %(near)r? Rename it.", near=spelt[near])
        if near
        else phrase("Name one of them %(candidates)r.", candidates=candidates[0]),
    )


def factorize(column: Any, name: str) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    """Codes (int32; −1 where missing: None, NaN, NA) and the distinct values in order of first appearance.

    Takes lists, numpy arrays, pandas and polars Series and pyarrow columns, each by its quickest way; values come
    out as plain Python ones. `name` is for messages.

    >>> codes, values = factorize(["b", None, "a", "b"], "label")
    >>> codes.tolist(), values.tolist()
    ([0, -1, 1, 0], ['b', 'a'])
    """
    library = type(column).__module__.partition(".")[0]
    plain = column.to_numpy() if library in {"pandas", "polars", "pyarrow"} and _is_whole(column) else column
    if isinstance(plain, np.ndarray) and plain.ndim == 1 and plain.dtype.kind in "iu" and len(plain):
        return _from_whole(plain)
    if library == "pandas":
        codes, values = _from_pandas(column)
    elif library in {"polars", "pyarrow"}:
        codes, values = _from_arrow(column)
    elif isinstance(column, np.ndarray) and column.dtype.kind in "biufUS":
        codes, values = _from_numpy(column, name)
    else:
        codes, values = _from_objects(column)
    return _without_missing(codes, values)


def key_of(value: Any) -> Any:
    """What a value is known by: itself, or its JSON where it is a list or an object and cannot be hashed."""
    try:
        hash(value)
    except TypeError:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return value


def moment(value: Any) -> float:
    """A time as seconds since 1970: numbers as they are, datetimes, ISO texts; without a zone they are UTC.

    >>> moment("1970-01-01T00:01:00"), moment(2.5)
    (60.0, 2.5)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise UnusableAnswers(
            phrase("%(value)r is no time", value=value),
            column=TIME_NAMES[0],
            cure=phrase("Write 2024-05-17T14:02:00, or seconds since 1970."),
        ) from error
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def as_objects(values: Iterable[Any]) -> NDArray[np.object_]:
    """A flat object array, also of lists and tuples, which numpy would take for further dimensions."""
    if isinstance(values, np.ndarray):
        return values.astype(object)
    listed = list(values)
    flat = np.empty(len(listed), dtype=object)
    for k, value in enumerate(listed):
        flat[k] = value
    return flat


def _is_whole(column: Any) -> bool:
    """Whether a column of a frame holds whole numbers, none missing, as numpy does."""
    kind = str(getattr(column, "dtype", None) or column.type).lower()
    missing = getattr(column, "null_count", 0)
    if callable(missing):
        missing = missing()
    return not missing and kind in {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}


def _from_whole(column: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    """Codes and distinct values of whole numbers, of which none can be missing."""
    if column.min() >= 0 and column.max() < 4 * len(column) + 1024:
        # Small whole numbers index a table directly: ten times quicker than sorting ten million of them.
        place = np.full(int(column.max()) + 1, -1, dtype=np.int32)
        place[column[::-1]] = np.arange(len(column) - 1, -1, -1, dtype=np.int32)
        is_first = np.zeros(len(column), dtype=bool)
        is_first[place[place >= 0]] = True
        order = column[is_first]
        place[order] = np.arange(len(order), dtype=np.int32)
        return place[column], as_objects(order)
    codes, values = _sorted_out(column)
    return codes, as_objects(values)


def _sorted_out(column: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Codes in order of first appearance, and distinct values, by way of a sort."""
    values, first, inverse = np.unique(column, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place[inverse], values[order]


def _from_pandas(column: Any) -> tuple[NDArray[np.int32], list[Any]]:
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    try:
        codes, values = pd.factorize(column)
    except TypeError:  # lists or objects in the cells
        return _from_objects(column.tolist())
    return codes.astype(np.int32), values.tolist()


def _from_arrow(column: Any) -> tuple[NDArray[np.int32], list[Any]]:
    import pyarrow as pa

    if type(column).__module__.partition(".")[0] == "polars":
        import polars as pl

        if column.dtype == pl.Object or column.dtype.is_nested():
            return _from_objects(column.to_list())
        column = (column.cast(pl.String) if column.dtype in {pl.Categorical, pl.Enum} else column).to_arrow()
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):  # nothing in it, or more than one chunk can hold
        return _from_objects(column.to_pylist())
    if pa.types.is_nested(column.type):
        return _from_objects(column.to_pylist())
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    coded = column.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes, coded.dictionary.to_pylist()


def _from_numpy(column: NDArray[Any], name: str) -> tuple[NDArray[np.int32], list[Any]]:
    if column.ndim != 1:
        raise UnusableAnswers(
            phrase("has %(ndim)s dimensions", ndim=column.ndim), column=name, cure=phrase("Give one value an answer.")
        )
    if not len(column):
        return np.empty(0, np.int32), []
    codes, values = _sorted_out(column)
    return codes, values.tolist()


def _from_objects(column: Iterable[Any]) -> tuple[NDArray[np.int32], list[Any]]:
    values = column if isinstance(column, list) else list(column)
    place: dict[Any, int] = {}
    try:
        codes = np.array([place.setdefault(value, len(place)) for value in values], dtype=np.int32)
        return codes, [_plain(value) for value in place]
    except TypeError:  # lists or objects: known by their JSON, kept as they are
        place = {}
        distinct: list[Any] = []
        codes = np.empty(len(values), dtype=np.int32)
        for row, value in enumerate(values):
            key = key_of(value)
            if key not in place:
                place[key] = len(place)
                distinct.append(_plain(value))
            codes[row] = place[key]
        return codes, distinct


def _without_missing(codes: NDArray[np.int32], values: list[Any]) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    is_missing = np.fromiter((_is_missing(value) for value in values), dtype=bool, count=len(values))
    if is_missing.any():
        place = np.cumsum(~is_missing, dtype=np.int32) - 1
        place[is_missing] = -1
        codes = np.where(codes < 0, np.int32(-1), np.append(place, -1)[codes]).astype(np.int32)
        values = [value for value, lost in zip(values, is_missing, strict=True) if not lost]
    return codes, as_objects(values)


def _is_missing(value: Any) -> bool:
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN is what differs from itself
        return True
    return type(value).__name__ in {"NAType", "NaTType"}


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
