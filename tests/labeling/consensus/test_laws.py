"""What must not matter: the order of rows, the names of labels and annotators, the order of the classes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labeling.answers import Answers
from labeling.consensus import consensus, methods

METHODS = sorted(methods())
ROWS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 4), st.integers(0, 2)),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[:2],
)


def coded(rows, labels=(0, 1, 2)):
    return Answers.from_columns(*(list(column) for column in zip(*rows, strict=True)), labels=list(labels))


def by_item(found):
    order = np.argsort([str(item) for item in found.answers.items])
    return found.fit.posterior[order]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=12, deadline=None)
@given(rows=ROWS)
@example(rows=[(0, 0, 0), (0, 1, 0), (1, 2, 0)])
def test_every_posterior_is_finite_and_sums_to_one(method, rows):
    found = consensus(coded(rows), method)
    for posterior in (found.fit.posterior, found.posterior):
        assert np.all(np.isfinite(posterior))
        assert np.all(posterior >= 0)
        assert np.allclose(posterior.sum(axis=1), 1)
    assert np.all((found.confidence >= 0) & (found.confidence <= 1) | np.isnan(found.confidence))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=8, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(method, rows, seed):
    shuffled = [rows[k] for k in np.random.default_rng(seed).permutation(len(rows))]
    first, second = consensus(coded(rows), method), consensus(coded(shuffled), method)
    assert by_item(first) == pytest.approx(by_item(second), abs=1e-7)
    labels = [dict(zip(one.answers.items.tolist(), one.label.tolist(), strict=True)) for one in (first, second)]
    assert labels[0] == labels[1]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=8, deadline=None)
@given(rows=ROWS)
def test_the_names_of_annotators_change_nothing(method, rows):
    renamed = [(item, f"z{9 - who}", label) for item, who, label in rows]
    assert by_item(consensus(coded(rows), method)) == pytest.approx(
        by_item(consensus(coded(renamed), method)), abs=1e-7
    )


@pytest.mark.parametrize("method", [name for name in METHODS if not methods()[name].ordinal])
@settings(max_examples=8, deadline=None)
@given(rows=ROWS, order=st.permutations([0, 1, 2]))
def test_the_order_of_the_classes_only_reorders_the_posterior(method, rows, order):
    first, second = consensus(coded(rows), method), consensus(coded(rows, order), method)
    assert by_item(first)[:, order] == pytest.approx(by_item(second), abs=1e-7)


@pytest.mark.parametrize("method", [name for name in METHODS if methods()[name].ordinal])
@settings(max_examples=8, deadline=None)
@given(rows=ROWS)
def test_a_scale_read_from_the_other_end_gives_the_mirrored_posterior(method, rows):
    first, second = consensus(coded(rows), method), consensus(coded(rows, [2, 1, 0]), method)
    assert by_item(first)[:, ::-1] == pytest.approx(by_item(second), abs=0.02)


@pytest.mark.parametrize("method", METHODS)
def test_the_names_of_labels_change_nothing(crowd, method):
    answers = crowd(60, 8, 3, 4).answers
    renamed = Answers(
        answers.items, answers.annotators, ("red", "green", "blue"), answers.item, answers.annotator, answers.label
    )
    assert np.array_equal(consensus(answers, method).label, consensus(renamed, method).label)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_consensus(crowd, method):
    answers = crowd(80, 8, 3, 2).answers
    first, second = consensus(answers, method, seed=5), consensus(answers, method, seed=5)
    assert np.array_equal(first.label, second.label)
    assert np.array_equal(first.fit.posterior, second.fit.posterior)
