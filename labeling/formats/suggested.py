"""Suggestions of a model as a table: item, answer, model, confidence, under the names the field uses. Flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable, nearest

if TYPE_CHECKING:
    from prep.read import Table

NAMES: Mapping[str, tuple[str, ...]] = {
    "item": ("item", "task", "unit", "item_id", "task_id", "id", "key"),
    "answer": ("answer", "suggestion", "prediction", "label", "predicted", "value", "category"),
    "model": ("model", "model_version", "source", "by"),
    "confidence": ("confidence", "score", "probability"),
}
"""The names under which each column is found, in any case; of several that are there, the first counts."""
_ROWS_AT_ONCE = 5_000


def read_suggestions(table: Table, model: str = "") -> Iterator[dict[str, Any]]:
    r"""The suggestions of an open table (csv, jsonl, parquet), each with its `line`; rows without an answer are passed over.

    `model` names it where the table has no column that does. Raises Unusable for a column that is missing.

    >>> import io
    >>> from prep.read import open_table
    >>> with open_table(io.BytesIO(b"id,prediction,score\nq1,yes,.9\nq2,,\n"), name="a.csv") as table:
    ...     list(read_suggestions(table, "bert"))
    [{'model': 'bert', 'confidence': '.9', 'item': 'q1', 'answer': 'yes', 'line': 2}]
    """
    columns = _columns(table.columns, model)
    for batch in table.batches(_ROWS_AT_ONCE):
        for line, row in zip(batch.lines, batch, strict=True):
            found = {ours: row.get(theirs) for ours, theirs in columns.items()}
            if found["answer"] is not None and found["answer"] != "":
                yield {"model": model, "confidence": None, **found, "line": line}


def _columns(there: list[str], model: str) -> dict[str, str]:
    spelt = {name.strip().lower(): name for name in reversed(there)}
    found = {}
    for ours, names in NAMES.items():
        theirs = next((spelt[name] for name in names if name in spelt), None)
        if theirs is not None:
            found[ours] = theirs
        elif ours in {"item", "answer"} or (ours == "model" and not model):
            near = next(filter(None, (nearest(name, list(spelt)) for name in names)), None)
            also = " or name the model beside the file" if ours == "model" else ""
            raise Unusable(
                f"There is no column {ours!r} (nor {', '.join(names[1:])}); the columns are: {', '.join(there)}",
                cure=f"Did you mean {spelt[near]!r}? Rename it{also}." if near else f"Name one of them {ours!r}{also}.",
            )
    return found
