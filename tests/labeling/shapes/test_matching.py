"""Which shape is which, and how far two drawings are apart: worked out by hand, then laws."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.shapes import BOXES, match, overlaps, unlikeness
from labeling.shapes.consensus import in_order


def box(x, y=0, width=10, height=10, label="car"):
    return {"label": label, "x": x, "y": y, "width": width, "height": height}


boxes = st.lists(
    st.builds(
        box,
        st.integers(0, 12),
        st.integers(0, 12),
        st.integers(1, 12),
        st.integers(1, 12),
        st.sampled_from(["car", "dog"]),
    ),
    max_size=4,
    unique_by=lambda one: tuple(one.values()),
).map(in_order)


def test_overlap_of_boxes_by_hand():
    # 5 × 10 in common, 100 + 100 − 50 in all.
    assert overlaps([box(0)], [box(5)], BOXES)[0, 0] == pytest.approx(1 / 3)


def test_boxes_that_only_touch_share_nothing():
    assert overlaps([box(0)], [box(10)], BOXES)[0, 0] == 0


def test_shapes_of_different_labels_are_never_matched_unless_it_is_asked():
    assert match([box(0)], [box(0, label="dog")], BOXES) == []
    assert len(match([box(0)], [box(0, label="dog")], BOXES, any_label=True)) == 1


def test_the_best_pairing_is_found_and_not_the_greediest():
    # Overlaps: left-left 0.25 (a with d), a with c 0.6; b with c 0.54 only. Greedy takes a-c and leaves b and d alone.
    first, second = [box(4), box(11)], [box(6.5), box(0, width=8)]
    found = {(one.first, one.second) for one in match(first, second, BOXES)}
    assert found == {(0, 1), (1, 0)}


@settings(max_examples=60, deadline=None)
@given(boxes, boxes)
def test_the_pairing_adds_up_to_what_trying_every_one_finds(first, second):
    worth = overlaps(first, second, BOXES)
    if len(first) > len(second):
        worth = worth.T
    tried = max(
        (
            sum(worth[row, column] for row, column in enumerate(chosen))
            for chosen in permutations(range(worth.shape[1]), worth.shape[0])
        ),
        default=0,
    )
    assert sum(one.overlap for one in match(first, second, BOXES)) == pytest.approx(tried)


def test_distance_counts_what_has_no_match():
    # One pair at 1/3, one box over on each side: 1 − (1/3) / 3.
    assert unlikeness([box(0), box(90)], [box(5), box(50)], BOXES) == pytest.approx(1 - 1 / 9)


def test_nothing_and_nothing_agree_and_nothing_and_something_do_not():
    assert unlikeness([], [], BOXES) == 0
    assert unlikeness([], [box(0)], BOXES) == 1


@settings(max_examples=100, deadline=None)
@given(boxes, boxes)
def test_distance_is_the_same_both_ways_and_nought_only_for_the_same(first, second):
    apart = unlikeness(first, second, BOXES)
    assert 0 <= apart <= 1
    assert apart == unlikeness(second, first, BOXES)
    assert (apart == 0) == (first == second)


def test_the_smallest_difference_that_can_be_drawn_is_a_difference():
    huge = box(0, 0, 1_000_000, 1_000_000)
    assert unlikeness([huge], [{**huge, "width": 999_999.99}], BOXES) > 0
