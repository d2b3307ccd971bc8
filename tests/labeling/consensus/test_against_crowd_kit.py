"""The same model as crowd-kit's gives the same posteriors. Needs an interpreter that has crowd-kit 1.4.2.

Name it in ASSAY_CROWDKIT_PYTHON (crowd-kit has many dependencies, so it lives in an environment of its own).

    uv venv crowdkit && uv pip install --python crowdkit/bin/python crowd-kit==1.4.2
    ASSAY_CROWDKIT_PYTHON=crowdkit/bin/python uv run pytest -m peers
"""

from __future__ import annotations

import io
import os
import subprocess

import numpy as np
import pandas as pd
import pytest

from labeling.consensus import aggregate

SCRIPT = """
import io, sys
import pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote, Wawa
frame = pd.read_csv(sys.stdin)
model = {"dawid_skene": lambda: DawidSkene(n_iter=20, tol=-1e9), "majority": MajorityVote, "weighted_majority": Wawa}[sys.argv[1]]()
model.fit_predict_proba(frame).to_csv(sys.stdout, float_format="%.17g")
"""

pytestmark = pytest.mark.peers


@pytest.mark.parametrize("name", ["rte", "bluebirds", "s_dog", "cf", "d_product"])
@pytest.mark.parametrize("method", ["dawid_skene", "majority"])
def test_posteriors_equal_crowd_kits(real, method, name):
    python = os.environ.get("ASSAY_CROWDKIT_PYTHON")
    if not python:
        pytest.skip("ASSAY_CROWDKIT_PYTHON names no interpreter with crowd-kit")
    answers = real(name).answers
    table = pd.DataFrame(
        {
            "task": answers.items[answers.item].astype(int),
            "worker": answers.annotators[answers.annotator].astype(int),
            "label": answers.label,
        }
    )
    sent = table.to_csv(index=False)
    ran = subprocess.run([python, "-c", SCRIPT, method], input=sent, capture_output=True, text=True, check=True)
    theirs = pd.read_csv(io.StringIO(ran.stdout), index_col=0)
    found = aggregate(table, method, max_iterations=20, tolerance=0.0).arrays
    assert found.fit.iterations in {0, 20}
    ours = pd.DataFrame(
        found.posterior, index=found.answers.items, columns=[str(label) for label in found.answers.labels]
    )
    assert np.abs(ours.loc[theirs.index, theirs.columns].to_numpy() - theirs.to_numpy()).max() < 1e-8
