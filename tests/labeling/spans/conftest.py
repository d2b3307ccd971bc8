"""Answers that look like annotators': a truth with its ends moved, spans missed and spans made up."""

from hypothesis import strategies as st

from labeling.spans import Given, Span, Spans

LABELS = ("PER", "ORG")


@st.composite
def span_sets(draw, length=40, most=6):
    """Spans that do not overlap, as an annotator gives them."""
    edges = sorted(draw(st.sets(st.integers(0, length), max_size=2 * most)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Span(start, end, draw(st.sampled_from(LABELS))) for start, end in pairs)


@st.composite
def answers(draw):
    spans = draw(span_sets())
    if len(spans) < 2:
        return Spans(spans)
    ends = st.sampled_from(spans)
    return Spans(spans, tuple(sorted(draw(st.sets(st.builds(lambda a, b: (a, b, "knows"), ends, ends), max_size=2)))))


@st.composite
def crowds(draw, items=4, annotators=4):
    return [
        Given(f"t{item}", f"a{who}", draw(span_sets()))
        for item in range(draw(st.integers(1, items)))
        for who in range(draw(st.integers(1, annotators)))
    ]
