"""Intervals that say neither more nor less than the answers do."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.agreement import Counts, cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha, percent_agreement
from labeling.agreement.coefficients import recipe_of
from labeling.agreement.estimates import Sampling, estimate, sample_of
from labeling.agreement.resampling import rows_of
from labeling.agreement.votes import patterns_in
from labeling.answers import Answers


def drawn(items, seed, *, skill=0.75, raters=4, classes=3):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, (items, 1))
    said = np.where(rng.random((items, raters)) < skill, truth, rng.integers(0, classes, (items, raters)))
    return np.stack([(said == k).sum(axis=1) for k in range(classes)], axis=1)


@pytest.mark.parametrize("coefficient", [krippendorff_alpha, gwet_ac1, fleiss_kappa, percent_agreement])
def test_the_interval_holds_the_true_value_about_95_times_in_100(coefficient):
    truth = coefficient(Counts(drawn(200_000, 99))).value
    found = [coefficient(Counts(drawn(120, seed)), resamples=400) for seed in range(200)]
    inside = sum(one.low <= truth <= one.high for one in found)
    assert 180 <= inside <= 198


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_interval_is_the_quantiles_of_the_resamples_that_have_a_value(confidence):
    values = np.append(np.random.default_rng(1).normal(size=503), [np.nan] * 7)
    expected = np.nanquantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    assert Sampling(confidence=confidence).within(values) == pytest.approx(tuple(expected), abs=1e-12)


def test_four_times_the_items_halve_the_interval():
    small, large = (krippendorff_alpha(Counts(drawn(items, 3))) for items in (400, 1600))
    assert (small.high - small.low) / (large.high - large.low) == pytest.approx(2, rel=0.15)


def test_a_higher_confidence_is_a_wider_interval():
    table = Counts(drawn(200, 1))
    narrow, wide = (krippendorff_alpha(table, confidence=level) for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_unanimous_items_still_leave_room_for_what_so_few_could_hide():
    few, many = (fleiss_kappa(Counts([[3, 0], [0, 3]] * n)) for n in (5, 500))
    assert (few.value, few.high) == (1.0, 1.0)
    assert few.low == pytest.approx(1 - (1 - 0.025 ** (1 / 10)) / 0.5)
    assert many.low > 0.99
    assert "no disagreement seen in 10 items" in few.method


def test_random_groups_of_items_give_the_interval_of_the_items(monkeypatch):
    from labeling.agreement import resampling

    table, recipe = drawn(6000, 8, classes=4), recipe_of("krippendorff_alpha")
    plain = krippendorff_alpha(Counts(table))
    monkeypatch.setattr(resampling, "MOST_CELLS", 100)
    sample = sample_of(Counts(table), recipe, None, 0)
    assert sample.rows.groups == 1000
    monkeypatch.undo()
    grouped = estimate(sample, recipe, Sampling())
    assert grouped.value == pytest.approx(plain.value, abs=1e-12)
    assert grouped.high - grouped.low == pytest.approx(plain.high - plain.low, rel=0.1)
    assert "random groups" in grouped.method


def test_rows_stand_for_all_items_however_they_are_drawn():
    votes = patterns_in(drawn(500, 2))
    measure = recipe_of("gwet_ac1").measure((0, 1, 2), votes.weight @ votes.counts)
    assert rows_of(votes, measure, 0).sums[0, 0] == 500


def test_all_answers_the_same_have_no_alpha_and_it_says_why():
    found = krippendorff_alpha(Counts([[3, 0], [4, 0]], ("spam", "ham")))
    assert (found.value, found.low, found.high) == (None, None, None)
    assert "every answer is 'spam'" in found.why
    assert percent_agreement(Counts([[3, 0], [4, 0]])).value == 1.0


def test_items_with_one_answer_each_have_no_agreement_and_it_says_why():
    found = krippendorff_alpha({"item": [1, 2], "annotator": ["ann", "bob"], "label": ["x", "y"]})
    assert (found.value, found.units, found.items) == (None, 0, 2)
    assert "no item was answered by two annotators" in found.why


def test_one_item_has_a_value_and_no_interval():
    found = percent_agreement(Counts([[2, 1]]))
    assert (found.low, found.high) == (None, None)
    assert "one item" in found.why


def test_one_annotator_agrees_with_nobody():
    found = gwet_ac1({"item": [1, 2, 3], "annotator": ["ann"] * 3, "label": ["x", "y", "x"]})
    assert (found.value, found.annotators) == (None, 1)


def test_resamples_over_annotators_never_pair_an_annotator_with_themself():
    """Two who always differ: were copies of one paired, agreement would be seen where there is none."""
    answers = {"item": [1, 1, 2, 2, 3, 3], "annotator": ["a", "b"] * 3, "label": [0, 1, 1, 0, 0, 1]}
    found = percent_agreement(answers, over="annotators")
    assert (found.value, found.why) == (0.0, "the items are too few and too alike for one")


def test_the_facts_beside_a_coefficient_are_counted_right(krippendorff_c):
    found = krippendorff_alpha(krippendorff_c)
    assert (found.items, found.units, found.annotators, found.answers, found.pairable) == (12, 11, 4, 41, 40)
    assert found.prevalence == pytest.approx({1: 9 / 40, 2: 13 / 40, 3: 10 / 40, 4: 5 / 40, 5: 3 / 40})


def test_cohens_kappa_counts_only_items_both_answered():
    answers = {"item": [1, 1, 2, 2, 3], "annotator": ["a", "b", "a", "b", "a"], "label": ["x", "x", "y", "y", "y"]}
    assert cohen_kappa(answers).answers == 4


def test_congers_kappa_of_a_large_crowd_is_the_same_by_groups_of_items_as_by_item():
    """Beyond so many annotators × items the votes are summed up in random groups: the value must not know."""
    from labeling.agreement.distances import named
    from labeling.agreement.measures import Conger
    from labeling.agreement.resampling import named_rows, rows_of
    from labeling.agreement.votes import patterns_of

    rng = np.random.default_rng(8)
    items, people, classes = 1500, 20, 3
    item = np.repeat(np.arange(items), 4)
    who = np.concatenate([rng.choice(people, 4, replace=False) for _ in range(items)])
    label = np.where(
        rng.random(len(item)) < 0.6, np.repeat(rng.integers(0, classes, items), 4), rng.integers(0, 3, 6000)
    )
    answers = Answers.from_columns(item, who, label)
    measure = Conger(named("identity", answers.labels), people, classes)
    vote = answers.annotator.astype(np.int64) * classes + answers.label
    by_item = rows_of(patterns_of(answers.item, vote, items=items, classes=people * classes), measure, 0)
    by_group = named_rows(answers, measure, 0)
    assert (by_item.groups, by_group.groups) == (0, 1000)
    assert by_group.sums == pytest.approx(by_item.sums)
    assert measure.value(by_group.sums)[0] == pytest.approx(measure.value(by_item.sums)[0], abs=1e-12)
