"""Comparison of two: whatever side stood first, an answer is in the item's own order."""

import pytest

from labeling.errors import Unusable
from labeling.kinds import kind

PAIR = kind("pairwise")
PLAIN = PAIR.options({"fields": ["x", "y"], "things": ["mx", "my"]})
GRADED = PAIR.options({"fields": ["pair"], "strengths": ["slightly", "much"], "tie": False})
ITEM = [
    {"name": "mx", "value": "m1"},
    {"name": "x", "value": "X"},
    {"name": "p", "value": "?"},
    {"name": "y", "value": "Y"},
]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"fields": ["a", "b", "c"]}, "3 fields are more than two"),
        ({"fields": ["a", "a"]}, "'a' twice"),
        ({"fields": []}, "No field is named"),
        ({"fields": ["a", "b"], "tie": "yes"}, "tie is 'yes'"),
        ({"fields": ["a", "b"], "strengths": ["much"]}, "1 strengths cannot be used"),
        ({"fields": ["a", "b"], "sides": 2}, "no option 'sides'"),
    ],
)
def test_options_that_cannot_be_used_are_refused_in_words(raw, words):
    with pytest.raises(Unusable, match=words):
        PAIR.options(raw)


def test_the_answers_go_from_a_much_to_b_much():
    assert [one.value for one in PAIR.categories(GRADED)] == ["a2", "a1", "b1", "b2"]
    assert [one.text for one in PAIR.categories(PLAIN)] == ["A", "Tie", "B"]
    assert [PAIR.step(answer) for answer in ("a2", "a", "tie", "b1")] == [2, 1, 0, -1]


def test_the_sides_are_swapped_for_about_half_and_only_where_they_are_shuffled():
    swapped = [PAIR.shown(PLAIN, seed)["swapped"] for seed in range(100)]
    assert 0 < sum(swapped) < 100
    assert PAIR.shown(PAIR.options({"fields": ["x", "y"], "shuffle": False}), 1) is None


def test_the_place_of_a_choice_is_where_it_stood_and_a_tie_has_none():
    assert [PAIR.place("a", PLAIN, {"swapped": swapped}) for swapped in (False, True)] == [0, 1]
    assert [PAIR.place("b", PLAIN, {"swapped": swapped}) for swapped in (False, True)] == [1, 0]
    assert PAIR.place("tie", PLAIN, {"swapped": True}) is None
    assert PAIR.place("a", PLAIN, None) is None


@pytest.mark.parametrize(("swapped", "wanted"), [(False, ["X", "Y"]), (True, ["Y", "X"])])
def test_an_annotator_sees_two_sides_by_number_and_never_what_names_them(swapped, wanted):
    seen = PAIR.seen(ITEM, PLAIN, {"swapped": swapped})
    assert [(one["title"], one["value"]) for one in seen if "title" in one] == [("1", wanted[0]), ("2", wanted[1])]
    assert [one["name"] for one in seen if "title" not in one] == ["p"]
    assert PAIR.text_seen("a", PLAIN, {"swapped": swapped}) == ("2" if swapped else "1")


def test_a_list_of_two_is_parted_also_where_a_cell_holds_it_as_json():
    for value in (["X", "Y"], '["X", "Y"]'):
        seen = PAIR.seen([{"name": "pair", "value": value}], GRADED, {"swapped": False})
        assert [one["value"] for one in seen] == ["X", "Y"]


@pytest.mark.parametrize("fields", [{"x": "X"}, {"x": "X", "y": ""}, {"x": "X", "y": "Y", "mx": "m"}])
def test_an_item_without_both_things_is_refused(fields):
    with pytest.raises(Unusable):
        PAIR.check_item(fields, PLAIN)


def test_which_fields_are_compared_cannot_change_but_what_names_them_can():
    other = PAIR.options({"fields": ["y", "x"]})
    assert "cannot be changed" in PAIR.unsafe(PLAIN, other)
    assert PAIR.unsafe(PLAIN, PAIR.options({"fields": ["x", "y"], "things": []})) == ""
    assert "'tie' cannot be taken away" in PAIR.unsafe(PLAIN, PAIR.options({"fields": ["x", "y"], "tie": False}))
