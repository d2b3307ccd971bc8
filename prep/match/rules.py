"""What a linking rule says: which records are compared, column by column how, and when that is a match. Knows no rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_type_hints

from prep.errors import UnusableParameter, nearest
from prep.frames import need_columns
from prep.parameters import fits, said

Measure = Literal["exact", "jaro_winkler", "edit", "tokens", "number", "days"]
_WITHIN = ("number", "days")
_WRITTEN = re.compile(r"(?P<measure>[a-z_]+)(:(?P<within>\d+(\.\d+)?))?(\*(?P<weight>\d+(\.\d+)?))?")
_SLICED = re.compile(r"(?P<column>.+)\[:(?P<length>\d+)\]")


@dataclass(frozen=True)
class Comparison:
    """How one column is compared: by which measure, within how much (numbers and days), and its weight in the score."""

    measure: Measure
    weight: float = 1.0
    within: float = 0.0


@dataclass(frozen=True)
class Block:
    """A column that must be equal for two records to be compared at all; `length`: its first characters alone."""

    column: str
    length: int | None = None

    def __str__(self) -> str:
        return self.column if self.length is None else f"{self.column}[:{self.length}]"


@dataclass(frozen=True)
class LinkRule:
    """One way in which records of two tables are found to belong together.

    Only records that are equal in `block` (one column or several) are compared: "surname", or "surname[:3]" for its
    first three characters. `compare` says for each column how: "exact", "jaro_winkler" (names), "edit" (typing errors:
    insertions, deletions, swaps), "tokens" (words in any order), "number:5" (0 at a distance of 5), "days:30".
    "edit*2" counts twice. Text is compared without case, accents, signs and double spaces.

    The score is the weighted mean of the similarities, 0 to 1; where a value is missing, half. From `match` on it is a
    match, from `review` on a person looks at it.

    >>> LinkRule(block=["surname", "postcode"], compare={"given_name": "jaro_winkler*2"}).name
    'surname + postcode'
    """

    block: str | Sequence[str]
    compare: Mapping[str, str]
    match: float = 0.85
    review: float = 0.7
    name: str = ""

    def __post_init__(self) -> None:
        for one, hint in get_type_hints(type(self)).items():
            if not fits(getattr(self, one), hint):
                raise UnusableParameter(f"A rule's {one}={getattr(self, one)!r} is not known. Give {said(hint)}.")
        if not self.name:
            object.__setattr__(self, "name", " + ".join(map(str, _listed(self.block))))
        if not 0 < self.review <= self.match <= 1:
            raise UnusableParameter(
                f"Rule {self.name!r}: match={self.match} and review={self.review} must be over 0 and up to 1, "
                "and review no higher than match."
            )
        if not _listed(self.block):
            raise UnusableParameter("A rule needs a block: a column that must be equal for two records to be compared.")
        if not self.compare:
            raise UnusableParameter(f"Rule {self.name!r} compares nothing. Say compare={{'surname': 'jaro_winkler'}}.")

    def comparisons(self) -> dict[str, Comparison]:
        """The columns compared, each with how. Raises UnusableParameter."""
        return {column: read_comparison(written) for column, written in self.compare.items()}

    def blocks(self, columns: Sequence[str]) -> tuple[Block, ...]:
        """The columns that must be equal. Raises UnknownColumn."""
        found = []
        for written in _listed(self.block):
            sliced = _SLICED.fullmatch(written)
            is_column = written in columns or sliced is None
            block = Block(written) if is_column or sliced is None else Block(sliced["column"], int(sliced["length"]))
            need_columns([block.column], columns)
            found.append(block)
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """The rule as it is written in a file."""
        return {
            "block": _listed(self.block), "compare": dict(self.compare), "match": self.match, "review": self.review,
            "name": self.name,
        }  # fmt: skip


def read_rules(rules: Sequence[LinkRule | Mapping[str, Any]]) -> list[LinkRule]:
    """Rules as they are given: LinkRule, or mappings of its fields. Raises UnusableParameter.

    >>> read_rules([{"block": "dob", "compare": {"name": "jaro_winkler"}}])[0].match
    0.85
    """
    if isinstance(rules, str | Mapping | LinkRule) or not isinstance(rules, Sequence) or not rules:
        raise UnusableParameter("Give rules as a list: [LinkRule(block='postcode', compare={'name': 'jaro_winkler'})].")
    known = [one.name for one in fields(LinkRule)]
    found = []
    for rule in rules:
        if isinstance(rule, LinkRule):
            found.append(rule)
            continue
        if not isinstance(rule, Mapping):
            raise UnusableParameter(f"A rule is a LinkRule or a mapping of its fields, not {rule!r}.")
        strange = next((str(name) for name in rule if name not in known), None)
        if strange is not None:
            near = nearest(strange, known)
            cure = f"Did you mean {near!r}?" if near else f"It has: {', '.join(known)}."
            raise UnusableParameter(f"A rule has no {strange!r}. {cure}")
        lacking = [name for name in ("block", "compare") if name not in rule]
        if lacking:
            raise UnusableParameter(f"A rule needs {' and '.join(lacking)}; this one has: {', '.join(map(str, rule))}.")
        found.append(LinkRule(**rule))
    names = [rule.name for rule in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnusableParameter(f"Two rules are named {twice!r}. Give each a name=.")
    return found


def read_comparison(written: str) -> Comparison:
    """How a column is compared, from its written form. Raises UnusableParameter.

    >>> read_comparison("days:30*2")
    Comparison(measure='days', weight=2.0, within=30.0)
    >>> read_comparison("jaro")
    Traceback (most recent call last):
    prep.errors.UnusableParameter: There is no comparison 'jaro'. Did you mean 'jaro_winkler'?
    """
    known = list(get_args(Measure))
    found = _WRITTEN.fullmatch(written.replace(" ", "")) if isinstance(written, str) else None
    if found is None or found["measure"] not in known:
        asked = found["measure"] if found else str(written)
        near = nearest(asked, known) or next((one for one in known if asked and one.startswith(asked)), None)
        cure = f"Did you mean {near!r}?" if near else f"Say one of: {', '.join(known)}; such as 'edit*2' or 'days:30'."
        raise UnusableParameter(f"There is no comparison {written!r}. {cure}")
    measure: Any = found["measure"]
    if (measure in _WITHIN) != (found["within"] is not None):
        example = f"{measure}:5" if measure in _WITHIN else measure
        raise UnusableParameter(f"{written!r}: write {example!r}; only number and days say within how much.")
    within, weight = float(found["within"] or 0), float(found["weight"] or 1)
    if weight <= 0 or (measure in _WITHIN and within <= 0):
        raise UnusableParameter(f"{written!r}: a weight and a distance are over 0.")
    return Comparison(measure, weight, within)


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else [str(name) for name in names]
