"""CSV: UTF-8, commas, a header. Cells that a spreadsheet would run as a formula are disarmed with an apostrophe."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.formats.cells import from_text, to_text
from prep.phrase import phrase

if TYPE_CHECKING:
    import polars as pl

NAME = "csv"
SUFFIX = ".csv"
DESCRIPTION = phrase("For spreadsheets and statistics: a row each, nested values as JSON. Types are not kept.")

_ROWS_AT_ONCE = 50_000
_ARMED = "^'*[=+\\-@\\t\\r\\n＝＋－＠]"
_DISARMED = "^'+[=+\\-@\\t\\r\\n＝＋－＠]"


def write(frame: pl.DataFrame, path: Path, about: Mapping[str, Any], *, guard: bool = True) -> None:  # noqa: ARG001
    """Write a table as CSV. An empty cell is null, "" an empty text.

    With `guard`, a text (or column name) that begins with = + - @ TAB, a line end or their full-width twins gets an
    apostrophe before it, which reading takes away; numbers stay as they are. Raises Unusable for binary columns.
    """
    import polars as pl

    from prep.disk import replacing

    shown = frame.select(to_text(column) for column in frame)
    if guard:
        texts = [name for name, dtype in frame.schema.items() if not dtype.is_numeric() and not dtype.is_temporal()]
        shown = shown.with_columns(
            pl.when(pl.col(name).str.contains(_ARMED)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
            for name in texts
        )
        names = pl.Series(shown.columns, dtype=pl.String)
        is_armed = names.str.contains(_ARMED).to_list()
        shown.columns = [f"'{name}" if armed else name for name, armed in zip(names, is_armed, strict=True)]
    with replacing(path) as file:
        file.write(shown.clear().write_csv().encode())
        for part in shown.iter_slices(_ROWS_AT_ONCE):
            file.write(part.write_csv(include_header=False).encode())


def read(path: Path, types: Mapping[str, Any] | None = None, *, guard: bool = True) -> pl.DataFrame:
    """The table of a CSV that was written here: all text, or of the polars `types`. Raises Unusable."""
    import polars as pl

    try:
        shown = pl.read_csv(io.BytesIO(path.read_bytes()), infer_schema=False)
    except pl.exceptions.NoDataError:
        return pl.DataFrame()
    except pl.exceptions.PolarsError as error:
        raise Unusable(
            f"{path.name} is no CSV ({error})", cure="Open it with prep.open_table, which says where."
        ) from error
    if guard:
        bare = [name[1:] if _begins_disarmed(name) else name for name in shown.columns]
        shown.columns = bare
        shown = shown.with_columns(
            pl.when(pl.col(name).str.contains(_DISARMED))
            .then(pl.col(name).str.slice(1))
            .otherwise(pl.col(name))
            .alias(name)
            for name in bare
        )
    if types is None:
        return shown
    return shown.select(from_text(shown.get_column(name), dtype) for name, dtype in types.items())


def _begins_disarmed(name: str) -> bool:
    import re

    return re.match(_DISARMED, name) is not None
