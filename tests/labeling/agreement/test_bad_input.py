"""What cannot be used is refused in words that say how to mend it."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.agreement import (
    Counts,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac2,
    krippendorff_alpha,
    pairs,
    per_label,
)
from labeling.errors import AssayError, NotFound, Unusable, UnusableAnswers

GOOD = {"item": [1, 1, 2, 2], "annotator": ["ann", "bob"] * 2, "label": ["x", "x", "y", "x"]}


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"level": "nominla"}, "There is no level 'nominla'. Did you mean 'nominal'?"),
        ({"level": "interval"}, "'x' is no number, and level='interval' needs numbers"),
        ({"resamples": 5}, "resamples=5 gives no interval"),
        ({"confidence": 95}, "confidence=95 is no confidence"),
        ({"over": "items"}, "over='items' is not known"),
        ({"interval": "wald"}, "interval='wald' is not known"),
        ({"interval": "closed form", "over": "annotators"}, "The closed form is over units"),
        ({"distance": lambda first, second: -1.0 * (first != second)}, "The distance between 'x' and 'y' is -1.0"),
        ({"labels": ["x"]}, "Row 3, column 'label': 'y' is not one of the labels 'x'"),
    ],
)
def test_a_keyword_that_cannot_be_used_is_named(keywords, words):
    with pytest.raises(Unusable) as error:
        krippendorff_alpha(GOOD, **keywords)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ("quadradic", "Did you mean 'quadratic'?"),
        (np.ones((3, 3)), "no symmetric matrix of 2 × 2"),
        ([[1, 0], [1, 1]], "symmetric"),
    ],
)
def test_weights_that_cannot_be_used_are_named(weights, words):
    with pytest.raises(Unusable, match=None) as error:
        gwet_ac2(GOOD, weights=weights)
    assert words in str(error.value)


def test_a_coefficient_of_two_names_what_to_use_for_three():
    three = {"item": [1, 1, 1], "annotator": ["a", "b", "c"], "label": ["x", "x", "y"]}
    with pytest.raises(UnusableAnswers, match=r"There are 3 annotators.*use conger_kappa"):
        cohen_kappa(three)


def test_an_annotator_who_is_not_there_is_named_with_the_nearest():
    with pytest.raises(NotFound, match=r"There is no annotator 'bop'\. Did you mean 'bob'\?"):
        cohen_kappa(GOOD, annotators=("ann", "bop"))


def test_counts_cannot_say_who_answered():
    for coefficient in (conger_kappa, cohen_kappa, pairs):
        with pytest.raises(Unusable, match="Counts do not say who answered"):
            coefficient(Counts([[1, 1]]))
    with pytest.raises(Unusable, match="Counts do not say who answered"):
        krippendorff_alpha(Counts([[2, 1], [1, 2]]), over="annotators")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([1, 2], "no counts of items × classes"),
        ([[1, -1]], "A count is negative"),
        ([[0.5, 1]], "not whole numbers"),
        (np.empty((0, 2)), "no counts of items × classes"),
    ],
)
def test_counts_that_are_none_are_refused(table, words):
    with pytest.raises(UnusableAnswers, match=None) as error:
        Counts(table)
    assert words in str(error.value)


def test_a_coefficient_by_a_wrong_name_is_told_the_nearest():
    with pytest.raises(NotFound, match="Did you mean 'krippendorff_alpha'"):
        per_label(GOOD, coefficient="krippendorf_alpha")


def test_too_many_labels_for_a_kappa_are_refused_with_a_way_out():
    many = {"item": list(range(200)) * 2, "annotator": [1] * 200 + [2] * 200, "label": list(range(200)) * 2}
    with pytest.raises(UnusableAnswers, match="200 different labels are too many for Fleiss' kappa"):
        fleiss_kappa(many)


def test_every_refusal_is_one_error_that_a_caller_can_catch():
    with pytest.raises(AssayError):
        krippendorff_alpha({"item": [], "annotator": [], "label": []})
