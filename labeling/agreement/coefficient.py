"""A coefficient with its interval and what stands behind it, and what may be said of it in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prep.phrase import Numeral, numeral, phrase


@dataclass(frozen=True, slots=True)
class Coefficient:
    """How far annotators agree, how sure that is, and on what it rests.

    `value` is 1 for perfect agreement and 0 for what chance gives (percent agreement: for none); None where it is
    undefined, and `why` says why. `low` and `high` bound it at the level `confidence`; None where there is no interval.
    `observed` and `expected` are agreement seen and agreement by chance, both 0 to 1 (labels that differ a little agree
    a little): value = (observed − expected) / (1 − expected).

    `items` have an answer and `units` of them at least two; `answers` is all answers and `pairable` those of the units.
    `annotators` is None where only counts are known. `prevalence` is each label's share of the pairable
    answers (a label that is a list or an object goes by its JSON).
    """

    name: str
    plain_name: str
    value: float | None
    low: float | None
    high: float | None
    confidence: float
    method: str
    items: int
    units: int
    annotators: int | None
    answers: int
    pairable: int
    prevalence: Mapping[Any, float] = field(default_factory=dict)
    observed: float | None = None
    expected: float | None = None
    why: str = ""
    over: str = "units"

    def verdict(self, floor: float = 0.667) -> str:
        """What may be said against a floor, in a sentence. It rests on the interval and never on the value alone.

        Krippendorff asks for .8, and for .667 where tentative conclusions are enough.

        >>> wide = Coefficient("x", "Alpha", .62, .52, .71, .95, "", 40, 40, 3, 120, 120)
        >>> wide.verdict()[:62]
        'Could be anything from .52 to .71: too wide to call good or ba'
        """
        if self.value is None:
            return phrase("Cannot be told: %(why)s.", why=self.why)
        if self.low is None or self.high is None:
            return phrase(
                "%(value)s, but without an interval: %(why)s. Not to be relied on.",
                value=told(self.value),
                why=self.why,
            )
        low, high, value, least = told(self.low), told(self.high), told(self.value), told(floor)
        if self.high < floor:
            return phrase(
                "Below %(floor)s: between %(low)s and %(high)s (best guess %(value)s). Look at the guideline and at what is "
                "most disagreed on first.",
                floor=least,
                low=low,
                high=high,
                value=value,
            )
        if self.low >= floor:
            return phrase(
                "At least %(low)s (best guess %(value)s): above %(floor)s.", low=low, value=value, floor=least
            )
        return phrase(
            "Could be anything from %(low)s to %(high)s: too wide to call good or bad against %(floor)s; %(more)s",
            low=low,
            high=high,
            floor=least,
            more=self._more(floor),
        )

    def _more(self, floor: float) -> str:
        """How much more work would decide, as the interval shrinks with the root of the number of items."""
        if self.value is None or self.low is None or self.high is None:
            return ""
        if self.over == "annotators":
            return phrase("more annotators would decide.")
        gap = self.value - floor
        half = self.value - self.low if gap > 0 else self.high - self.value
        if abs(gap) * 10 < half:
            return phrase("it lies so near the floor that more items will hardly decide.")
        more = math.ceil(self.units * ((half / abs(gap)) ** 2 - 1.0))
        unit = 10 ** max(0, len(str(more)) - 2)
        return phrase(
            "about %(n)s more items with two or more answers would decide.", n=numeral(math.ceil(more / unit) * unit)
        )

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values; the labels' shares as a list, so that labels keep their types."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "prevalence"}
        shares = [{"label": label, "share": share} for label, share in self.prevalence.items()]
        return {**plain, "prevalence": shares, "verdict": self.verdict()}


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two values of one coefficient are apart (second minus first), with the bootstrap's interval of that.

    `on` says which items it rests on. None where one of the two has no value.
    """

    value: float | None
    low: float | None
    high: float | None
    confidence: float
    on: str
    method: str

    def verdict(self) -> str:
        """Rose, fell, or cannot be told, in a sentence.

        >>> Difference(.12, .03, .2, .95, "the 40 items both versions share", "").verdict()
        'Rose by .12 (between .03 and .20), on the 40 items both versions share.'
        """
        if self.value is None or self.low is None or self.high is None:
            return phrase("Cannot be told, on %(on)s.", on=self.on)
        digits = 2 if min(abs(self.low), abs(self.high)) >= 0.02 else 3
        value, low, high = (told(number, digits) for number in (abs(self.value), self.low, self.high))
        if self.low > 0:
            return phrase(
                "Rose by %(value)s (between %(low)s and %(high)s), on %(on)s.",
                value=value,
                low=low,
                high=high,
                on=self.on,
            )
        if self.high < 0:
            low, high = told(-self.high, digits), told(-self.low, digits)
            return phrase(
                "Fell by %(value)s (between %(low)s and %(high)s), on %(on)s.",
                value=value,
                low=low,
                high=high,
                on=self.on,
            )
        return phrase(
            "No change can be told: anything from %(low)s to %(high)s, on %(on)s.", low=low, high=high, on=self.on
        )

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "verdict": self.verdict()}


def told(number: float, digits: int = 2) -> Numeral:
    """As `short` has it, for a sentence that may be said in another language."""
    return Numeral(short(number, digits))


def short(number: float, digits: int = 2) -> str:
    """A share as statisticians print it: no zero before the point, two digits, a third for two thirds.

    >>> short(.5), short(.667), short(-.104), short(1.0)
    ('.50', '.667', '-.10', '1.00')
    """
    digits = 3 if number in {0.667, 0.333} else digits
    text = f"{number:.{digits}f}"
    if float(text) == 0:
        return f".{'0' * digits}"
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text
