"""What runs along everybody's answers, against the slow way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.audit.turns import Turns

people = st.lists(st.lists(st.integers(-5, 5), max_size=8), min_size=1, max_size=5)


def laid_out(rows):
    starts = np.cumsum([0] + [len(one) for one in rows])
    values = np.array([value for one in rows for value in one], dtype=float)
    return Turns(np.arange(len(values)), starts), values


@given(people)
def test_sums_and_lows_begin_anew_with_each_annotator(rows):
    turns, values = laid_out(rows)
    assert turns.sums(values) == pytest.approx([x for one in rows for x in np.cumsum(one)])
    assert turns.lows(values) == pytest.approx([x for one in rows for x in np.minimum.accumulate(one)])


@given(people)
def test_the_greatest_is_the_first_of_equals(rows):
    turns, values = laid_out(rows)
    top, at = turns.greatest(values)
    for k, one in enumerate(rows):
        if one:
            assert (top[k], at[k] - turns.starts[k]) == (max(one), int(np.argmax(one)))


def test_equal_times_keep_the_order_of_the_table():
    turns = Turns.of(np.array([0, 0, 0]), np.array([5, 5, 1]), people=1)
    assert turns.order.tolist() == [2, 0, 1]
