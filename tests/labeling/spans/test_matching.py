"""Matches, F1 and the distance of two answers."""

import pytest
from hypothesis import given

from labeling.spans import Relation, Span, Spans, distance, score
from labeling.spans.matching import overlapping
from tests.labeling.spans.conftest import answers, span_sets

ANN, BOB = Span(0, 3, "PER"), Span(8, 11, "PER")


def test_a_span_one_character_off_is_no_exact_match_but_overlaps():
    moved = ANN._replace(end=4)
    assert score([ANN], [moved]).f1 == 0
    assert score([ANN], [moved], "overlap").f1 == 1


def test_another_label_at_the_same_place_matches_neither_way():
    assert score([ANN], [ANN._replace(label="ORG")], "overlap").matches == 0


def test_a_long_span_over_two_short_ones_is_matched_once():
    assert score([Span(0, 11, "PER")], [ANN, BOB], "overlap") == (1, 1, 2)


def test_nothing_against_nothing_has_no_f1():
    assert score([], []).f1 is None


def test_a_distance_is_what_the_ious_leave():
    assert distance(Spans((Span(0, 4, "PER"),)), Spans((Span(0, 2, "PER"),))) == 0.5


def test_a_relation_that_one_lacks_sets_answers_apart():
    plain = Spans((ANN, BOB))
    related = Spans((ANN, BOB), (Relation(ANN, BOB, "knows"),))
    assert distance(plain, related) == pytest.approx(0.2)


def test_an_empty_answer_is_as_far_as_can_be_from_one_with_a_span():
    assert distance(Spans(), Spans((ANN,))) == 1


@given(answers(), answers())
def test_a_distance_is_the_same_both_ways_and_nothing_only_between_equals(first, second):
    apart = distance(first, second)
    assert apart == distance(second, first)
    assert 0 <= apart <= 1
    assert (apart == 0) == (first == second)


@given(span_sets(), span_sets())
def test_overlaps_are_those_of_every_pair(first, second):
    every = {(i, j) for i, one in enumerate(first) for j, other in enumerate(second) if one.overlaps(other)}
    assert set(overlapping(first, second)) == every
