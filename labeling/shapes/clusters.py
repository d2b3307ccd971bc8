"""Which shapes of several people mean the same object: average linkage, never two shapes of one person in a cluster."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.shapes.sort import Sort, overlaps

Floats = NDArray[np.float64]
Shape = Mapping[str, Any]


def clusters(
    shapes: Sequence[Shape], people: Sequence[Any], sort: Sort, least: float
) -> list[tuple[list[int], Floats]]:
    """The places of the shapes that belong together, from the greatest mean overlap down to `least`; with their overlaps.

    Shapes of different labels never belong together. The order of the shapes and the names of the people change nothing.
    """
    order = sorted(range(len(shapes)), key=lambda place: json.dumps(shapes[place], sort_keys=True, default=str))
    ranked = [shapes[place] for place in order]
    between = overlaps(ranked, ranked, sort, least=min(least, 0.1))
    owners = [people[place] for place in order]
    forbidden = np.array([[one == two for two in owners] for one in owners])
    groups = [[place] for place in range(len(ranked))]
    sums = np.where(forbidden, -np.inf, between)
    sizes = np.ones(len(ranked))
    alive = np.ones(len(ranked), dtype=bool)
    while alive.sum() > 1:
        mean = np.where(alive[:, None] & alive[None, :], sums / np.outer(sizes, sizes), -np.inf)
        first, second = sorted(divmod(int(mean.round(12).argmax()), len(ranked)))
        if not mean[first, second] >= least:
            break
        groups[first] += groups[second]
        sums[first] += sums[second]
        sums[:, first] += sums[:, second]
        sizes[first] += sizes[second]
        sums[first, first] = -np.inf
        alive[second] = False
    found = [sorted(groups[one], key=order.__getitem__) for one in np.flatnonzero(alive)]
    return [([order[place] for place in group], between[np.ix_(group, group)]) for group in found]
