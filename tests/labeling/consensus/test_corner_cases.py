"""The odd tables: one answer, one label, one class, nobody agreeing, twenty classes."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.answers import Answers
from labeling.consensus import consensus, methods
from labeling.errors import NotFound, UnusableAnswers

METHODS = sorted(methods())


def table(*rows, labels=None):
    return Answers.from_columns(*(list(column) for column in zip(*rows, strict=True)), labels=labels)


def sound(found):
    posterior = found.fit.posterior
    return bool(np.all(np.isfinite(posterior)) and np.allclose(posterior.sum(axis=1), 1))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "answers",
    [
        table((1, "a", "x")),
        table((1, "a", "x"), (1, "b", "x"), (2, "a", "x")),
        table((1, "a", "x"), (1, "b", "y"), (2, "a", "x"), (2, "b", "y")),
        table((1, "a", "x"), (2, "b", "y"), (3, "c", "x"), (4, "d", "y")),
        table((1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "y"), (2, "c", "x"), labels=["x", "y", "never"]),
    ],
    ids=["one answer", "one class", "all tied", "one answer an item", "a class nobody used"],
)
def test_an_odd_table_gives_a_sound_consensus(method, answers):
    assert sound(consensus(answers, method))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("skill", [(0.01, 1.0), (30.0, 2.0)], ids=["noise", "good"])
def test_twenty_classes_give_a_sound_consensus(crowd, method, skill):
    assert sound(consensus(crowd(80, 20, 20, 4, skill=skill).answers, method, max_iterations=20))


@pytest.mark.parametrize("method", METHODS)
def test_a_class_nobody_used_is_not_chosen(crowd, method):
    known = crowd(60, 6, 3, 4)
    wider = Answers(
        known.answers.items,
        known.answers.annotators,
        (0, 1, 2, 3),
        known.answers.item,
        known.answers.annotator,
        known.answers.label,
    )
    found = consensus(wider, method)
    assert not np.any(found.label == 3)
    assert found.posterior[:, 3].max() < 0.05


@pytest.mark.parametrize("method", METHODS)
def test_what_all_agree_on_is_the_consensus(method):
    rows = [(item, who, "yes" if item % 3 else "no") for item in range(30) for who in "abcd"]
    found = consensus(table(*rows), method)
    assert [found.answers.labels[k] for k in found.label] == ["yes" if item % 3 else "no" for item in range(30)]
    assert found.confidence.min() > 0.85


@pytest.mark.parametrize("method", METHODS)
def test_an_item_without_answers_gets_the_spread_of_all_and_not_a_crash(crowd, method):
    full = crowd(40, 6, 2, 4).answers
    found = consensus(full.take(full.item != 3), method)
    assert sound(found)
    assert found.votes[3] == 0


def test_of_two_answers_of_one_annotator_to_one_item_the_latest_counts():
    rows = [(1, "a", "x"), (1, "b", "y"), (1, "c", "y"), (1, "c", "x")]
    found = consensus(table(*rows), "majority")
    assert (found.votes.tolist(), found.answers.labels[found.label[0]]) == ([3], "x")


def test_an_annotator_with_one_answer_is_drawn_to_what_annotators_do(crowd):
    known = crowd(200, 10, 2, 5)
    rows = list(
        zip(known.answers.item.tolist(), known.answers.annotator.tolist(), known.answers.label.tolist(), strict=True)
    )
    found = consensus(table(*rows, (0, 99, int(1 - known.truth[0]))), "hierarchical")
    newcomer = found.answers.annotators.tolist().index(99)
    assert np.diag(found.confusion(newcomer)).mean() > 0.5


def test_a_method_that_does_not_exist_is_named_with_the_nearest():
    with pytest.raises(NotFound, match="Did you mean 'dawid_skene'"):
        consensus(table((1, "a", "x")), "dawid_skeen")


@pytest.mark.parametrize(
    ("setting", "value"), [("max_iterations", 0), ("tolerance", -1.0), ("tolerance", float("nan"))]
)
def test_a_setting_that_makes_no_sense_is_refused(setting, value):
    with pytest.raises(UnusableAnswers, match=setting):
        consensus(table((1, "a", "x")), "dawid_skene", **{setting: value})


def test_answers_of_which_none_are_left_are_refused(crowd):
    answers = crowd(10, 3, 2, 2).answers
    with pytest.raises(UnusableAnswers, match="no answers to aggregate"):
        consensus(answers.take(answers.item < 0))
