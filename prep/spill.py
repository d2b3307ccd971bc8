"""Record batches kept as one Arrow table: in memory up to a bound, beyond it in a file that goes when the table goes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HELD_BYTES = 256 << 20
"""How much of a table is kept in memory; the rest is read from a file as it is needed."""


def kept(batches: Iterable[Any], schema: Any) -> Any:
    """A pyarrow table of these batches, which all have that schema.

    More than HELD_BYTES are written to a file in the folder for temporary files (TMPDIR) and mapped from there, so that
    the system may take their memory back. The file has no name any more once it is mapped.
    """
    import pyarrow as pa

    held, size, rest = [], 0, iter(batches)
    for batch in rest:
        held.append(batch)
        size += batch.nbytes
        if size > HELD_BYTES:
            return pa.concat_tables([pa.Table.from_batches(held, schema=schema), _mapped(rest, schema)])
    return pa.Table.from_batches(held, schema=schema)


def _mapped(batches: Iterator[Any], schema: Any) -> Any:
    import pyarrow as pa

    number, name = tempfile.mkstemp(prefix="assay-", suffix=".arrow")
    os.close(number)
    try:
        with pa.OSFile(name, "wb") as file, pa.ipc.new_file(file, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        return pa.ipc.open_file(pa.memory_map(name)).read_all()
    finally:
        with contextlib.suppress(PermissionError):  # Windows keeps the name as long as the file is mapped
            Path(name).unlink()
