"""Krippendorff's unitized alpha: agreement on where spans lie and what they are called, against chance.

Source: Krippendorff, Mathet, Bouvry & Widlöcher (2016), Quality & Quantity 50:2347; Krippendorff (2019), Content
Analysis, 4th ed., section 12.6, equations 32 to 34. Characters that an annotator left out are units of their own;
a span is one unit as long as its text. Texts are parts of one continuum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.coefficient import Coefficient
from labeling.agreement.estimates import Sampling
from labeling.spans.model import Span

Floats = NDArray[np.float64]

GAP = 0
PLAIN_NAME = "Krippendorff's unitized alpha"


@dataclass(frozen=True, slots=True)
class Continuum:
    """One text of `length` code points with the spans of each annotator, who stand by their names."""

    length: int
    spans: Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Per text: the coincidences of values (0 the gap), and how much of each value pairs with itself."""

    coincidences: Floats  # texts × values × values
    alone: Floats  # texts × values


def unitized_alpha(texts: Sequence[Continuum], labels: Sequence[str], sampling: Sampling | None = None) -> Coefficient:
    """The agreement of all annotators on all texts, with its interval by bootstrap over texts.

    1.0 is the same spans with the same labels, 0.0 what chance gives. Where spans of one annotator overlap, each label is
    a continuum of its own and the disagreements are added up. None where nothing could have differed.
    """
    sampling = sampling or Sampling()
    paired = [text for text in texts if len(text.spans) >= 2]
    if any(_has_overlap(text) for text in paired):
        sums = [_sums(paired, [label]) for label in labels]
    else:
        sums = [_sums(paired, labels)]
    return _estimate(sums, texts, PLAIN_NAME, sampling)


def unitized_alpha_by_label(
    texts: Sequence[Continuum], labels: Sequence[str], sampling: Sampling | None = None
) -> dict[str, Coefficient]:
    """For each label, the unitized alpha of its own spans against everything else."""
    sampling = sampling or Sampling()
    paired = [text for text in texts if len(text.spans) >= 2]
    return {
        label: _estimate([_sums(paired, [label])], texts, f"{PLAIN_NAME} of {label!r}", sampling) for label in labels
    }


def _has_overlap(text: Continuum) -> bool:
    for spans in text.spans.values():
        ordered = sorted(spans)
        if any(before.end > after.start for before, after in pairwise(ordered)):
            return True
    return False


def _sums(texts: Sequence[Continuum], labels: Sequence[str]) -> _Sums:
    place = {label: k for k, label in enumerate(labels, 1)}
    size = len(labels) + 1
    coincidences = np.zeros((len(texts), size, size))
    alone = np.zeros((len(texts), size))
    for number, text in enumerate(texts):
        units = [_units(spans, place) for spans in text.spans.values()]
        edges = np.unique([0, text.length, *(edge for mine in units for unit in mine for edge in unit[:2])])
        width = np.diff(edges).astype(np.float64)
        counts = np.zeros((len(width), size))
        counts[:, GAP] = len(units)
        for start, end, value in (unit for mine in units for unit in mine):
            low, high = np.searchsorted(edges, (start, end))
            counts[low:high, value] += 1
            counts[low:high, GAP] -= 1
            alone[number, value] += float(end - start) ** 2
        alone[number, GAP] = width @ counts[:, GAP]
        pairs = counts.T @ (counts * width[:, None])
        pairs[np.diag_indices(size)] -= width @ counts
        coincidences[number] = pairs / (len(units) - 1)
    return _Sums(coincidences, alone)


def _units(spans: Sequence[Span], place: Mapping[str, int]) -> list[tuple[int, int, int]]:
    """Start, end and value of the spans with a label in `place`; where two of them overlap, they are one."""
    merged: list[tuple[int, int, int]] = []
    for span in sorted(spans):
        value = place.get(span.label)
        if value is None:
            continue
        if merged and span.start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end), merged[-1][2])
        else:
            merged.append((span.start, span.end, value))
    return merged


def _disagreements(sums: _Sums, weight: Floats) -> tuple[Floats, Floats]:
    """Observed and expected disagreement of each row of weights, in characters (equations 32 to 34)."""
    seen = np.tensordot(weight, sums.coincidences, axes=1)
    margins = seen.sum(axis=2)
    total = margins.sum(axis=1)
    alone = weight @ sums.alone
    observed = total - np.einsum("rcc->r", seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = total - alone.sum(axis=1) / total
        expected = (total**2 - (margins**2).sum(axis=1)) / scale
    return observed, np.where(scale > 0, expected, np.nan)


def _estimate(
    sums: Sequence[_Sums],
    texts: Sequence[Continuum],
    plain_name: str,
    sampling: Sampling,
) -> Coefficient:
    units = len(sums[0].coincidences) if sums else 0

    def values(weight: Floats) -> tuple[Floats, Floats, Floats]:
        both = [_disagreements(one, weight) for one in sums]
        observed, expected = (np.nansum([one[k] for one in both], axis=0) for k in (0, 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(expected > 0, 1 - observed / expected, np.nan), observed, expected

    value = low = high = seen = chance = None
    method, why = "none", "no text was marked by two annotators" if units == 0 else "nothing could have differed"
    if units:
        found, observed, expected = values(np.ones((1, units)))
        length = sum(one.coincidences.sum() for one in sums)
        if np.isfinite(found[0]):
            value, why = float(found[0]), ""
            seen, chance = 1 - float(observed[0]) / length, 1 - float(expected[0]) / length
            interval = resampled(lambda weight: values(weight)[0], units, sampling)
            if interval is None:
                method, why = "no interval", "one text says nothing of how others would fare"
            else:
                (low, high), method = interval, f"bootstrap over {units} texts, {sampling.resamples} resamples"
    return Coefficient(
        name="u_alpha",
        plain_name=plain_name,
        value=value,
        low=low,
        high=high,
        confidence=sampling.confidence,
        method=method,
        items=len(texts),
        units=units,
        annotators=len({who for text in texts for who in text.spans}),
        answers=sum(len(text.spans) for text in texts),
        pairable=sum(len(text.spans) for text in texts if len(text.spans) >= 2),
        observed=seen,
        expected=chance,
        why=why,
    )


def resampled(values: Callable[[Floats], Floats], units: int, sampling: Sampling) -> tuple[float, float] | None:
    """The interval of a value of weighted sums over units, by bootstrap; None where there are fewer than two units."""
    if units < 2:
        return None
    rng = np.random.default_rng(sampling.seed)
    at_once = max(1, min(sampling.resamples, 4_000_000 // units))
    drawn = []
    for start in range(0, sampling.resamples, at_once):
        rows = min(at_once, sampling.resamples - start)
        drawn.append(values(rng.multinomial(units, np.full(units, 1 / units), size=rows).astype(np.float64)))
    return sampling.within(np.concatenate(drawn))
