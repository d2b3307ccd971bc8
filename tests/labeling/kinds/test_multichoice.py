"""Several labels: what an answer may be, how far two are apart, and what they come to together."""

import pytest

from labeling.agreement import krippendorff_alpha
from labeling.errors import Unusable
from labeling.kinds import Vote, kind
from labeling.kinds.multichoice import masi_distance

MANY = kind("multichoice")
OPTIONS = MANY.options({"labels": ["a", "b", "c", "d"], "none": True})


def votes(*answers, item="i"):
    return [Vote(item, f"w{place}", tuple(answer)) for place, answer in enumerate(answers)]


def test_masi_is_that_of_nltk_to_its_rounding():
    # NLTK 3 writes 2/3 as .67 and 1/3 as .33; its documented example is .665.
    assert masi_distance({1, 2}, {1, 2, 3, 4}) == pytest.approx(0.665, abs=0.002)
    assert masi_distance({"fever"}, {"fever", "cough"}) == pytest.approx(1 - 0.67 / 2, abs=0.002)
    assert masi_distance({1, 2}, {2, 3}) == pytest.approx(1 - 0.33 / 3, abs=0.002)
    assert masi_distance({1}, {2}) == 1
    assert masi_distance(set(), {2}) == 1
    assert masi_distance(set(), set()) == masi_distance({2, 1}, {1, 2}) == 0


def test_passonneaus_monotonicity_goes_by_inclusion_and_jaccard_by_size():
    assert masi_distance("ab", "abc") == pytest.approx(1 - 2 / 3 * 2 / 3)
    assert masi_distance("ab", "bc") == pytest.approx(1 - 1 / 3 * 1 / 3)


def test_alpha_by_masi_is_krippendorffs_formula_over_all_pairs():
    answers = {"item": [1, 1, 2, 2], "annotator": ["x", "y"] * 2, "label": [["a"], ["a", "b"], ["c"], ["c"]]}
    observed = (masi_distance("a", "ab") + 0) / 2
    pairs = [
        masi_distance(p, q) for p, q in (("a", "ab"), ("a", "c"), ("a", "c"), ("ab", "c"), ("ab", "c"), ("c", "c"))
    ]
    found = krippendorff_alpha(answers, distance=MANY.metric(OPTIONS))
    assert found.value == pytest.approx(1 - observed / (sum(pairs) / 6))


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("a", ("a",)), ("b;a", ("a", "b")), (" c ; b ", ("b", "c")), ('["b", "d"]', ("b", "d")), ("[]", ())],
)
def test_a_cell_of_a_table_is_one_label_several_with_semicolons_or_a_json_list(cell, answer):
    assert MANY.parse(MANY.from_form([cell], OPTIONS), OPTIONS) == answer


def test_a_label_with_a_semicolon_in_its_name_is_read_as_itself():
    options = MANY.options({"labels": ["a;b", "a"]})
    assert MANY.parse(MANY.from_form(["a;b"], options), options) == ("a;b",)


def test_none_of_these_beside_a_label_is_refused():
    with pytest.raises(Unusable):
        MANY.parse(MANY.from_form(["a", "[]"], OPTIONS), OPTIONS)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"least": 2, "most": 2}, "Choose 2 labels."),
        ({"least": 2, "most": 3}, "Choose 2 to 3 labels."),
        ({"least": 2, "none": True}, "Choose at least 2 labels, or none of these."),
    ],
)
def test_a_wrong_number_of_labels_says_how_many_are_wanted(rule, words):
    options = MANY.options({"labels": ["a", "b", "c", "d"], **rule})
    with pytest.raises(Unusable, match="1 label was chosen") as refused:
        MANY.parse(["a"], options)
    assert refused.value.cure == words


@pytest.mark.parametrize("rule", [{"least": 0}, {"least": 3, "most": 2}, {"least": 5}, {"none": 1}, {"most": 1.5}])
def test_a_rule_that_cannot_be_kept_is_refused(rule):
    with pytest.raises(Unusable):
        MANY.options({"labels": ["a", "b", "c", "d"], **rule})


def test_each_label_is_settled_by_itself_and_unsure_where_one_is_divided():
    truth = [["a"], ["a", "b"], ["c"]]
    crowd = [
        vote
        for place in range(30)
        for vote in votes(truth[place % 3], truth[place % 3], truth[(place + (place % 5 == 0)) % 3], item=place)
    ]
    found = MANY.consensus(crowd, OPTIONS)
    assert [one.answer for one in found] == [tuple(truth[place % 3]) for place in range(30)]
    assert all(0.5 < one.confidence <= 1 for one in found)
    assert found[1].confidence > found[0].confidence, "the first is divided"
    assert found[0].disagreement > found[1].disagreement == 0
    assert dict(found[0].parts)["b"] < 0.5 < dict(found[0].parts)["a"]


def test_a_label_on_which_nobody_agrees_more_than_by_chance_gives_no_confidence():
    crowd = [vote for place in range(20) for vote in votes(["a"], ["a", "b"], ["a", "b"], item=place)]
    found = MANY.consensus(crowd, OPTIONS)
    assert {one.answer for one in found} == {("a", "b")}
    assert {one.confidence for one in found} == {None}


def test_a_consensus_keeps_to_the_number_of_labels_that_is_allowed():
    options = MANY.options({"labels": ["a", "b", "c", "d"], "least": 2, "most": 2})
    (one,) = MANY.consensus(votes(["a", "b"], ["a", "c"], ["a", "d"]), options)
    assert one.answer == ("a", "b")
    assert len(one.answer) == 2


def test_none_of_these_wins_where_most_say_so():
    crowd = [vote for place in range(10) for vote in votes([], [], ["b"] if place else [], item=place)]
    assert {one.answer for one in MANY.consensus(crowd, OPTIONS)} == {()}


def test_the_order_and_the_names_of_votes_change_nothing():
    crowd = [vote for place in range(12) for vote in votes(["a"], ["a", "b"], ["c"], item=place)]
    renamed = [Vote(f"n{vote.item}", f"x{vote.annotator}", vote.answer) for vote in crowd]
    there = [(one.answer, one.confidence) for one in MANY.consensus(crowd, OPTIONS)]
    assert [(one.answer, one.confidence) for one in MANY.consensus(renamed, OPTIONS)] == there
    back = {one.item: one.answer for one in MANY.consensus(crowd[::-1], OPTIONS)}
    assert back == {one.item: one.answer for one in MANY.consensus(crowd, OPTIONS)}


def test_a_change_that_old_answers_would_not_stand_is_named():
    def unsafe(**after):
        return MANY.unsafe(OPTIONS, MANY.options({"labels": ["a", "b", "c", "d"], "none": True} | after))

    assert unsafe() == unsafe(labels=["a", "b", "c", "d", "e"]) == ""
    assert "'d' cannot be taken away" in unsafe(labels=["a", "b", "c"])
    assert "widened" in unsafe(most=2)
    assert "none of these" in unsafe(none=False)


def test_each_label_is_a_part_with_a_yes_or_a_no():
    parts = MANY.parts(OPTIONS)
    assert [part.name for part in parts] == ["a", "b", "c", "d"]
    assert [part.read(("a", "c")) for part in parts] == ["yes", "no", "yes", "no"]
