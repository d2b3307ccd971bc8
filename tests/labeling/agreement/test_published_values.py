"""Every coefficient against the numbers its literature prints."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.agreement import (
    Counts,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
    weighted_kappa,
)

FLEISS_1971 = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""

WIKIPEDIA_FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]

ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
DIAGNOSIS = [[40, 4, 4, 17], [6, 25, 2, 13], [4, 1, 21, 12], [15, 5, 9, 45]]


def test_alpha_of_krippendorff_example_a_is_0_095(ratings):
    assert krippendorff_alpha(ratings(["0100000010", "1110010000"])).value == pytest.approx(0.095238, abs=5e-7)


def test_alpha_of_krippendorff_example_b_is_0_692(ratings):
    assert krippendorff_alpha(ratings(["aabbdcccedda", "babbbccceddd"])).value == pytest.approx(0.691964, abs=5e-7)


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_alpha_of_krippendorff_example_c_at_each_level(krippendorff_c, level, value):
    assert krippendorff_alpha(krippendorff_c, level=level).value == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(("level", "value"), [("nominal", 0.691358), ("interval", 0.810845)])
def test_alpha_of_the_three_coders_in_wikipedia(ratings, level, value):
    coders = [
        ". . . . . 3 4 1 2 1 1 3 3 . 3",
        "1 . 2 1 3 3 4 3 . . . . . . .",
        ". . 2 1 3 4 4 . 2 1 1 3 3 . 4",
    ]
    assert krippendorff_alpha(ratings(coders), level=level).value == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(
    ("coefficient", "value", "low"),
    [
        (gwet_ac1, 0.77544, 0.46081),
        (fleiss_kappa, 0.76117, 0.42438),
        (krippendorff_alpha, 0.74342, 0.41906),
        (conger_kappa, 0.76282, 0.4345),
        (brennan_prediger, 0.77273, 0.45421),
    ],
)
def test_gwets_four_raters_with_their_closed_form_intervals(gwet_4, coefficient, value, low):
    found = coefficient(gwet_4, interval="closed form")
    assert (found.value, found.low, found.high) == pytest.approx((value, low, 1.0), abs=5e-6)


def test_gwets_four_raters_with_quadratic_weights(gwet_4):
    found = [
        coefficient(gwet_4, weights="quadratic").value
        for coefficient in (gwet_ac2, fleiss_kappa, conger_kappa, brennan_prediger)
    ]
    assert found == pytest.approx([0.91400, 0.86494, 0.85771, 0.90152], abs=5e-6)
    assert krippendorff_alpha(gwet_4, level="interval").value == pytest.approx(0.84911, abs=5e-6)


def test_gwets_five_observers(gwet_5):
    functions = (gwet_ac1, krippendorff_alpha, fleiss_kappa, conger_kappa, brennan_prediger)
    found = [coefficient(gwet_5).value for coefficient in functions]
    assert found == pytest.approx([0.49662, 0.48053, 0.45762, 0.46927, 0.48741], abs=5e-6)


def test_gwets_five_observers_with_quadratic_weights(gwet_5):
    assert gwet_ac2(gwet_5).value == pytest.approx(0.83043, abs=5e-6)
    assert krippendorff_alpha(gwet_5, level="interval").value == pytest.approx(0.77186, abs=5e-6)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (ABSTRACTORS, [0.79641, 0.79624, 0.84933, 0.835, 0.79726]),
        (DIAGNOSIS, [0.4315, 0.43034, 0.45616, 0.44993, 0.43162]),
    ],
)
def test_gwets_tables_of_two_raters(square, table, values):
    functions = (cohen_kappa, scott_pi, gwet_ac1, brennan_prediger, krippendorff_alpha)
    assert [coefficient(square(table)).value for coefficient in functions] == pytest.approx(values, abs=5e-6)


@pytest.mark.parametrize(
    ("coefficient", "table", "low", "high"),
    [
        (cohen_kappa, ABSTRACTORS, 0.67952, 0.9133),
        (gwet_ac1, ABSTRACTORS, 0.76358, 0.93508),
        (cohen_kappa, DIAGNOSIS, 0.34091, 0.52209),
    ],
)
def test_gwets_intervals_of_two_raters_whose_variance_he_divides_by_n(square, coefficient, table, low, high):
    """For two raters his tables divide by n, for more by n − 1; here it is n − 1 always."""
    found, n = coefficient(square(table), interval="closed form"), np.sum(table)
    reach = (found.high - found.low) / 2 * np.sqrt((n - 1) / n)
    assert (found.value - reach, found.value + reach) == pytest.approx((low, high), abs=1e-5)


def test_fleiss_1971_is_0_430():
    kappa = fleiss_kappa(Counts([[int(digit) for digit in row] for row in FLEISS_1971.split()]))
    assert (kappa.observed, kappa.expected, kappa.value) == pytest.approx((0.5556, 0.2199, 0.4302), abs=5e-5)


def test_fleiss_kappa_in_wikipedia_is_0_210():
    kappa = fleiss_kappa(Counts(WIKIPEDIA_FLEISS))
    assert (kappa.observed, kappa.expected, kappa.value) == pytest.approx((0.378, 0.2128, 0.2099), abs=5e-4)


def test_cohens_1968_table_is_0_492_and_weighted_0_348(square):
    answers = square([[44, 5, 1], [7, 20, 3], [9, 5, 6]])
    weights = 1 - np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]]) / 6
    found = cohen_kappa(answers).value, weighted_kappa(answers, weights=weights).value
    assert found == pytest.approx((0.4915, 0.3478), abs=5e-5)


def test_percent_agreement_is_the_share_on_the_diagonal(square):
    assert percent_agreement(square(ABSTRACTORS)).value == pytest.approx(0.89)


def test_a_coefficient_is_what_is_seen_beyond_chance_over_what_could_be(gwet_4):
    functions = (krippendorff_alpha, gwet_ac1, fleiss_kappa, conger_kappa, brennan_prediger, percent_agreement)
    for found in (coefficient(gwet_4) for coefficient in functions):
        assert found.value == pytest.approx((found.observed - found.expected) / (1 - found.expected))
