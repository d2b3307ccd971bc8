"""Our schemas as pandera's, and pandera's findings as ours. Loading this loads pandera, which takes seconds."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prep.errors import BrokenSchema

with warnings.catch_warnings():  # pandera loads pyspark where there is one, and pyspark complains of a new pandas
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    import pandera.errors
    import pandera.polars as pa
    from pandera.config import ValidationDepth, config_context
    from pandera.io import polars_io

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


def pandera_of(schema: Schema, table: pl.DataFrame) -> Any:
    """Our schema as a pandera one; "integer" and "number" as the width that the table has."""
    return pa.DataFrameSchema({column.name: _column(column, table) for column in schema.columns})


def _column(column: Column, table: pl.DataFrame) -> Any:
    checks = []
    if column.isin is not None:
        checks.append(pa.Check.isin(list(column.isin)))
    if column.ge is not None:
        checks.append(pa.Check.ge(column.ge))
    if column.le is not None:
        checks.append(pa.Check.le(column.le))
    if column.matches is not None:
        checks.append(pa.Check.str_matches(column.matches))
    if column.min_length is not None or column.max_length is not None:
        checks.append(pa.Check.str_length(min_value=column.min_length, max_value=column.max_length))
    return pa.Column(
        _type(column, table), checks, nullable=column.nullable, unique=column.unique, required=column.required
    )


def _type(column: Column, table: pl.DataFrame) -> Any:
    import polars as pl

    there = table.schema.get(column.name)
    if column.dtype == "any" or there is None:
        return None
    fits: Mapping[str, bool] = {
        "string": isinstance(there, pl.String | pl.Categorical | pl.Enum),
        "integer": there.is_integer(),
        "number": there.is_numeric(),
        "boolean": there == pl.Boolean,
        "date": there == pl.Date,
        "datetime": isinstance(there, pl.Datetime),
    }
    # A column of which every value is missing has no type of its own.
    if fits[column.dtype] or there == pl.Null:
        return there
    wanted = {
        "string": pl.String,
        "integer": pl.Int64,
        "number": pl.Float64,
        "boolean": pl.Boolean,
        "date": pl.Date,
        "datetime": pl.Datetime,
    }
    return wanted[column.dtype]


def pandera_of_yaml(serialized: Mapping[str, Any]) -> Any:
    """A pandera schema from its YAML, read as mappings. Raises BrokenSchema for what pandera cannot make of it."""
    deserialize: Any = polars_io.deserialize_schema
    try:
        return deserialize(serialized)
    except (
        pandera.errors.SchemaDefinitionError,
        pandera.errors.SchemaInitError,
        AttributeError,
        TypeError,
        ValueError,
        KeyError,
        re.error,
    ) as error:
        raise BrokenSchema(f"pandera cannot make a schema of this: {error}") from error


def check_names() -> set[str]:
    """The names of the checks that pandera has."""
    short = {"eq", "ne", "gt", "ge", "lt", "le", "between"}
    return short | {name for name in pa.Check.CHECK_FUNCTION_REGISTRY if isinstance(name, str)}


def faults_of(table: pl.DataFrame, schema: Any, shown: int) -> tuple[list[Fault], set[int]]:
    """Each check of the schema that fails, and the rows (from 0) that break one."""
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(table, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        bad: set[int] = set()
        faults = [fault for error in errors.schema_errors if (fault := _fault(table, error, shown, bad)) is not None]
        return faults, bad
    return [], set()


def _fault(table: pl.DataFrame, error: Any, shown: int, bad: set[int]) -> Fault | None:
    from prep.schema import Fault

    output = error.check_output
    column = str(getattr(error.schema, "name", None) or "")
    check = _check_name(error)
    if output is None or not hasattr(output, "columns") or output.height != table.height:
        return _of_the_table(table, error, check, column)
    passed = output.to_series(0)
    failed = (~passed.fill_null(True)).arg_true()
    if not len(failed):
        return None
    bad.update(failed.to_list())
    first = failed.head(shown).to_list()
    values = [table.get_column(column)[row] if column in table.columns else table.row(row) for row in first]
    return Fault(
        column if column in table.columns else "", _must(check), len(failed), [row + 1 for row in first], values
    )


def _of_the_table(table: pl.DataFrame, error: Any, check: str, column: str) -> Fault | None:
    """A fault that is no row's: a column that is missing, or of another type, or a check that could not be run."""
    from prep.errors import nearest
    from prep.schema import Fault

    if check == "column_in_dataframe":
        missing = _named(error)
        near = nearest(missing, table.columns)
        return Fault(missing, "must be there" + (f" (did you mean {near!r}?)" if near else ""), 1)
    if check.startswith("dtype"):
        there = table.schema.get(column)
        return Fault(
            column, f"must be of type {check.removeprefix('dtype(').rstrip(')').strip(chr(39))}, but is {there}", 1
        )
    if check == "column_in_schema":
        return Fault(_named(error), "must not be there", 1)
    if getattr(error, "reason_code", None) is not None and error.reason_code.name == "CHECK_ERROR":
        return Fault(
            column, f"{_must(check)}; that could not be checked on a column of type {table.schema.get(column)}", 1
        )
    return Fault(column if column in table.columns else "", _must(check), 1)


def _named(error: Any) -> str:
    cases = error.failure_cases
    if hasattr(cases, "columns"):
        return ", ".join(str(case) for case in cases.to_series(0).to_list())
    return str(cases)


def _check_name(error: Any) -> str:
    check = error.check
    found = getattr(check, "error", None) or getattr(check, "name", None) or check
    return str(found)


def _must(check: str) -> str:
    """A check in words; as pandera calls it where there are none.

    >>> _must("isin(['a', 'b'])"), _must("greater_than_or_equal_to(0)")
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
