"""Answers come in from any table, under the field's names, and what is wrong is named with its row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.answers import Answers
from labeling.errors import UnusableAnswers

COLUMNS = {"task": ["t2", "t1", "t2"], "worker": ["ann", "ann", "bob"], "label": ["yes", "no", "yes"]}

TABLES = {
    "mapping": lambda columns: columns,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
    "pandas, arrow": lambda columns: pd.DataFrame(columns).convert_dtypes(dtype_backend="pyarrow"),
    "polars, categories": lambda columns: pl.DataFrame(columns).with_columns(pl.all().cast(pl.Categorical)),
    "pandas, categories": lambda columns: pd.DataFrame(columns).astype("category"),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_kind_of_table_gives_the_same_answers(table):
    answers = Answers.of(table(COLUMNS))
    assert answers.items.tolist() == ["t2", "t1"]
    assert answers.annotators.tolist() == ["ann", "bob"]
    assert (answers.item.tolist(), answers.annotator.tolist()) == ([0, 1, 0], [0, 0, 1])
    assert (answers.labels, answers.label.tolist()) == (("no", "yes"), [1, 0, 1])


@pytest.mark.parametrize(
    "names", [("item", "annotator", "label"), ("Unit", " rater ", "VALUE"), ("question", "user", "response")]
)
def test_the_fields_names_are_understood_in_any_case(names):
    assert len(Answers.of(dict(zip(names, COLUMNS.values(), strict=True)))) == 3


def test_of_several_columns_that_fit_the_projects_own_name_counts():
    both = {**COLUMNS, "item": ["other"] * 3}
    assert Answers.of(both).items.tolist() == ["other"]


def test_of_two_columns_that_differ_in_case_the_first_counts():
    assert Answers.of({**COLUMNS, "Task": ["other"] * 3}).items.tolist() == ["t2", "t1"]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_a_missing_label_is_no_answer(missing):
    answers = Answers.from_columns([1, 2, 2], ["a", "b", "a"], [missing, "x", "y"])
    assert (len(answers), answers.items.tolist()) == (2, [2])


@pytest.mark.parametrize("table", [TABLES["pandas"], TABLES["polars"], TABLES["pyarrow"]])
def test_a_null_in_a_frame_is_a_missing_label(table):
    assert len(Answers.of(table({**COLUMNS, "label": ["yes", None, "no"]}))) == 2


def test_zero_false_and_the_empty_text_are_labels_and_not_missing():
    for labels in ([0, 1], [False, True], ["", "x"]):
        assert Answers.from_columns([1, 1], ["a", "b"], labels).labels == tuple(labels)


@pytest.mark.parametrize(
    ("labels", "order"), [([10, 9, 2], (2, 9, 10)), (["b", "a", "c"], ("a", "b", "c")), ([0.5, -1, 2], (-1, 0.5, 2))]
)
def test_labels_go_by_value_if_numbers_and_else_as_text(labels, order):
    assert Answers.from_columns([1, 2, 3], ["a"] * 3, labels).labels == order


def test_labels_as_given_keep_their_order_and_may_be_unused():
    answers = Answers.of(COLUMNS, labels=["yes", "maybe", "no"])
    assert (answers.labels, answers.counts().tolist()) == (("yes", "maybe", "no"), [[2, 0, 0], [0, 0, 1]])


def test_the_latest_answer_of_an_annotator_to_an_item_counts():
    answers = Answers.from_columns([1, 1, 1], ["a", "b", "a"], ["x", "y", "z"])
    assert [answers.labels[k] for k in answers.label] == ["y", "z"]


def test_both_answers_count_where_one_asks_to_keep_them():
    assert len(Answers.from_columns([1, 1], ["a", "a"], ["x", "y"], duplicates="keep")) == 2


def test_a_second_answer_is_named_with_its_row_where_one_asks_for_an_error():
    with pytest.raises(UnusableAnswers, match="Row 2: annotator 'a' answers item 1 again further down"):
        Answers.from_columns([9, 1, 1], ["a", "a", "a"], [None, "x", "y"], duplicates="error")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({**COLUMNS, "label": ["yes", 3, "no"]}, "Row 2, column 'label': 3 is a number, but 'yes' is text"),
        ({**COLUMNS, "label": [True, "x", "no"]}, "labels of mixed types"),
        ({**COLUMNS, "task": ["t", None, "t"]}, "Row 2, column 'item': is empty. Every answer needs its item."),
        ({**COLUMNS, "label": [None] * 3}, "There are no answers: all 3 labels are missing"),
        ({name: [] for name in COLUMNS}, "There are no answers"),
        ({**COLUMNS, "label": ["yes"]}, "The columns differ in length: 3 items, 3 annotators, 1 labels"),
        ({"tsk": [1], "worker": [1], "label": [1]}, "Did you mean 'tsk'?"),
        ("answers.csv", "This is no table of answers, but str"),
        (None, "This is no table of answers"),
    ],
)
def test_what_cannot_be_used_is_named_with_row_column_and_cure(columns, words):
    with pytest.raises(UnusableAnswers) as error:
        Answers.of(columns)
    assert words in str(error.value)


def test_an_unknown_label_is_named_with_its_row_and_the_nearest():
    with pytest.raises(
        UnusableAnswers, match=r"Row 2, column 'label': 'no' is not one of the labels.*Did you mean 'non'\?"
    ):
        Answers.of(COLUMNS, labels=["yes", "non"])


def test_a_number_is_not_taken_for_a_truth_value():
    with pytest.raises(UnusableAnswers, match="True is not one of the labels"):
        Answers.from_columns([1], ["a"], [True], labels=[0, 1])


@pytest.mark.parametrize("labels", [["x", "x"], [], "xy"])
def test_classes_that_are_none_are_refused(labels):
    with pytest.raises(UnusableAnswers):
        Answers.from_columns([1], ["a"], ["x"], labels=labels)


def test_labels_that_are_lists_are_told_apart_by_their_content():
    answers = Answers.from_columns([1, 1, 2], ["a", "b", "a"], [[{"x": 1, "y": 2}], [{"y": 2, "x": 1}], []])
    assert answers.label.tolist()[0] == answers.label.tolist()[1] != answers.label.tolist()[2]


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["ann", "bob", "cyd"]), st.sampled_from(["x", "y", "z"])),
        min_size=1,
    )
)
def test_codes_say_what_the_columns_said(rows):
    answers = Answers.from_columns(*zip(*rows, strict=True), duplicates="keep")
    decoded = [
        (answers.items[i], answers.annotators[a], answers.labels[k])
        for i, a, k in zip(answers.item, answers.annotator, answers.label, strict=True)
    ]
    assert decoded == rows
    assert answers.items.tolist() == list(dict.fromkeys(row[0] for row in rows))


@given(values=st.lists(st.integers(-3, 10_000), min_size=1, max_size=50))
def test_numbers_from_numpy_and_from_a_list_get_the_same_codes(values):
    ones = [0] * len(values)
    listed, array = (
        Answers.from_columns(column, ones, ones, duplicates="keep") for column in (values, np.array(values))
    )
    assert (listed.item.tolist(), listed.items.tolist()) == (array.item.tolist(), array.items.tolist())


@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30))
def test_what_is_left_of_repeats_is_the_last_in_its_place(rows):
    answers = Answers.from_columns(*zip(*rows, strict=True))
    kept = [row for k, row in enumerate(rows) if row[:2] not in [later[:2] for later in rows[k + 1 :]]]
    assert [answers.labels[k] for k in answers.label] == [row[2] for row in kept]
    assert len(answers.without_repeats()) == len(answers)


@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=90))
def test_a_table_that_lies_item_by_item_keeps_the_same_rows_as_one_that_does_not(rows):
    """Few rows an item are compared two by two, many or mixed ones are sorted: one rule, two ways."""
    lying = sorted(rows, key=lambda row: row[0])
    kept = [k for k, row in enumerate(lying) if row not in lying[k + 1 :]]
    answers = Answers.from_columns(*zip(*lying, strict=True), range(len(rows)))
    assert [answers.labels[k] for k in answers.label] == kept


@pytest.mark.parametrize("table", [TABLES["pandas"], TABLES["polars"], TABLES["pyarrow"], TABLES["pandas, arrow"]])
@pytest.mark.parametrize("first", [0, -7, 2**40])
def test_whole_numbers_in_a_frame_come_out_as_plain_numbers(table, first):
    answers = Answers.of(table({"item": [first, 5, first], "annotator": [1, 1, 2], "label": [3, 1, 3]}))
    assert (answers.items.tolist(), answers.item.tolist()) == ([first, 5], [0, 1, 0])
    assert {type(value) for value in (*answers.items, *answers.annotators, *answers.labels)} == {int}


def test_answers_that_come_in_again_stay_as_they_are():
    answers = Answers.of(COLUMNS)
    assert Answers.of(answers) is answers
    assert Answers.of(answers, labels=["no", "maybe", "yes"]).label.tolist() == [2, 0, 2]
