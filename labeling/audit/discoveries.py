"""Many annotators, many tests: how many of those that stand out do so by luck alone."""

from __future__ import annotations

import numpy as np

from labeling.audit.shares import Floats
from labeling.errors import Unusable


def benjamini_hochberg(p: Floats) -> Floats:
    """q: the least false discovery rate at which each p would be a discovery; NaN (not tested) stays NaN.

    q_(k) = min over j ≥ k of p_(j)·m / j for the m tested. Valid for tests that are independent or positively
    dependent. Source: Benjamini & Hochberg (1995), JRSS B 57:289.

    >>> benjamini_hochberg(np.array([0.01, 0.02, 0.03, np.nan, 0.5])).round(3).tolist()
    [0.04, 0.04, 0.04, nan, 0.5]
    """
    tested = np.flatnonzero(~np.isnan(p))
    if ((p[tested] < 0) | (p[tested] > 1)).any():
        raise Unusable("A p value lies outside 0 to 1", cure="Give probabilities, NaN where nothing was tested.")
    q = np.full(len(p), np.nan)
    rising = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[rising] * len(rising) / np.arange(1, len(rising) + 1)
    q[rising] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def e_benjamini_hochberg(e: Floats) -> Floats:
    """The q of e values (0 or more; each of mean at most 1 under its hypothesis), however they depend on each other.

    As benjamini_hochberg of 1 / e. Source: Wang & Ramdas (2022), JRSS B 84:822.

    >>> e_benjamini_hochberg(np.array([100.0, 1.0, 0.2])).round(3).tolist()
    [0.03, 1.0, 1.0]
    """
    if (e < 0).any():
        raise Unusable("An e value is below 0", cure="Give ratios of likelihoods, or NaN where nothing was tested.")
    return benjamini_hochberg(1.0 / np.maximum(e, 1.0))
