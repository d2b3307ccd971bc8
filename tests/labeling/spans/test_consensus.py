"""The consensus of spans: cases by hand, laws, and real answers beside the majority."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.spans import Given, Span, agree_on, disjoint, majority_by_character
from tests.labeling.spans.conftest import crowds

ANN, CO = Span(0, 3, "PER"), Span(8, 11, "ORG")


def crowd(*answers, item="t"):
    return [Given(item, f"a{number}", tuple(spans)) for number, spans in enumerate(answers)]


def test_what_two_of_three_marked_stands_and_what_one_marked_does_not():
    (found,) = agree_on(crowd([ANN, CO], [ANN], [ANN]))
    assert found.spans == (ANN,)
    assert [one.span for one in found.candidates] == [ANN, CO]
    assert [one.votes for one in found.candidates] == [3, 1]
    assert found.candidates[0].confidence > 0.8
    assert found.candidates[1].confidence < 0.4


def test_where_most_marked_nothing_nothing_is_agreed_and_that_is_said_with_its_chance():
    (found,) = agree_on(crowd([], [], [], [ANN]))
    assert found.spans == ()
    assert 0.5 < found.confidence < 1


def test_ends_that_wander_give_the_span_that_most_marked_not_a_mixture():
    (found,) = agree_on(crowd([Span(0, 9, "PER")], [Span(2, 9, "PER")], [Span(2, 9, "PER")], [Span(2, 12, "PER")]))
    assert found.spans == (Span(2, 9, "PER"),)


def test_of_two_labels_on_one_place_the_more_supported_stands():
    (found,) = agree_on(crowd([ANN], [ANN], [ANN._replace(label="ORG")]))
    assert found.spans == (ANN,)


def test_both_labels_stand_where_spans_may_overlap():
    both = [ANN, ANN._replace(label="ORG")]
    (found,) = agree_on(crowd(both, both, both), may_overlap=True)
    assert found.spans == tuple(sorted(both))


def test_one_annotator_gives_no_confidence():
    (found,) = agree_on(crowd([ANN]))
    assert found.spans == (ANN,)
    assert found.confidence is None


def test_two_answers_that_exclude_each_other_equally_are_a_tie():
    (found,) = agree_on(crowd([ANN], [ANN._replace(label="ORG")]))
    assert found.is_tie


def test_an_annotator_whom_others_confirm_elsewhere_outweighs_one_whom_they_do_not():
    given = []
    for number in range(30):
        right = Span(number, number + 3, "PER")
        given += [Given(f"t{number}", who, (right,)) for who in ("good", "fair", "third")]
        given.append(Given(f"t{number}", "bad", (Span(50 + number % 7, 60, "ORG"),)))
    given += [Given("last", "good", (ANN,)), Given("last", "bad", (ANN._replace(end=4),))]
    assert agree_on(given)[-1].spans == (ANN,)


@settings(max_examples=60, deadline=None)
@given(crowds(), st.randoms())
def test_neither_the_order_nor_the_names_change_what_is_agreed(given, rng):
    plain = {found.item: found for found in agree_on(given)}
    known = sorted({one.annotator for one in given})
    names = dict(zip(known, rng.sample([f"x{number}" for number in range(len(known))], len(known)), strict=True))
    other = [Given(("new", one.item), names[one.annotator], one.spans) for one in given]
    rng.shuffle(other)
    for found in agree_on(other):
        before = plain[found.item[1]]
        assert (found.spans, found.confidence, found.candidates) == (before.spans, before.confidence, before.candidates)


@settings(max_examples=60, deadline=None)
@given(crowds())
def test_spans_agreed_on_were_marked_by_somebody_and_never_overlap(given):
    marked = {(one.item, span) for one in given for span in one.spans}
    for found in agree_on(given):
        assert {(found.item, span) for span in found.spans} <= marked
        assert disjoint(found.spans) is None
        assert all(0 <= one.confidence <= one.support <= 1 for one in found.candidates) or found.candidates == ()
        assert found.confidence is None or 0 <= found.confidence <= 1


def test_the_majority_by_character_takes_what_more_than_half_marked():
    given = crowd([Span(0, 9, "PER")], [Span(2, 9, "PER")], [Span(2, 12, "PER")], [])
    assert majority_by_character(given) == {"t": (Span(2, 9, "PER"),)}


def test_half_is_no_majority():
    assert majority_by_character(crowd([ANN], [])) == {"t": ()}


def test_on_real_answers_the_consensus_is_above_the_majority():
    bench = pytest.importorskip("tests.bench.bench_spans")
    if not Path(bench.DATA).is_dir():
        pytest.skip(f"the answers are not at {bench.DATA}")
    answers, gold, length, _ = bench.read()
    random.Random(0).shuffle(answers)
    found = agree_on(answers)
    ours, majority = (
        bench.entity_f1(spans, gold, length).f1
        for spans in ({text.item: text.spans for text in found}, majority_by_character(answers))
    )
    assert ours > 0.61
    assert ours > majority + 0.05
    assert bench.calibration(found, gold) < 0.06
