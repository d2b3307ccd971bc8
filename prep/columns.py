"""The columns that a verb works on, and what may be said of them in polars. Knows no verb."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from prep.engines import Schema, Work
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import need_columns

if TYPE_CHECKING:
    import polars as pl

Columns: TypeAlias = str | Sequence[str] | None
Suits = Literal["text", "number", "any"]
MISSING = "\x00"
"""The group of rows in which the column that groups is missing."""
_FEW = 16
_PROBE = 8192


def listed(columns: Columns) -> list[str]:
    """One name, several or none as a list.

    >>> listed("a"), listed(("a", "b")), listed(None)
    (['a'], ['a', 'b'], [])
    """
    return [] if columns is None else [columns] if isinstance(columns, str) else list(columns)


def chosen(schema: Schema, columns: Columns, suits: Suits, verb: str) -> list[str]:
    """The columns named, or all of that type. Raises UnknownColumn, and UnusableFrame for one of another type."""
    if columns is None:
        return [name for name, kind in schema.items() if suited(kind, suits) and kind != _null()]
    names = listed(columns)
    need_columns(names, list(schema))
    for name in names:
        if not suited(schema[name], suits):
            cure = (
                "Cast it first: prep.cast."
                if suits == "number" and is_text(schema[name])
                else f"Name columns of {suits}s."
            )
            raise UnusableFrame(f"{verb} takes {suits}; column {name!r} holds {in_words(schema[name])}. {cure}")
    return list(dict.fromkeys(names))


def suited(kind: pl.DataType, suits: Suits) -> bool:
    """Whether a type is of that family; a column of nothing but missing values suits every one."""
    if suits == "any" or kind == _null():
        return True
    return is_text(kind) if suits == "text" else kind.is_numeric()


def is_text(kind: pl.DataType) -> bool:
    """Whether a type is text; categories are."""
    import polars as pl

    return kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)


def in_words(kind: pl.DataType) -> str:
    """A type in words, for a sentence.

    >>> import polars as pl
    >>> in_words(pl.Int64()), in_words(pl.List(pl.Int64))
    ('whole numbers', 'List(Int64)')
    """
    import polars as pl

    if is_text(kind):
        return "text"
    if kind.is_integer():
        return "whole numbers"
    if kind.is_float() or isinstance(kind, pl.Decimal):
        return "numbers"
    words = {pl.Boolean: "true or false", pl.Date: "dates", pl.Null: "nothing", pl.Object: "values of several types"}
    return words.get(kind.base_type(), "times" if isinstance(kind, pl.Datetime) else str(kind))


def text(name: str, schema: Schema) -> pl.Expr:
    """A column as text."""
    import polars as pl

    column = pl.col(name)
    return column if schema[name] == pl.String else column.cast(pl.String)


def present(name: str, schema: Schema) -> pl.Expr:
    """Whether a cell is there: neither null nor NaN."""
    import polars as pl

    there = pl.col(name).is_not_null()
    return there & pl.col(name).is_not_nan() if schema[name].is_float() else there


def with_columns(schema: Schema, computed: Mapping[str, pl.Expr], drop: Iterable[str] = ()) -> Work:
    """Work that computes some columns (in place, or new at the end) and leaves the others as they are."""
    gone = set(drop) - set(computed)
    output: dict[str, str | pl.Expr] = {name: computed.get(name, name) for name in schema if name not in gone}
    return Work({**output, **{name: one for name, one in computed.items() if name not in output}})


def need_free(names: Sequence[str], schema: Schema, verb: str, cure: str) -> None:
    """Raises UnusableParameter when a column that is to be made is there already, or is made twice."""
    for place, name in enumerate(names):
        if name in schema or name in names[:place]:
            raise UnusableParameter(f"{verb} would make a column {name!r}, but there is one. {cure}")


def by_value(column: pl.Expr, change: Callable[[str], str | None], among: str | None = None) -> pl.Expr:
    """A function of Python on text, called once for each different value (of those that match the pattern `among`)."""
    import polars as pl

    def each(values: pl.Series) -> pl.Series:
        here = values.str.contains(among).fill_null(False) if among is not None else values.is_not_null()
        if not here.any():
            return values
        some = values if here.all() else values.filter(here)
        different = some.unique()
        made = pl.Series([change(value) for value in different.to_list()], dtype=pl.String)
        done = some.replace_strict(different, made, return_dtype=pl.String)
        return done if len(some) == len(values) else values.clone().scatter(here.arg_true(), done)

    return column.map_batches(each, return_dtype=pl.String, is_elementwise=True)


def once(column: pl.Expr, work: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Work on text that is dear, done once for each different value where values repeat much (see `of_different`)."""
    import polars as pl

    def done(values: pl.Series) -> pl.Series:
        return pl.DataFrame({"text": values}).select(work(pl.col("text"))).to_series()

    return column.map_batches(partial(of_different, done=done), return_dtype=pl.String, is_elementwise=True)


def of_different(values: pl.Series, done: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `done` gives for each text; worked out once for each different one where a sample says that they repeat."""
    import polars as pl

    if len(values) < 4 * _PROBE or values.gather_every(len(values) // _PROBE).n_unique() > 0.75 * _PROBE:
        return done(values).alias(values.name)
    own = pl.Categories.random()  # it numbers its values from 0, and forgets them when no column holds them any more
    numbered = values.cast(pl.Categorical(own))
    return done(own.to_series()).gather(numbered.to_physical()).alias(values.name)


def key_of(by: Sequence[str]) -> pl.Expr:
    """The values of several columns as one text, each different for different values; missing is a value too."""
    import polars as pl

    if len(by) == 1:
        return pl.col(by[0]).cast(pl.String).fill_null(MISSING)
    return pl.concat_str(
        [pl.col(name).cast(pl.String).str.replace_all("\x1f", "\x1e", literal=True).fill_null(MISSING) for name in by],
        separator="\x1f",
    )


def looked_up(by: Sequence[str], table: Mapping[str, Any], kind: Any, where: pl.Expr | None = None) -> pl.Expr:
    """For each row (of which `where` is true), the value that `table` holds under the text of `key_of(by)`."""
    import polars as pl

    if not table:
        return pl.lit(None, kind)
    if len(by) == 1 and len(table) <= _FEW:  # comparing with each costs less than looking up
        key, found = pl.col(by[0]).cast(pl.String), pl.lit(None, kind)
        for group, value in table.items():
            is_it = key.is_null() if group == MISSING else key == group
            found = pl.when(is_it).then(pl.lit(value, kind)).otherwise(found)
        return found
    key = key_of(by) if where is None else pl.when(where).then(key_of(by))
    values = pl.Series(list(table.values()), dtype=kind)
    return key.replace_strict(pl.Series(list(table), dtype=pl.String), values, default=None, return_dtype=kind)


def json_text(value: Any) -> str:
    """A value as one line of JSON, for a sentence."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _null() -> Any:
    import polars as pl

    return pl.Null()
