"""Teams whose truth and skills are known."""

import numpy as np
import pytest


@pytest.fixture(name="team")
def team_():
    """Everyone answers every item; the truth, and how skilled each is, is known."""

    def team(skills, *, items=120, classes=2, seed=0):
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, classes, items)
        said = [np.where(rng.random(items) < skill, truth, (truth + 1) % classes) for skill in skills.values()]
        answers = {
            "item": np.tile(np.arange(items), len(skills)),
            "annotator": np.repeat(list(skills), items),
            "label": np.concatenate(said),
        }
        return answers, dict(enumerate(truth.tolist()))

    return team


@pytest.fixture(name="evidence")
def evidence_():
    """Which evidence speaks against an annotator."""
    return lambda found, name: {signal.evidence for signal in found.of(name).signals}
