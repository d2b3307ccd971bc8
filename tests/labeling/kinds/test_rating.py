"""Rating: a point on a scale with an order."""

import pytest

from labeling.errors import Unusable
from labeling.kinds import kind

RATING = kind("rating")
FIVE = RATING.options({"low": 1, "high": 5})


def test_nothing_said_is_one_to_five():
    assert RATING.options(None) == {"low": 1, "high": 5, "anchors": {}, "look": "points"}


@pytest.mark.parametrize(("low", "high"), [(5, 1), (1, 1), (1, 102), (1.5, 3), (True, 3), ("1", 5), (None, 5)])
def test_a_scale_that_cannot_be_used_is_refused(low, high):
    with pytest.raises(Unusable, match="cannot be used"):
        RATING.options({"low": low, "high": high})


def test_an_anchor_beside_the_scale_is_refused():
    with pytest.raises(Unusable, match="Anchor '6' is not on the scale from 1 to 5"):
        RATING.options({"anchors": {"6": "more than very"}})


def test_an_anchor_that_is_no_text_is_refused():
    with pytest.raises(Unusable, match="not texts"):
        RATING.options({"anchors": {"1": 7}})


def test_a_whole_number_that_json_wrote_as_a_float_is_that_number():
    assert RATING.parse(3.0, FIVE) == 3


def test_an_infinite_number_is_no_point():
    with pytest.raises(Unusable):
        RATING.parse(float("inf"), FIVE)


def test_the_ends_of_the_scale_are_one_apart_and_neighbours_a_step():
    assert RATING.distance(1, 5, FIVE) == 1
    assert RATING.distance(2, 3, FIVE) == 0.25


@pytest.mark.parametrize("cell", ["inf", "nan", "1e400", "-inf"])
def test_a_cell_that_is_no_finite_number_is_refused_in_words(cell):
    with pytest.raises(Unusable):
        RATING.parse(RATING.from_form([cell], FIVE), FIVE)


def test_an_anchor_stands_behind_its_number():
    options = RATING.options({"anchors": {"1": "not at all"}})
    assert [RATING.text(point, options) for point in (1, 2)] == ["1 (not at all)", "2"]


def test_a_look_there_is_not_names_those_there_are():
    with pytest.raises(Unusable, match="Choose one of: points, slider, stars"):
        RATING.options({"look": "dial"})


def test_more_stars_than_can_be_told_apart_are_refused():
    with pytest.raises(Unusable, match="12 stars are more than 11"):
        RATING.options({"low": 1, "high": 12, "look": "stars"})


def test_words_for_points_are_written_one_a_line_and_a_line_without_a_point_is_named():
    given = {"low": "1", "high": "3", "look": "stars", "anchors": "1: calm: mostly\n\n3: furious"}
    assert RATING.options(RATING.from_settings(given)) == {
        "low": 1,
        "high": 3,
        "anchors": {"1": "calm: mostly", "3": "furious"},
        "look": "stars",
    }
    with pytest.raises(Unusable, match="Line 2 of the words \\('furious'\\) says no point"):
        RATING.from_settings({"low": "1", "high": "3", "anchors": "1: calm\nfurious"})
