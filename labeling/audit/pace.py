"""Speed: each answer's time against what its item takes, and how many came too fast to have been read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.answers import Answers
from labeling.audit.shares import Floats, Ints, at_least, sums
from labeling.audit.turns import Turns
from prep.phrase import phrase

TOO_FAST_Z = -2.5
WORDS_A_SECOND = 250 / 60 * 3
"""Nobody reads three times as fast as the usual 250 words a minute (Zhu & Carterette 2010)."""
USUALLY_FAST = 0.10
"""A quick but honest annotator has up to about this share of answers that look too fast."""
USUALLY_HASTY = 0.08
"""Of anybody's answers about this share may be far quicker than their own usual."""
HASTY_Z, Q75 = -2.0, 0.6745
PULL = 3.0
"""How many imagined answers at the usual pace hold an item's own pace: three people do not tell it exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """By annotator: `timed` answers, `median` seconds, the median robust `z` against their items (0 as the others,
    −1 a standard deviation faster), `fast` answers that are too fast, `hasty` ones that are far faster than the
    annotator's own usual, and the chance of so many from a quick reader (`fast_chance`) or from anybody's usual
    ups and downs (`hasty_chance`). `apart`, a value a row: how far its log time is from what is usual for its item and
    for this annotator at that point of their work, in standard deviations cut off at 3; NaN where not timed.
    """

    timed: Ints
    median: Floats
    z: Floats
    fast: Ints
    fast_chance: Floats
    hasty: Ints
    hasty_chance: Floats
    apart: Floats

    def says(self, k: int) -> str:
        """What speaks against one annotator."""
        if self.fast_chance[k] <= self.hasty_chance[k]:
            return phrase(
                "%(n)s of %(all)s answers came too fast to have read the item",
                n=int(self.fast[k]),
                all=int(self.timed[k]),
            )
        return phrase(
            "%(n)s of %(all)s answers came far faster than their own usual",
            n=int(self.hasty[k]),
            all=int(self.timed[k]),
        )


def pace_of(answers: Answers, seconds: Floats, words: Floats | None, turns: Turns) -> Pace:
    """The pace of everybody. `seconds` a row (NaN where not timed); `words` to read an item, in the order of items.

    z of an answer is (log t − median of the item) / (1.4826 · MAD), the item's median drawn to that of all by a few
    imagined answers and corrected for how fast those who answered it are. Too fast is z < −2.5, or under a third of
    the time reading takes. Source: Iglewicz & Hoaglin (1993) for the robust z.
    """
    timed = np.flatnonzero(seconds > 0)
    who, item, log = answers.annotator[timed], answers.item[timed], np.log(seconds[timed])
    people = len(answers.annotators)
    n = np.bincount(who, minlength=people)
    none = np.full(people, np.nan)
    if not len(timed):
        zero = np.zeros(people, np.int64)
        return Pace(n, none, none, zero, none, zero, none, np.full(len(answers), np.nan))
    own = medians(who, log, people)
    middle = float(np.nanmedian(own))
    # The item's own pace is what is left of its answers' times when each annotator's pace is taken off.
    left = log - own[who]
    size, total = np.bincount(item, minlength=len(answers.items)), sums(item, left, len(answers.items))
    effect = (total[item] - left) / (size[item] - 1 + PULL)
    apart = log - middle - effect
    scale = max(1.4826 * float(np.median(np.abs(apart - np.median(apart)))), 0.05)
    z = apart / scale
    is_fast = z < TOO_FAST_Z
    if words is not None:
        is_fast |= seconds[timed] < words[item] / WORDS_A_SECOND
    fast = sums(who, is_fast, people)
    # Own haste: the slower half tells what is usual, since the quicker one may be a heap of its own.
    upper = quantiles(who, apart, people, 0.75)
    within = np.abs(apart - medians(who, apart, people)[who])
    usual = max(1.4826 * float(np.median(within)), 0.05)
    hasty = sums(who, apart < upper[who] + (HASTY_Z - Q75) * usual, people)
    size_of = np.maximum(n, 1).astype(np.float64)
    return Pace(
        timed=n,
        median=np.exp(own),
        z=medians(who, z, people),
        fast=fast.astype(np.int64),
        fast_chance=np.where(n > 0, at_least(fast, size_of, USUALLY_FAST), np.nan),
        hasty=hasty.astype(np.int64),
        hasty_chance=np.where(n > 0, at_least(hasty, size_of, USUALLY_HASTY), np.nan),
        apart=_settled(answers, timed, apart / usual, turns),
    )


def _settled(answers: Answers, timed: Ints, apart: Floats, turns: Turns) -> Floats:
    """Each answer's distance from a straight line through its annotator's own, since most people get quicker."""
    people, who = len(answers.annotators), answers.annotator[timed]
    place = np.empty(len(answers))
    place[turns.order] = turns.place
    x, y = place[timed], apart
    n = np.maximum(np.bincount(who, minlength=people), 1)
    x = x - (sums(who, x, people) / n)[who]
    y = y - medians(who, y, people)[who]
    y = np.clip(y, -3.0, 3.0)
    steep = sums(who, x * y, people) / np.maximum(sums(who, x * x, people), 1e-9)
    out = np.full(len(answers), np.nan)
    out[timed] = y - (steep[who] * x)
    return out


def medians(group: Ints, values: Floats, groups: int) -> Floats:
    """The median of each group's values; NaN for a group without any.

    >>> medians(np.array([0, 0, 2]), np.array([1.0, 3.0, 5.0]), 3).tolist()
    [2.0, nan, 5.0]
    """
    return quantiles(group, values, groups, 0.5)


def quantiles(group: Ints, values: Floats, groups: int, share: float) -> Floats:
    """A quantile of each group's values, between neighbours in proportion (as numpy's); NaN for a group without any."""
    order = np.lexsort((values, group))
    n = np.bincount(group, minlength=groups)
    start = (np.cumsum(n) - n)[n > 0]
    place = share * (n[n > 0] - 1)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, n[n > 0] - 1)
    found = np.full(groups, np.nan)
    below, above = values[order[start + low]], values[order[start + high]]
    found[n > 0] = below + (above - below) * (place - low)
    return found
