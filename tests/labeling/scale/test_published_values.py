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


def test_the_baseball_season_of_1987_gives_the_scores_of_agresti_and_of_bradleyterry2(baseball):
    """Agresti (2002), section 10.6, to the digits of BradleyTerry2's recorded output (tests/baseball.Rout.save)."""
    scores, errors = against(fit(baseball, shrinks=False, has_skills=False, has_place=False), baseball, "Baltimore")
    assert [round(scores[team], 4) for team in TEAMS[:-1]] == [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839]
    assert [round(errors[team], 4) for team in TEAMS[:-1]] == [0.3433, 0.3396, 0.3367, 0.3359, 0.3339, 0.3319]


def test_the_home_advantage_is_that_of_agresti_with_its_error(baseball):
    """To the digits of the same output."""
    found = fit(baseball, shrinks=False, has_skills=False)
    scores, errors = against(found, baseball, "Baltimore")
    assert [round(scores[team], 4) for team in TEAMS[:-1]] == [1.6196, 1.4754, 1.3271, 1.2813, 1.1438, 0.7047]
    assert [round(errors[team], 4) for team in TEAMS[:-1]] == [0.3474, 0.3446, 0.3403, 0.3404, 0.3378, 0.3350]
    assert found.place == pytest.approx(0.3023, abs=5e-5)
    assert np.sqrt(found.covariance[-1, -1]) == pytest.approx(0.1309, abs=5e-5)


def test_the_journals_of_stigler_have_the_scores_and_errors_of_bradleyterry2():
    """Its recorded output (tests/BTabilities.Rout.save); its data/citations.txt has the counts off the diagonal."""
    rows = [
        Comparison(JOURNALS[i], JOURNALS[j], 1, "1994")
        for i in range(4)
        for j in range(4)
        if i != j
        for _ in range(CITATIONS[i][j])
    ]
    data = Comparisons.of(rows)
    scores, errors = against(fit(data, shrinks=False, has_skills=False), data, "Biometrika")
    assert [scores[name] for name in JOURNALS[1:]] == pytest.approx([-2.9490725, -0.4795698, 0.2689541], abs=2e-6)
    assert [errors[name] for name in JOURNALS[1:]] == pytest.approx([0.10254534, 0.06058873, 0.07082997], abs=2e-6)


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
