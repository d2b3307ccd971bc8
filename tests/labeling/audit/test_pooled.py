"""Hints that are too weak to speak by themselves, and speak together; one alone never does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.audit import signals
from labeling.audit.discoveries import benjamini_hochberg
from labeling.audit.signals import FEWEST_TO_POOL, judge, pooled

RATE = 0.1


def verdicts(p):
    """The verdicts over sorts of evidence (rows) × annotators, all of it mattering and everybody known."""
    sorts = ("gold", "others", "pace", "order", "lean")
    tests = tuple(signals.Test(sort, row, np.ones(len(row), dtype=bool)) for sort, row in zip(sorts, p, strict=False))
    return judge(tests, enough=np.ones(p.shape[1], dtype=bool), false_discovery=RATE)


def crowd(*hints, people=20):
    """The first annotator has these p, one a sort of evidence; all the rest, and what is left, is .6."""
    p = np.full((5, people), 0.6)
    p[: len(hints), 0] = hints
    return p


def test_a_hint_beside_a_signal_says_look_where_both_together_are_strong():
    p = crowd(0.003, 0.009)
    assert (benjamini_hochberg(p[0])[0], benjamini_hochberg(p[1])[0]) == pytest.approx((0.06, 0.18))
    found = verdicts(p)
    assert (found.word(0), [evidence for evidence, _ in found.against(0)]) == ("look", ["gold", "others"])
    assert {found.word(k) for k in range(1, 20)} == {"fine"}


def test_two_hints_that_are_weak_together_too_stay_silent():
    found = verdicts(crowd(0.009, 0.0095))
    assert (found.word(0), found.against(0)) == ("fine", [])


@pytest.mark.parametrize("strong", [0.009, 1e-3, 1e-9, 0.0])
def test_one_hint_alone_pools_with_nothing_however_strong_it_is(strong):
    found = verdicts(crowd(strong, 0.03, 0.04, 0.05))
    assert found.word(0) == "fine"
    assert len(found.against(0)) == (1 if strong < 0.005 else 0)


def test_two_hints_that_do_not_matter_stay_silent():
    p = crowd(0.003, 0.009)
    q = np.stack([benjamini_hochberg(row) for row in p])
    assert not pooled(p, q, np.zeros(p.shape, dtype=bool), RATE).any()


def test_in_a_small_team_a_hint_stays_a_hint():
    people = FEWEST_TO_POOL - 1
    found = verdicts(crowd(0.013, 0.014, people=people))
    assert (0.1 < found.q[0, 0] < 0.2, found.word(0)) == (True, "fine")


def test_what_was_not_tested_is_no_hint_and_counts_for_no_pair():
    p = crowd(0.003, 0.009)
    p[2:] = np.nan
    assert verdicts(p).word(0) == "look"
    p[1] = np.nan
    assert verdicts(p).word(0) == "fine"


@given(seed=st.integers(0, 10_000), people=st.integers(1, 25))
@settings(max_examples=60)
def test_pooling_speaks_of_two_or_of_none_and_moves_with_the_annotators(seed, people):
    rng = np.random.default_rng(seed)
    p = rng.random((5, people)) ** 6
    p[rng.random(p.shape) < 0.2] = np.nan
    q, matters = np.stack([benjamini_hochberg(row) for row in p]), rng.random(p.shape) < 0.9
    found = pooled(p, q, matters, RATE)
    assert set(found.sum(axis=0).tolist()) <= {0, 2}
    order = rng.permutation(people)
    assert (pooled(p[:, order], q[:, order], matters[:, order], RATE) == found[:, order]).all()


def test_of_people_with_nothing_to_find_hardly_anybody_is_told_to_look():
    """2,000 annotators in crowds of twenty, every p by chance: less than one in a hundred is looked at."""
    rng = np.random.default_rng(0)
    looked = sum(verdicts(rng.random((5, 20))).word(k) == "look" for _ in range(100) for k in range(20))
    assert looked < 20
