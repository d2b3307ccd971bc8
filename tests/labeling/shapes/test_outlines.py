"""Polygons: area, faults and overlap, held to values worked out by hand, to laws, and to a fine raster."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.shapes import OUTLINES
from labeling.shapes.outlines import (
    area_of,
    canonical,
    fault,
    intersection,
    intersection_of_few,
    intersection_of_many,
    overlap_of_outlines,
)

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]
ELL = [[0, 0], [10, 0], [10, 4], [4, 4], [4, 10], [0, 10]]
COMB = [[0, 0], [9, 0], [9, 9], [6, 9], [6, 3], [3, 3], [3, 9], [0, 9]]  # two teeth, downwards


def overlap(first, second) -> float:
    return overlap_of_outlines({"points": first}, {"points": second})


def moved(points, right, down=0):
    return [[x + right, y + down] for x, y in points]


@st.composite
def stars(draw):
    """Simple polygons around a point, mostly concave."""
    corners = draw(st.integers(3, 14))
    reach = draw(st.lists(st.floats(5, 60), min_size=corners, max_size=corners))
    right, down = draw(st.integers(-50, 50)), draw(st.integers(-50, 50))
    turn = [2 * math.pi * place / corners for place in range(corners)]
    return canonical(
        [[100 + right + r * math.cos(t), 100 + down + r * math.sin(t)] for r, t in zip(reach, turn, strict=True)]
    )


def test_the_area_of_an_ell_is_that_of_its_two_rectangles():
    assert area_of(ELL) == 10 * 4 + 4 * 6


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        pytest.param(SQUARE, moved(SQUARE, 5), 50, id="half of a square"),
        pytest.param(SQUARE, moved(SQUARE, 10), 0, id="only an edge in common"),
        pytest.param(SQUARE, moved(SQUARE, 10, 10), 0, id="only a corner in common"),
        pytest.param(SQUARE, [[0, 0], [10, 0], [0, 10]], 50, id="a triangle along its edges"),
        pytest.param(ELL, [[4, 4], [10, 4], [10, 10], [4, 10]], 0, id="what the ell leaves out"),
        pytest.param(ELL, [[2, 2], [6, 2], [6, 6], [2, 6]], 16 - 4, id="over the inner corner"),
        pytest.param(COMB, [[0, 4], [9, 4], [9, 6], [0, 6]], 2 * 3 * 2, id="a bar through both teeth"),
        pytest.param(COMB, [[3, 3], [6, 3], [6, 9], [3, 9]], 0, id="the gap between the teeth"),
        pytest.param([[5, 0], [10, 5], [5, 10], [0, 5]], SQUARE, 50, id="a diamond in a square"),
        pytest.param(
            [[5, -2], [12, 5], [5, 12], [-2, 5]],
            SQUARE,
            98 - 4 * 4,
            id="a diamond beyond a square: four corners of 4 cut off",
        ),
    ],
)
def test_the_common_area_is_what_a_hand_works_out(first, second, wanted):
    assert intersection(first, second) == pytest.approx(wanted, abs=1e-9)
    assert intersection(second, first) == pytest.approx(wanted, abs=1e-9)


def test_overlap_is_intersection_over_union():
    assert overlap(SQUARE, moved(SQUARE, 5)) == pytest.approx(50 / 150)


@settings(max_examples=30, deadline=None)
@given(stars(), stars())
def test_overlap_is_the_same_both_ways_between_0_and_1_and_1_only_for_the_same(first, second):
    found = overlap(first, second)
    assert 0 <= found <= 1
    assert found == overlap(second, first)
    assert overlap(first, first) == 1
    assert (found == 1) == (first == second)


@settings(max_examples=30, deadline=None)
@given(stars(), stars(), st.integers(-40, 40), st.integers(2, 9))
def test_moving_and_growing_both_changes_no_overlap(first, second, step, times):
    def changed(points):
        return [[x * times + step, y * times + step] for x, y in points]

    assert overlap(changed(first), changed(second)) == pytest.approx(overlap(first, second), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(stars(), stars(), st.floats(60, 140))
def test_what_is_common_is_the_sum_of_what_is_common_on_either_side_of_a_line(first, second, at):
    at = round(at, 2)
    left, right = ([[lo, -500], [hi, -500], [hi, 900], [lo, 900]] for lo, hi in ((-500, at), (at, 900)))
    halves = [
        intersection(first, left) + intersection(first, right),
        intersection(second, left) + intersection(second, right),
    ]
    assert halves == pytest.approx([area_of(first), area_of(second)], rel=1e-9)


@settings(max_examples=12, deadline=None)
@given(stars(), stars())
def test_a_fine_raster_counts_the_same_overlap(first, second):
    def covered(points):
        inside = np.zeros(across.shape, dtype=bool)
        for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
            if y1 != y2:
                inside ^= ((y1 <= down) != (y2 <= down)) & (across < x1 + (down - y1) * (x2 - x1) / (y2 - y1))
        return inside

    low, high = np.min([*first, *second], axis=0), np.max([*first, *second], axis=0)
    middles = (np.arange(500) + 0.5) / 500
    across, down = np.meshgrid(low[0] + middles * (high - low)[0], low[1] + middles * (high - low)[1])
    one, two = covered(first), covered(second)
    assert overlap(first, second) == pytest.approx((one & two).sum() / (one | two).sum(), abs=0.01)


@pytest.mark.parametrize(
    ("points", "sides"),
    [
        pytest.param([[0, 0], [4, 4], [4, 0], [0, 4]], (1, 3), id="a bow tie"),
        pytest.param([[0, 0], [8, 0], [8, 8], [4, 0], [0, 8]], (1, 3), id="a corner on a side"),
        pytest.param([[0, 0], [4, 4], [8, 0], [8, 8], [4, 4], [0, 8]], (1, 4), id="a corner on a corner"),
        pytest.param([[0, 0], [8, 0], [8, 8], [8, 4], [0, 4]], (2, 3), id="back along the same line"),
    ],
)
def test_an_outline_that_meets_itself_names_the_sides(points, sides):
    assert fault(points) == sides


@pytest.mark.parametrize("points", [SQUARE, ELL, COMB, SQUARE[::-1], [[0, 0], [5, 1], [0.01, 0]]])
def test_a_simple_outline_has_no_fault(points):
    assert fault(points) is None


@given(stars(), st.integers(0, 20), st.booleans())
def test_where_an_outline_begins_and_which_way_it_runs_makes_no_difference(points, start, is_backwards):
    again = points[start % len(points) :] + points[: start % len(points)]
    assert canonical(again[::-1] if is_backwards else again) == points


def test_a_point_on_a_straight_side_and_a_point_twice_are_left_out():
    assert canonical([[0, 0], [5, 0], [10, 0], [10, 0], [10, 10], [0, 10], [0, 0]]) == SQUARE


def test_a_middle_outline_of_two_runs_between_them():
    small, large = moved([[0, 0], [20, 0], [20, 20], [0, 20]], 10, 10), [[0, 0], [40, 0], [40, 40], [0, 40]]
    found = OUTLINES.middles([{"label": "a", "points": small}, {"label": "a", "points": large}], [[1, 1]])[0]
    assert area_of(found["points"]) == pytest.approx(30 * 30, rel=0.03)
    assert overlap(found["points"], [[5, 5], [35, 5], [35, 35], [5, 35]]) > 0.97


def test_a_middle_outline_of_three_is_what_two_of_them_cover():
    three = [{"label": "a", "points": moved(SQUARE, right)} for right in (0, 2, 6)]
    found = OUTLINES.middles(three, [[1, 1, 1]])[0]["points"]
    assert overlap(found, moved(SQUARE, 2)) > 0.95


def test_a_middle_outline_keeps_a_bay():
    three = [{"label": "a", "points": moved(COMB, right)} for right in (0, 0.2, 0.4)]
    found = OUTLINES.middles(three, [[1, 1, 1]])[0]["points"]
    assert fault(found) is None
    assert overlap(found, moved(COMB, 0.2)) > 0.93


def test_one_outline_far_off_has_no_say_in_the_middle_of_three():
    three = [{"label": "a", "points": points} for points in (SQUARE, moved(SQUARE, 1), moved(SQUARE, 300))]
    assert overlap(OUTLINES.middles(three, [[1, 1, 1]])[0]["points"], SQUARE) > 0.6


@given(stars(), stars())
def test_edge_by_edge_and_by_arrays_two_outlines_share_the_same_area(first, second):
    assert intersection_of_few(first, second) == pytest.approx(intersection_of_many(first, second), rel=1e-9, abs=1e-7)
