"""The languages of the interface: English stands in the pages themselves, others in `<language>.po` beside this file.

What is said in a page or a script is marked where it stands: `_("…")` and `ngettext("…", "…", n)` in templates, `t("…")`
and `tn("…", "…", n)` in Python and JavaScript. What comes from the floors below stands there in `phrase("…")` and is said
here by `say`. `python -m web.catalogue` collects what is marked into each catalogue. Knows no page.
"""

from __future__ import annotations

import gettext as standard
import io
import re
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from prep.phrase import Numeral, Phrase, fill

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog
    from starlette.types import Scope

FOLDER = Path(__file__).parent
ENGLISH = "en"
COOKIE = "assay_language"
LEAST_RECALLED, MOST_RECALLED = 12, 500
"""A message with fewer letters of its own is not looked for in a text that was kept."""
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:_[A-Z]{2}|_[A-Z][a-z]{3})?")
_request: ContextVar[Scope | None] = ContextVar("request", default=None)
_chosen: ContextVar[str] = ContextVar("chosen", default="")


def known() -> tuple[str, ...]:
    """The languages that there are, English first.

    >>> known()
    ('en', 'de')
    """
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po") if _LANGUAGE.fullmatch(path.stem)))


@cache
def name(language: str) -> str:
    """What a language calls itself.

    >>> [name(one) for one in known()]
    ['English', 'Deutsch']
    """
    from babel import Locale

    shown = Locale.parse(language).get_display_name(language) or language
    return shown[:1].upper() + shown[1:]


def serve(scope: Scope) -> None:
    """From here on, in this request, is spoken what its browser or its person wants."""
    _request.set(scope)
    _chosen.set("")


def speak(language: str) -> None:
    """From here on this language is spoken, whoever asks."""
    _chosen.set(language)


def current() -> str:
    """The language that is spoken: chosen in this browser, else the first of those it asks for that there is."""
    if not _chosen.get():
        scope = _request.get()
        _chosen.set(ENGLISH if scope is None else wanted(dict(scope.get("headers", ()))))
    return _chosen.get()


def direction() -> str:
    """Which way the language that is spoken is written: "ltr" or "rtl"."""
    return "rtl" if current().split("_")[0] in RIGHT_TO_LEFT else "ltr"


def wanted(headers: Mapping[bytes, bytes]) -> str:
    """The language for a request with these headers.

    >>> wanted({b"accept-language": b"fr-CH, fr;q=0.9, de-AT;q=0.8, en;q=0.7"})
    'de'
    >>> wanted({b"accept-language": b"de", b"cookie": b"a=1; assay_language=en"}), wanted({})
    ('en', 'en')
    """
    there = known()
    for piece in headers.get(b"cookie", b"").decode("latin-1").split(";"):
        called, _, value = piece.strip().partition("=")
        if called == COOKIE and unquote(value) in there:
            return unquote(value)
    for tag in _by_weight(headers.get(b"accept-language", b"").decode("latin-1")):
        parts = tag.replace("-", "_").split("_")
        for language in ("_".join([parts[0].lower(), *parts[1:2]]), parts[0].lower()):
            if language in there:
                return language
    return ENGLISH


def _by_weight(asked: str) -> list[str]:
    """The languages of an Accept-Language header, the dearest first; what cannot be read is left out."""
    weighed: list[tuple[float, str]] = []
    for piece in asked[:500].split(","):
        tag, _, weight = piece.partition(";")
        found = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", weight) if weight else None
        if re.fullmatch(r"\s*[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\s*", tag) and (found or not weight):
            weighed.append((float(found[1]) if found else 1.0, tag.strip()))
    return [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight]


def t(message: str, /, **values: Any) -> str:
    """The message in the language that is spoken, its %(names)s filled.

    >>> t("%(n)s answers", n=3)
    '3 answers'
    """
    return _filled(_translations(current()).gettext(message), values)


def tn(one: str, many: str, n: float, /, **values: Any) -> str:
    """As `t`, in the form that goes with the number n, which fills %(n)s unless `n` is given.

    >>> tn("%(n)s answer", "%(n)s answers", 1), tn("%(n)s answer", "%(n)s answers", 1200)
    ('1 answer', '1\u202f200 answers')
    """
    return _filled(ngettext(one, many, n), {"n": grouped(n), **values})


def gettext(message: str) -> str:
    """The message in the language that is spoken, as it stands."""
    return _translations(current()).gettext(message)


def ngettext(one: str, many: str, n: float) -> str:
    """The form that goes with a number, as it stands."""
    return _translations(current()).ngettext(one, many, int(n))


def say(thing: object) -> str:
    """A sentence of the floors below (or of an error) in the language that is spoken; any other thing as its text.

    >>> from prep.phrase import numeral, phrase
    >>> say(phrase("Row %(row)s is empty.", row=numeral(1200))), say(ValueError("no")), say(3)
    ('Row 1,200 is empty.', 'no', '3')
    """
    words = thing if isinstance(thing, Numeral) else str(thing)
    if current() == ENGLISH or not isinstance(words, Phrase | Numeral):
        return words
    if isinstance(words, Numeral):
        whole = re.sub(r"^([-−]?)\.", r"\g<1>0.", words)  # no language but English leaves the zero out
        return whole.replace(",", "\u202f").replace(".", decimal()).replace("%", "\u00a0%")
    text = gettext(words.message) if words.n is None else ngettext(words.message, words.many, words.n)
    return fill(text, {name: spoken(value) for name, value in words.values.items()})


def recall(text: str) -> str:
    """A sentence that was kept as English text, in the language that is spoken where the catalogue holds it as it stands.

    Numbers and names within it are found again by the messages that have places for them.

    >>> recall("Majority vote"), recall("")
    ('Majority vote', '')
    """
    if isinstance(text, Phrase):
        return say(text)
    if not text or len(text) > MOST_RECALLED or current() == ENGLISH:
        return text
    if text in _whole(current()):
        return gettext(text)
    for start, pattern, message in _patterns(current()):
        if text.startswith(start) and (found := pattern.fullmatch(text)):
            return t(message, **{name: _as_number(value) for name, value in found.groupdict().items()})
    return text


@cache
def _whole(language: str) -> frozenset[str]:
    return frozenset(message.id for message in read(language) if isinstance(message.id, str) and message.id)


def _as_number(text: str) -> str:
    return say(Numeral(text)) if re.fullmatch(r"[\d,]*\.?\d+(e-?\d+)?", text) else recall(text)


@cache
def _patterns(language: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Of each message with places for values: how it begins, and what finds the values in what it made; the longest first."""
    made = []
    for message in read(language):
        if not isinstance(message.id, str) or "%(" not in message.id:
            continue
        parts = re.split(r"%\((\w+)\)([srd])", message.id.replace("%%", "%"))
        words, names, kinds = parts[::3], parts[1::3], parts[2::3]
        if len(set(names)) < len(names) or len("".join(words)) < LEAST_RECALLED:
            continue
        places = [
            f"'(?P<{name}>.+?)'" if kind == "r" else f"(?P<{name}>.+?)" for name, kind in zip(names, kinds, strict=True)
        ]
        pattern = "".join(re.escape(part) + place for part, place in zip(words, [*places, ""], strict=True))
        made.append((words[0], re.compile(pattern, re.DOTALL), message.id))
    return sorted(made, key=lambda one: -len(one[2]))


def spoken(value: Any) -> Any:
    """A value of a message: as `say` has it where it can be said, else as it is."""
    return say(value) if isinstance(value, Phrase | Numeral | BaseException) else value


def grouped(n: float) -> str:
    """A count with thousands parted by thin spaces.

    >>> grouped(1234567)
    '1\u202f234\u202f567'
    """
    return f"{n:,}".replace(",", "\u202f")


def decimal() -> str:
    """What parts the whole from the fraction of a number.

    >>> decimal()
    '.'
    """
    return "." if current() == ENGLISH else _decimal(current())


def for_scripts() -> dict[str, str | list[str]]:
    """What scripts say, by what they say in English: a text, or its plural forms. Empty where English is spoken."""
    return {} if current() == ENGLISH else _for_scripts(current())


def read(language: str) -> Catalog:
    """The catalogue of a language other than English."""
    from babel.messages.pofile import read_po

    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, domain="messages", abort_invalid=True)


@cache
def _translations(language: str) -> standard.NullTranslations:
    if language == ENGLISH:
        return standard.NullTranslations()
    from babel.messages.mofile import write_mo

    packed = io.BytesIO()
    write_mo(packed, read(language))
    packed.seek(0)
    return standard.GNUTranslations(packed)


@cache
def _for_scripts(language: str) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for message in read(language):
        if message.id and any(path.endswith(".js") for path, _ in message.locations):
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = message.string if isinstance(message.string, str) else list(message.string or ())
    return found


@cache
def _decimal(language: str) -> str:
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(language)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return text % {name: spoken(value) for name, value in values.items()} if values else text.replace("%%", "%")
