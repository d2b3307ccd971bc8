"""scale and encode_labels: learned on the training part only, the same when serving."""

import json

import numpy as np
import polars as pl
import pytest

import prep
from prep.errors import UnknownColumn

FRAME = pl.DataFrame({"x": [2.0, 4.0, 6.0, 100.0, None], "split": ["train", "train", "train", "test", "test"]})


def test_standard_scores_use_the_training_rows_only():
    scaled = prep.scale(FRAME, "x")["x"].to_list()
    spread = np.std([2, 4, 6])
    assert scaled == [pytest.approx(-2 / spread), 0.0, pytest.approx(2 / spread), pytest.approx(96 / spread), None]


def test_minmax_and_robust():
    assert prep.scale(FRAME, "x", how="minmax")["x"].to_list() == [0.0, 0.5, 1.0, 24.5, None]
    assert prep.scale(FRAME, "x", how="robust")["x"].to_list() == [-1.0, 0.0, 1.0, 48.0, None]


def test_without_a_split_one_must_say_what_to_learn_from():
    with pytest.raises(UnknownColumn, match="'split'"):
        prep.scale(FRAME.drop("split"), "x")
    assert prep.scale(FRAME.drop("split").head(2), "x", how="minmax", fit_where=None)["x"].to_list() == [0.0, 1.0]


def test_a_change_in_the_test_part_changes_nothing_of_what_is_learned():
    other = FRAME.with_columns(x=pl.when(pl.col("split") == "test").then(-1e9).otherwise("x"))
    step = prep.step("scale", columns="x")
    assert step.fit(FRAME).fitted == step.fit(other).fitted


def test_serving_does_what_training_did():
    kept = json.loads(json.dumps(prep.step("scale", columns="x").fit(FRAME).as_json()))
    assert prep.step_from_json(kept).run(FRAME.select("x")).frame["x"].equals(prep.scale(FRAME, "x")["x"])


def test_a_column_that_does_not_vary_becomes_zero():
    assert prep.scale(pl.DataFrame({"x": [3, 3, None]}), "x", fit_where=None)["x"].to_list() == [0.0, 0.0, None]


LABELS = pl.DataFrame({"label": ["no", "yes", "maybe", None], "split": ["train", "train", "test", "train"]})


def test_labels_are_numbered_in_order_and_one_that_training_did_not_hold_is_set_aside():
    made, change = prep.encode_labels.run(LABELS, "label")
    assert made["label"].to_list() == [0, 1, None, None]
    assert change.quarantine.rows() == [(2, "label", "maybe", "is no label of the training rows")]
    assert change.facts["labels"] == {"label": ["no", "yes"]}


def test_numbers_become_labels_again():
    fitted = prep.step("encode_labels", columns="label", on_error="null").fit(LABELS)
    coded = fitted.run(LABELS).frame
    back = prep.step("encode_labels", columns="label", decode=True, fitted=fitted.fitted).run(coded).frame
    assert back["label"].to_list() == ["no", "yes", None, None]


def test_a_number_of_no_label_is_set_aside():
    change = prep.encode_labels.run(
        pl.DataFrame({"label": [0, 7]}), "label", decode=True, fitted={"label": ["no", "yes"]}
    ).change
    assert change.quarantine["value"].to_list() == ["7"]
