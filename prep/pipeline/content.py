"""The id of a frame between two steps: its values, its types, and the order of its rows and columns. Knows no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prep.errors import UnusableFrame
from prep.pipeline.exact import digest

if TYPE_CHECKING:
    import polars as pl

FORMAT = "assay-frame/1"


def frame_id(frame: pl.DataFrame) -> str:
    """SHA-256 (hex) of all that a following step can see. (The id of a snapshot knows neither order nor width.)

    Raises UnusableFrame for a column of Python objects.

    >>> import polars as pl
    >>> frame_id(pl.DataFrame({"a": [1, 2]})) == frame_id(pl.DataFrame({"a": [2, 1]}))
    False
    """
    import polars as pl

    from prep.content import part_digests

    odd = next((name for name, kind in frame.schema.items() if "Object" in str(kind)), None)
    if odd is not None:
        raise UnusableFrame(
            f"Column {odd!r} holds Python objects, which cannot be kept. Make them text, numbers, times or lists."
        )
    try:
        coded = [pl.col(name).cast(_told_as(kind)) for name, kind in frame.schema.items() if _told_as(kind) != kind]
        digests = part_digests(frame.with_columns(coded), [0])[0]
    except pl.exceptions.PolarsError as error:
        raise UnusableFrame(f"A column cannot be kept exactly: {error}. Make it text.") from error
    columns = [[name, str(kind), digests[name]] for name, kind in frame.schema.items()]
    return digest({"format": FORMAT, "rows": frame.height, "columns": columns})


def _told_as(kind: pl.DataType) -> pl.DataType:
    """The type whose values are hashed: text for coded text, lists for arrays. (The type itself is in the id as well.)"""
    import polars as pl

    if isinstance(kind, pl.Categorical | pl.Enum):
        return pl.String()
    if isinstance(kind, pl.List | pl.Array):
        return pl.List(_told_as(kind.inner))  # type: ignore[arg-type] # polars says it may be a class
    if isinstance(kind, pl.Struct):
        return pl.Struct({one.name: _told_as(one.dtype) for one in kind.fields})  # type: ignore[arg-type] # as above
    return kind
