"""Spans as a kind: what options may be, what an item refuses, gold with a tolerance, and verdicts."""

import pytest

from labeling.errors import Unusable
from labeling.kinds import Vote, kind
from labeling.spans import Relation, Span, Spans

SPANS = kind("spans")
OPTIONS = SPANS.options(
    {"labels": ["person", "firm"], "relations": [{"name": "works for", "from": ["person"], "to": ["firm"]}]}
)
TEXT = "👩‍🚀 Ann of Acme  "
ANN, ACME = Span(4, 7, "person"), Span(11, 15, "firm")


def refusal(call, *given):
    with pytest.raises(Unusable) as refused:
        call(*given)
    return str(refused.value)


def test_one_label_is_enough():
    assert SPANS.options({"labels": ["name"]})["labels"][0]["name"] == "name"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"labels": []}, "A project of spans needs at least one label"),
        ({"labels": ["a"], "overlap": True}, "Spans have no option 'overlap'"),
        ({"labels": ["a"], "field": " "}, "The field with the text has no name"),
        ({"labels": ["a"], "may_overlap": "yes"}, "may_overlap='yes' is no truth value"),
        ({"labels": ["a"], "snap": "line"}, "snap='line' is no way to select"),
        ({"labels": ["a"], "right_at": 0}, "right_at=0 is no F1"),
        ({"labels": ["a"], "relations": "knows"}, "The relations are no list"),
        ({"labels": ["a"], "relations": ["knows", "Knows"]}, "Relation 2 ('Knows') repeats another"),
        (
            {"labels": ["a"], "relations": [{"name": "x", "from": ["b"]}]},
            "The relation 'x' names a label 'b' that there is not",
        ),
        ({"labels": ["a"], "relations": [{"name": "x", "of": []}]}, "Relation 1 has an unknown field 'of'"),
    ],
)
def test_options_that_cannot_be_are_refused_by_name(raw, words):
    assert words in refusal(SPANS.options, raw)


def test_offsets_are_those_of_pythons_slices():
    assert TEXT[ANN.start : ANN.end] == "Ann"
    SPANS.fits(Spans((ANN, ACME)), {"text": TEXT}, OPTIONS)


@pytest.mark.parametrize(
    ("span", "fields", "words"),
    [
        (
            Span(11, 18, "firm"),
            {"text": TEXT},
            "The span 'firm' at 11–18 ends beyond the text, which has 17 characters",
        ),
        (Span(15, 17, "firm"), {"text": TEXT}, "The span 'firm' at 15–17 holds white space only"),
        (ANN, {"test": TEXT}, "The item has no text in its field 'text'. Did you mean 'test'?"),
        (ANN, {"text": 7}, "The item has no text in its field 'text'"),
    ],
)
def test_a_span_that_the_text_has_not_is_refused(span, fields, words):
    assert words in refusal(SPANS.fits, Spans((span,)), fields, OPTIONS)


def test_what_an_unknown_label_may_have_meant_is_said():
    assert "Span 1: There is no label 'persn'. Did you mean 'person'?" in refusal(
        SPANS.parse, [[0, 1, "persn"]], OPTIONS
    )


def test_a_relation_that_goes_the_wrong_way_says_which_way_it_goes():
    raw = {"spans": [[4, 7, "person"], [11, 15, "firm"]], "relations": [{"from": 1, "to": 0, "label": "works for"}]}
    assert (
        refusal(SPANS.parse, raw, OPTIONS) == "The relation 'works for' does not go from 'firm'. It goes from: person."
    )


def test_relations_follow_their_spans_into_reading_order():
    raw = {"spans": [[11, 15, "firm"], [4, 7, "person"]], "relations": [{"from": 1, "to": 0, "label": "works for"}]}
    assert SPANS.parse(raw, OPTIONS) == Spans((ANN, ACME), (Relation(ANN, ACME, "works for"),))
    assert SPANS.dump(SPANS.parse(raw, OPTIONS))["relations"] == [{"from": 0, "to": 1, "label": "works for"}]


@pytest.mark.parametrize(("right_at", "right"), [(1.0, False), (0.8, False), (2 / 3, True)])
def test_gold_is_met_from_the_f1_that_the_project_asks_for(right_at, right):
    options = SPANS.options({"labels": ["person", "firm"], "right_at": right_at})
    assert SPANS.is_right(Spans((ANN, ACME)), Spans((ANN, ACME)), options)
    assert SPANS.is_right(Spans((ANN,)), Spans((ANN, ACME)), options) is right


def test_saying_that_there_is_no_span_is_right_only_where_there_is_none():
    assert SPANS.is_right(Spans(), Spans(), OPTIONS)
    assert not SPANS.is_right(Spans(), Spans((ANN,)), OPTIONS)


def test_a_verdict_has_the_spans_and_relations_that_most_gave_with_a_confidence_for_each_span():
    whole = Spans((ANN, ACME), (Relation(ANN, ACME, "works for"),))
    moved = ACME._replace(end=16)
    other = Spans((ANN, moved), (Relation(ANN, moved, "works for"),))
    votes = [Vote("i", who, answer) for who, answer in zip("abc", (whole, whole, other), strict=True)]
    (verdict,) = SPANS.consensus(votes, OPTIONS)
    assert verdict.answer == whole
    assert verdict.majority.spans == (ANN, ACME)
    assert verdict.votes == 3
    sure = {(piece["start"], piece["end"]): confidence for piece, confidence in verdict.parts}
    assert sure[4, 7] > sure[11, 15] > sure[11, 16]


def test_an_answer_is_told_in_the_words_of_the_text():
    answer = Spans((ANN, ACME), (Relation(ANN, ACME, "works for"),))
    assert SPANS.told(answer, {"text": TEXT}, OPTIONS) == "“Ann” person · “Acme” firm · “Ann” works for → “Acme”"
    assert SPANS.text(answer, OPTIONS) == "person 4–7, firm 11–15; 1 relation"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": ["person"], "relations": []}, "the label 'firm' cannot be taken away"),
        ({"relations": []}, "the relation 'works for' cannot be taken away"),
        ({"field": "body"}, "the spans lie in the field 'text'"),
        ({"relations": [{"name": "works for", "from": ["firm"]}]}, "can only be given more ends"),
        ({"may_overlap": True, "snap": "character", "right_at": 0.5}, ""),
        ({"labels": ["person", "firm", "place"], "relations": ["works for", "met"]}, ""),
    ],
)
def test_options_may_only_be_widened_once_there_are_answers(change, words):
    found = SPANS.unsafe(OPTIONS, SPANS.options({**OPTIONS, **change}))
    assert (words in found) if words else found == ""


def test_a_label_with_an_arrow_or_a_comma_survives_the_form_of_settings():
    options = SPANS.options(
        {"labels": ["a, b", "x → y"], "relations": [{"name": "is", "from": ["a, b"], "to": ["x → y"]}]}
    )
    assert SPANS.options(SPANS.from_settings(SPANS.settings(options))) == options
