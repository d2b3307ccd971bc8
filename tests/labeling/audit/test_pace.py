"""Speed against the items, against one's own usual, and what was never timed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.answers import Answers
from labeling.audit import audit
from labeling.audit.pace import medians, quantiles
from labeling.errors import UnusableAnswers

groups = st.lists(st.tuples(st.integers(0, 4), st.floats(-50, 50)), min_size=1, max_size=40)


@given(rows=groups, share=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
def test_quantiles_of_groups_are_numpys(rows, share):
    group, values = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = quantiles(group, values, 5, share)
    for k in range(5):
        own = values[group == k]
        assert np.isnan(found[k]) if not len(own) else found[k] == pytest.approx(np.quantile(own, share))


def test_the_median_of_nobody_is_nothing():
    assert np.isnan(medians(np.array([0]), np.array([1.0]), 2)[1])


def timed(team, paces, *, spread=0.35, seed=5):
    answers, truth = team(dict.fromkeys(paces, 0.9), items=100)
    rng = np.random.default_rng(seed)
    answers["seconds"] = np.concatenate([pace * rng.lognormal(0, spread, 100) for pace in paces.values()])
    return answers, truth


def test_one_who_takes_a_fifth_of_the_others_time_is_too_fast(team, evidence):
    found = audit(timed(team, {"ann": 10, "bob": 9, "cyd": 11, "dan": 2})[0])
    assert evidence(found, "dan") == {"pace"}
    assert found.of("dan").pace_z < -2.5 < -1 < found.of("ann").pace_z
    assert found.of("dan").word == "fine"  # one signal


def test_people_of_different_pace_are_all_let_be(team):
    found = audit(timed(team, {"ann": 12, "bob": 9, "cyd": 7, "dan": 6})[0])
    assert not [one.annotator for one in found if one.signals]


def test_a_slow_annotator_who_rushes_through_a_third_is_seen_by_their_own_usual(team, evidence):
    answers, _ = timed(team, {"ann": 10, "bob": 9, "cyd": 11, "dan": 25})
    mine = np.flatnonzero(answers["annotator"] == "dan")[::3]
    answers["seconds"][mine] *= 0.25
    found = audit(answers)
    assert evidence(found, "dan") == {"pace"}
    assert "their own usual" in str(found.of("dan").signals[0])


def test_long_items_are_not_held_against_those_who_had_the_short_ones(team):
    """Half of the items take ten times as long; eve had only the short ones."""
    answers, _ = timed(team, {"ann": 10, "bob": 9, "cyd": 11, "dan": 10, "eve": 10})
    answers["seconds"] *= np.where(answers["item"] % 2, 10, 1)
    keep = (answers["annotator"] != "eve") | (answers["item"] % 2 == 0)
    found = audit({name: values[keep] for name, values in answers.items()})
    assert not found.of("eve").signals


def test_what_nobody_can_have_read_is_too_fast_for_words(team):
    answers, _ = timed(team, {"ann": 10, "bob": 9, "cyd": 11})
    found = audit(answers, words=dict.fromkeys(range(100), 400))
    assert found.of("ann").too_fast == 1.0  # 400 words take 32 seconds at three times the usual 250 a minute


def test_seconds_come_from_a_column_or_from_a_list_an_answer(team):
    answers = {"item": [1, 2, 3], "annotator": ["ann"] * 3, "label": ["x", None, "y"], "seconds": [4.0, 100.0, 6.0]}
    assert audit(answers)[0].median_seconds == pytest.approx(24**0.5)
    bare = {name: values for name, values in answers.items() if name != "seconds"}
    assert audit(bare, seconds=[4.0, 1.0, 4.0])[0].median_seconds == pytest.approx(4.0)
    assert audit(Answers.of(bare), seconds=[4.0, 4.0])[0].timed == 2


@pytest.mark.parametrize("seconds", [[-1.0, 2.0], ["soon", "late"], [float("inf"), 1.0], [True, 2.0]])
def test_what_is_no_time_is_refused(seconds):
    with pytest.raises(UnusableAnswers, match="no number of seconds"):
        audit({"item": [1, 2], "annotator": ["ann"] * 2, "label": ["x", "y"]}, seconds=seconds)


def test_a_list_of_another_length_is_refused():
    with pytest.raises(UnusableAnswers, match="3 values of seconds do not fit 2 answers"):
        audit({"item": [1, 2], "annotator": ["ann"] * 2, "label": ["x", "y"]}, seconds=[1.0, 2.0, 3.0])
