"""What was planted is found again."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.answers import Answers
from labeling.consensus import consensus


@pytest.fixture(scope="module")
def planted():
    """Twelve annotators with random confusions, 3 classes, 6 answers an item, 3,000 items."""
    rng = np.random.default_rng(4)
    confusion = np.stack([rng.dirichlet(np.where(np.arange(3) == k, 6.0, 1.0), 12) for k in range(3)], axis=1)
    truth = rng.choice(3, 3000, p=[0.5, 0.3, 0.2])
    item = np.repeat(np.arange(3000), 6)
    who = np.concatenate([rng.choice(12, 6, replace=False) for _ in range(3000)])
    label = (rng.random(len(item))[:, None] > confusion[who, truth[item]].cumsum(axis=1)).sum(axis=1)
    return Answers.from_columns(item, who, label), truth, confusion


@pytest.mark.parametrize("method", ["dawid_skene", "dawid_skene_map", "hierarchical", "ibcc"])
def test_confusions_are_found_again(planted, method):
    answers, _, confusion = planted
    found = consensus(answers, method)
    errors = [np.abs(found.confusion(k) - confusion[who]).max() for k, who in enumerate(answers.annotators)]
    assert max(errors) < 0.06


def test_shares_of_classes_are_found_again(planted):
    answers, _, _ = planted
    assert consensus(answers, "dawid_skene").posterior.mean(axis=0) == pytest.approx([0.5, 0.3, 0.2], abs=0.02)


@pytest.mark.parametrize("method", ["one_coin", "mace", "glad", "auto"])
def test_the_order_of_skills_is_found_again(crowd, method):
    known = crowd(800, 12, 3, 5, seed=2)
    right = known.answers.label == known.truth[known.answers.item]
    accuracy = np.bincount(known.answers.annotator, right) / np.bincount(known.answers.annotator)
    skill = consensus(known.answers, method).skill[:, 0]
    assert np.corrcoef(np.argsort(np.argsort(skill)), np.argsort(np.argsort(accuracy)))[0, 1] > 0.9


@pytest.mark.parametrize("method", ["dawid_skene_map", "hierarchical", "strata", "auto", "mace", "one_coin", "ibcc"])
def test_skill_counts_for_more_than_numbers(method):
    """Two who know and three who guess: the majority is often wrong, the model seldom."""
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 400)
    rows = [
        (i, who, int(truth[i] ^ (rng.random() < wrong)))
        for i in range(400)
        for who, wrong in enumerate([0.03, 0.05, 0.45, 0.45, 0.48])
    ]
    answers = Answers.from_columns(*zip(*rows, strict=True))
    gained = np.mean(consensus(answers, method).label == truth) - np.mean(consensus(answers, "majority").label == truth)
    assert gained > 0.03


def test_beyond_the_subset_size_the_default_still_finds_the_truth(crowd):
    known = crowd(45_000, 300, 3, 5, seed=3)
    found = consensus(known.answers)
    assert found.diagnostics.parameters["fitted_on_answers"] == 200_000
    assert np.mean(found.label == known.truth) > np.mean(consensus(known.answers, "majority").label == known.truth)
    assert found.diagnostics.members[0].iterations <= 4
