"""Audit against the experts' gold of real sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from labeling.audit import audit

DATA = Path(__file__).parents[3].parent / "shared" / "data"


@pytest.fixture(params=["rte", "d_product"])
def real(request):
    folder = DATA / request.param
    if not folder.exists():
        pytest.skip(f"the real answers are not at {folder}")
    truth = pd.read_csv(folder / "truth.csv")
    return pd.read_csv(folder / "answers.csv"), dict(zip(truth.task.tolist(), truth.truth.tolist(), strict=True))


def test_agreement_with_the_others_goes_with_accuracy_on_gold(real):
    answers, gold = real
    found = [one for one in audit(answers, gold=gold) if one.gold_seen >= 15]
    ranks = [np.argsort(np.argsort([getattr(one, name) for one in found])) for name in ("accuracy", "agreement")]
    assert np.corrcoef(ranks)[0, 1] > 0.4


def test_right_answers_add_up_to_those_of_the_table(real):
    answers, gold = real
    found = audit(answers, gold=gold)
    right = (answers.label == answers.task.map(gold)).sum()
    assert sum(one.gold_right for one in found) == right


def test_who_is_told_to_look_is_worse_than_who_is_not(real):
    answers, gold = real
    some = {item: gold[item] for item in list(gold)[::2]}
    found = {one.annotator: one for one in audit(answers, gold=some)}
    hidden = answers[~answers.task.isin(some)]
    right = (hidden.label == hidden.task.map(gold)).groupby(hidden.worker).mean()
    words = pd.Series({who: one.word for who, one in found.items()})
    if (words == "look").any():
        assert right[words[words == "look"].index.intersection(right.index)].mean() < right.mean()
