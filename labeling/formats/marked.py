"""The rows of a table whose label is spans of a text: what the formats for spans write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.spans.model import Span

if TYPE_CHECKING:
    import polars as pl

KINDS = ("spans",)


@dataclass(frozen=True, slots=True)
class Marked:
    """A row: its text, the spans in the order in which relations count them, and the relations as (from, to, label)."""

    text: str
    spans: tuple[Span, ...]
    relations: tuple[tuple[int, int, str], ...]


def text_column(frame: pl.DataFrame, about: Mapping[str, Any]) -> str:
    """The column with the text, from what the manifest says of the project. Raises Unusable where the table has none."""
    field = str(about.get("about", {}).get("options", {}).get("field", "text"))
    for name in (f"field_{field}", field):
        if name in frame.columns:
            return name
    raise Unusable(
        f"The table has no column {field!r} with the text", cure="Export the table of items, which has the fields."
    )


def marked(frame: pl.DataFrame, about: Mapping[str, Any]) -> Iterator[Marked]:
    """Each row of the table. Raises Unusable, naming the row, for one without a text or with a label that is no spans."""
    texts = frame[text_column(frame, about)].to_list()
    if "label" not in frame.columns:
        raise Unusable("The table has no column 'label'", cure="Export the table of items.")
    for row, (text, label) in enumerate(zip(texts, frame["label"].to_list(), strict=True), 1):
        try:
            yield _row(text, label)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unusable(
                f"the label {str(label)[:60]!r} is no spans of the text", row=row, column="label",
                cure="Export the items of a project of spans.",
            ) from error  # fmt: skip


def _row(text: Any, label: Any) -> Marked:
    value = json.loads(label) if isinstance(label, str) else label
    spans = tuple(Span(int(one["start"]), int(one["end"]), str(one["label"])) for one in value.get("spans") or [])
    relations = tuple((int(one["from"]), int(one["to"]), str(one["label"])) for one in value.get("relations") or [])
    if not isinstance(text, str) or any(not 0 <= span.start < span.end <= len(text) for span in spans):
        raise ValueError(text)
    return Marked(text, spans, relations)


def as_label(spans: list[dict[str, Any]], relations: list[dict[str, Any]]) -> str:
    """The JSON text that a row of spans has as its label."""
    answer: dict[str, Any] = {"spans": spans} if spans else {"none": True}
    if relations:
        answer["relations"] = relations
    return json.dumps(answer, ensure_ascii=False)
