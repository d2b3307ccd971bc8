"""Numbers and times as the pages say them. Pure; knows neither store nor HTTP.

A number that is not zero never prints as zero, and a share that is not whole never as 0 % or 100 %.
"""

from __future__ import annotations

import math
import re

from web import catalogue
from web.catalogue import t, tn
from web.pages import ago, clock, iso, moment, percent
from web.pages import number as count

__all__ = [
    "FEW",
    "ago",
    "clock",
    "count",
    "figure",
    "interval",
    "iso",
    "moment",
    "percent",
    "place",
    "radius",
    "rough",
    "seconds",
    "share",
    "signed",
    "size",
    "thin",
    "ticks",
    "too_few",
    "width",
]

_COMMA = re.compile(r"(?<=\d),(?=\d{3}\b)")
FEW = 10
"""Below so many, an estimate is not printed but called too few."""


def figure(value: float | None, digits: int = 2) -> str:
    """A coefficient without its leading zero, as statistics are printed in English; with it where a comma parts.

    >>> figure(0.8149), figure(-0.05), figure(1), figure(0.997), figure(None)
    ('.81', '−.05', '1', '.99', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if value in {0, 1}:
        return str(int(value))
    text = f"{value:.{digits}f}"
    if abs(float(text)) >= 1 > abs(value):  # never claims more than is known
        text = ("-" if value < 0 else "") + "0." + "9" * digits
    if float(text) == 0:
        text = f"{value:.{digits + 2}f}"
    sign = "−" if text.startswith("-") else ""
    text = text.lstrip("-")
    if catalogue.decimal() == ".":
        return sign + (text.removeprefix("0") if abs(value) < 1 else text)
    return sign + text.replace(".", catalogue.decimal())


def interval(low: float | None, high: float | None) -> str:
    """Both ends of an interval.

    >>> interval(0.52, 0.71)
    '.52 to .71'
    """
    return "–" if low is None or high is None else t("%(low)s to %(high)s", low=figure(low), high=figure(high))


def signed(value: float | None) -> str:
    """A difference with its sign.

    >>> signed(0.16), signed(-0.05), signed(0), signed(None)
    ('+.16', '−.05', '0', '–')
    """
    return f"+{figure(value)}" if value is not None and value > 0 else figure(value)


def thin(text: str) -> str:
    r"""A sentence of the floors below as pages write it: in the language spoken, thousands parted by thin spaces.

    >>> thin("1,000 resamples, 3 left")
    '1\u202f000 resamples, 3 left'
    """
    said = catalogue.say(text)
    return _COMMA.sub("\u202f", said) if said == text else said  # another language has parted them already


def share(part: float, whole: float) -> str:
    """A part of a whole in percent; a dash where there is no whole."""
    return percent(part / whole) if whole else "–"


def width(part: float, whole: float) -> str:
    """How long a bar is, in percent: at least one, so that one of a million is seen.

    >>> width(1, 1_000_000), width(1, 2)
    ('1.00', '50.00')
    """
    return f"{max(1.0, min(100.0, part / whole * 100)) if whole else 0:.2f}"


def rough(value: float, digits: int = 4) -> str:
    """A number to so many digits, without zeros at its end.

    >>> rough(0.05), rough(2.0, 6), rough(31.4159)
    ('0.05', '2', '31.42')
    """
    return f"{value:.{digits}g}".replace(".", catalogue.decimal())


def place(value: float, least: float = 0.0, most: float = 1.0) -> str:
    """Where a value lies between two ends, in percent, kept half a dot away from the edge.

    >>> place(0.5), place(-3)
    ('50.00', '1.00')
    """
    return f"{min(99.0, max(1.0, (value - least) / (most - least) * 100)):.2f}"


def ticks(least: float, most: float, floor: float | None) -> list[tuple[float, str]]:
    """The marks of an axis: its ends, zero where it lies between, and the floor.

    >>> ticks(0, 1, None)
    [(0.0, '0'), (100.0, '1')]
    """
    marks = {least, most} | ({0.0} if least < 0 < most else set()) | ({floor} if floor is not None else set())
    return [((mark - least) / (most - least) * 100, figure(mark)) for mark in sorted(marks)]


def radius(number: int) -> float:
    """The size of a dot that stands for so many items, in pixels: its area grows with the logarithm."""
    return 3.0 + 1.5 * math.log10(max(number, 1))


def too_few(number: int) -> str:
    """What stands in place of an estimate that rests on too little.

    >>> too_few(7)
    'too few (7)'
    """
    return t("too few (%(n)s)", n=count(number))


def seconds(value: float | None) -> str:
    """A time a person took.

    >>> seconds(4.26), seconds(75), seconds(None)
    ('4.3 s', '1 min 15 s', '–')
    """
    if value is None:
        return "–"
    if value < 60:
        return f"{count(value, 1)} s" if value < 10 else f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def size(number: float) -> str:
    """How many bytes.

    >>> size(900), size(2_500_000)
    ('900 bytes', '2.5 MB')
    """
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if number >= unit:
            return f"{count(number / unit, 1)} {name}"
    return tn("%(n)s byte", "%(n)s bytes", number)
