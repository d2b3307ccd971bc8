"""Ranking: an order of an item's things, its doors and its consensus."""

import pytest

from labeling.errors import Unusable
from labeling.kinds import Vote, kind

RANK = kind("ranking")
THREE = RANK.options({"fields": ["x", "y", "z"]})
TIES = RANK.options({"fields": ["list"], "count": 3, "ties": True})
BEST = RANK.options({"fields": ["list"], "top": 2})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"fields": ["a", "b"], "count": 3}, "count is 3, but 2 fields"),
        ({"fields": ["a", "b"], "top": 2}, "The best 2 of 2 are all"),
        ({"fields": ["a"], "count": 31}, "more than 30"),
        ({"fields": ["a"], "top": 2, "ties": True}, "cannot both be asked"),
        ({"fields": ["a"], "count": "3"}, "count is '3'"),
    ],
)
def test_options_that_cannot_be_used_are_refused_in_words(raw, words):
    with pytest.raises(Unusable, match=words):
        RANK.options(raw)


@pytest.mark.parametrize(
    ("answer", "options", "words"),
    [
        (["x", "y"], THREE, "'z' has no place yet"),
        (["x", "y", "y"], THREE, "'y' stands in two places"),
        (["x", ["y", "z"]], THREE, "'y' and 'z' share a place"),
        (["x", "y", "zz"], THREE, "'zz' is not among what is ranked"),
        ([1, 2], TIES, "3 has no place yet"),
        ([1], BEST, "1 things are in order, and the best 2 are asked"),
    ],
)
def test_an_order_that_is_none_says_what_is_wrong(answer, options, words):
    with pytest.raises(Unusable, match=words):
        RANK.parse(answer, options)


def test_equals_are_kept_in_the_items_own_order_and_a_group_of_one_is_the_thing():
    assert RANK.parse([[3, 1], [2]], TIES) == [[1, 3], 2]


def test_a_form_sends_a_place_for_each_thing():
    assert RANK.from_form(["y:1", "x:3", "z:2"], THREE) == ["y", "z", "x"]
    assert RANK.from_form(["2:1", "1:2", "3:2"], TIES) == [2, [1, 3]]
    assert RANK.from_form(["2:1", "", "5:2"], BEST) == [2, 5]


@pytest.mark.parametrize("cell", ["y > x > z", '["y", "x", "z"]'])
def test_a_cell_holds_an_order_as_it_is_written_or_as_json(cell):
    assert RANK.parse(RANK.from_form([cell], THREE), THREE) == ["y", "x", "z"]


def test_what_a_person_reads_is_what_a_cell_holds():
    answer = RANK.parse([2, [1, 3]], TIES)
    assert RANK.text(answer, TIES) == "2 > 1 = 3"
    assert RANK.parse(RANK.from_form([RANK.text(answer, TIES)], TIES), TIES) == answer


def test_things_are_titled_in_the_order_drawn_and_keep_their_own_name():
    item = [{"name": "q", "value": "?"}, {"name": "list", "value": ["one", "two", "three"]}]
    seen = RANK.seen(item, TIES, {"order": [3, 1, 2]})
    assert [(one["title"], one["value"], one["thing"]) for one in seen[1:]] == [
        ("A", "three", 3), ("B", "one", 1), ("C", "two", 2),
    ]  # fmt: skip
    assert RANK.text_seen([3, [1, 2]], TIES, {"order": [3, 1, 2]}) == "A > B = C"


def test_the_place_is_where_what_came_first_stood_at_the_start():
    assert RANK.place(["y", "x", "z"], THREE, {"order": ["z", "y", "x"]}) == 1
    assert RANK.place([[1, 2], 3], TIES, {"order": [1, 2, 3]}) is None


def test_the_drawn_order_holds_every_thing_once():
    assert sorted(RANK.shown(THREE, 5)["order"]) == ["x", "y", "z"]
    assert RANK.shown(THREE, 5) == RANK.shown(THREE, 5)


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"list": ["a"]}, "no list to rank"), ({"list": ["a", "b"]}, "holds 2 things, not 3"), ({}, "nothing here")],
)
def test_an_item_that_cannot_be_ranked_is_refused(fields, words):
    with pytest.raises(Unusable, match=words):
        RANK.check_item(fields, TIES)


def test_the_consensus_is_the_order_nearest_to_all_with_the_chance_of_each_step():
    said = {"ann": ["x", "y", "z"], "bob": ["x", "y", "z"], "cy": ["x", "z", "y"]}
    (found,) = RANK.consensus([Vote(1, who, order) for who, order in said.items()], THREE)
    assert found.answer == found.majority == ["x", "y", "z"]
    (_, sure), (_, less) = found.parts
    assert 0.5 < less < sure < 1
    assert 0 < found.confidence <= less
    assert found.disagreement == pytest.approx(1 / 9)
    assert not found.is_tie


def test_a_single_vote_is_the_consensus_without_a_confidence():
    (found,) = RANK.consensus([Vote(1, "ann", [2, 1])], BEST)
    assert found.answer == [2, 1]
    assert found.confidence is None


def test_of_the_best_few_the_consensus_is_the_best_few():
    votes = [Vote(1, "ann", [2, 1]), Vote(1, "bob", [2, 3]), Vote(1, "cy", [2, 1])]
    assert RANK.consensus(votes, BEST)[0].answer == [2, 1]


def test_equals_stay_equal_where_all_say_so():
    votes = [Vote(1, who, [2, [1, 3]]) for who in ("ann", "bob")]
    assert RANK.consensus(votes, TIES)[0].answer == [2, [1, 3]]
