"""What speaks against an annotator, and when that is enough to look. No signal acts alone, and none is a verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from labeling.audit.discoveries import benjamini_hochberg
from labeling.audit.shares import Bools, Floats
from prep.phrase import phrase

Word = Literal["not known yet", "fine", "look"]
Evidence = Literal["gold", "others", "pace", "order", "lean", "place", "self", "drift", "copying"]

EVIDENCE: dict[Evidence, str] = {
    "gold": phrase("how often they are right where the answer is known"),
    "others": phrase(
        "how far they agree with the others, and the accuracy this makes likely, on other items than gold"
    ),
    "pace": phrase("how fast they answer against what the items take"),
    "order": phrase("whether the same label, or a pattern, comes back whatever the item is"),
    "lean": phrase("whether those answers that differ from the others' fall on one label"),
    "place": phrase("whether they pick by where a choice stands"),
    "self": phrase("whether they say the same again of the same item"),
    "drift": phrase("whether they became worse, wherever they began"),
    "copying": phrase("whether they share rare mistakes with one other"),
}
"""Nine sorts of evidence that do not follow from each other: how many mistakes, which ones, when, how fast, with whom."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks against an annotator: of which `evidence`, in words, and `q`, the share of such signals
    among all annotators that would be false.
    """

    evidence: Evidence
    words: str
    q: float

    def __str__(self) -> str:
        return f"{self.evidence}: {self.words}"

    def as_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """One sort of evidence over all annotators: `p` (NaN where there is too little to say), and whether the effect is
    great enough to matter, however sure it is. `is_q` where p has been corrected already.
    """

    evidence: Evidence
    p: Floats
    matters: Bools
    is_q: bool = False

    def speaks(self, false_discovery: float) -> tuple[Bools, Floats]:
        """Who it speaks against, and q."""
        q = self.p if self.is_q else benjamini_hochberg(self.p)
        return np.nan_to_num(q, nan=1.0) <= false_discovery, q


HINTS = 2.0
"""So many times the false discovery rate may a hint have that speaks together with another."""
FEWEST_TO_POOL = 10
"""In a smaller team the rate says little of any one of them, so a hint stays one."""


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """`speaks` evidence × annotators, `q` likewise; `known` whether enough is known to say anything; `look` for two
    sorts of evidence or more.
    """

    tests: tuple[Test, ...]
    speaks: Bools
    q: Floats
    known: Bools

    def word(self, annotator: int) -> Word:
        """The word for one annotator (by number)."""
        if not self.known[annotator]:
            return "not known yet"
        return "look" if self.speaks[:, annotator].sum() >= 2 else "fine"

    def against(self, annotator: int) -> list[tuple[Evidence, float]]:
        """What speaks against one annotator."""
        return [
            (test.evidence, float(self.q[k, annotator]))
            for k, test in enumerate(self.tests)
            if self.speaks[k, annotator]
        ]


def judge(tests: tuple[Test, ...], *, enough: Bools, false_discovery: float) -> Verdicts:
    """Each sort of evidence with its false discoveries held down over all annotators, put side by side.

    Two hints, neither of which speaks by itself or only one, speak where they do so together (`pooled`).
    """
    found = [test.speaks(false_discovery) for test in tests]
    matters = np.stack([test.matters for test in tests])
    q = np.stack([q for _, q in found])
    speaks = np.stack([is_so for is_so, _ in found]) & matters
    speaks |= pooled(np.stack([test.p for test in tests]), q, matters, false_discovery)
    return Verdicts(tests, speaks, q, enough)


def pooled(p: Floats, q: Floats, matters: Bools, false_discovery: float) -> Bools:
    """Which hints (evidence × annotators) speak together: the two strongest of an annotator, each with q of at most
    twice the rate, whose p combined (Fisher), times the pairs there are among what was tested, are discoveries among
    all annotators (Benjamini–Hochberg). One alone never does, however strong, nor do any in a team of under ten.

    >>> p = np.tile([[0.008], [0.009], [0.8]], 10)
    >>> pooled(p, np.tile([[0.15], [0.18], [0.9]], 10), p < 0.5, 0.1)[:, 0].tolist()
    [True, True, False]
    """
    tested = ~np.isnan(p)
    is_hint = matters & (np.nan_to_num(q, nan=1.0) <= HINTS * false_discovery)
    is_hint &= tested.sum(axis=1, keepdims=True) >= FEWEST_TO_POOL
    hints = np.where(is_hint, p, np.inf)
    order = np.argsort(hints, axis=0, kind="stable")[:2]
    first, second = np.take_along_axis(hints, order, axis=0)
    two, sorts = np.isfinite(second), tested.sum(axis=0)
    product = np.maximum(np.where(two, first, 1.0) * np.where(two, second, 1.0), 1e-300)
    together = np.minimum(product * (1 - np.log(product)) * sorts * (sorts - 1) / 2, 1.0)
    speak = two & (benjamini_hochberg(together) <= false_discovery)
    found = np.zeros(p.shape, dtype=bool)
    np.put_along_axis(found, order, speak[None].repeat(2, axis=0), axis=0)
    return found


def where(is_known: Bools, p: Floats) -> Floats:
    """The p where enough is known, else NaN."""
    return np.where(is_known, p, np.nan)


def twice(first: Floats, second: Floats) -> Floats:
    """The p of either of two tests that look at one thing: twice the less, or the one there is."""
    both = ~np.isnan(first) & ~np.isnan(second)
    less = np.fmin(first, second)
    return np.where(both, np.minimum(2 * less, 1.0), less)
