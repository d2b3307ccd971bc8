"""Consistency with oneself on items shown again."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labeling.audit import audit

DS1979 = Path(__file__).parents[3].parent / "shared" / "data" / "ds1979_answers.csv"


def test_each_answer_is_held_against_the_one_before_it():
    answers = {"item": [1, 1, 1, 2, 2], "annotator": ["ann"] * 5, "label": ["x", "x", "y", "x", "x"]}
    one = audit(answers)[0]
    assert (one.again, one.again_same, one.answers) == (3, 2, 2)


def test_the_first_observer_of_dawid_and_skene_judged_every_patient_three_times():
    """Of 90 repeats counted in the table, as many are equal as the table shows."""
    if not DS1979.exists():
        pytest.skip(f"the answers are not at {DS1979}")
    table = pd.read_csv(DS1979)
    table.columns = [str(name).strip().lower() for name in table.columns]
    item, who, label = (next(c for c in table.columns if c in names) for names in (
        ("task", "item", "patient"), ("worker", "annotator", "observer"), ("label", "answer", "grade"),
    ))  # fmt: skip
    found = audit({"item": table[item], "annotator": table[who], "label": table[label]})
    first = max(found, key=lambda one: one.again)
    own = table[table[who] == first.annotator]
    same = sum((g[label].to_numpy()[1:] == g[label].to_numpy()[:-1]).sum() for _, g in own.groupby(item))
    assert (first.again, first.again_same) == (90, same)
    assert sum(one.again for one in found) == 90


def test_one_who_says_otherwise_the_second_time_is_seen(team, evidence):
    answers, _ = team(dict.fromkeys(["ann", "bob", "cyd", "dan"], 0.95), items=60)
    again = {name: np.concatenate([values, values]) for name, values in answers.items()}
    flips = (again["annotator"] == "dan") & (np.arange(480) >= 240) & (again["item"] % 2 == 0)
    again["label"] = np.where(flips, 1 - again["label"], again["label"])
    found = audit(again)
    assert "self" in evidence(found, "dan")
    assert found.of("ann").again_same == 60
    assert not found.of("ann").signals
