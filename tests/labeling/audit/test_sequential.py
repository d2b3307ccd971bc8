"""Wald's sequential test, worked by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.audit import Sprt, audit
from labeling.audit.turns import Turns
from labeling.errors import Unusable


def test_three_wrong_answers_stop_and_twelve_right_ones_clear():
    """Λ grows by ln 3 = 1.0986 a wrong answer to ln 19 = 2.944, and by ln(7/9) = −.2513 a right one to −2.944."""
    test = Sprt(fine=0.1, bad=0.3, alpha=0.05, beta=0.05)
    assert test.bounds == pytest.approx((-math.log(19), math.log(19)))
    assert [test.decide([False] * k) for k in (2, 3)] == ["go on", "stop"]
    assert [test.decide([True] * k) for k in (11, 12)] == ["go on", "clear"]


def test_the_first_bound_reached_decides_whatever_comes_after():
    assert Sprt().decide([False] * 3 + [True] * 100) == "stop"


def test_a_fine_annotator_is_stopped_as_seldom_as_promised():
    rng = np.random.default_rng(1)
    right = [rng.random(400) > 0.1 for _ in range(2000)]
    stopped = np.mean([Sprt().decide(list(one)) == "stop" for one in right[:400]])
    assert stopped < 0.05 / 0.95 + 0.03


@given(st.lists(st.lists(st.booleans(), max_size=30), min_size=1, max_size=6))
def test_everybody_at_once_is_each_alone(people):
    starts = np.cumsum([0] + [len(one) for one in people])
    right = np.array([answer for one in people for answer in one], dtype=bool)
    decision, _ = Sprt().decide_all(right, Turns(np.arange(len(right)), starts))
    assert [("go on", "clear", "stop")[k] for k in decision] == [Sprt().decide(one) for one in people]


def test_the_audit_says_after_how_many_gold_answers_it_was_decided():
    answers = {"item": list(range(20)), "annotator": ["ann"] * 20, "label": ["x"] * 20}
    one = audit(answers, gold=dict.fromkeys(range(20), "y"), labels=["x", "y"])[0]
    assert (one.sequential, one.decided_after) == ("stop", 3)


@pytest.mark.parametrize("facts", [{"fine": 0.3, "bad": 0.1}, {"fine": 0.0}, {"alpha": 0.7}])
def test_hypotheses_the_wrong_way_round_are_refused(facts):
    with pytest.raises(Unusable):
        Sprt(**facts)
