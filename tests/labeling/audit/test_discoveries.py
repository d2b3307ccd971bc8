"""Benjamini-Hochberg, against the paper's own example and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from labeling.audit import benjamini_hochberg, e_benjamini_hochberg
from labeling.errors import Unusable

PAPER = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
PAPER += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_four_of_the_fifteen_hypotheses_of_the_paper_are_rejected():
    """Benjamini & Hochberg (1995), section 3.2: four at .05, where Bonferroni's way rejects three."""
    assert (benjamini_hochberg(np.array(PAPER)) <= 0.05).sum() == 4


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_is_scipys(p):
    assert benjamini_hochberg(np.array(p)) == pytest.approx(stats.false_discovery_control(p), abs=1e-12)


def test_what_was_not_tested_does_not_count():
    q = benjamini_hochberg(np.array([0.01, np.nan, 0.2]))
    assert (q[0], np.isnan(q[1]), q[2]) == (0.02, True, 0.2)


def test_a_p_that_is_no_probability_is_refused():
    with pytest.raises(Unusable, match="outside 0 to 1"):
        benjamini_hochberg(np.array([0.2, 1.2]))


def test_e_values_are_rejected_where_e_reaches_m_over_k_alpha():
    """Wang & Ramdas (2022), the e-BH procedure: of ten, e = 250 and 110 pass at .05 (10 / .05 = 200, 10 / .1 = 100)."""
    e = np.array([250.0, 110.0, 60.0] + [1.0] * 7)
    assert (e_benjamini_hochberg(e) <= 0.05).tolist() == [True, True, False] + [False] * 7


def test_an_e_value_below_nothing_is_refused():
    with pytest.raises(Unusable):
        e_benjamini_hochberg(np.array([-0.1]))
