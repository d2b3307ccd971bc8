"""The model against published fits: what every law would let pass, these would not."""

import numpy as np
import pytest

from labeling.scale import Comparison, Comparisons, fit

TEAMS = ["Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore"]
# Agresti (2002), Categorical Data Analysis, 2nd ed., table 10.10: home team by away team, "home wins - away wins".
SEASON_1987 = """
.   4-3 4-2 4-3 6-1 4-2 6-0
3-3 .   4-2 4-3 6-0 6-1 4-3
2-5 4-3 .   2-4 4-3 4-2 6-0
3-3 5-1 2-5 .   4-3 4-2 6-1
5-1 2-5 3-3 4-2 .   5-2 6-0
2-5 3-3 3-4 4-3 4-2 .   2-4
2-5 1-5 1-6 2-4 1-6 3-4 .
"""
JOURNALS = ["Biometrika", "Comm Statist", "JASA", "JRSS-B"]
# Stigler (1994), as in Agresti (2002), p. 448: the cited journal (rows) wins over the citing one.
CITATIONS = [[714, 730, 498, 221], [33, 425, 68, 17], [320, 813, 1072, 142], [284, 276, 325, 188]]


@pytest.fixture(scope="module")
def baseball():
    rows = []
    for home, line in zip(TEAMS, SEASON_1987.split("\n")[1:-1], strict=True):
        for away, cell in zip(TEAMS, line.split(), strict=True):
            if cell != ".":
                won, lost = map(int, cell.split("-"))
                rows += [Comparison(home, away, 1, "season", first_shown=True)] * won
                rows += [Comparison(home, away, -1, "season", first_shown=True)] * lost
    return Comparisons.of(rows)


def against(found, data, reference):
    """Scores and standard errors as differences from one thing, as the books print them."""
    base = data.things.index(reference)
    spread = found.covariance
    error = [np.sqrt(max(spread[k, k] + spread[base, base] - 2 * spread[k, base], 0)) for k in range(len(data.things))]
    return dict(zip(data.things, found.scores - found.scores[base], strict=True)), dict(
        zip(data.things, error, strict=True)
    )


def test_the_baseball_season_of_1987_gives_the_scores_of_agresti(baseball):
    found = fit(baseball, shrinks=False, has_skills=False, has_place=False)
    scores, errors = against(found, baseball, "Baltimore")
    assert [round(scores[team], 2) for team in TEAMS[:-1]] == [1.58, 1.44, 1.29, 1.25, 1.11, 0.68]
    assert [round(errors[team], 1) for team in TEAMS[:-1]] == [0.3] * 6


def test_the_home_advantage_is_that_of_agresti_with_its_error(baseball):
    found = fit(baseball, shrinks=False, has_skills=False)
    assert found.place == pytest.approx(0.302, abs=5e-4)
    assert np.sqrt(found.covariance[-1, -1]) == pytest.approx(0.131, abs=5e-4)
    strength = np.exp(found.scores)
    assert sorted((strength / strength.sum()).round(3)) == [0.044, 0.088, 0.137, 0.157, 0.164, 0.190, 0.220]


def test_the_journals_of_stigler_have_the_scores_and_errors_of_turner_and_firth():
    """Turner and Firth (2012), J. Stat. Softw. 48(9), section 2."""
    rows = [
        Comparison(JOURNALS[i], JOURNALS[j], 1, "1994")
        for i in range(4)
        for j in range(4)
        if i != j
        for _ in range(CITATIONS[i][j])
    ]
    data = Comparisons.of(rows)
    scores, errors = against(fit(data, shrinks=False, has_skills=False), data, "Biometrika")
    assert [round(scores[name], 4) for name in JOURNALS[1:]] == [-2.9491, -0.4796, 0.2690]
    assert [round(errors[name], 4) for name in JOURNALS[1:]] == [0.1025, 0.0606, 0.0708]


def test_in_a_balanced_round_ties_rank_as_two_points_for_a_win_and_one_for_a_tie():
    """Davidson (1970), section 4."""
    rng = np.random.default_rng(3)
    rows, points = [], np.zeros(6)
    for first in range(6):
        for second in range(first):
            for step in rng.choice([-1, 0, 1], 9).tolist():
                rows.append(Comparison(first, second, step, "x"))
                points[first] += 1 + step
                points[second] += 1 - step
    data = Comparisons.of(rows, things=range(6))
    found = fit(data, shrinks=False, has_skills=False)
    ordered = np.argsort(points)
    distinct = np.diff(points[ordered]) > 0
    assert (np.diff(found.scores[ordered])[distinct] > 0).all()
    assert np.abs(np.diff(found.scores[ordered])[~distinct]).max(initial=0) < 1e-4


def test_two_things_have_davidsons_closed_form():
    """40 wins, 10 losses, 20 ties: λ₁ − λ₂ = log 4 and ν = 20 / √(40·10)."""
    rows = [Comparison("x", "y", step, "j") for step in [1] * 40 + [-1] * 10 + [0] * 20]
    found = fit(Comparisons.of(rows), shrinks=False, has_skills=False)
    assert found.scores[0] - found.scores[1] == pytest.approx(np.log(4), abs=1e-5)
    assert np.exp(found.levels[0]) == pytest.approx(1.0, abs=1e-5)
