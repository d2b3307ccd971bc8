"""Rows of JSON Lines, and of a file that is one JSON array, with flat memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from prep.errors import UnreadableFile
from prep.json_keys import RepeatedKey, refuse_repeated
from prep.lines import Lines

if TYPE_CHECKING:
    from prep.read import Table

MAX_DEPTH = 64
_CHUNK = 1 << 16
_SHAPE = 'Each line must be one whole object such as {"id": 1, "text": "..."}.'


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON; write null")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def jsonl_rows(table: Table) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object of a JSON Lines file with its line. Blank lines are passed over. Raises UnreadableFile."""
    lines = table.lines()
    decode, begin_row = _DECODER.decode, lines.begin_row
    for line in lines:
        begin_row()
        if line.isspace():
            continue
        try:
            value = decode(line)
        except (ValueError, RecursionError) as error:
            raise _broken(table, error, lines.number) from error
        _check(table, value, line, lines.number)
        yield lines.number, value


def array_rows(table: Table) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object of a file that is one JSON array, with the line where it begins. Raises UnreadableFile."""
    scanner = _Scanner(table)
    scanner.skip("[")
    if scanner.peek() == "]":
        scanner.skip("]")
        return
    while True:
        line, value, text = scanner.value()
        _check(table, value, text, line)
        yield line, value
        if scanner.peek() == "]":
            scanner.skip("]")
            break
        scanner.skip(",")
    if scanner.peek():
        raise UnreadableFile(
            "There is more behind the end of the array",
            file=table.name,
            line=scanner.line,
            cure="Put all objects in one array.",
        )


class _Scanner:
    """A cursor over the text of a file of which only a part is in memory."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._lines: Lines = table.lines()
        self._text = ""
        self._at = 0
        self.line = 1

    def peek(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            while self._at < len(self._text):
                char = self._text[self._at]
                if char not in " \t\r\n":
                    return char
                self.line += char == "\n"
                self._at += 1
            if not self._more():
                return ""

    def skip(self, char: str) -> None:
        """Pass over the next character. Raises UnreadableFile when it is another."""
        found = self.peek()
        if found != char:
            what = (
                f"There should be {char!r}, but there is {found!r}" if found else f"The file ends before its {char!r}"
            )
            raise UnreadableFile(
                what, file=self._table.name, line=self.line, cure="Mend the JSON there; it may have been cut off."
            )
        self._at += 1

    def value(self) -> tuple[int, Any, str]:
        """The next value: the line where it begins, the value, and its text."""
        self.peek()
        wanted = _CHUNK
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                # Perhaps only the end is not in memory yet; twice as much each time, so that it is tried seldom.
                if isinstance(error, RecursionError) or not self._fill(wanted):
                    position = error.pos if isinstance(error, json.JSONDecodeError) else self._at
                    raise _broken(self._table, error, self.line + self._text.count("\n", self._at, position)) from error
                wanted *= 2
                continue
            began, text = self.line, self._text[self._at : end]
            self.line += text.count("\n")
            self._at = end
            return began, value, text

    def _fill(self, wanted: int) -> bool:
        got = False
        while len(self._text) - self._at < wanted and self._more():
            got = True
        return got

    def _more(self) -> bool:
        """One more piece of text; what was passed over is forgotten."""
        parts = self._text[self._at :]
        self._at = 0
        if len(parts) > self._table.max_field_bytes * 4:
            raise UnreadableFile(
                f"An object is longer than {self._table.max_field_bytes * 4:,} characters",
                file=self._table.name,
                line=self.line,
                cure="Shorten it, or close the object.",
            )
        more = self._lines.chunk(_CHUNK)
        self._text = parts + more
        return bool(more)


def _check(table: Table, value: Any, text: str, line: int) -> None:
    if not isinstance(value, dict):
        raise UnreadableFile(f"This is no object but {_said(value)}", file=table.name, line=line, cure=_SHAPE)
    # As many colons as keys, or as many `":` and none apart from its quote: no key is there twice, nor a deeper one.
    keys = len(value)
    if text.count(":") != keys and (text.count('":') != keys or '" ' in text or "\t" in text or table.format == "json"):
        _refuse_repeated(table, value, text, line)
    if len(text) > table.max_field_bytes // 4:
        from prep.read_csv import too_long

        for name, cell in value.items():
            told = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
            if (size := len(told.encode("utf-8", "surrogatepass"))) > table.max_field_bytes:
                raise too_long(table, size, line, name)
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise _too_deep(table, line)
    if "\\u" in text:
        _refuse_characters(table, value, text, line)


def _refuse_repeated(table: Table, value: dict[str, Any], text: str, line: int) -> None:
    try:
        refuse_repeated(text, value)
    except RepeatedKey as error:
        raise UnreadableFile(
            f"The key {error.key[:60]!r} stands twice in one object",
            file=table.name,
            line=line,
            column=error.key[:60],
            cure="Keep one of the two, or give one another name.",
        ) from None


def _refuse_characters(table: Table, value: dict[str, Any], text: str, line: int) -> None:
    """JSON can spell what is no text: half of a character that takes two, and NUL."""
    lower = text.lower()
    if "\\ud" not in lower and "\\u0000" not in lower:
        return
    told = json.dumps(value, ensure_ascii=False)
    try:
        told.encode()
    except UnicodeEncodeError as error:
        raise UnreadableFile(
            "There is half a character (a lone surrogate)",
            file=table.name,
            line=line,
            cure="Write the character itself, in UTF-8.",
        ) from error
    if "\\u0000" in told:
        raise UnreadableFile(
            "There is a NUL character", file=table.name, line=line, cure="Take it out; text does not hold it."
        )


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return deepest


def _broken(table: Table, error: ValueError | RecursionError, line: int) -> UnreadableFile:
    if isinstance(error, RecursionError):
        return _too_deep(table, line)
    if isinstance(error, json.JSONDecodeError):
        start = error.doc.rfind("\n", 0, error.pos) if table.format == "json" else -1
        hint = (
            " The object goes on in the next line: put it all in one line, or all objects in one array [...]."
            if error.doc.strip() in {"{", "["}
            else ""
        )
        return UnreadableFile(
            f"This is no JSON ({error.msg}, at character {error.pos - start})",
            file=table.name,
            line=line,
            cure=f"Mend or delete it. {_SHAPE if table.format == 'jsonl' else ''}{hint}".rstrip(),
        )
    if "set_int_max_str_digits" in str(error):  # Python's own words for a number that it does not read
        most = sys.get_int_max_str_digits()
        what, cure = f"A whole number has more than {most:,} digits", "Write it as text, in quotes."
        return UnreadableFile(what, file=table.name, line=line, cure=cure)
    return UnreadableFile(f"This is no JSON ({error})", file=table.name, line=line, cure="Mend or delete it.")


def _too_deep(table: Table, line: int) -> UnreadableFile:
    return UnreadableFile(
        f"The object is nested deeper than {MAX_DEPTH} levels", file=table.name, line=line, cure="Make it flatter."
    )


def _said(value: Any) -> str:
    return {list: "a list", str: "text", bool: "true or false", type(None): "null"}.get(type(value), "a number")
