"""What a suggestion does to answers, against published intervals and scipy."""

import numpy as np
import pytest
from scipy import stats

from labeling.agreement.anchoring import anchoring


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_the_interval_is_newcombes_method_10_of_his_table_ii(a, m, b, n, low, high):
    found = anchoring([1] * a + [0] * (m - a), [1] * b + [0] * (n - b))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_answers_that_agree_in_part_are_compared_by_welch():
    rng = np.random.default_rng(1)
    shown, withheld = rng.random(40) ** 0.5, rng.random(25)
    found = anchoring(shown.tolist(), withheld.tolist())
    wanted = stats.ttest_ind(shown, withheld, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_the_verdict_says_whether_it_is_luck():
    assert "no luck" in anchoring([1] * 90 + [0] * 10, [1] * 60 + [0] * 40).verdict
    assert "No effect" in anchoring([1] * 62 + [0] * 38, [1] * 60 + [0] * 40).verdict
    assert "lean away" in anchoring([1] * 30 + [0] * 70, [1] * 60 + [0] * 40).verdict
    assert "Too few" in anchoring([1] * 90, [1] * 3).verdict


def test_without_answers_of_one_sort_there_is_no_difference():
    found = anchoring([1, 0], [])
    assert (found.when_shown, found.when_withheld, found.difference) == (0.5, None, None)
