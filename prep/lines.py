"""Lines of a text file with flat memory, and where its encoding breaks. Knows no format."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import IO

from prep.errors import UnreadableFile

BLOCK = 1 << 20


class Lines:
    """The lines of a file, each with its end, none longer than `max_chars`.

    `number` counts the lines given so far. `begin_row()` starts a new count of characters: the lines of one row (of a
    quoted cell, say) may not be longer than `max_chars` together either.
    Raises UnreadableFile for a line that is too long, holds a NUL, or is not in the encoding.
    """

    def __init__(self, file: IO[bytes], name: str, encoding: str, max_chars: int) -> None:
        self._file, self._name, self._encoding, self._max = file, name, encoding, max_chars
        file.seek(0)
        self._text = io.TextIOWrapper(_Kept(file), encoding=encoding, newline="")  # type: ignore[type-var]
        self._read = self._text.readline
        self._left = max_chars
        self.number = 0
        self.is_over = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._read(self._left + 1)
        except UnicodeDecodeError as error:
            raise wrong_encoding(self._file, self._name, self._encoding) from error
        if not line:
            self.is_over = True
            raise StopIteration
        self.number += 1
        self._left -= len(line)
        if self._left < 0:
            raise UnreadableFile(
                f"A row is longer than {self._max:,} characters",
                file=self._name,
                line=self.number,
                cure="Look for a quote that is not closed; otherwise shorten the text or keep it in a file of its own.",
            )
        if "\0" in line:
            raise _nul(self._name, self.number)
        return line

    def chunk(self, size: int) -> str:
        """The next `size` characters, whatever lines they are in; "" at the end."""
        try:
            text = self._text.read(size)
        except UnicodeDecodeError as error:
            raise wrong_encoding(self._file, self._name, self._encoding) from error
        if "\0" in text:
            line = self.number + text.count("\n", 0, text.index("\0")) + 1
            raise _nul(self._name, line)
        self.number += text.count("\n")
        return text

    def begin_row(self) -> None:
        """A new row begins with the next line."""
        self._left = self._max


def _nul(name: str, line: int) -> UnreadableFile:
    return UnreadableFile("There is a NUL character", file=name, line=line, cure="Take it out; text does not hold it.")


class _Kept(io.BufferedIOBase):
    """A binary file as a text layer reads it, which does not close it when done."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        return self._file.read(size)

    def read(self, size: int | None = -1, /) -> bytes:
        return self._file.read(-1 if size is None else size)


def wrong_encoding(file: IO[bytes], name: str, encoding: str) -> UnreadableFile:
    """The error that says at which line and byte a file leaves its encoding, and what it may be in instead."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding.removesuffix("-sig"))()  # so that a byte order mark is counted too
    line, done = 1, 0
    while True:
        block = file.read(BLOCK)
        pending = len(decoder.getstate()[0])
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeDecodeError as error:
            start = error.start
            line += error.object[:start].decode(encoding, errors="replace").count("\n")
            return _not_in(encoding, name, line, done - pending + start, error.object, start)
        done += len(block)
        if not block:  # it broke before, so it breaks now, unless the file was changed meanwhile
            return UnreadableFile("The file changed while it was read", file=name, cure="Try again.")


def _not_in(encoding: str, name: str, line: int, byte: int, data: bytes, start: int) -> UnreadableFile:
    begin, end = max(0, start - 20), start + 20
    around = bytes(data[begin:end])
    said = encoding.upper().replace("-SIG", "")
    try:
        before, after = around[: start - begin].decode("cp1252"), around[start - begin :].decode("cp1252")
    except UnicodeDecodeError:
        hint, offer = "", ""
    else:
        guess = before.rpartition("\n")[2] + after.partition("\n")[0]
        hint = f"; the file looks like Windows-1252 ({guess.strip()!r})"
        offer = ", or name its encoding, cp1252, if that is right"
    return UnreadableFile(
        f"0x{data[start]:02X} is not {said} there{hint}",
        file=name,
        line=line,
        byte=byte,
        cure=f"Save the file as UTF-8{offer}.",
    )
