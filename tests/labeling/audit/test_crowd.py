"""What the model says of annotators, and the spammer score of the paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.audit import audit, spammer_score


@given(sensitivity=st.floats(0, 1), specificity=st.floats(0, 1))
def test_of_two_classes_the_score_is_sensitivity_plus_specificity_less_one_squared(sensitivity, specificity):
    """Raykar & Yu (2012), JMLR 13, section 3.1; signed here."""
    table = np.array([[specificity, 1 - specificity], [1 - sensitivity, sensitivity]])
    beyond = sensitivity + specificity - 1
    assert spammer_score(table) == pytest.approx(np.sign(beyond) * beyond**2, abs=1e-12)


def test_one_who_always_says_the_same_scores_nought_and_a_perfect_one_scores_one():
    always = np.tile([0.0, 1.0, 0.0], (3, 1))
    assert spammer_score(np.stack([always, np.full((3, 3), 1 / 3), np.eye(3)])) == pytest.approx([0, 0, 1])


def test_the_score_is_the_mean_squared_distance_of_rows_for_many_classes():
    rng = np.random.default_rng(0)
    table = rng.dirichlet(np.ones(5), 5) + np.eye(5)
    table /= table.sum(axis=1, keepdims=True)
    pairs = [((table[a] - table[b]) ** 2).sum() for a in range(5) for b in range(a)]
    assert spammer_score(table) == pytest.approx(sum(pairs) / 20)


def test_one_who_swaps_the_labels_is_told_by_the_sign(team):
    answers, _ = team({"ann": 0.95, "bob": 0.95, "cyd": 0.95, "fay": 0.9, "dan": 0.05, "eve": 0.5}, items=300)
    scores = {one.annotator: one.spammer for one in audit(answers)}
    assert scores["ann"] > 0.6
    assert scores["dan"] < -0.6
    assert abs(scores["eve"]) < 0.05


def test_expected_accuracy_comes_near_the_true_one_without_any_gold(team):
    skills = {"ann": 0.95, "bob": 0.85, "cyd": 0.75, "dan": 0.9, "eve": 0.6}
    answers, _ = team(skills, items=600, classes=3)
    for one in audit(answers):
        assert abs(one.skill - skills[one.annotator]) < 0.06
        assert one.skill_low <= one.skill <= one.skill_high
        assert 0 <= one.standing <= 1


def test_where_nothing_overlaps_no_accuracy_is_made_up_and_a_note_says_why():
    found = audit({"item": [1, 2, 3], "annotator": ["ann", "bob", "ann"], "label": ["x", "y", "y"]})
    assert (found[0].skill, found[0].standing, found[0].spammer) == (None, None, None)
    assert "no item has two answers" in found.notes[0]
