"""Unitized alpha: the published example, then what must hold for any answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.agreement.estimates import Sampling
from labeling.spans import Continuum, Span, unitized_alpha, unitized_alpha_by_label
from tests.labeling.spans.conftest import LABELS, span_sets

# Krippendorff et al. (2016) and Krippendorff (2019), figure 12.11: three observers, a continuum of 60; first and last
# character counted from 1.
FIGURE = {
    "Alex": [(1, 7, "1"), (8, 13, "2"), (31, 32, "5"), (33, 37, "6"), (38, 44, "6"), (45, 60, "7")],
    "Paul": [(1, 7, "1"), (8, 13, "3"), (14, 21, "5"), (33, 44, "6")],
    "Suzan": [(1, 7, "1"), (8, 13, "4"), (14, 21, "5"), (33, 37, "6"), (38, 41, "6"), (42, 44, "6")],
}
QUICK = Sampling(resamples=100)


def figure(**change):
    return Continuum(
        60,
        {
            who: [Span(start - 1, end, change.get("label", label)) for start, end, label in rows]
            for who, rows in FIGURE.items()
        },
    )


def test_the_published_example_is_met():
    assert unitized_alpha([figure()], list("1234567")).value == pytest.approx(0.510, abs=0.0005)


def test_the_published_example_is_met_where_only_places_count():
    assert unitized_alpha([figure(label="x")], ["x"]).value == pytest.approx(0.413, abs=0.001)


def test_the_same_spans_are_perfect_agreement():
    spans = [Span(0, 4, "PER"), Span(6, 9, "ORG")]
    assert unitized_alpha([Continuum(20, {"a": spans, "b": spans})] * 3, LABELS).value == 1


def test_the_same_places_with_the_labels_swapped_are_below_chance():
    first, second = [Span(0, 10, "PER")], [Span(0, 10, "ORG")]
    texts = [Continuum(10, {"a": first, "b": second}), Continuum(10, {"a": second, "b": first})]
    assert unitized_alpha(texts, LABELS).value < 0


def test_nobody_marking_anything_has_no_value_and_says_why():
    found = unitized_alpha([Continuum(20, {"a": [], "b": []})], LABELS)
    assert found.value is None
    assert found.why == "nothing could have differed"


def test_texts_of_one_annotator_are_no_evidence():
    found = unitized_alpha([Continuum(20, {"a": [Span(0, 2, "PER")]})], LABELS)
    assert found.value is None
    assert found.why == "no text was marked by two annotators"


def test_spans_that_overlap_count_label_by_label():
    both = [Span(0, 8, "PER"), Span(4, 12, "ORG")]
    texts = [Continuum(20, {"a": both, "b": both}), Continuum(20, {"a": both, "b": [both[0]]})]
    found = unitized_alpha(texts, LABELS)
    by_label = unitized_alpha_by_label(texts, LABELS)
    assert by_label["PER"].value == 1
    assert by_label["ORG"].value < found.value < 1


def test_a_label_nobody_gave_has_no_value_of_its_own():
    spans = [Span(0, 4, "PER")]
    found = unitized_alpha_by_label([Continuum(9, {"a": spans, "b": spans})] * 2, LABELS)
    assert found["PER"].value == 1
    assert found["ORG"].value is None


def test_the_interval_holds_the_value_and_narrows_with_more_texts():
    few = [figure()] * 2 + [Continuum(60, {"a": [Span(0, 5, "1")], "b": [Span(2, 5, "2")]})] * 2
    narrow, wide = (unitized_alpha(texts, list("1234567")) for texts in (few * 10, few))
    for one in (narrow, wide):
        assert one.low <= one.value <= one.high
    assert narrow.high - narrow.low < wide.high - wide.low


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(span_sets(), min_size=2, max_size=3), min_size=1, max_size=4), st.randoms())
def test_neither_names_nor_order_change_it(texts, random):
    plain = [Continuum(40, {f"a{k}": spans for k, spans in enumerate(one)}) for one in texts]
    other = [
        Continuum(40, {f"b{9 - k}": random.sample(spans, len(spans)) for k, spans in enumerate(one)}) for one in texts
    ]
    random.shuffle(other)
    first, second = (unitized_alpha(some, LABELS, QUICK).value for some in (plain, other))
    assert first == second or first == pytest.approx(second)
    assert first is None or first <= 1
