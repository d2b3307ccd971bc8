"""Copying: its tests against scipy, and pairs that were planted or work alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from labeling.audit import audit
from labeling.audit.copying import edge_p, fisher


@given(first=st.floats(1e-6, 1), second=st.floats(1e-6, 1))
def test_two_chances_together_are_fishers(first, second):
    expected = stats.combine_pvalues([first, second], method="fisher").pvalue
    assert fisher(np.array([first]), np.array([second]))[0] == pytest.approx(expected, rel=1e-6)


@given(st.floats(0.01, 100))
def test_a_share_at_the_edge_has_half_the_chance_of_one_degree(log_ratio):
    assert edge_p(np.array([log_ratio]))[0] == pytest.approx(stats.chi2(1).sf(2 * log_ratio) / 2, rel=1e-6)


def crew(share, *, items=300, seed=0, with_time=True, haste=1.0):
    """Six people of skill .8 in four classes, of whom fay gives eve's answer in that share of the items."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, items)
    said = np.where(rng.random((6, items)) < 0.8, truth, (truth + rng.integers(1, 4, (6, items))) % 4)
    copied = rng.random(items) < share
    said[5] = np.where(copied, said[4], said[5])
    seconds = rng.lognormal(2, 0.35, (6, items))
    seconds[5] *= np.where(copied, haste, 1.0)
    answers = {
        "item": np.tile(np.arange(items), 6),
        "annotator": np.repeat(["ann", "bob", "cyd", "dan", "eve", "fay"], items),
        "label": said.ravel(),
        "seconds": seconds.ravel(),
    }
    if with_time:
        when = np.arange(items)[None, :] * 10 + np.arange(6)[:, None]
        answers["time"] = when.ravel()
    return answers


def test_one_who_copies_half_is_found_and_so_is_whom_from(evidence):
    found = audit(crew(0.5))
    assert evidence(found, "fay") == {"copying"}
    pair = found.of("fay").copying[0]
    assert (pair.other, pair.shared) == ("eve", 300)
    assert pair.same > pair.expected + 20
    assert 0.3 <= pair.share <= 0.7
    assert found.of("fay").word == "fine"  # one signal


def test_the_one_who_answered_first_is_not_suspected(evidence):
    assert evidence(audit(crew(0.5)), "eve") == set()


def test_where_no_time_is_known_it_may_be_either(evidence):
    found = audit(crew(0.5, with_time=False))
    assert evidence(found, "eve") == evidence(found, "fay") == {"copying"}


def test_equal_answers_that_came_quicker_are_a_second_signal(evidence):
    found = audit(crew(0.5, haste=0.4))
    assert evidence(found, "fay") == {"copying", "pace"}
    assert found.of("fay").word == "look"


def test_six_who_work_alone_are_no_pair():
    for seed in range(8):
        assert not [one.annotator for one in audit(crew(0.0, seed=seed)) if one.copying]


def test_two_skilled_annotators_agree_without_copying():
    """They agree on nearly everything, because they are right."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, 300)
    skills = np.array([0.99, 0.99, 0.75, 0.75, 0.75])
    said = np.where(rng.random((5, 300)) < skills[:, None], truth, (truth + rng.integers(1, 4, (5, 300))) % 4)
    answers = {"item": np.tile(np.arange(300), 5), "annotator": np.repeat(list("abcde"), 300), "label": said.ravel()}
    assert not [one.annotator for one in audit(answers) if one.copying]


def test_a_pair_with_few_items_in_common_is_not_looked_at():
    found = audit(crew(1.0, items=14))
    assert (found.facts.pairs.tested, found.of("fay").copying) == (0, ())
