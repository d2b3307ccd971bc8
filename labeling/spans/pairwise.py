"""Span F1 of annotators against each other, exact and by overlap, over all and by label and pair, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.estimates import Sampling
from labeling.spans.matching import How, Score, score
from labeling.spans.model import Span
from labeling.spans.unitized import Continuum, resampled

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """An F1 (0 to 1) over all pairs of annotators of a text, with its interval by bootstrap over texts.

    `spans` counts the spans compared. None where there were none to compare. F1 is not corrected for chance: of texts that
    are mostly unmarked, chance agrees on next to nothing.
    """

    how: How
    value: float | None
    low: float | None
    high: float | None
    texts: int
    spans: int


def pairwise_f1(
    texts: Sequence[Continuum],
    how: How = "exact",
    *,
    label: str | None = None,
    sampling: Sampling | None = None,
) -> PairAgreement:
    """The F1 of every two annotators of one text, added up over the texts; of one label's spans where `label` is given."""
    sampling = sampling or Sampling()
    rows = []
    for text in texts:
        kept = [_of(spans, label) for spans in text.spans.values()]
        total = Score(0, 0, 0)
        for one, other in combinations(kept, 2):
            total += score(one, other, how)
        if len(kept) >= 2:
            rows.append((total.matches, total.first + total.second))
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 2)
    spans = int(table[:, 1].sum())
    if spans == 0:
        return PairAgreement(how, None, None, None, len(rows), 0)

    def values(weight: Floats) -> Floats:
        sums = weight @ table
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(sums[:, 1] > 0, 2 * sums[:, 0] / sums[:, 1], np.nan)

    value = float(values(np.ones((1, len(rows))))[0])
    low, high = resampled(values, len(rows), sampling) or (None, None)
    return PairAgreement(how, value, low, high, len(rows), spans)


def by_pair(texts: Sequence[Continuum], how: How = "exact") -> Mapping[tuple[str, str], Score]:
    """The score of each two annotators, over the texts that both marked."""
    found: dict[tuple[str, str], Score] = {}
    for text in texts:
        for one, other in combinations(sorted(text.spans), 2):
            added = score(text.spans[one], text.spans[other], how)
            found[one, other] = found.get((one, other), Score(0, 0, 0)) + added
    return found


def _of(spans: Iterable[Span], label: str | None) -> list[Span]:
    return [span for span in spans if label is None or span.label == label]
