"""Known answers hold the model, and from twenty on confidence is fitted on them."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.answers import Answers
from labeling.consensus import consensus, methods
from labeling.errors import UnusableAnswers


@pytest.mark.parametrize("method", sorted(methods()))
def test_a_known_item_keeps_its_answer_whatever_the_votes(crowd, method):
    known = crowd(60, 6, 3, 4)
    against = {item: int((known.truth[item] + 1) % 3) for item in range(5)}
    found = consensus(known.answers, method, gold=against)
    assert found.label[:5].tolist() == list(against.values())
    assert found.confidence[:5].tolist() == [1.0] * 5
    assert found.is_gold.sum() == 5


@pytest.mark.parametrize(
    "method", ["dawid_skene_map", "hierarchical", "strata", "weighted_average", "one_coin", "mace", "auto"]
)
def test_known_items_show_who_is_to_be_trusted(crowd, method):
    # Three annotators out of five always say the next label; only gold can tell.
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 200)
    rows = [(item, who, int((truth[item] + (who >= 2)) % 3)) for item in range(200) for who in range(5)]
    answers = Answers.from_columns(*zip(*rows, strict=True))
    with_gold = consensus(answers, method, gold={item: int(truth[item]) for item in range(60)})
    assert np.mean(consensus(answers, method).label == truth) == 0.0
    expected = 1.0 if method in {"dawid_skene_map", "hierarchical", "strata"} else 0.3
    assert np.mean(with_gold.label == truth) >= expected


def test_with_twenty_gold_items_the_reliability_before_and_after_is_told(real):
    known = real("s_dog")
    found = consensus(known.answers, gold=known.gold(range(100)))
    check = found.diagnostics.gold_check
    assert check.before.count == 100
    assert check.after.ece <= check.before.ece + 0.02
    assert "fitted on 100 gold items" in found.diagnostics.calibration


def test_with_nineteen_it_is_not(real):
    known = real("s_dog")
    assert consensus(known.answers, gold=known.gold(range(19))).diagnostics.gold_check is None


def test_gold_of_items_nobody_answered_is_passed_over(crowd):
    assert consensus(crowd(20, 4, 2, 3).answers, gold={"elsewhere": 1}).is_gold.sum() == 0


def test_gold_with_a_label_there_is_not_is_refused(crowd):
    with pytest.raises(UnusableAnswers, match="known answer 7 of item 3 is not among the labels"):
        consensus(crowd(20, 4, 2, 3).answers, gold={3: 7})


def test_gold_whose_ids_are_of_another_type_is_refused_and_not_lost(crowd):
    with pytest.raises(UnusableAnswers, match="same type"):
        consensus(crowd(20, 4, 2, 3).answers, gold={"3": 1, "4": 0})
