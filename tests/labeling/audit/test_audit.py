"""What is said of an annotator, and when nothing is said yet."""

import json

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labeling
from labeling.audit import EVIDENCE, Standing, audit, wilson
from labeling.consensus import consensus
from labeling.errors import NotFound, Unusable, UnusableAnswers


def test_accuracy_on_gold_counts_gold_answers_only(team):
    answers, truth = team({"ann": 1.0, "bob": 1.0})
    found = audit(answers, gold={k: truth[k] for k in range(30)}).of("ann")
    assert (found.answers, found.gold_seen, found.gold_right, found.accuracy) == (120, 30, 30, 1.0)
    assert (found.accuracy_low, found.accuracy_high) == pytest.approx(wilson(30, 30))


def test_confusion_has_the_truth_in_rows_and_what_was_said_in_columns():
    answers = {"item": [1, 2, 3], "annotator": ["ann"] * 3, "label": ["x", "y", "y"]}
    found = audit(answers, gold={1: "x", 2: "x", 3: "z"})[0]
    assert (found.labels, found.confusion) == (("x", "y", "z"), ((1, 1, 0), (0, 0, 0), (0, 1, 0)))


def test_agreement_rests_on_other_answers_than_gold_does_where_these_are_enough(team):
    """dan is wrong on gold only; were gold compared too, one fault would give two signals."""
    answers, truth = team({"ann": 1.0, "bob": 1.0, "cyd": 1.0, "dan": 1.0}, items=60)
    is_fault = (answers["annotator"] == "dan") & (answers["item"] < 20)
    answers["label"] = np.where(is_fault, 1 - answers["label"], answers["label"])
    found = audit(answers, gold={k: truth[k] for k in range(20)}).of("dan")
    assert (found.accuracy, found.compared, found.agreement) == (0.0, 40, 1.0)
    assert not {"others", "lean"} & {signal.evidence for signal in found.signals}


def test_three_answers_are_not_known_yet_however_wrong_and_fast(team):
    answers, truth = team({"ann": 0.9, "bob": 0.9, "cyd": 0.9, "dan": 0.0})
    keep = (answers["annotator"] != "dan") | (answers["item"] < 3)
    few = {name: values[keep] for name, values in answers.items()}
    few["seconds"] = np.where(few["annotator"] == "dan", 0.1, 30.0)
    found = audit(few, gold=truth).of("dan")
    assert (found.answers, found.word, found.signals) == (3, "not known yet", ())


def test_two_signals_say_look_and_the_careful_are_fine(team):
    answers, truth = team({"ann": 0.9, "bob": 0.9, "cyd": 0.9, "dan": 0.4})
    words = {one.annotator: one.word for one in audit(answers, gold={k: truth[k] for k in range(30)})}
    assert words == {"ann": "fine", "bob": "fine", "cyd": "fine", "dan": "look"}


def test_one_signal_alone_never_says_look(team):
    answers, truth = team({"ann": 0.95, "bob": 0.95, "cyd": 0.95})
    wrong_gold = {k: 1 - truth[k] for k in range(30)}
    for one in audit(answers, gold=wrong_gold):
        assert ([signal.evidence for signal in one.signals], one.word) == (["gold"], "fine")


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), people=st.integers(2, 6), items=st.integers(1, 40))
def test_nobody_is_told_to_look_on_fewer_than_two_signals_whatever_the_answers(seed, people, items):
    rng = np.random.default_rng(seed)
    n = people * items
    answers = {
        "item": rng.integers(0, items, n),
        "annotator": rng.integers(0, people, n),
        "label": rng.integers(0, 3, n),
        "seconds": rng.lognormal(1, 2, n),
    }
    for one in audit(answers, gold=dict.fromkeys(range(items // 2), 0)):
        assert (one.word == "look") <= (len({signal.evidence for signal in one.signals}) >= 2)
        assert {signal.evidence for signal in one.signals} <= set(EVIDENCE)


def test_a_team_of_equals_is_hardly_ever_told_to_look(team):
    """Eight equals, forty times: no word "look" on luck alone."""
    words = []
    for seed in range(40):
        answers, truth = team(dict.fromkeys("abcdefgh", 0.75), items=60, seed=seed)
        words += [one.word for one in audit(answers, gold={k: truth[k] for k in range(20)})]
    assert words.count("look") <= 1


def told(found, rename=lambda name: name):
    return {
        rename(one.annotator): (
            one.word, one.gold_right, one.compared, one.longest_run, one.again,
            *(None if value is None else round(value, 6) for value in (one.agreement, one.excess, one.standing, one.fall)),
        )
        for one in found
    }  # fmt: skip


def test_other_names_change_nothing(team):
    answers, truth = team({"ann": 0.9, "bob": 0.8, "cyd": 0.7, "dan": 0.4}, classes=3)
    gold = {k: truth[k] for k in range(40)}
    renamed = {
        "item": [f"item-{k}" for k in answers["item"]],
        "annotator": [name.upper() for name in answers["annotator"]],
        "label": [f"label-{k}" for k in answers["label"]],
    }
    other = audit(renamed, gold={f"item-{k}": f"label-{label}" for k, label in gold.items()})
    assert told(other) == told(audit(answers, gold=gold), str.upper)


def test_the_order_of_rows_changes_nothing_where_the_time_is_known(team):
    answers, truth = team({"ann": 0.9, "bob": 0.8, "cyd": 0.7, "dan": 0.4}, classes=3)
    answers["time"] = np.arange(480.0)
    order = np.random.default_rng(0).permutation(480)
    gold = {k: truth[k] for k in range(40)}
    mixed = {name: values[order] for name, values in answers.items()}
    assert told(audit(mixed, gold=gold)) == told(audit(answers, gold=gold))


def test_skips_are_passed_through_and_all_of_it_stands_as_json(team):
    answers, truth = team({"ann": 0.9, "bob": 0.8, "cyd": 0.3})
    found = audit({**answers, "version": [1] * 360}, gold=truth, skips={"ann": 3})
    read = json.loads(json.dumps(found.as_json()))
    assert read[0]["skips"] == 3
    assert read[2]["signals"][0].keys() == {"evidence", "words", "q"}
    assert read[0]["versions"][0]["version"] == 1


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_a_frame_comes_back_as_the_kind_that_came_in(library, team):
    answers, truth = team({"ann": 0.9, "bob": 0.8, "cyd": 0.3})
    frame = audit(library({name: values.tolist() for name, values in answers.items()}), gold=truth).frame
    assert isinstance(frame, library)
    rows = nw.from_native(frame).rows(named=True)
    assert [row["annotator"] for row in rows] == ["ann", "bob", "cyd"]
    assert {"gold", "others"} <= set(rows[2]["signals"].split(", "))


def test_the_package_is_the_function_of_its_name_whoever_imports_it_first(team):
    answers, _ = team({"ann": 0.9, "bob": 0.8})
    assert [one.annotator for one in labeling.audit(answers)] == ["ann", "bob"]


def test_every_place_and_every_slice_is_a_standing(team):
    found = audit(team({"ann": 0.9, "bob": 0.8, "cyd": 0.7})[0])
    assert len(found) == 3
    assert [one.annotator for one in found[1:]] == ["bob", "cyd"]
    assert isinstance(found[-1], Standing)
    with pytest.raises(NotFound, match="Did you mean 'cyd'"):
        found.of("cid")


def test_a_consensus_at_hand_is_used_and_another_is_refused(team):
    answers, _ = team({"ann": 0.9, "bob": 0.8, "cyd": 0.7})
    table = labeling.Answers.of(answers)
    assert told(audit(table, consensus=consensus(table))) == told(audit(table))
    with pytest.raises(Unusable, match="not that of these answers"):
        audit(table, consensus=consensus(table, "majority"))


def test_gold_that_nobody_saw_leaves_accuracy_unknown():
    found = audit({"item": [1], "annotator": ["ann"], "label": ["x"]}, gold={99: "x"})[0]
    assert (found.gold_seen, found.accuracy, found.below, found.word) == (0, None, None, "not known yet")


def test_a_gold_label_that_is_no_label_is_refused_with_the_nearest():
    with pytest.raises(UnusableAnswers, match=r"Gold label 'spma' is not one of the labels\. Did you mean 'spam'\?"):
        audit({"item": [1], "annotator": ["ann"], "label": ["spam"]}, gold={1: "spma"}, labels=["spam", "ham"])


@pytest.mark.parametrize("threshold", [0, 1, 70])
def test_a_threshold_that_is_no_accuracy_is_refused(threshold):
    with pytest.raises(Unusable, match="is no accuracy"):
        audit({"item": [1], "annotator": ["ann"], "label": ["x"]}, threshold=threshold)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"item": [], "annotator": [], "label": []}, "no answers"),
        ({"item": [1], "annotator": ["ann"]}, "no column 'label'"),
        ({"item": [1], "annotator": [None], "label": ["x"]}, "is empty"),
        ({"item": [1, 2], "annotator": ["ann"], "label": ["x"]}, "differ in length"),
        ({"item": [1], "annotator": ["ann"], "label": ["x"], "time": ["soon"]}, "is no time"),
        (7, "no table of answers"),
    ],
)
def test_what_is_no_table_of_answers_is_refused_and_says_why(answers, words):
    with pytest.raises(UnusableAnswers, match=words):
        audit(answers)


def test_a_label_that_nobody_else_uses_and_unanswered_rows_do_no_harm():
    answers = {"item": [1, 1, 2, 2], "annotator": ["ann", "bob", "ann", "bob"], "label": ["x", "x", None, "z"]}
    found = audit(answers, version=["v1", "v1", "v2", "v2"], at=["2026-01-01", "2026-01-02", None, "2026-01-01"])
    assert [(one.answers, [part.version for part in one.versions]) for one in found] == [(1, ["v1"]), (2, ["v1", "v2"])]
