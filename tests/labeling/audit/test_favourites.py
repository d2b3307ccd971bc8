"""Leaning to a label, and picking by place, against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from labeling.answers import Answers
from labeling.audit import audit, jensen_shannon
from labeling.audit.favourites import positions_of


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=6))
def test_divergence_is_scipys_distance_squared(counts):
    first, second = np.array(counts, dtype=float).T
    if first.sum() and second.sum():
        expected = jensenshannon(first, second, base=2) ** 2
        assert jensen_shannon(first[None], second[None])[0] == pytest.approx(expected, abs=1e-9)


def crowd(team, lean):
    answers, truth = team(dict.fromkeys(["ann", "bob", "cyd", "dan"], 0.85), items=200, classes=3)
    rng = np.random.default_rng(1)
    mine = (answers["annotator"] == "dan") & (rng.random(800) < lean)
    return {**answers, "label": np.where(mine, 2, answers["label"])}, truth


def test_misses_that_fall_on_one_label_speak_and_name_it(team, evidence):
    found = audit(crowd(team, 0.4)[0])
    assert "lean" in evidence(found, "dan")
    assert (found.of("dan").favourite, found.of("dan").favoured > 30) == (2, True)
    assert not any("lean" in evidence(found, name) for name in ("ann", "bob", "cyd"))


def test_one_who_errs_often_but_evenly_does_not_lean(team, evidence):
    answers, _ = team({"ann": 0.9, "bob": 0.9, "cyd": 0.9, "dan": 0.5}, items=200, classes=3)
    assert "lean" not in evidence(audit(answers), "dan")


def test_the_chance_of_a_place_is_the_binomial_tests():
    answers = Answers.from_columns(range(40), ["ann"] * 40, ["x", "y"] * 20)
    place = np.array([0] * 31 + [1] * 9)
    found = positions_of(answers, place, ("left", "right"), people=1)
    assert (found.place[0], found.picked[0]) == (0, 31)
    assert found.chance[0] == pytest.approx(stats.binomtest(31, 40).pvalue)


def test_one_who_picks_the_left_is_told_so(team, evidence):
    answers, _ = team(dict.fromkeys(["ann", "bob", "cyd"], 0.9), items=80)
    rng = np.random.default_rng(0)
    side = np.where(rng.random(240) < 0.5, "left", "right")
    side[160:] = np.where(rng.random(80) < 0.9, "left", "right")
    found = audit({**answers, "position": side})
    assert "place" in evidence(found, "cyd")
    assert (found.of("cyd").place, found.of("ann").signals) == ("left", ())


def test_without_a_place_nothing_is_said_of_it(team):
    one = audit(team({"ann": 0.9})[0])[0]
    assert (one.placed, one.place, one.place_picked) == (0, None, 0)
