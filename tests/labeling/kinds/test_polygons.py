"""Polygons: what an outline may be, and how a wrong one is answered."""

import pytest

from labeling.errors import Unusable
from labeling.kinds import Vote, kind

POLYGONS = kind("polygons")
OPTIONS = POLYGONS.options({"labels": ["leaf"]})
LEAF = [[10, 20], [74, 20], [40, 68]]


def one(points, label="leaf"):
    return [{"label": label, "points": points}]


def refusal(raw) -> str:
    with pytest.raises(Unusable) as refused:
        POLYGONS.parse(raw, OPTIONS)
    return str(refused.value)


def test_where_an_outline_begins_means_nothing():
    assert POLYGONS.parse(one(LEAF), OPTIONS) == POLYGONS.parse(one([*LEAF[1:], LEAF[0]]), OPTIONS)
    assert POLYGONS.parse(one(LEAF), OPTIONS) == POLYGONS.parse(one(LEAF[::-1]), OPTIONS)


def test_a_point_that_closes_the_outline_is_left_out():
    assert POLYGONS.parse(one([*LEAF, LEAF[0]]), OPTIONS)[0]["points"] == LEAF


def test_an_outline_that_crosses_itself_names_the_sides_as_they_were_drawn():
    assert "Outline 1 crosses or touches itself: side 1 meets side 3" in refusal(
        one([[0, 0], [40, 40], [40, 0], [0, 40]])
    )


def test_an_outline_of_two_points_or_on_a_line_is_none():
    assert refusal(one(LEAF[:2])).startswith("Outline 1 has 2 points")
    assert refusal(one([[0, 0], [50, 50], [90, 90]])).startswith("Outline 1 has no area")


def test_too_many_points_are_refused():
    assert "1001 points, more than 1000" in refusal(one([[n, n * n % 97] for n in range(1001)]))


def test_the_verdict_is_a_simple_outline_that_parse_reads():
    votes = [Vote("i", f"a{n}", one([[x + n, y] for x, y in LEAF])) for n in range(4)]
    verdict = POLYGONS.consensus(votes, OPTIONS)[0]
    assert POLYGONS.parse(verdict.answer, OPTIONS) == verdict.answer
    assert POLYGONS.distance(verdict.answer, one([[x + 1.5, y] for x, y in LEAF]), OPTIONS) < 0.05
