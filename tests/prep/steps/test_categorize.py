"""categorize: many spellings to a few categories."""

import polars as pl
import pytest

import prep

TOWNS = {"New York": ["NY", "Big Apple"], "Köln": ["Cologne"], "Boston": []}


def categorized(values, **parameters):
    return prep.categorize.run(pl.DataFrame({"v": values}), "v", **{"categories": TOWNS, **parameters})


def test_case_accents_signs_and_spaces_do_not_count():
    assert categorized(["new york", " NEW-YORK ", "koln", "KÖLN", "n.y."]).frame["v"].to_list() == [
        "New York",
        "New York",
        "Köln",
        "Köln",
        "New York",
    ]


def test_other_spellings_are_the_category():
    assert categorized(["Cologne", "big apple"]).frame["v"].to_list() == ["Köln", "New York"]


def test_what_is_none_of_them_is_set_aside():
    made, change = categorized(["Rome", "Boston", None, ""])
    assert made["v"].to_list() == [None, "Boston", None, None]
    assert change.quarantine.rows() == [(0, "v", "Rome", "is none of the categories")]


def test_or_is_kept_or_is_another():
    assert categorized(["Rome", None], unknown="keep").frame["v"].to_list() == ["Rome", None]
    assert categorized(["Rome", None], other="elsewhere").frame["v"].to_list() == ["elsewhere", None]


def test_closeness_forgives_errors_in_typing_but_only_so_many():
    assert categorized(["Bostn", "Bston", "Best"], closeness=0.85).frame["v"].to_list() == ["Boston", "Boston", None]


def test_a_value_as_near_to_two_categories_is_neither():
    assert categorized(["cat"], categories=["cab", "car"], closeness=0.6).frame["v"].to_list() == [None]


def test_a_spelling_of_two_categories_is_refused():
    with pytest.raises(prep.PrepError, match="'ny' is a spelling of 'B' and of 'A'"):
        categorized(["x"], categories={"A": ["NY"], "B": ["ny"]})


def test_signs_only_are_themselves():
    assert categorized(["+", "-"], categories={"plus": ["+"], "minus": ["-"]}).frame["v"].to_list() == ["plus", "minus"]
