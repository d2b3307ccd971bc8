"""The figures of agreement on spans as coefficients with names and titles, for pages."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from labeling.agreement.coefficient import Coefficient
from labeling.agreement.estimates import Sampling
from labeling.spans.matching import How
from labeling.spans.model import Span
from labeling.spans.pairwise import PairAgreement, pairwise_f1
from labeling.spans.unitized import Continuum, unitized_alpha, unitized_alpha_by_label

TITLES: Mapping[How, str] = {
    "exact": "Spans that two have exactly alike (F1)",
    "overlap": "Spans of two that overlap under one label (F1)",
}


def figures_of(
    answers: Sequence[tuple[Hashable, str, Sequence[Span]]],
    lengths: Mapping[Hashable, int],
    labels: Sequence[str],
    resamples: int = 1000,
) -> list[tuple[str, str, Coefficient]]:
    """Name, title and coefficient of each figure, from (text, annotator, spans) and the length of each text."""
    given: dict[Hashable, dict[str, Sequence[Span]]] = {}
    for item, who, spans in answers:
        given.setdefault(item, {})[who] = spans
    texts = [Continuum(_length(lengths.get(item, 0), spans), spans) for item, spans in given.items()]
    sampling = Sampling(resamples=resamples)
    by_label = unitized_alpha_by_label(texts, labels, sampling)
    return [
        ("u_alpha", "Where spans lie and what they are (unitized alpha)", unitized_alpha(texts, labels, sampling)),
        *((f"u_alpha:{label}", f"{label} (unitized alpha)", one) for label, one in by_label.items()),
        *(
            (f"f1:{how}", TITLES[how], _as_coefficient(pairwise_f1(texts, how, sampling=sampling), texts, sampling))
            for how in TITLES
        ),
    ]


def _length(length: int, spans: Mapping[str, Sequence[Span]]) -> int:
    """The text's own length; of one that has lost its text since, as far as spans reach."""
    return max([length, *(span.end for mine in spans.values() for span in mine)])


def _as_coefficient(found: PairAgreement, texts: Sequence[Continuum], sampling: Sampling) -> Coefficient:
    return Coefficient(
        name=f"span_f1_{found.how}",
        plain_name=f"Span F1 of pairs, {found.how}",
        value=found.value,
        low=found.low,
        high=found.high,
        confidence=sampling.confidence,
        method=f"bootstrap over {found.texts} texts, {sampling.resamples} resamples"
        if found.low is not None
        else "none",
        items=len(texts),
        units=found.texts,
        annotators=len({who for text in texts for who in text.spans}),
        answers=sum(len(text.spans) for text in texts),
        pairable=sum(len(text.spans) for text in texts if len(text.spans) >= 2),
        observed=found.value,
        why="" if found.value is not None else "nobody marked a span in a text that two answered",
    )
