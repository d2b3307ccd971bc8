"""split_column: one column of text into several."""

import polars as pl
import pytest

import prep


def split(texts, into=("a", "b"), **parameters):
    return prep.split_column.run(
        pl.DataFrame({"id": range(len(texts)), "t": texts, "z": 1}), "t", list(into), **parameters
    )


def test_the_parts_stand_where_the_whole_stood_without_spaces():
    frame = split(["x , y"], at=",").frame
    assert frame.columns == ["id", "a", "b", "z"]
    assert frame.select("a", "b").rows() == [("x", "y")]


def test_the_whole_stays_when_asked():
    assert split(["x,y"], at=",", keep=True).frame.columns == ["id", "t", "z", "a", "b"]


def test_a_part_may_take_the_name_of_the_whole():
    assert split(["x,y"], into=("t", "b"), at=",").frame.columns == ["id", "t", "b", "z"]


def test_an_empty_part_is_missing_and_so_is_missing_text():
    assert split(["x,", None, " "], at=",", fewer="missing").frame.select("a", "b").rows() == [
        ("x", None),
        (None, None),
        (None, None),
    ]


def test_too_many_and_too_few_parts_are_set_aside_with_the_text():
    made, change = split(["x,y", "x", "x,y,z"], at=",")
    assert made["a"].to_list() == ["x", None, None]
    assert change.quarantine.rows() == [(1, "t", "x", "has not 2 parts"), (2, "t", "x,y,z", "has not 2 parts")]


def test_more_parts_are_merged_or_dropped_and_fewer_are_missing_when_said():
    texts = ["x,y,z", "x"]
    assert split(texts, at=",", more="merge", fewer="missing").frame["b"].to_list() == ["y,z", None]
    assert split(texts, at=",", more="drop", fewer="missing").frame["b"].to_list() == ["y", None]


def test_a_pattern_takes_its_groups():
    made, change = split(["Ana (31)", "Ben"], pattern=r"(?<who>\w+) \((\d+)\)")
    assert made.select("a", "b").rows() == [("Ana", "31"), (None, None)]
    assert change.quarantine["value"].to_list() == ["Ben"]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"at": ",", "pattern": "(.)(.)"},
        {"at": ""},
        {"pattern": "(.)"},
        {"pattern": "(?=a)(.)(.)"},
        {"pattern": "("},
    ],
)
def test_parameters_without_meaning_are_refused(parameters):
    with pytest.raises(prep.PrepError):
        split(["x"], **parameters)


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(prep.PrepError, match="'z', but there is one"):
        split(["x,y"], into=("a", "z"), at=",")


def test_a_pattern_that_would_explode_elsewhere_does_not():
    made = split(["a" * 50_000 + "!"], pattern=r"^((?:a+)+)(b)$")
    assert made.change.bad == 1
