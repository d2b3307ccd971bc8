"""What is said of an annotator, and when nothing is said yet."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.audit import _median_without, audit, below_threshold, wilson
from labeling.errors import Unusable, UnusableAnswers


def team(skills, *, items=120, classes=2, seed=0):
    """Everyone answers every item; the truth, and how skilled each is, is known."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, items)
    said = [np.where(rng.random(items) < skill, truth, (truth + 1) % classes) for skill in skills.values()]
    answers = {
        "item": np.tile(np.arange(items), len(skills)),
        "annotator": np.repeat(list(skills), items),
        "label": np.concatenate(said),
    }
    return answers, dict(enumerate(truth.tolist()))


def standing(found, name):
    return next(one for one in found if one.annotator == name)


@pytest.mark.parametrize(
    ("correct", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_newcombes_table_of_1998(correct, n, low, high):
    assert wilson(correct, n) == pytest.approx((low, high), abs=5e-5)


def test_wilsons_interval_of_nothing_is_everything():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("correct", "n"), [(3, 2), (-1, 2)])
def test_more_right_than_seen_is_refused(correct, n):
    with pytest.raises(Unusable):
        wilson(correct, n)


def test_the_probability_of_being_below_grows_as_answers_go_wrong():
    chances = [below_threshold(correct, 20, 0.7) for correct in range(21)]
    assert chances == sorted(chances, reverse=True)
    assert (chances[0] > 0.999, chances[20] < 0.001) == (True, True)


def test_accuracy_on_gold_counts_gold_answers_only():
    answers, truth = team({"ann": 1.0, "bob": 1.0})
    found = standing(audit(answers, gold={k: truth[k] for k in range(30)}), "ann")
    assert (found.answers, found.gold_seen, found.gold_right, found.accuracy) == (120, 30, 30, 1.0)
    assert (found.accuracy_low, found.accuracy_high) == pytest.approx(wilson(30, 30))


def test_confusion_has_the_truth_in_rows_and_what_was_said_in_columns():
    answers = {"item": [1, 2, 3], "annotator": ["ann"] * 3, "label": ["x", "y", "y"]}
    found = audit(answers, gold={1: "x", 2: "x", 3: "z"})[0]
    assert (found.labels, found.confusion) == (("x", "y", "z"), ((1, 1, 0), (0, 0, 0), (0, 1, 0)))


def test_agreement_is_with_the_majority_of_the_others_and_a_tie_counts_in_part():
    """ann's own vote would make her the majority; without it bob and cyd tie."""
    answers = {"item": [1, 1, 1], "annotator": ["ann", "bob", "cyd"], "label": ["x", "x", "y"]}
    found = {one.annotator: one.agreement for one in audit(answers)}
    assert found == {"ann": 0.5, "bob": 0.5, "cyd": 0.0}


def test_agreement_rests_on_other_answers_than_gold_does_where_these_are_enough():
    """dan is wrong on gold only; were gold compared too, one fault would give two signals."""
    answers, truth = team({"ann": 1.0, "bob": 1.0, "cyd": 1.0, "dan": 1.0}, items=60)
    is_fault = (answers["annotator"] == "dan") & (answers["item"] < 20)
    answers["label"] = np.where(is_fault, 1 - answers["label"], answers["label"])
    found = standing(audit(answers, gold={k: truth[k] for k in range(20)}), "dan")
    assert (found.accuracy, found.compared, found.agreement, found.word) == (0.0, 40, 1.0, "fine")


def test_an_annotator_alone_on_every_item_has_no_agreement():
    found = audit({"item": [1, 2], "annotator": ["ann", "bob"], "label": ["x", "y"]})[0]
    assert (found.compared, found.agreement, found.agreement_low) == (0, None, None)


def test_under_ten_gold_answers_nothing_is_known_whatever_the_rest_says():
    answers, truth = team({"ann": 0.9, "bob": 0.9, "cyd": 0.9, "dan": 0.2})
    seconds = {"ann": [30.0] * 20, "bob": [30.0] * 20, "cyd": [30.0] * 20, "dan": [1.0] * 20}
    found = standing(audit(answers, gold={k: truth[k] for k in range(9)}, seconds=seconds), "dan")
    assert (found.gold_seen, found.word) == (9, "not known yet")
    assert len(found.signals) == 2


def test_two_signals_say_look_and_the_careful_are_fine():
    answers, truth = team({"ann": 0.9, "bob": 0.9, "cyd": 0.9, "dan": 0.4})
    words = {one.annotator: one.word for one in audit(answers, gold={k: truth[k] for k in range(30)})}
    assert words == {"ann": "fine", "bob": "fine", "cyd": "fine", "dan": "look"}


def test_one_signal_alone_never_says_look():
    answers, truth = team({"ann": 0.95, "bob": 0.95, "cyd": 0.95})
    wrong_gold = {k: 1 - truth[k] for k in range(30)}
    for one in audit(answers, gold=wrong_gold):
        assert (len(one.signals), one.word) == (1, "fine")


def test_pace_is_a_signal_only_against_the_others():
    answers, truth = team({"ann": 0.9, "bob": 0.9, "cyd": 0.9})
    seconds = {"ann": [30.0] * 20, "bob": [25.0] * 20, "cyd": [2.0] * 20}
    found = audit(answers, gold={k: truth[k] for k in range(30)}, seconds=seconds)
    assert standing(found, "cyd").signals == ("pace: 2.0 s an answer where the others take 27.5 s",)
    assert standing(found, "ann").signals == ()


def test_seconds_come_from_a_column_where_the_table_has_one():
    answers = {"item": [1, 2, 3], "annotator": ["ann"] * 3, "label": ["x", None, "y"], "seconds": [4.0, 100.0, 6.0]}
    assert audit(answers)[0].median_seconds == 5.0


def test_skips_are_passed_through_and_stand_as_json():
    found = audit({"item": [1], "annotator": ["ann"], "label": ["x"]}, skips={"ann": 3})[0]
    assert json.loads(json.dumps(found.as_json()))["skips"] == 3


def test_gold_that_nobody_saw_leaves_accuracy_unknown():
    found = audit({"item": [1], "annotator": ["ann"], "label": ["x"]}, gold={99: "x"})[0]
    assert (found.gold_seen, found.accuracy, found.below, found.word) == (0, None, None, "not known yet")


def test_a_gold_label_that_is_no_label_is_refused_with_the_nearest():
    with pytest.raises(UnusableAnswers, match=r"Gold label 'spma' is not one of the labels\. Did you mean 'spam'\?"):
        audit({"item": [1], "annotator": ["ann"], "label": ["spam"]}, gold={1: "spma"}, labels=["spam", "ham"])


@pytest.mark.parametrize("threshold", [0, 1, 70])
def test_a_threshold_that_is_no_accuracy_is_refused(threshold):
    with pytest.raises(Unusable, match="is no accuracy"):
        audit({"item": [1], "annotator": ["ann"], "label": ["x"]}, threshold=threshold)


def test_a_team_of_equals_is_hardly_ever_told_to_look():
    """Eight equals, forty times: no word "look" on luck alone."""
    skills = dict.fromkeys("abcdefgh", 0.75)
    words = []
    for seed in range(40):
        answers, truth = team(skills, items=60, seed=seed)
        words += [one.word for one in audit(answers, gold={k: truth[k] for k in range(20)})]
    assert words.count("look") <= 1


@given(seconds=st.lists(st.integers(1, 20), min_size=2, max_size=9))
def test_the_pace_of_the_others_is_their_median_without_ones_own(seconds):
    for k, own in enumerate(seconds):
        others = seconds[:k] + seconds[k + 1 :]
        assert _median_without(sorted(seconds), own) == np.median(others)
