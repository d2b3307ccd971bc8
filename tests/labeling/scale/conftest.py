"""Comparisons drawn from the model, with the truth beside them."""

import numpy as np
import pytest

from labeling.scale import Comparison


@pytest.fixture
def drawn():
    """A maker of comparisons: true scores, true skills, rows."""

    def make(*, things=12, items=150, each=5, people=20, spam=0.25, tie=0.5, place=0.0, seed=0):
        rng = np.random.default_rng(seed)
        scores = rng.normal(0, 1, things)
        skills = np.where(rng.random(people) < spam, 0.5, rng.uniform(0.9, 1.0, people))
        rows = []
        for item in range(items):
            first, second = rng.choice(things, 2, replace=False).tolist()
            for who in rng.choice(people, each, replace=False).tolist():
                is_first = bool(rng.random() < 0.5)
                apart = scores[first] - scores[second]
                u = (apart if rng.random() < skills[who] else -apart) + place * (1 if is_first else -1)
                chance = np.array([np.exp(-u / 2), tie, np.exp(u / 2)])
                step = int(rng.choice([-1, 0, 1], p=chance / chance.sum()))
                rows.append(Comparison(first, second, step, who, item=item, first_shown=is_first))
        return scores - scores.mean(), skills, rows

    return make
