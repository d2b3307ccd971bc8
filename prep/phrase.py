"""Sentences that a page may say in another language: English text that carries its message and values. Pure.

A `Phrase` is the English sentence and nothing more wherever text is wanted: in a log, in JSON, on a terminal. A page
hands it to `web.catalogue.say`, which says its message in the language of the reader. `python -m web.catalogue`
collects what stands in `phrase("…")` and `phrase_n("…", "…", n)`, so both want their words written out where they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self


class Numeral(str):
    """A number as English writes it, which a page may write as its language does."""

    __slots__ = ()


class Phrase(str):
    """An English sentence that knows its `message`, its `values` and, where it counts, its form for `many` and its `n`.

    >>> one = phrase("Row %(row)s is %(what)s.", row=3, what=phrase("empty"))
    >>> one, one.message
    ('Row 3 is empty.', 'Row %(row)s is %(what)s.')
    """

    __slots__ = ("many", "message", "n", "values")
    message: str
    values: Mapping[str, Any]
    many: str
    n: int | None

    def __new__(cls, message: str, values: Mapping[str, Any], many: str = "", n: int | None = None) -> Self:
        """The sentence in English."""
        self = super().__new__(cls, fill(message if n is None or n == 1 else many, values))
        self.message, self.values, self.many, self.n = message, dict(values), many, n
        return self

    def __str__(self) -> str:
        """Itself, so that `str(error)` and the text of whatever gives one lose nothing; a longer text is plain."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies and pickles carry all of it."""
        return Phrase, (self.message, self.values, self.many, self.n)


def phrase(message: str, /, **values: Any) -> Phrase:
    """The message with its %(names)s filled; a value that is a Phrase or a Numeral is said in the reader's language too.

    >>> phrase("%(column)r has %(n)s values.", column="age", n=numeral(1200))
    "'age' has 1,200 values."
    """
    return Phrase(message, values)


def phrase_n(one: str, many: str, n: int, /, **values: Any) -> Phrase:
    """As `phrase`, in the form that goes with the number n, which fills %(n)s unless `n` is given.

    >>> phrase_n("%(n)s row", "%(n)s rows", 1), phrase_n("%(n)s row", "%(n)s rows", 1200)
    ('1 row', '1,200 rows')
    """
    return Phrase(one, {"n": numeral(n), **values}, many, n)


def numeral(value: float, form: str = ",") -> Numeral:
    """A number in a format of Python's.

    >>> numeral(1200), numeral(0.256, ".0%")
    ('1,200', '26%')
    """
    return Numeral(format(value, form))


def together(parts: Iterable[str], between: str = " ") -> Phrase:
    """Several sentences or phrases one behind the other; those that are empty are left out.

    >>> together([phrase("Row %(n)s is empty.", n=3), "", phrase("Fill it in.")])
    'Row 3 is empty. Fill it in.'
    """
    values = {f"part{place}": part for place, part in enumerate(part for part in parts if part)}
    return Phrase(between.replace("%", "%%").join(f"%({name})s" for name in values), values)


def fill(message: str, values: Mapping[str, Any]) -> str:
    """The message with its values; a sentence within it loses its full stop where the message brings one.

    >>> fill("%(what)s. %(cure)s", {"what": "It is empty.", "cure": "Fill it in."})
    'It is empty. Fill it in.'
    """
    if not values:
        return message.replace("%%", "%")
    given = {
        name: value.rstrip(".") if isinstance(value, str) and f"%({name})s." in message else value
        for name, value in values.items()
    }
    return message % given


def pack(text: str) -> Any:
    """The same as JSON: a plain text as it is, a Phrase with what it carries. `unpack` makes it whole again.

    >>> unpack(pack(phrase_n("%(n)s row", "%(n)s rows", 2))).many
    '%(n)s rows'
    """
    if isinstance(text, Phrase):
        values = {name: _packed(value) for name, value in text.values.items()}
        return {"phrase": text.message, "many": text.many, "n": text.n, "values": values}
    return str(text)


def unpack(packed: Any) -> str:
    """What `pack` made into JSON."""
    if not isinstance(packed, dict):
        return str(packed)
    values = {name: _unpacked(value) for name, value in packed["values"].items()}
    return Phrase(packed["phrase"], values, packed["many"], packed["n"])


def _packed(value: Any) -> Any:
    if isinstance(value, Phrase):
        return pack(value)
    if isinstance(value, Numeral):
        return {"numeral": str(value)}
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return Numeral(value["numeral"]) if "numeral" in value else unpack(value)
    return value
