"""Ties are drawn by seed, fairly, and said."""

from __future__ import annotations

import numpy as np

from labeling.answers import Answers
from labeling.consensus import consensus


def tied(items, prefix=""):
    rows = [
        (f"{prefix}{item}" if prefix else item, who, label)
        for item in range(items)
        for who, label in (("a", 0), ("b", 1))
    ]
    return Answers.from_columns(*zip(*rows, strict=True))


def test_a_tie_is_flagged_and_a_clear_item_is_not():
    rows = [(1, "a", "x"), (1, "b", "y"), (2, "a", "x"), (2, "b", "x")]
    found = consensus(Answers.from_columns(*zip(*rows, strict=True)), "majority")
    assert found.tie.tolist() == [True, False]
    assert found.diagnostics.ties == 1


def test_ties_are_drawn_fairly():
    for answers in (tied(4000), tied(4000, "item-")):
        label = consensus(answers, "majority", seed=3).label
        assert abs(label.mean() - 0.5) < 0.03


def test_another_seed_draws_otherwise():
    answers = tied(400)
    first, second = (consensus(answers, "majority", seed=seed).label for seed in (0, 1))
    assert 0.4 < np.mean(first == second) < 0.6


def test_a_draw_does_not_change_when_other_items_come():
    few, many = consensus(tied(50), "majority"), consensus(tied(500), "majority")
    assert np.array_equal(few.label, many.label[:50])


def test_of_three_labels_only_the_tied_ones_are_drawn():
    rows = [(item, who, label) for item in range(300) for who, label in enumerate("xxyyz")]
    found = consensus(Answers.from_columns(*zip(*rows, strict=True)), "majority")
    assert set(found.label.tolist()) == {0, 1}
