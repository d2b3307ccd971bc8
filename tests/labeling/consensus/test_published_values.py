"""Numbers that papers print, reproduced."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.consensus import consensus


@pytest.fixture(scope="module")
def found(anaesthetists):
    return consensus(anaesthetists, "dawid_skene", tolerance=1e-12, max_iterations=5000)


def test_the_classes_of_dawid_and_skene_1979_have_their_shares(found):
    assert found.posterior.mean(axis=0) == pytest.approx([0.3996, 0.4220, 0.1118, 0.0667], abs=5e-5)
    assert np.bincount(found.label).tolist() == [18, 19, 5, 3]


@pytest.mark.parametrize(
    ("observer", "rows"),
    [
        (1, [[0.889, 0.111, 0, 0], [0.071, 0.876, 0.053, 0], [0, 0.339, 0.661, 0], [0, 0, 0.556, 0.444]]),
        (2, [[0.834, 0.166, 0, 0], [0.053, 0.633, 0.314, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
        (3, [[1, 0, 0, 0], [0.106, 0.788, 0.105, 0], [0, 0.404, 0.199, 0.398], [0, 0, 0.667, 0.333]]),
        (4, [[0.944, 0.056, 0, 0], [0.054, 0.843, 0.104, 0], [0, 0, 0.801, 0.199], [0, 0, 0.333, 0.667]]),
        (5, [[1, 0, 0, 0], [0.159, 0.735, 0.106, 0], [0, 0.209, 0.791, 0], [0, 0, 0.333, 0.667]]),
    ],
)
def test_each_observer_of_dawid_and_skene_1979_has_the_printed_confusion(found, observer, rows):
    number = found.answers.annotators.tolist().index(observer)
    assert found.confusion(number) == pytest.approx(np.array(rows), abs=6e-4)


def test_the_likelihood_of_dawid_and_skene_1979_is_reached(found):
    assert found.fit.objective[-1] == pytest.approx(-192.8909, abs=5e-5)


def test_patient_38_of_dawid_and_skene_1979_is_doubtful(found):
    number = found.answers.items.tolist().index(38)
    assert found.posterior[number] == pytest.approx([0, 0.0212, 0.9788, 0], abs=5e-5)


@pytest.mark.parametrize(("method", "accuracy", "f1"), [("majority", 89.66, 59.05), ("one_coin", 92.80, 63.59)])
def test_d_product_has_the_accuracy_and_f1_of_zheng_et_al_2017(real, method, accuracy, f1):
    known = real("d_product")
    found = consensus(known.answers, method)
    said, true = found.label == 1, known.truth == 1
    assert known.accuracy(found.posterior) == pytest.approx(accuracy, abs=0.005)
    assert 200 * (said & true).sum() / (said.sum() + true.sum()) == pytest.approx(f1, abs=0.005)
