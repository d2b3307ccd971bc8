"""What a file is, by its content: format, encoding and dialect. Reads only its beginning."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Literal

from prep.errors import UnreadableFile

Format = Literal["csv", "jsonl", "json", "parquet"]
HEAD_BYTES = 65_536

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "a PNG picture", ""),
    (b"\xff\xd8\xff", "a JPEG picture", ""),
    (b"GIF8", "a GIF picture", ""),
    (b"RIFF", "a sound, picture or film (RIFF)", ""),
    (b"%PDF", "a PDF document", ""),
    (b"\x1f\x8b", "compressed with gzip", "Unpack it first."),
    (b"BZh", "compressed with bzip2", "Unpack it first."),
    (b"\xfd7zXZ", "compressed with xz", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"SQLite format 3\0", "an SQLite database", "Export the table as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document", "Open it and save the sheet as 'CSV UTF-8'."),
    (b"ARROW1", "an Arrow (Feather) file", "Save the table as Parquet."),
    (b"ORC", "an ORC file", "Save the table as Parquet."),
    (b"Obj\x01", "an Avro file", "Save the table as Parquet."),
    (b"\x7fELF", "a program", ""),
    (b"MZ\x90", "a program", ""),
    (b"{\\rtf", "an RTF document", ""),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SUFFIXES: dict[str, Format] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
}
_CURE = "Give a CSV, JSON Lines or Parquet file."
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is. `encoding` is None for Parquet; `delimiter` is None but for CSV."""

    format: Format
    encoding: str | None
    has_bom: bool
    delimiter: str | None


def look(file: IO[bytes], name: str, encoding: str | None = None) -> Found:
    """What an open binary file is; it is left at its beginning.

    `encoding` stands for what is not said by a byte order mark. Raises UnreadableFile for an empty file, for one that
    is neither CSV nor JSON nor Parquet (saying what it is), and for an encoding that there is not.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head:
        raise UnreadableFile("The file is empty", file=name, cure=_CURE)
    if head.startswith(b"PAR1"):
        return Found("parquet", None, False, None)
    _refuse_others(head, name)
    wanted = _SUFFIXES.get(PurePath(name).suffix.lower())
    if wanted == "parquet":
        raise UnreadableFile(
            "The name says Parquet, but the content is not",
            file=name,
            cure="Write it again, or name it after what it is.",
        )
    used, has_bom = _encoding(head, name, encoding)
    text = _beginning(head, used)
    start = text.lstrip()
    if not start:
        raise UnreadableFile("The file holds nothing but white space", file=name, cure=_CURE)
    if start[:9].lower() == "<!doctype" or start[:5].lower() in {"<html", "<?xml"}:
        raise UnreadableFile("This is a web page or XML, no table", file=name, cure=_CURE)
    if start[0] == "{":
        return Found("jsonl", used, has_bom, None)
    if start[0] == "[" and start[1:].lstrip()[:1] in {"{", "]", ""}:
        return Found("json", used, has_bom, None)
    if wanted in {"jsonl", "json"}:
        line = text[: len(text) - len(start)].count("\n") + 1
        raise UnreadableFile(
            f"The name says JSON, but the content begins with {start[:20]!r}",
            file=name,
            line=line,
            cure='Each line must be an object such as {"id": 1, "text": "..."}.',
        )
    return Found("csv", used, has_bom, sniff_delimiter(text))


def sniff_delimiter(text: str) -> str:
    r"""The delimiter of the beginning of a CSV file: the one that cuts all its rows into equally many cells.

    >>> sniff_delimiter('id;text\n1;"a, b"\n2;c, d\n')
    ';'
    """
    first = text.split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:  # Excel's own way of saying it
        return first[4]
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(text.splitlines(keepends=True)[:200], delimiter=delimiter) if row]
        except csv.Error:
            continue
        rows = rows[:-1] if len(rows) > 2 else rows  # the last may have been cut off
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        score = (sum(len(row) == width for row in rows) / len(rows), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _refuse_others(head: bytes, name: str) -> None:
    for signature, what, cure in _SIGNATURES:
        if head.startswith(signature):
            raise UnreadableFile(f"This is {what}, no table", file=name, cure=f"{cure} {_CURE}".strip())
    if head.startswith(b"PK\x03\x04"):
        if b"xl/" in head or b"[Content_Types].xml" in head:
            raise UnreadableFile(
                "This is an Excel workbook", file=name, cure="Open it and save the sheet as 'CSV UTF-8'."
            )
        raise UnreadableFile("This is a ZIP archive, no table", file=name, cure=f"Unpack it first. {_CURE}")


def _encoding(head: bytes, name: str, asked: str | None) -> tuple[str, bool]:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding, True
    if asked is not None:
        return _known(asked, name), False
    nuls = head.count(0)
    if nuls:
        if nuls > len(head) / 4:
            likely = "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
            evens = head[1::2] if likely == "utf-16-le" else head[0::2]
            if evens.count(0) > len(evens) * 0.7:
                raise UnreadableFile(
                    "The file looks like UTF-16 without a byte order mark",
                    file=name,
                    cure=f"Save it as UTF-8, or name its encoding, {likely}.",
                )
        at = head.index(0)
        control = sum(byte < 9 or 13 < byte < 32 for byte in head)
        if control > max(3, len(head) / 50):
            raise UnreadableFile("This is a binary file, no table", file=name, byte=at, cure=_CURE)
    return "utf-8", False


def _known(asked: str, name: str) -> str:
    try:
        info = codecs.lookup(asked)
    except LookupError:
        info = None
    if info is None or not getattr(info, "_is_text_encoding", True):
        raise UnreadableFile(
            f"There is no encoding {asked!r}", file=name, cure="Say one such as 'utf-8', 'cp1252' or 'utf-16'."
        )
    return info.name


def _beginning(head: bytes, encoding: str) -> str:
    """The text of the head; a character cut in two at its end, and bytes that are wrong, do not matter yet."""
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(head).removeprefix("\ufeff")
