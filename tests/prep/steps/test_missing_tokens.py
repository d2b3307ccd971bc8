"""missing_tokens: what stands for a missing value becomes one."""

import polars as pl

import prep


def test_the_usual_words_are_missing_whatever_their_case_and_spaces():
    frame = pl.DataFrame({"t": ["NA", " n/a ", "NULL", "-", "", "None", "nan", "Nadia", "0"]})
    assert prep.missing_tokens(frame)["t"].to_list() == [None] * 7 + ["Nadia", "0"]


def test_own_tokens_stand_in_place_of_the_usual_ones():
    assert prep.missing_tokens(pl.DataFrame({"t": ["tbd", "NA"]}), tokens=["TBD"])["t"].to_list() == [None, "NA"]


def test_exact_tokens_are_taken_to_the_letter():
    assert prep.missing_tokens(pl.DataFrame({"t": ["NA", "na", " NA"]}), tokens=["NA"], exact=True)["t"].to_list() == [
        None,
        "na",
        " NA",
    ]


def test_numbers_that_mean_missing_are_named():
    frame = pl.DataFrame({"n": [1, -999, None], "x": [-999.0, 0.5, float("nan")]})
    assert prep.missing_tokens(frame, numbers=[-999]).rows() == [(1, None), (None, 0.5), (None, None)]


def test_nan_is_missing():
    assert prep.missing_tokens(pl.DataFrame({"x": [float("nan"), 1.0]}))["x"].to_list() == [None, 1.0]


def test_the_value_that_stays_is_not_stripped():
    assert prep.missing_tokens(pl.DataFrame({"t": [" a "]}))["t"].to_list() == [" a "]


def test_the_report_shows_what_was_taken_for_missing():
    change = prep.missing_tokens.run(pl.DataFrame({"t": ["n/a", "x", "-"]})).change
    assert change.cells == {"t": 2}
    assert "'n/a' -> missing" in str(change)
