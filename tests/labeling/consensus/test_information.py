"""Which item is worth another answer."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.answers import Answers
from labeling.consensus import consensus


def clear_and_torn():
    """Thirty clear items of two labels, and one on which four annotators are split."""
    rows = [(item, who, item % 2) for item in range(30) for who in range(4)]
    rows += [("torn", who, who % 2) for who in range(4)]
    return Answers.from_columns(*zip(*rows, strict=True))


def test_a_torn_item_tells_more_than_any_clear_one():
    found = consensus(clear_and_torn())
    assert found.information.argmax() == 30
    assert found.information[30] > 10 * found.information[:30].max()


def test_a_known_item_tells_nothing():
    assert consensus(clear_and_torn(), gold={"torn": 1}).information[30] == 0.0


def test_an_answer_tells_no_more_than_the_label_is_in_doubt(crowd):
    found = consensus(crowd(100, 10, 4, 3).answers)
    doubt = -(found.posterior * np.log2(np.maximum(found.posterior, 1e-300))).sum(axis=1)
    assert np.all(found.information <= doubt + 1e-9)


def test_where_annotators_guess_an_answer_tells_almost_nothing():
    rng = np.random.default_rng(0)
    rows = [(item, who, int(rng.integers(2))) for item in range(300) for who in range(4)]
    assert consensus(Answers.from_columns(*zip(*rows, strict=True)), "majority").information.max() == pytest.approx(
        0, abs=0.2
    )
