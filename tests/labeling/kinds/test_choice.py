"""Single choice: what a label set may be, and how a wrong answer is answered."""

import pytest

from labeling.errors import Unusable
from labeling.kinds import kind

CHOICE = kind("choice")


def refusal(labels) -> str:
    with pytest.raises(Unusable) as refused:
        CHOICE.options({"labels": labels})
    return str(refused.value)


def test_a_label_set_with_a_repeat_names_both_places():
    assert refusal(["yes", "no", "yes"]) == "Label 3 ('yes') repeats label 1. Give every label a name of its own."


def test_labels_that_differ_only_in_case_are_repeats():
    assert "repeats label 1" in refusal(["Straße", "STRASSE"])


def test_labels_that_differ_only_in_spaces_around_are_repeats():
    assert "repeats label 1" in refusal(["yes", " yes "])


@pytest.mark.parametrize("labels", [[], ["only"], None, "yes,no", {"yes": 1}])
def test_fewer_than_two_labels_are_too_few(labels):
    assert "at least two labels" in refusal(labels)


@pytest.mark.parametrize("label", ["", "  ", None, 7, {"description": "no name"}, {"name": 7}])
def test_a_label_without_a_name_is_named_by_its_place(label):
    assert refusal(["yes", label]).startswith("Label 2 has no name")


def test_an_unknown_field_of_a_label_is_named():
    assert "unknown field 'desc'" in refusal(["yes", {"name": "no", "desc": "x"}])


def test_a_field_that_is_no_text_is_refused():
    assert "not text" in refusal(["yes", {"name": "no", "description": 7}])


def test_a_control_character_in_a_label_is_refused():
    assert "control character" in refusal(["yes", "n\no"])


def test_too_many_labels_are_refused():
    assert "more than 500" in refusal([str(number) for number in range(501)])


def test_an_unknown_label_names_the_nearest():
    options = CHOICE.options({"labels": ["refund", "delivery"]})
    with pytest.raises(Unusable, match="There is no label 'refunds'. Did you mean 'refund'"):
        CHOICE.parse("refunds", options)


def test_a_label_is_stored_as_it_was_written():
    assert [c.value for c in CHOICE.categories(CHOICE.options({"labels": ["pOSitive", "😀"]}))] == ["pOSitive", "😀"]


def test_the_place_is_that_in_the_order_drawn_for_the_answer():
    options = CHOICE.options({"labels": ["a", "b", "c"], "shuffle": "assignment"})
    assert CHOICE.place("a", options, {"order": ["c", "a", "b"]}) == 1


def test_an_order_of_the_annotators_own_tells_nothing_of_places():
    options = CHOICE.options({"labels": ["a", "b", "c"], "shuffle": "annotator"})
    assert CHOICE.place("a", options, CHOICE.shown(options, 5)) is None


def test_more_labels_than_anybody_finds_by_place_are_not_shuffled():
    with pytest.raises(Unusable, match="61 labels are too many to shuffle"):
        CHOICE.options({"labels": [str(n) for n in range(61)], "shuffle": "annotator"})
