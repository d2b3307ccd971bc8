"""The user's own pandera schemas: read, run, and what they find as ours. Loading this loads pandera, which takes seconds."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prep.errors import BrokenSchema
from prep.schema_checks import must

with warnings.catch_warnings():  # pandera loads pyspark where there is one, and pyspark complains of a new pandas
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    import pandera.errors
    import pandera.polars as pa
    from pandera.config import ValidationDepth, config_context
    from pandera.io import polars_io

if TYPE_CHECKING:
    import polars as pl

    from prep.schema import Fault


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
        column if column in table.columns else "", must(check), len(failed), [row + 1 for row in first], values
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
            column, f"{must(check)}; that could not be checked on a column of type {table.schema.get(column)}", 1
        )
    return Fault(column if column in table.columns else "", must(check), 1)


def _named(error: Any) -> str:
    cases = error.failure_cases
    if hasattr(cases, "columns"):
        return ", ".join(str(case) for case in cases.to_series(0).to_list())
    return str(cases)


def _check_name(error: Any) -> str:
    check = error.check
    found = getattr(check, "error", None) or getattr(check, "name", None) or check
    return str(found)
