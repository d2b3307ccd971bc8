"""What holds of every coefficient, whatever the answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.agreement import (
    COEFFICIENTS,
    Counts,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)
from labeling.answers import Answers

OF_ANY_NUMBER = [krippendorff_alpha, percent_agreement, gwet_ac1, fleiss_kappa, conger_kappa, brennan_prediger]
CLASSES = ("a", "b", "c", "d")


@st.composite
def said(draw):
    """Rows (item, annotator, label), each pair once."""
    return draw(
        st.lists(
            st.tuples(st.integers(0, 12), st.integers(0, 4), st.sampled_from(CLASSES)),
            min_size=2,
            max_size=50,
            unique_by=lambda row: row[:2],
        )
    )


def value(coefficient, rows, **keywords):
    found = coefficient(Answers.from_columns(*zip(*rows, strict=True), labels=CLASSES), resamples=100, **keywords)
    return None if found.value is None else pytest.approx(found.value, abs=1e-9)


each = pytest.mark.parametrize("coefficient", OF_ANY_NUMBER, ids=lambda function: function.__name__)


@each
@given(rows=said(), seed=st.randoms())
@settings(deadline=None, max_examples=25)
def test_the_order_of_answers_does_not_matter(coefficient, rows, seed):
    mixed = seed.sample(rows, len(rows))
    assert value(coefficient, mixed) == value(coefficient, rows)


@each
@given(rows=said())
@settings(deadline=None, max_examples=25)
def test_new_names_for_annotators_and_items_change_nothing(coefficient, rows):
    renamed = [(f"item {item}", f"person {9 - who}", label) for item, who, label in rows]
    assert value(coefficient, renamed) == value(coefficient, rows)


@each
@given(rows=said(), order=st.permutations(CLASSES))
@settings(deadline=None, max_examples=25)
def test_other_names_for_labels_change_nothing_where_labels_have_no_order(coefficient, rows, order):
    renamed = [(item, who, order[CLASSES.index(label)]) for item, who, label in rows]
    assert value(coefficient, renamed) == value(coefficient, rows)


@given(rows=said())
@settings(deadline=None, max_examples=40)
def test_labels_in_reverse_have_the_same_ordinal_alpha(rows):
    reverse = [(item, who, CLASSES[3 - CLASSES.index(label)]) for item, who, label in rows]
    assert value(krippendorff_alpha, reverse, level="ordinal") == value(krippendorff_alpha, rows, level="ordinal")


@each
@given(rows=said())
@settings(deadline=None, max_examples=25)
def test_perfect_agreement_is_one_or_cannot_be_told(coefficient, rows):
    same = [(item, who, CLASSES[item % 4]) for item, who, _ in rows]
    found = value(coefficient, same)
    assert found is None or found == 1.0


@given(rows=said())
@settings(deadline=None, max_examples=40)
def test_every_item_twice_leaves_all_but_alphas_small_sample_correction(rows):
    """With n pairable answers, 1 − α falls to (1 − α)(n − ½)/(n − 1) as all units are doubled."""
    doubled = rows + [(item + 100, who, label) for item, who, label in rows]
    once, twice = (
        krippendorff_alpha(Answers.from_columns(*zip(*part, strict=True)), resamples=100) for part in (rows, doubled)
    )
    assert (once.value is None) == (twice.value is None)
    if once.value is not None:
        n = once.pairable
        assert 1 - twice.value == pytest.approx((1 - once.value) * (2 * n - 1) / (2 * (n - 1)), abs=1e-9)


@given(rows=said())
@settings(deadline=None, max_examples=40)
def test_every_item_twice_leaves_the_kappas_as_they_are(rows):
    doubled = rows + [(item + 100, who, label) for item, who, label in rows]
    for coefficient in (percent_agreement, gwet_ac1, fleiss_kappa, conger_kappa, brennan_prediger):
        assert value(coefficient, doubled) == value(coefficient, rows)


@given(rows=said())
@settings(deadline=None, max_examples=40)
def test_items_with_one_answer_do_not_change_alpha(rows):
    lonely = [*rows, (500, 0, "a"), (501, 1, "d")]
    assert value(krippendorff_alpha, lonely) == value(krippendorff_alpha, rows)


@given(rows=said())
@settings(deadline=None, max_examples=40)
def test_counts_tell_the_same_as_the_answers_they_count(rows):
    answers = Answers.from_columns(*zip(*rows, strict=True), labels=CLASSES)
    for level in ("nominal", "ordinal"):
        found = krippendorff_alpha(Counts(answers.counts(), CLASSES), level=level, resamples=100)
        again = krippendorff_alpha(answers, level=level, resamples=100)
        assert (found.value, found.low, found.high) == (again.value, again.low, again.high)


def test_many_labels_and_answers_collapse_to_the_patterns_they_have():
    """40 labels × 11 votes do not fit one number; what is put together again must be what was there."""
    rng = np.random.default_rng(7)
    table = np.repeat(rng.multinomial(11, np.ones(40) / 40, size=30), 4, axis=0)
    from labeling.agreement.votes import patterns_in

    votes = patterns_in(table)
    assert votes.weight.tolist() == [4] * 30
    assert sorted(map(tuple, votes.counts.tolist())) == sorted(map(tuple, table[::4].tolist()))


@pytest.mark.parametrize("name", sorted(COEFFICIENTS))
def test_the_same_seed_gives_the_same_interval_and_another_seed_another(name):
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 3, 60)
    answers = {
        "item": np.repeat(np.arange(60), 2),
        "annotator": np.tile([0, 1], 60),
        "label": np.where(rng.random(120) < 0.7, np.repeat(truth, 2), rng.integers(0, 3, 120)),
    }
    first, again, other = (COEFFICIENTS[name](answers, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)
