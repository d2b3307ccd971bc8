"""Spans of a text: how two sets of them compare, how far annotators agree, what they agree on, and how tokens carry them.

Offsets count Unicode code points, as Python's slices do; the end is exclusive. Knows nothing of projects or pages.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from labeling.spans.matching import Score, distance, score, shared
from labeling.spans.model import Relation, Span, Spans, disjoint
from labeling.spans.tokens import from_bio, to_bio, tokens

if TYPE_CHECKING:
    from labeling.spans.consensus import Candidate, Found, Given, agree_on, majority_by_character
    from labeling.spans.pairwise import PairAgreement, pairwise_f1
    from labeling.spans.unitized import Continuum, unitized_alpha, unitized_alpha_by_label

__all__ = [
    "Candidate",
    "Continuum",
    "Found",
    "Given",
    "PairAgreement",
    "Relation",
    "Score",
    "Span",
    "Spans",
    "agree_on",
    "disjoint",
    "distance",
    "from_bio",
    "majority_by_character",
    "pairwise_f1",
    "score",
    "shared",
    "to_bio",
    "tokens",
    "unitized_alpha",
    "unitized_alpha_by_label",
]
_HOME = {
    "Candidate": "labeling.spans.consensus",
    "Continuum": "labeling.spans.unitized",
    "Found": "labeling.spans.consensus",
    "Given": "labeling.spans.consensus",
    "PairAgreement": "labeling.spans.pairwise",
    "agree_on": "labeling.spans.consensus",
    "majority_by_character": "labeling.spans.consensus",
    "pairwise_f1": "labeling.spans.pairwise",
    "unitized_alpha": "labeling.spans.unitized",
    "unitized_alpha_by_label": "labeling.spans.unitized",
}


def __getattr__(name: str) -> Any:
    """What is measured loads numpy, and only whoever asks for it."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
