"""The nouns of drift: thresholds, what was found of each column, and the whole. Knows no frame and no test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from prep.errors import UnusableParameter, nearest

FORMAT = "assay-drift/1"
FailOn = Literal["drift", "schema", "never"]


@dataclass(frozen=True)
class Thresholds:
    """From when on a difference counts: it must be unlikely by chance *and* large enough to matter.

    `alpha` bounds the false discovery rate over all tests (Benjamini–Hochberg). With many rows every test is significant,
    so an effect decides as well: `psi`, or `ks` (numbers, times), or `js` (Jensen–Shannon distance; few values), the
    change of a frequent word's share of the texts (`words`), the change of the share that is missing (`missing`).
    Raises UnusableParameter for what is no such number.
    """

    alpha: float = 0.05
    psi: float = 0.2
    ks: float = 0.1
    js: float = 0.1
    words: float = 0.1
    missing: float = 0.05

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not isinstance(value, int | float) or not 0 <= value < math.inf or (name != "psi" and value > 1):
                cure = "Give 0 or more." if name == "psi" else "Give a number from 0 to 1."
                raise UnusableParameter(f"The threshold {name}={value!r} has no meaning. {cure}")


@dataclass(frozen=True)
class Bin:
    """The shares (0 to 1) of one bin or value, then and now; for pictures."""

    name: str
    old: float
    new: float


@dataclass(frozen=True)
class ColumnDrift:
    """What differs in one column. `reasons` say in words what counts as drift; there are none where there is none.

    `test` is "ks" (numbers, times), "chi-square" (few values), "words" (texts), or "" where nothing could be compared
    (`note` says why). `p_adjusted` is over all tests of the comparison. `shift` is the difference of the means in old
    standard deviations. `new_values` and `gone_values` are those that only one side has (of texts: words).
    """

    name: str
    kind: str
    test: str = ""
    statistic: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    psi: float | None = None
    js: float | None = None
    cramer_v: float | None = None
    shift: float | None = None
    words_change: float | None = None
    missing_old: float = 0.0
    missing_new: float = 0.0
    missing_p: float | None = None
    missing_p_adjusted: float | None = None
    new_values: list[str] = field(default_factory=list)
    gone_values: list[str] = field(default_factory=list)
    bins: list[Bin] = field(default_factory=list, repr=False)
    reasons: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def has_drifted(self) -> bool:
        """Whether anything counts as drift."""
        return bool(self.reasons)


@dataclass(frozen=True)
class Drift:
    """What differs between two frames: their columns, and in each column the distribution and what is missing."""

    old: str
    new: str
    rows_old: int
    rows_new: int
    columns: list[ColumnDrift]
    added: list[str]
    removed: list[str]
    retyped: list[tuple[str, str, str]]
    thresholds: Thresholds

    @property
    def drifted(self) -> list[ColumnDrift]:
        """The columns that have drifted, those farthest apart first."""
        return [one for one in self.columns if one.has_drifted]

    @property
    def schema_changed(self) -> bool:
        """Whether a column came, went or is of another kind."""
        return bool(self.added or self.removed or self.retyped)

    @property
    def has_drifted(self) -> bool:
        """Whether anything counts as drift, the schema too."""
        return self.schema_changed or bool(self.drifted)

    @property
    def headline(self) -> str:
        """What was found, in one line."""
        told = []
        if self.drifted:
            told.append(
                f"{len(self.drifted)} of {len(self.columns)} columns ha{'s' if len(self.drifted) == 1 else 've'} drifted"
            )
        for word, names in (
            ("new", self.added),
            ("gone", self.removed),
            ("of another type", [one for one, *_ in self.retyped]),
        ):
            if names:
                told.append(f"{', '.join(map(repr, names[:5]))} {'is' if len(names) == 1 else 'are'} {word}")
        return (
            "; ".join(told)
            if told
            else f"No drift in {len(self.columns)} column{'s' if len(self.columns) != 1 else ''}"
        )

    def fails(self, fail_on: Sequence[str]) -> bool:
        """Whether a check fails: "drift" (anything), "schema" (its columns), "never", or names of columns.

        Raises UnusableParameter for a word that is neither, naming the nearest.
        """
        known = {one.name: one for one in self.columns}
        others = {*self.added, *self.removed, *(one for one, *_ in self.retyped)}
        failed = False
        for word in fail_on:
            if word in known or word in others:
                failed |= word in others or known[word].has_drifted
            elif word in {"drift", "schema", "never"}:
                failed |= {"drift": self.has_drifted, "schema": self.schema_changed, "never": False}[word]
            else:
                near = nearest(word, ["drift", "schema", "never", *known, *others])
                cure = f"Did you mean {near!r}?" if near else "Say drift, schema, never or a column's name."
                raise UnusableParameter(f"There is nothing to fail on called {word!r}. {cure}")
        return failed

    def as_json(self) -> dict[str, Any]:
        """What was found, for JSON."""
        head = {
            "format": FORMAT,
            "has_drifted": self.has_drifted,
            "schema_changed": self.schema_changed,
            "headline": self.headline,
        }
        told = asdict(self)
        told["columns"] = [{"has_drifted": one.has_drifted, **asdict(one)} for one in self.columns]
        return {**head, **_plain(told)}

    def __str__(self) -> str:
        lines = [f"{self.headline}."]
        lines += [f"  {name}: was {old}, is {new}" for name, old, new in self.retyped]
        lines += [f"  {one.name}: {reason}" for one in self.drifted for reason in one.reasons]
        return "\n".join(lines)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
