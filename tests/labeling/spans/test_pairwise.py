"""Span F1 of pairs of annotators."""

import pytest

from labeling.spans import Continuum, Span, pairwise_f1
from labeling.spans.pairwise import by_pair

ANN, CO = Span(0, 3, "PER"), Span(8, 11, "ORG")


def text(*answers):
    return Continuum(20, {f"a{number}": spans for number, spans in enumerate(answers)})


def test_f1_is_over_all_pairs_of_all_texts():
    # Pairs: {ANN,CO}×{ANN}: 1 of 3; {ANN,CO}×{}: 0 of 2; {ANN}×{}: 0 of 1; second text 2 of 4 as twice 2/4.
    found = pairwise_f1([text([ANN, CO], [ANN], []), text([ANN, CO], [ANN, CO])])
    assert found.value == pytest.approx(2 * (1 + 2) / (3 + 2 + 1 + 4))
    assert (found.texts, found.spans) == (2, 10)


def test_f1_of_one_label_leaves_the_others_out():
    assert pairwise_f1([text([ANN, CO], [ANN])] * 2, label="PER").value == 1
    assert pairwise_f1([text([ANN, CO], [ANN])] * 2, label="ORG").value == 0


def test_near_misses_count_by_overlap_only():
    texts = [text([ANN], [ANN._replace(end=5)])]
    assert pairwise_f1(texts).value == 0
    assert pairwise_f1(texts, "overlap").value == 1


def test_nothing_marked_has_no_f1():
    assert pairwise_f1([text([], [])]).value is None


def test_the_interval_holds_the_value():
    found = pairwise_f1([text([ANN, CO], [ANN]), text([CO], [CO]), text([ANN], [CO])] * 5)
    assert found.low <= found.value <= found.high
    assert found.low < found.high


def test_each_pair_is_scored_over_what_both_marked():
    found = by_pair([text([ANN], [ANN]), text([ANN], [CO])])
    assert found == {("a0", "a1"): (1, 2, 2)}
