"""Every coefficient beside irrCAC, scikit-learn and statsmodels on the same random tables, in one run.

They are no dependency of ours: name an interpreter that has them in ASSAY_PEERS_PYTHON, else these tests are skipped.

    uv venv peers && uv pip install --python peers/bin/python irrCAC scikit-learn statsmodels
    ASSAY_PEERS_PYTHON=peers/bin/python uv run pytest -m peers
"""

from __future__ import annotations

import json
import os
import subprocess

import numpy as np
import pytest

from labeling.agreement import (
    Counts,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac2,
    krippendorff_alpha,
    weighted_kappa,
)
from labeling.answers import Answers

PEERS = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa
found = []
for table in json.load(sys.stdin):
    table = np.array(table, dtype=float)
    frame = pd.DataFrame(table.T)
    row = {}
    for weights in ("identity", "linear", "quadratic", "ordinal", "radical", "ratio", "bipolar"):
        for name in ("gwet", "fleiss", "conger", "bp", "krippendorff"):
            if name != "krippendorff" or weights == "identity":
                est = getattr(CAC(frame, weights=weights, digits=9), name)()["est"]
                row[f"{weights} {name}"] = [est["coefficient_value"], *est["confidence_interval"]]
    both = table[:2, ~np.isnan(table[:2]).any(axis=0)]
    for weights in (None, "linear", "quadratic"):
        row[f"sklearn {weights}"] = cohen_kappa_score(*both.astype(int), weights=weights)
    full = table[:, ~np.isnan(table).any(axis=0)].T.astype(int)
    row["statsmodels"] = fleiss_kappa(aggregate_raters(full)[0])
    found.append(row)
print(json.dumps(found))
"""

IRR = {
    "gwet": gwet_ac2,
    "fleiss": fleiss_kappa,
    "conger": conger_kappa,
    "bp": brennan_prediger,
    "krippendorff": krippendorff_alpha,
}

pytestmark = pytest.mark.peers


def tables():
    rng = np.random.default_rng(5)
    for _ in range(12):
        raters, items, classes = rng.integers(2, 6), rng.integers(15, 40), rng.integers(2, 6)
        truth = rng.integers(1, classes + 1, items)
        said = np.where(rng.random((raters, items)) < 0.6, truth, rng.integers(1, classes + 1, (raters, items)))
        table = np.where(rng.random((raters, items)) < 0.2, np.nan, said)
        table[:, :classes] = np.arange(
            1, classes + 1
        )  # every rater uses every class, so that all agree on what they are
        yield table[:, ~np.isnan(table).all(axis=0)]


@pytest.fixture(scope="module")
def peers():
    python = os.environ.get("ASSAY_PEERS_PYTHON")
    if not python:
        pytest.skip("ASSAY_PEERS_PYTHON names no interpreter with irrCAC, scikit-learn and statsmodels")
    given = json.dumps([table.tolist() for table in tables()])
    done = subprocess.run([python, "-c", PEERS], input=given, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def answers_of(table):
    rater, item = np.nonzero(~np.isnan(table))
    return Answers.from_columns(item, rater, table[rater, item])


def test_values_and_closed_form_intervals_are_irrcacs(peers):
    for table, row in zip(tables(), peers, strict=True):
        for key, expected in row.items():
            weights, _, name = key.partition(" ")
            if name in IRR:
                keywords = {} if name == "krippendorff" else {"weights": weights}
                found = IRR[name](answers_of(table), interval="closed form", **keywords)
                assert (found.value, found.low, found.high) == pytest.approx(expected, abs=1e-8), key


def test_cohens_kappa_is_scikit_learns(peers):
    for table, row in zip(tables(), peers, strict=True):
        two = answers_of(table[:2])
        assert cohen_kappa(two).value == pytest.approx(row["sklearn None"], abs=1e-12)
        for weights in ("linear", "quadratic"):
            assert weighted_kappa(two, weights=weights).value == pytest.approx(row[f"sklearn {weights}"], abs=1e-12)


def test_fleiss_kappa_is_statsmodels(peers):
    for table, row in zip(tables(), peers, strict=True):
        full = table[:, ~np.isnan(table).any(axis=0)]
        counts = np.stack([(full == label).sum(axis=0) for label in np.unique(full)], axis=1)
        assert fleiss_kappa(Counts(counts)).value == pytest.approx(row["statsmodels"], abs=1e-12)
