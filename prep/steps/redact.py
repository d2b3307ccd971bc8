"""Personal data in text, blacked out."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from prep.columns import Columns, by_value, chosen, once, text, with_columns
from prep.engines import Schema
from prep.errors import UnusableParameter
from prep.patterns import safe_pattern
from prep.presidio import check_types, found
from prep.verb import Plan, RowStep, verb

if TYPE_CHECKING:
    import polars as pl

What: TypeAlias = Literal["email", "iban", "card", "ip", "phone"]
_EMAIL = r"(?i)[\p{L}\p{N}._%+'-]*[\p{L}\p{N}_%+-]@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,24}"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP4 = rf"\b(?:{_BYTE}\.){{3}}{_BYTE}\b"
# Every repetition of these has a bound, so that the time of Python's engine grows with the text only.
_IP6 = re.compile(r"(?<![0-9A-Za-z:.])[0-9A-Fa-f:]{2,39}(?![0-9A-Za-z:])")
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}\d{2}(?:[ -]?[0-9A-Za-z]){11,30}")
_CARD = re.compile(r"(?<![0-9A-Za-z])[2-6](?:[ -]?\d){12,18}(?![0-9A-Za-z])")
_PHONES = [
    re.compile(r"(?<![\w+])(?:\+|00)[1-9]\d{0,2}(?:[ ./-]{0,2}\(?\d{1,5}\)?){1,6}(?!\w)"),
    re.compile(r"(?<![\w+./-])\(?0\d{1,5}\)?(?:[ ./-]{1,2}\d{2,8}){1,5}(?![\w.-]*\d)"),
    re.compile(r"(?<![\w+./-])\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?!\w)"),
    re.compile(r"(?<![\w+./-])0[1-9]\d{8,10}(?!\w)"),
]
# How long an IBAN of each country is (SWIFT's registry).
_IBANS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 "
    "FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 "
    "LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 "
    "SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
)
_IBAN_LENGTHS = {one[:2]: int(one[2:]) for one in _IBANS.split()}


@dataclass(frozen=True)
class Redact(RowStep):
    """Black out personal data in text: "write to ana@example.org" becomes "write to [EMAIL]".

    `what`: "email"; "iban", with its country's length and check digits (ISO 7064 mod 97-10); "card", a payment card of 13 to 19
    digits with Luhn's check (ISO 7812); "ip", version 4 and 6; "phone", international or national in the usual groups.
    `patterns`: own ones by name, in the engine of `prep.patterns`, which no pattern makes explode; they come first.
    `mark` is what stands there instead.

    `presidio`: more types, by presidio's names, found by presidio (the extra `presidio`), such as ["US_SSN", "CRYPTO"]: those
    it is sure of by `presidio_score`, in `language`. Names of people and places take a language model, one of spaCy's that is
    installed: presidio=["PERSON"], presidio_model="en_core_web_lg". No model is downloaded.

    The report shows no value as it was. Lazy stays lazy. Raises UnknownColumn, UnusableFrame, UnusableParameter.

    >>> import polars as pl
    >>> notes = pl.DataFrame({"note": ["ana@example.org, DE89 3704 0044 0532 0130 00", "order 4111 1111 1111 1112"]})
    >>> redact(notes)["note"].to_list()
    ['[EMAIL], [IBAN]', 'order 4111 1111 1111 1112']
    """

    hides: ClassVar[bool] = True

    columns: Columns = None
    what: Sequence[What] = ("email", "iban", "card", "ip", "phone")
    patterns: Mapping[str, str] | None = None
    mark: str = "[{kind}]"
    presidio: Sequence[str] = ()
    presidio_model: str | None = None
    presidio_score: float = 0.4
    language: str = "en"

    def check(self) -> None:
        """Own patterns can be used, and match something."""
        for name, pattern in (self.patterns or {}).items():
            safe_pattern(pattern)
            if re.fullmatch(r"\w+", name) is None:
                raise UnusableParameter(f"redact: {name!r} names no pattern. Use letters, digits and '_'.")
        if not 0 <= self.presidio_score <= 1:
            raise UnusableParameter("redact: presidio_score is a probability from 0 to 1.")
        if not self.what and not self.patterns and not self.presidio:
            raise UnusableParameter("redact: say what to look for, what=['email'] or patterns={'badge': 'B-[0-9]{5}'}.")

    def plan(self, schema: Schema) -> Plan:
        """Each kind in turn; the ones with check digits before the looser ones."""
        names = chosen(schema, self.columns, "text", "redact")
        if self.presidio:
            check_types(self.presidio, self.language, self.presidio_model)
        return Plan(with_columns(schema, {name: once(text(name, schema), self._redacted) for name in names}))

    def _redacted(self, value: pl.Expr) -> pl.Expr:
        for name, pattern in (self.patterns or {}).items():
            value = value.str.replace_all(pattern, self._mark(name))
        if "email" in self.what:
            value = value.str.replace_all(_EMAIL, self._mark("email"))
        marks: dict[str, str] = {kind: self.mark.replace("{kind}", kind.upper()) for kind in self.what}
        if "ip" in self.what:
            value = value.str.replace_all(_IP4, self._mark("ip"))
        if {"iban", "card", "ip", "phone"} & set(self.what):
            value = by_value(value, partial(_checked, marks=marks), among=r"\d.{5}|::")
        if self.presidio:
            value = by_value(value, self._by_presidio)
        return value

    def _by_presidio(self, value: str) -> str:
        seen = found(value, self.presidio, self.language, self.presidio_model, self.presidio_score)
        for start, end, kind in reversed(seen):
            value = value[:start] + self.mark.replace("{kind}", kind) + value[end:]
        return value

    def _mark(self, kind: str) -> str:
        return self.mark.replace("{kind}", kind.upper()).replace("$", "$$")


def _checked(value: str, marks: Mapping[str, str]) -> str:
    """The text without what proves to be an IBAN, a card, an address or a telephone."""
    if "iban" in marks:
        value = _IBAN.sub(lambda found: _iban(found.group(), marks["iban"]), value)
    if "card" in marks:
        value = _CARD.sub(lambda found: marks["card"] if is_luhn(found.group()) else found.group(), value)
    if "ip" in marks:
        value = _IP6.sub(lambda found: marks["ip"] if _is_ip6(found.group()) else found.group(), value)
    if "phone" in marks:
        for pattern in _PHONES:
            value = pattern.sub(_phone(marks["phone"]), value)
    return value


def is_luhn(number: str) -> bool:
    """Whether the digits pass Luhn's check (ISO/IEC 7812-1, annex B).

    >>> is_luhn("4111 1111 1111 1111"), is_luhn("4111 1111 1111 1112")
    (True, False)
    """
    digits = [int(char) for char in number if char.isdigit()][::-1]
    return sum(digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4) for place, digit in enumerate(digits)) % 10 == 0


def is_iban(number: str) -> bool:
    """Whether an IBAN has its country's length and right check digits (ISO 13616, ISO 7064 mod 97-10).

    >>> is_iban("GB82 WEST 1234 5698 7654 32"), is_iban("GB82 WEST 1234 5698 7654 33")
    (True, False)
    """
    plain = re.sub(r"[ -]", "", number).upper()
    if len(plain) != _IBAN_LENGTHS.get(plain[:2]):
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def _iban(found: str, mark: str) -> str:
    """What was found with its IBAN blacked out: as many characters as its country's has."""
    length, seen = _IBAN_LENGTHS.get(found[:2].upper(), 0), 0
    for place, char in enumerate(found, 1):
        seen += char not in " -"
        if seen == length:
            rest = found[place:]
            if is_iban(found[:place]) and not (rest[:1].isalnum()):
                return mark + rest
            break
    return found


def _phone(mark: str) -> Callable[[re.Match[str]], str]:
    def told(found: re.Match[str]) -> str:
        digits = sum(char.isdigit() for char in found.group())
        return mark if 8 <= digits <= 15 else found.group()

    return told


def _is_ip6(found: str) -> bool:
    if found.count(":") < 2:
        return False
    try:
        ipaddress.IPv6Address(found)
    except ValueError:
        return False
    return len(found) > 2 or found == "::1"


redact = verb(Redact)
