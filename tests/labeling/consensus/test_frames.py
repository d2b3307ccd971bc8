"""Any frame in, the same kind out, from a notebook."""

from __future__ import annotations

import json

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import labeling
from labeling.consensus import methods
from labeling.errors import UnusableAnswers

TABLE = {
    "task": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
    "worker": list("abcabcabcabc"),
    "label": ["x", "x", "y", "y", "y", "y", "x", "x", "x", "y", "y", "x"],
}
COLUMNS = {
    "labels": [
        "item",
        "label",
        "confidence",
        "runner_up",
        "margin",
        "votes",
        "votes_for",
        "majority",
        "majority_tie",
        "tie",
        "contested",
        "disagree",
        "gold",
    ],
    "posteriors": ["item", "label", "probability"],
    "annotators": ["annotator", "answers", "skill", "skill_low", "skill_high", "confusion"],
}


@pytest.mark.parametrize(
    "make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table], ids=["pandas", "polars", "lazy", "pyarrow"]
)
@pytest.mark.parametrize("part", COLUMNS)
def test_the_kind_of_frame_that_came_in_comes_out(make, part):
    frame = getattr(labeling.aggregate(make(TABLE)), part)
    assert type(frame) is type(make(TABLE))
    names = frame.collect_schema().names() if isinstance(frame, pl.LazyFrame) else getattr(frame, "column_names", None)
    assert list(names or frame.columns) == COLUMNS[part]


@pytest.mark.parametrize("method", sorted(methods()))
def test_every_method_names_the_labels_of_plain_cases(method):
    found = labeling.aggregate(pl.DataFrame(TABLE), method).labels
    assert found["label"].to_list() == ["x", "y", "x", "y"]
    assert found["votes"].to_list() == [3, 3, 3, 3]


def test_soft_labels_of_an_item_sum_to_one():
    soft = labeling.aggregate(pl.DataFrame(TABLE)).posteriors
    assert soft.group_by("item").agg(pl.col("probability").sum())["probability"].to_list() == pytest.approx([1.0] * 4)


def test_an_annotators_confusion_has_rows_that_sum_to_one():
    confusion = labeling.aggregate(pd.DataFrame(TABLE), "dawid_skene").annotators["confusion"][0]
    assert [sum(row) for row in confusion] == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_a_hidden_confidence_is_missing_in_the_frame(make):
    alone = {"item": list(range(9)), "annotator": list("abcabcabc"), "label": list("xyxyxyxyx")}
    frame = labeling.aggregate(make(alone)).labels
    column = frame["confidence"]
    missing = (
        column.isna().sum() if make is pd.DataFrame else column.null_count if make is pa.table else column.null_count()
    )
    assert missing == 9


def test_with_one_class_there_is_no_runner_up():
    frame = labeling.aggregate({"item": [1, 1], "annotator": ["a", "b"], "label": ["x", "x"]}).labels
    assert frame["runner_up"].to_list() == [None]


def test_the_diagnostics_say_in_words_what_was_done_and_go_to_json():
    diagnostics = labeling.aggregate(TABLE).diagnostics
    assert "differs from the majority on" in diagnostics.summary
    assert "Hierarchical" in diagnostics.summary
    assert json.loads(json.dumps(diagnostics.as_dict()))["method"] == "auto"


def test_labels_not_answered_stand_among_the_classes():
    assert labeling.aggregate(TABLE, labels=["x", "y", "z"]).posteriors["label"].to_list()[:3] == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"item": [], "annotator": [], "label": []}, "no answers"),
        ({"item": [1], "annotator": ["a"], "label": [None]}, "no answers"),
        ({"item": [1], "annotator": ["a"], "lable": ["x"]}, "Did you mean 'lable'"),
        ({"item": [1, 2], "annotator": ["a", "b"], "label": ["x", 3]}, "mixed types"),
        ({"item": [1, None], "annotator": ["a", "b"], "label": ["x", "y"]}, "Row 2, column 'item'"),
    ],
    ids=["empty", "all missing", "misspelt", "mixed", "no item"],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_cure(table, said):
    with pytest.raises(UnusableAnswers, match=said):
        labeling.aggregate(table)


def test_a_label_outside_the_project_is_refused():
    with pytest.raises(UnusableAnswers, match="'y' is not one of the labels"):
        labeling.aggregate(TABLE, labels=["x", "z"])


def test_a_level_that_consensus_does_not_know_is_refused():
    with pytest.raises(UnusableAnswers, match="level='ratio'"):
        labeling.aggregate(TABLE, level="ratio")


def test_importing_labeling_loads_no_number_library():
    import subprocess
    import sys

    code = "import sys, labeling, labeling.consensus; print([m for m in ('numpy', 'scipy', 'polars', 'pandas') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
