"""A consensus starts where the last one ended."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.answers import Answers
from labeling.consensus import Warm, consensus, methods
from labeling.errors import UnusableAnswers

ITERATIVE = [name for name, method in methods().items() if method.max_iterations > 0]


@pytest.mark.parametrize("method", ITERATIVE)
def test_a_warm_start_ends_where_a_cold_one_does(crowd, method):
    known = crowd(400, 15, 3, 5, seed=6)
    early = known.answers.take(np.arange(1900))
    warm = consensus(known.answers, method, warm=consensus(early, method).warm)
    cold = consensus(known.answers, method)
    assert warm.diagnostics.warm
    assert np.mean(warm.label == cold.label) > 0.99


def test_a_warm_start_takes_fewer_iterations(crowd):
    known = crowd(2000, 30, 3, 5, seed=6, skill=(4.0, 3.0))
    warm = consensus(known.answers, "dawid_skene", warm=consensus(known.answers, "dawid_skene").warm)
    assert warm.diagnostics.iterations < consensus(known.answers, "dawid_skene").diagnostics.iterations / 2


@pytest.mark.parametrize("method", ITERATIVE)
def test_what_was_learned_survives_being_stored(crowd, method):
    answers = crowd(60, 8, 3, 4).answers
    warm = consensus(answers, method).warm
    first, second = (consensus(answers, method, warm=one) for one in (warm, Warm.load(warm.dump())))
    assert np.array_equal(first.fit.posterior, second.fit.posterior)


def test_a_new_annotator_joins_and_one_who_left_is_no_trouble(crowd):
    answers = crowd(200, 10, 3, 5).answers
    first = answers.take(answers.annotator != 0)
    then = answers.take(answers.annotator != 1)
    renumbered = Answers.from_columns(then.items[then.item], then.annotators[then.annotator], then.label)
    found = consensus(renumbered, warm=consensus(first).warm)
    assert np.mean(found.label == consensus(renumbered).label) > 0.98


def test_with_other_labels_nothing_is_carried_over(crowd):
    warm = consensus(crowd(30, 5, 2, 3).answers).warm
    assert not consensus(crowd(30, 5, 3, 3).answers, warm=warm).diagnostics.warm


def test_bytes_that_are_no_saved_consensus_are_refused():
    with pytest.raises(UnusableAnswers, match="no saved consensus"):
        Warm.load(b"nonsense")
