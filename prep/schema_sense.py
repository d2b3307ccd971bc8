"""Whether a schema can be met at all: each way in which it can contradict itself, in words. Looks at no frame."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from prep.errors import BrokenSchema, nearest

if TYPE_CHECKING:
    from prep.schema import Column, Schema

_NUMBERS = ("integer", "number")


def refuse_contradictions(schema: Schema) -> None:
    """Raises BrokenSchema for the first contradiction, naming column, the two that cannot both hold, and a cure."""
    names = [column.name for column in schema.columns]
    for name, times in Counter(names).items():
        if times > 1:
            raise BrokenSchema(f"The schema names the column {name!r} twice. Merge the two.")
    for column in schema.columns:
        _refuse_in(column)
    for name in schema.absent:
        if name in names:
            raise BrokenSchema(f"Column {name!r} is described and must be absent. Take it out of one of the two.")
    for key in schema.unique:
        _refuse_key(schema, key, names)


def _refuse_key(schema: Schema, key: Sequence[str], names: list[str]) -> None:
    if not len(key):
        raise BrokenSchema("A key names no column. Name those that tell one row from another.")
    optional = {column.name for column in schema.columns if not column.required}
    for name in key:
        if name not in names:
            near = nearest(name, names)
            raise BrokenSchema(
                f"The key {list(key)} names {name!r}, which is no column."
                + (f" Did you mean {near!r}?" if near else "")
            )
        if name in optional:
            raise BrokenSchema(f"The key {list(key)} names {name!r}, which need not be there. Make it required.")
    if all(_is_constant(column) for column in schema.columns if column.name in key):
        raise BrokenSchema(f"The key {list(key)} may hold one value only, so there could be one row at most.")


def _refuse_in(column: Column) -> None:
    from prep.schema import DTYPES

    name = f"Column {column.name!r}"
    if column.dtype not in DTYPES:
        raise BrokenSchema(f"{name}: there is no type {column.dtype!r}. Say one of: {', '.join(DTYPES)}.")
    _refuse_bounds(column, name)
    _refuse_lengths(column, name)
    if column.isin is not None:
        _refuse_values(column, column.isin, name)
    if column.unique and _is_constant(column):
        raise BrokenSchema(f"{name} must not repeat and may hold one value only, so there could be one row at most.")


def _refuse_bounds(column: Column, name: str) -> None:
    for word, bound in (("at least", column.ge), ("at most", column.le)):
        if bound is None:
            continue
        if isinstance(bound, bool) or not isinstance(bound, int | float | date):
            raise BrokenSchema(f"{name} must be {word} {bound!r}, which is no number and no time.")
        if isinstance(bound, float) and math.isnan(bound):
            raise BrokenSchema(f"{name} must be {word} NaN, which no value is. Give a number.")
        wanted = ("date", "datetime") if isinstance(bound, date) else _NUMBERS
        if column.dtype not in {*wanted, "any"}:
            raise BrokenSchema(f"{name} is a {column.dtype} and must be {word} {bound!r}: those have no such order.")
    if column.ge is not None and column.le is not None:
        _refuse_crossed(column.ge, column.le, name, is_whole=column.dtype == "integer")


def _refuse_crossed(low: Any, high: Any, name: str, *, is_whole: bool) -> None:
    try:
        crossed = low > high
    except TypeError:
        raise BrokenSchema(f"{name} is at least {low!r} and at most {high!r}: no type has both.") from None
    if crossed:
        raise BrokenSchema(f"{name}: no number is at least {low} and at most {high}.")
    if is_whole and math.isfinite(low) and math.isfinite(high) and math.ceil(low) > math.floor(high):
        raise BrokenSchema(f"{name}: no whole number lies between {low} and {high}.")


def _refuse_lengths(column: Column, name: str) -> None:
    if column.matches is None and column.min_length is None and column.max_length is None:
        return
    if column.dtype not in {"string", "any"}:
        raise BrokenSchema(
            f"{name} is a {column.dtype}, and a pattern or a length is asked of it: only text has those."
        )
    for length in (column.min_length, column.max_length):
        if length is not None and (isinstance(length, bool) or not isinstance(length, int) or length < 0):
            raise BrokenSchema(f"{name}: a length is a whole number from 0, not {length!r}.")
    if column.min_length is not None and column.max_length is not None and column.min_length > column.max_length:
        raise BrokenSchema(
            f"{name}: no text has at least {column.min_length} and at most {column.max_length} characters."
        )
    if column.matches is not None:
        try:
            re.compile(column.matches)
        except (re.error, TypeError) as error:
            raise BrokenSchema(f"{name}: {column.matches!r} is no regular expression: {error}.") from None


def _refuse_values(column: Column, allowed: Any, name: str) -> None:
    if isinstance(allowed, str) or not hasattr(allowed, "__len__"):
        raise BrokenSchema(f"{name}: the allowed values must be a list, not {allowed!r}.")
    if not len(allowed):
        raise BrokenSchema(f"{name} may hold no value at all: isin is empty.")
    for value in allowed:
        if value is None:
            raise BrokenSchema(f"{name}: an empty value is allowed by nullable=True, not by standing in isin.")
        if not _fits(value, column.dtype):
            raise BrokenSchema(f"{name} is of type {column.dtype}, and the allowed value {value!r} is not.")
    left = [value for value in allowed if _in_bounds(value, column)]
    if not left:
        bounds = [f"at least {column.ge}"] * (column.ge is not None) + [f"at most {column.le}"] * (
            column.le is not None
        )
        told = " and ".join(bounds) or "of the wanted pattern and length"
        raise BrokenSchema(f"{name}: none of its allowed values is {told}.")


def _fits(value: Any, dtype: str) -> bool:
    kinds: dict[str, Any] = {"string": str, "boolean": bool, "date": date, "datetime": datetime, "any": object}
    if dtype in _NUMBERS:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return not isinstance(value, bool) and (whole if dtype == "integer" else isinstance(value, int | float))
    if dtype == "date" and isinstance(value, datetime):
        return False
    return isinstance(value, kinds[dtype])


def _in_bounds(value: Any, column: Column) -> bool:
    if isinstance(value, str):
        if column.matches is not None and not re.match(column.matches, value):
            return False
        return (column.min_length or 0) <= len(value) <= (math.inf if column.max_length is None else column.max_length)
    try:
        return (column.ge is None or value >= column.ge) and (column.le is None or value <= column.le)
    except TypeError:
        return True


def _is_constant(column: Column) -> bool:
    if column.isin is not None and len(set(map(repr, column.isin))) == 1:
        return True
    return column.ge is not None and column.ge == column.le
