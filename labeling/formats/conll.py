"""CoNLL-2003: a token a line with its BIO tag, a blank line after each line of the text, `-DOCSTART-` before each item."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.formats.marked import KINDS, marked
from labeling.spans.tokens import to_bio, tokens
from prep.phrase import phrase

if TYPE_CHECKING:
    import polars as pl

NAME = "conll"
SUFFIX = ".conll"
DESCRIPTION = phrase("For taggers of tokens: CoNLL-2003 with BIO tags (IOB2), a token each line.")

START = "-DOCSTART-"


def write(frame: pl.DataFrame, path: Path, about: Mapping[str, Any], *, tokeniser: str = "word") -> None:
    """Write a table of spans as `token -X- -X- tag`, rows in their order. White space in a label becomes `_`.

    `tokeniser` is "word" (runs of letters and digits, other signs alone), "space" or "character". The rest of the table,
    ids and relations too, CoNLL has no place for. Raises Unusable, naming the row and writing nothing, where spans
    overlap or do not begin and end where a token does, and for a table that is split.
    """
    from prep.disk import replacing

    if "split" in frame.columns:
        raise Unusable("CoNLL has no place for parts", cure="Export without parts, or as jsonl or huggingface.")
    tags = _tags(frame, about)
    with replacing(path) as file:
        for number, row in enumerate(marked(frame, about), 1):
            at = tokens(row.text, tokeniser)
            try:
                bio = to_bio(row.spans, at)
            except Unusable as error:
                raise Unusable(error.what, row=number, column="label", cure=error.cure) from error
            lines = [f"{START} -X- -X- O", ""]
            last = 0
            for (start, end), tag in zip(at, bio, strict=True):
                word = row.text[start:end]
                if word == START:
                    raise Unusable(
                        f"the text holds {START}, the sign between items", row=number, cure="Export as jsonl."
                    )
                if last and "\n" in row.text[last:start]:
                    lines.append("")
                lines.append(f"{word} -X- -X- {tag if tag == 'O' else tag[:2] + tags[tag[2:]]}")
                last = end
            file.write("".join(f"{line}\n" for line in [*lines, *([""] if at else [])]).encode())


def read(path: Path, types: Mapping[str, Any] | None = None) -> pl.DataFrame:  # noqa: ARG001 - every format takes it
    """A row an item: its `tokens` and their `tags`. Raises Unusable, naming the line, for one with fewer than two columns."""
    import polars as pl

    words: list[list[str]] = []
    tags: list[list[str]] = []
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            parts = line.rstrip("\r\n").split(" ")
            if parts[0] == START or not words:
                words.append([])
                tags.append([])
            if parts in ([""], []) or parts[0] == START:
                continue
            if len(parts) < 2:
                raise Unusable("this line has no tag", row=number, cure="Write a token and its tag, spaces between.")
            words[-1].append(parts[0])
            tags[-1].append(parts[-1])
    strings = pl.List(pl.String)
    return pl.DataFrame([pl.Series("tokens", words, dtype=strings), pl.Series("tags", tags, dtype=strings)])


def _tags(frame: pl.DataFrame, about: Mapping[str, Any]) -> dict[str, str]:
    """How each label is written in a tag. Raises Unusable where two would be written the same."""
    labels = sorted({span.label for row in marked(frame, about) for span in row.spans})
    written = {label: "_".join(label.split()) for label in labels}
    for label in labels:
        other = next((one for one in labels if one != label and written[one] == written[label]), None)
        if other is not None:
            raise Unusable(
                f"The labels {label!r} and {other!r} are the same without white space, which a tag cannot hold",
                cure="Export as jsonl.",
            )
    return written


__all__ = ["DESCRIPTION", "KINDS", "NAME", "SUFFIX", "read", "write"]
