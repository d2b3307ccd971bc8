"""The checks of a Schema on a table, as polars expressions, and what must be in words. Loads no pandera.

Each finds what pandera's own finds (a test holds them to that), in a process that does not have to load pandas first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from prep.schema import Column, Fault, Schema

_WORDS = {
    "field_uniqueness": "must not repeat",
    "multiple_fields_uniqueness": "must not repeat together",
    "not_nullable": "must not be empty",
    "column_in_dataframe": "must be there",
    "column_in_schema": "must not be there",
}


def faults_of_schema(table: pl.DataFrame, schema: Schema, shown: int) -> tuple[list[Fault], set[int]]:
    """Each check of the schema's columns that fails, with its first `shown` rows, and the rows (from 0) that break one."""
    from prep.errors import nearest
    from prep.schema import Fault

    faults: list[Fault] = []
    bad: set[int] = set()
    for column in schema.columns:
        if column.required and column.name not in table.columns:
            near = nearest(column.name, table.columns)
            faults.append(
                Fault(column.name, must("column_in_dataframe") + (f" (did you mean {near!r}?)" if near else ""), 1)
            )
    for column in schema.columns:
        if column.name in table.columns:
            faults += _of_a_column(table.get_column(column.name), column, shown, bad)
    return faults, bad


def _of_a_column(values: pl.Series, column: Column, shown: int, bad: set[int]) -> Iterator[Fault]:
    import polars as pl
    from polars.exceptions import PolarsError

    from prep.schema import Fault

    wanted = _wanted(values.dtype, column)
    if wanted:
        yield Fault(column.name, f"must be of type {wanted}, but is {values.dtype}", 1)
    it = pl.col(values.name)
    for check, passes in _checks(values, column, it):
        try:
            failed = values.to_frame().select((~passes.fill_null(True)).arg_true()).to_series()
        except PolarsError:
            words = f"{must(check)}; that could not be checked on a column of type {values.dtype}"
            yield Fault(column.name, words, 1)
            continue
        if len(failed):
            bad.update(failed.to_list())
            first = failed.head(shown).to_list()
            yield Fault(
                column.name, must(check), len(failed), [row + 1 for row in first], [values[row] for row in first]
            )


def _checks(values: pl.Series, column: Column, it: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
    """Each check by pandera's name for it, with what is true (or null) of a row that passes."""
    if not column.nullable:
        yield "not_nullable", it.is_not_null() & it.is_not_nan() if values.dtype.is_float() else it.is_not_null()
    if column.unique:
        yield "field_uniqueness", ~it.is_duplicated()
    if column.isin is not None:
        yield f"isin({list(column.isin)})", it.is_in(list(column.isin))
    if column.ge is not None:
        yield f"greater_than_or_equal_to({column.ge})", it >= column.ge
    if column.le is not None:
        yield f"less_than_or_equal_to({column.le})", it <= column.le
    if column.matches is not None:
        yield f"str_matches('{column.matches}')", it.str.contains(f"^(?:{column.matches})")
    least, most = column.min_length, column.max_length
    if least is not None or most is not None:
        long = it.str.len_chars()
        fits = long >= (least or 0)
        yield f"str_length({least}, {most})", fits if most is None else fits & (long <= most)


def _wanted(there: pl.DataType, column: Column) -> str:
    """The type that the column must have where it has another; a column of which every value is missing has none."""
    import polars as pl

    if column.dtype == "any" or there == pl.Null:
        return ""
    fits, name = {
        "string": (isinstance(there, pl.String | pl.Categorical | pl.Enum), "String"),
        "integer": (there.is_integer(), "Int64"),
        "number": (there.is_numeric(), "Float64"),
        "boolean": (there == pl.Boolean, "Boolean"),
        "date": (there == pl.Date, "Date"),
        "datetime": (isinstance(there, pl.Datetime), "Datetime"),
    }[column.dtype]
    return "" if fits else name


def must(check: str) -> str:
    """A check in words, by its name in pandera and what it is given; as pandera calls it where there are none.

    >>> must("isin(['a', 'b'])"), must("greater_than_or_equal_to(0)")
    ("must be one of 'a', 'b'", 'must be at least 0')
    """
    if check in _WORDS:
        return _WORDS[check]
    name, _, rest = check.partition("(")
    inside = rest.removesuffix(")")
    words = {
        "isin": f"must be one of {inside.strip('[]')}",
        "notin": f"must be none of {inside.strip('[]')}",
        "greater_than_or_equal_to": f"must be at least {inside}",
        "less_than_or_equal_to": f"must be at most {inside}",
        "greater_than": f"must be more than {inside}",
        "less_than": f"must be less than {inside}",
        "equal_to": f"must be {inside}",
        "not_equal_to": f"must not be {inside}",
        "in_range": f"must lie between {inside}",
        "str_matches": f"must match {inside} from its start",
        "str_contains": f"must contain {inside}",
        "str_startswith": f"must begin with {inside}",
        "str_endswith": f"must end with {inside}",
        "str_length": _length(inside),
    }
    return words.get(name, f"must pass {check}")


def _length(inside: str) -> str:
    """The bounds of a length in words.

    >>> _length("None, 3"), _length("2, None"), _length("2, 3")
    ('must have at most 3 characters', 'must have at least 2 characters', 'must have 2 to 3 characters')
    """
    low, _, high = (part.strip() for part in inside.partition(","))
    if high in {"None", ""}:
        return f"must have at least {low} characters"
    return f"must have at most {high} characters" if low == "None" else f"must have {low} to {high} characters"
