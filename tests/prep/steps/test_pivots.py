"""pivot_longer and pivot_wider: columns to rows and back."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep

WIDE = pl.DataFrame({"id": [1, 2], "q1": [5, None], "q2": [7, 8]})


def test_columns_become_rows():
    assert prep.pivot_longer(WIDE, ["q1", "q2"]).rows() == [(1, "q1", 5), (2, "q1", None), (1, "q2", 7), (2, "q2", 8)]


def test_all_but_those_kept_and_without_missing_and_with_own_names():
    frame = prep.pivot_longer(WIDE, keep="id", drop_missing=True, names="question", values="score")
    assert frame.columns == ["id", "question", "score"]
    assert frame.height == 3


def test_values_of_several_types_are_refused_with_a_cure():
    with pytest.raises(prep.PrepError, match="Cast them to one type first"):
        prep.pivot_longer(pl.DataFrame({"a": [1], "b": ["x"]}), ["a", "b"])


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(prep.PrepError, match="'name' or 'value' is the name of another column"):
        prep.pivot_longer(WIDE.rename({"id": "name"}), ["q1", "q2"])


def test_rows_become_columns_in_the_order_of_their_names_and_ids():
    long = pl.DataFrame({"id": [2, 1, 1], "q": ["b", "b", "a"], "x": [8, 7, 5]})
    assert prep.pivot_wider(long, names="q", values="x").to_dicts() == [
        {"id": 1, "a": 5, "b": 7},
        {"id": 2, "a": None, "b": 8},
    ]


def test_two_values_for_one_cell_are_refused_naming_it():
    long = pl.DataFrame({"id": [1, 1], "q": ["a", "a"], "x": [5, 7]})
    with pytest.raises(prep.PrepError, match=r'2 rows share one cell: {"id": 1, "q": "a"}'):
        prep.pivot_wider(long, names="q", values="x")


@pytest.mark.parametrize(("combine", "value"), [("sum", 12), ("mean", 6.0), ("min", 5), ("max", 7), ("count", 2)])
def test_two_values_for_one_cell_become_one_when_said_how(combine, value):
    long = pl.DataFrame({"id": [1, 1], "q": ["a", "a"], "x": [5, 7]})
    assert prep.pivot_wider(long, names="q", values="x", combine=combine)["a"].to_list() == [value]


def test_the_sum_of_nothing_is_missing():
    long = pl.DataFrame({"id": [1, 2], "q": ["a", "b"], "x": [5, 7]})
    assert prep.pivot_wider(long, names="q", values="x", combine="sum")["b"].to_list() == [None, 7]


def test_a_prefix_stands_before_each_and_a_taken_name_is_refused():
    long = pl.DataFrame({"id": [1], "q": ["id"], "x": [5]})
    assert prep.pivot_wider(long, names="q", values="x", prefix="q_").columns == ["id", "q_id"]
    with pytest.raises(prep.PrepError, match="Say prefix="):
        prep.pivot_wider(long, names="q", values="x")


@given(st.dictionaries(st.integers(0, 9), st.tuples(st.integers(), st.integers()), min_size=1))
def test_wider_undoes_longer(rows):
    big = {key: (a % 1000, b % 1000) for key, (a, b) in rows.items()}
    wide = pl.DataFrame(
        {"id": sorted(big), "a": [big[key][0] for key in sorted(big)], "b": [big[key][1] for key in sorted(big)]}
    )
    assert prep.pivot_wider(prep.pivot_longer(wide, keep="id"), names="name", values="value").equals(wide)
