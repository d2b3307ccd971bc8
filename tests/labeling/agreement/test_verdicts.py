"""Words that rest on the interval, never on the value alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from labeling.agreement import COEFFICIENTS, IN_WORDS, Coefficient, Difference, krippendorff_alpha

PLAIN = Coefficient("krippendorff_alpha", "Alpha", 0.6, 0.5, 0.7, 0.95, "bootstrap", 100, 100, 3, 300, 300)


def test_every_coefficient_has_its_line_in_plain_words():
    assert set(IN_WORDS) == set(COEFFICIENTS)


def test_an_interval_under_the_floor_is_called_below_it():
    assert replace(PLAIN, high=0.64).verdict().startswith("Below .667: between .50 and .64")


def test_an_interval_above_the_floor_is_called_at_least_its_lower_end():
    assert replace(PLAIN, value=0.75, low=0.7, high=0.8).verdict() == "At least .70 (best guess .75): above .667."


@pytest.mark.parametrize("value", [0.6, 0.69, 0.9])
def test_an_interval_across_the_floor_is_never_called_good_or_bad(value):
    words = replace(PLAIN, value=value, low=0.52, high=0.95).verdict()
    assert words.startswith("Could be anything from .52 to .95: too wide to call good or bad against .667")


def test_it_says_how_many_more_items_would_decide():
    """A half-width of .1 must shrink to the .067 from the floor: (.1 / .067)² times the items."""
    assert "about 130 more items" in PLAIN.verdict()


def test_more_items_are_not_promised_to_decide_what_lies_at_the_floor():
    assert "hardly decide" in replace(PLAIN, value=0.668).verdict()


def test_what_is_undefined_says_why():
    assert replace(PLAIN, value=None, why="no item was answered twice").verdict() == (
        "Cannot be told: no item was answered twice."
    )


def test_a_difference_across_zero_is_no_change_that_can_be_told():
    words = Difference(0.05, -0.03, 0.12, 0.95, "all items", "bootstrap").verdict()
    assert words == "No change can be told: anything from -.03 to .12, on all items."


def test_a_fall_is_said_in_positive_numbers():
    words = Difference(-0.2, -0.3, -0.1, 0.95, "all items", "bootstrap").verdict()
    assert words == "Fell by .20 (between .10 and .30), on all items."


def test_a_coefficient_is_json_with_its_words(krippendorff_c):
    found = json.loads(json.dumps(krippendorff_alpha(krippendorff_c).as_json()))
    assert found["prevalence"][0] == {"label": 1, "share": 0.225}
    assert found["verdict"].startswith("Could be anything")
