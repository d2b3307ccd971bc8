"""What a command prints: tables and words to standard output, progress to standard error, or JSON for scripts.

Text from the data never styles the terminal: control characters are shown, markup is not read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console

Advance = Callable[[int], None]
Justify = Literal["left", "right"]
LEFT: Justify = "left"

WIDTH_WITHOUT_TERMINAL = 110
_SHOWN = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


@cache
def _standing_width(is_terminal: bool) -> int | None:
    return None if is_terminal else WIDTH_WITHOUT_TERMINAL


def console(*, to_stderr: bool = False) -> Console:
    """A console on the stream as it is now; 110 columns wide where there is no terminal."""
    from rich.console import Console

    stream = sys.stderr if to_stderr else sys.stdout
    return Console(
        file=stream, width=_standing_width(stream.isatty()), markup=False, highlight=False, emoji=False, soft_wrap=False
    )


def say(text: str = "", *, style: str | None = None) -> None:
    """A sentence, wrapped at words."""
    console().print(plain(text, lines=True), style=style)


def heading(text: str) -> None:
    """A line that begins a part."""
    console().print(f"\n{plain(text)}", style="bold")


def link(text: str) -> None:
    """Something to be copied: a path, an address; never wrapped."""
    console().print(plain(text), soft_wrap=True)


def note(text: str) -> None:
    """A sentence beside the result, to standard error."""
    console(to_stderr=True).print(plain(text, lines=True), style="dim")


def plain(value: Any, *, lines: bool = False) -> str:
    r"""A value as text in which no control character is left.

    >>> plain("a\x1b[31mb"), plain(None), plain(0.5)
    ('a␛[31mb', '–', '0.5')
    """
    if value is None:
        return "–"
    shown = {code: symbol for code, symbol in _SHOWN.items() if not (lines and code == 10)}
    return str(value).translate(shown)


def table(
    columns: Sequence[str | tuple[str, Justify]],
    rows: Sequence[Sequence[Any]],
    *,
    title: str = "",
    empty: str = "",
) -> None:
    """Rows under their heads; `empty` is said where there are none."""
    if not rows and empty:
        say(empty)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, title=plain(title) if title else None, title_justify="left",
        title_style="bold", header_style="bold",
    )  # fmt: skip
    for column in columns:
        name, justify = (column, LEFT) if isinstance(column, str) else column
        grid.add_column(Text(name), justify=justify, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(plain(cell)) for cell in row))
    console().print(grid)


def facts(pairs: Mapping[str, Any]) -> None:
    """Names and values, one a line."""
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        console().print(f"{name:<{width}}  {plain(value)}", soft_wrap=True)


def emit(data: Any) -> None:
    """JSON for scripts, on standard output."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=_as_json)
    sys.stdout.write("\n")


def _as_json(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


@contextmanager
def progress(words: str, total: int | None = None) -> Iterator[Advance]:
    """A bar on standard error while the block runs, None of it where that is no terminal; call it with what is done."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console(to_stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(words, total=total)
        yield lambda done: bar.update(task, completed=done)


def date(at: int | None) -> str:
    """Milliseconds since 1970 as local date and time.

    >>> date(None)
    '–'
    """
    return "–" if at is None else datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def iso(at: int | None) -> str | None:
    """Milliseconds since 1970 as an ISO time in UTC, for JSON.

    >>> iso(0)
    '1970-01-01T00:00:00.000Z'
    """
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def share(value: float | None) -> str:
    """A share as percent.

    >>> share(0.914), share(None)
    ('91 %', '–')
    """
    return "–" if value is None else f"{100 * value:.0f} %"


def figure(value: float | None) -> str:
    """A coefficient in two digits.

    >>> figure(0.7142), figure(None)
    ('0.71', '–')
    """
    return "–" if value is None else f"{value:.2f}"


def between(low: float | None, high: float | None, *, percent: bool = False) -> str:
    """An interval.

    >>> between(0.712, 0.84), between(0.712, 0.84, percent=True), between(None, None)
    ('0.71 to 0.84', '71 to 84 %', '–')
    """
    if low is None or high is None:
        return "–"
    return f"{100 * low:.0f} to {100 * high:.0f} %" if percent else f"{low:.2f} to {high:.2f}"


def short(text: str, most: int = 60) -> str:
    """The beginning of a text, on one line.

    >>> short("one two three", 9)
    'one two …'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def count(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun.

    >>> count(1, "item"), count(1200, "item"), count(2, "reply", "replies")
    ('1 item', '1,200 items', '2 replies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
