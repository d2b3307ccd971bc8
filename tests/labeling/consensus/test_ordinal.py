"""Labels in an order: near misses count less, and the confidence says how near."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.answers import Answers
from labeling.consensus import aggregate, consensus
from labeling.consensus.engine import _fewest_steps


def graded(seed, items=400, annotators=60, each=4, steps=5):
    """Answers of annotators with a bias and a spread on a scale with uneven steps (a graded response model)."""
    rng = np.random.default_rng(seed)
    place, cuts = rng.normal(0, 1.3, items), np.sort(rng.normal(0, 1, steps - 1))
    item = np.repeat(np.arange(items), each)
    who = np.concatenate([rng.choice(annotators, each, replace=False) for _ in range(items)])
    bias, spread = rng.normal(0, 0.4, annotators), rng.gamma(4, 0.2, annotators) + 0.1
    label = np.searchsorted(cuts, place[item] + bias[who] + spread[who] * rng.normal(size=len(item)))
    return Answers.from_columns(item, who, label, labels=range(steps)), np.searchsorted(cuts, place)


def steps_off(method, *, ordinal):
    found = [(consensus(answers, method, ordinal=ordinal).label, truth) for answers, truth in map(graded, range(8))]
    return np.mean([np.abs(label - truth).mean() for label, truth in found])


def test_the_ordinal_default_is_fewer_steps_off_than_the_nominal_one():
    assert steps_off("auto", ordinal=True) < steps_off("auto", ordinal=False)


@pytest.mark.parametrize("method", ["ordinal", "auto"])
def test_a_method_that_knows_the_order_is_fewer_steps_off_than_majority_and_dawid_skene(method):
    own = steps_off(method, ordinal=True)
    assert own < min(steps_off("majority", ordinal=True), steps_off("dawid_skene_map", ordinal=True)) - 0.03


def test_a_biased_annotator_is_read_as_biased():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 5, 300)
    rows = [
        (i, who, int(np.clip(truth[i] + rng.choice([-1, 0, 1], p=[0.1, 0.8, 0.1]), 0, 4)))
        for i in range(300)
        for who in "abc"
    ]
    rows += [(i, "high", int(min(truth[i] + 1, 4))) for i in range(300)]
    found = consensus(Answers.from_columns(*zip(*rows, strict=True)), "ordinal")
    confusion = found.confusion(found.answers.annotators.tolist().index("high"))
    assert np.all(np.diag(confusion, 1) > 0.8)
    assert np.mean(found.label == truth) > 0.9


def test_between_two_camps_the_label_is_the_middle_of_the_posterior():
    scores = _fewest_steps(np.array([[0.4, 0.2, 0.4], [0.6, 0.1, 0.3]]))
    assert scores.argmax(axis=1).tolist() == [1, 0]
    assert -scores[0] == pytest.approx([1.0, 0.8, 1.0])


def test_within_one_is_told_and_never_less_than_the_confidence():
    answers, truth = graded(1)
    found = consensus(answers, ordinal=True)
    assert np.all(found.within_one >= found.confidence - 1e-12)
    right = np.abs(found.label - truth) <= 1
    assert abs(found.within_one.mean() - right.mean()) < 0.06


def test_a_frame_has_within_one_only_when_the_labels_are_in_order():
    table = {"item": [1, 1, 2, 2], "annotator": list("abab"), "label": [1, 2, 3, 3]}
    assert "within_one" in aggregate(table, level="ordinal").labels.columns
    assert "within_one" not in aggregate(table).labels.columns
