"""What showing a suggestion does to answers: how often they agree with it when it is shown, and when it is not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance

from prep.phrase import phrase

FEWEST_TO_TELL = 10
"""So many answers of each sort are the least for a word about the difference."""


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Agreement with the suggestion (1 the same, 0 wholly different) over `shown` and `withheld` answers; None without
    any. `difference` is how much more they agree when it is shown, with its interval `low` to `high`.
    """

    shown: int
    withheld: int
    when_shown: float | None
    when_withheld: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    method: str = ""

    @property
    def verdict(self) -> str:
        """What it comes to, in a sentence."""
        if min(self.shown, self.withheld) < FEWEST_TO_TELL or self.low is None or self.high is None:
            return phrase(
                "Too few answers to tell: %(shown)s with the suggestion shown, %(withheld)s without; it takes %(least)s of "
                "each.",
                shown=self.shown,
                withheld=self.withheld,
                least=FEWEST_TO_TELL,
            )
        if self.low > 0:
            return phrase(
                "Annotators follow the suggestion: they agree with it more when they see it, and that is no luck."
            )
        if self.high < 0:
            return phrase("Annotators lean away from the suggestion: they agree with it less when they see it.")
        return phrase(
            "No effect can be told from luck: agreement is about the same whether the suggestion is seen or not."
        )


def anchoring(shown: Sequence[float], withheld: Sequence[float], *, confidence: float = 0.95) -> Anchoring:
    """Compare agreement (0 to 1 an answer) with the suggestion shown and withheld, which is drawn by chance.

    Where every answer agrees wholly or not at all, the interval is Newcombe's hybrid score one (1998, Statist. Med.
    17:873, method 10); else Welch's.

    >>> found = anchoring([1] * 56 + [0] * 14, [1] * 48 + [0] * 32)
    >>> round(found.difference, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    n, m = len(shown), len(withheld)
    p = fmean(shown) if n else None
    q = fmean(withheld) if m else None
    if p is None or q is None:
        return Anchoring(n, m, p, q)
    if all(value in {0, 1} for value in (*shown, *withheld)):
        (low_p, high_p), (low_q, high_q) = _wilson(p, n, confidence), _wilson(q, m, confidence)
        low = p - q - math.hypot(p - low_p, high_q - q)
        high = p - q + math.hypot(high_p - p, q - low_q)
        return Anchoring(n, m, p, q, p - q, low, high, "Newcombe's score interval")
    if min(n, m) < 2:
        return Anchoring(n, m, p, q, p - q)
    from scipy.stats import t

    u, v = variance(shown) / n, variance(withheld) / m
    if u + v == 0:
        return Anchoring(n, m, p, q, p - q, p - q, p - q, "Welch's interval")
    freedom = (u + v) ** 2 / (u**2 / (n - 1) + v**2 / (m - 1))
    half = float(t.ppf(0.5 + confidence / 2, freedom)) * math.sqrt(u + v)
    return Anchoring(n, m, p, q, p - q, max(p - q - half, -1.0), min(p - q + half, 1.0), "Welch's interval")


def _wilson(share: float, n: int, confidence: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
