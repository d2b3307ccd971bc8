"""Audit against the experts' gold of real sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from labeling.audit import audit

DATA = Path(__file__).parents[3].parent / "shared" / "data"
SETS = ("bluebirds", "rte", "s_dog", "cf", "d_product")


def read(name):
    folder = DATA / name
    if not folder.exists():
        pytest.skip(f"the real answers are not at {folder}")
    truth = pd.read_csv(folder / "truth.csv")
    return pd.read_csv(folder / "answers.csv"), dict(zip(truth.task.tolist(), truth.truth.tolist(), strict=True))


@pytest.fixture(params=["rte", "d_product"])
def real(request):
    return read(request.param)


def ranks(name, *measures):
    """Spearman's correlation of measures that saw no gold with accuracy on it, for who has 15 gold answers or more."""
    answers, gold = read(name)
    known = answers[answers.task.isin(gold)]
    right = (known.label == known.task.map(gold)).groupby(known.worker).agg(["mean", "size"])
    accuracy = right["mean"][right["size"] >= 15]
    found = {one.annotator: one for one in audit(answers)}
    return [spearmanr([getattr(found[who], m) for who in accuracy.index], accuracy).statistic for m in measures]


def test_the_standing_ranks_annotators_as_gold_does_and_better_than_any_signal_alone():
    table = np.array([ranks(name, "standing", "skill", "agreement", "excess", "spammer") for name in SETS])
    standing, *single = table.mean(axis=0)
    assert standing >= max(single)
    assert standing > 0.88


def test_nobody_in_real_crowds_is_taken_for_a_copier_but_pairs_who_say_one_thing_only():
    for name in ("bluebirds", "rte", "s_dog"):
        assert not [one.annotator for one in audit(read(name)[0]) if one.copying]


def test_right_answers_add_up_to_those_of_the_table(real):
    answers, gold = real
    right = (answers.label == answers.task.map(gold)).sum()
    assert sum(one.gold_right for one in audit(answers, gold=gold)) == right


def test_who_is_told_to_look_is_worse_than_who_is_not(real):
    answers, gold = real
    some = {item: gold[item] for item in list(gold)[::2]}
    words = pd.Series({one.annotator: one.word for one in audit(answers, gold=some)})
    hidden = answers[~answers.task.isin(some)]
    right = (hidden.label == hidden.task.map(gold)).groupby(hidden.worker).mean()
    look = right[words[words == "look"].index.intersection(right.index)]
    assert len(look) >= 3
    assert look.mean() < right.mean() - 0.15
