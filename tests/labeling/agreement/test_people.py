"""Agreement by pair of annotators, and without each of them."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.agreement import krippendorff_alpha, pairs, without_each
from labeling.answers import Answers


@pytest.fixture(scope="module")
def team():
    """Three who know and one who guesses, 80 items."""
    rng = np.random.default_rng(11)
    truth = rng.integers(0, 3, 80)
    said = [np.where(rng.random(80) < skill, truth, rng.integers(0, 3, 80)) for skill in (0.9, 0.9, 0.9, 0.0)]
    item = np.tile(np.arange(80), 4)
    return Answers.from_columns(item, np.repeat(["ann", "bob", "cyd", "dan"], 80), np.concatenate(said))


def test_a_pair_is_alpha_of_these_two_alone(team):
    found = {(pair.first, pair.second): pair.coefficient.value for pair in pairs(team).pairs}
    two = team.take(np.isin(team.annotator, [0, 3]))
    assert found["ann", "dan"] == pytest.approx(krippendorff_alpha(two).value, abs=1e-12)


def test_ordinal_pairs_of_the_published_raters_are_alpha_of_each_two(krippendorff_c):
    for pair in pairs(krippendorff_c, level="ordinal", resamples=100).pairs:
        codes = [krippendorff_c.annotators.tolist().index(who) for who in (pair.first, pair.second)]
        two = krippendorff_c.take(np.isin(krippendorff_c.annotator, codes))
        assert pair.coefficient.value == pytest.approx(krippendorff_alpha(two, level="ordinal").value, abs=1e-12)


def test_the_matrix_is_symmetric_and_empty_on_its_diagonal(team):
    matrix = pairs(team).matrix()
    assert np.isnan(matrix.diagonal()).all()
    assert np.array_equal(matrix, matrix.T, equal_nan=True)


def test_at_most_so_many_pairs_are_shown_and_the_rest_is_counted(team):
    found = pairs(team, most=2)
    assert (len(found.pairs), found.left_out) == (2, 4)


def test_annotators_without_an_item_in_common_are_no_pair():
    assert pairs({"item": [1, 2], "annotator": ["ann", "bob"], "label": ["x", "y"]}).pairs == ()


def test_without_the_one_who_guesses_agreement_surely_rises(team):
    effect = without_each(team)
    assert effect["dan"].difference.low > 0
    assert all(effect[name].difference.high < 0 for name in ("ann", "bob", "cyd"))


def test_without_one_of_two_nothing_can_be_told():
    effect = without_each({"item": [1, 1, 2, 2], "annotator": ["ann", "bob"] * 2, "label": ["x", "x", "y", "x"]})
    assert (effect["ann"].value, effect["ann"].difference.value) == (None, None)
