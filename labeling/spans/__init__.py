"""Spans of a text: how two sets of them compare, how far annotators agree, what they agree on, and how tokens carry them.

Offsets count Unicode code points, as Python's slices do; the end is exclusive. Knows nothing of projects or pages.
"""

from labeling.spans.consensus import Candidate, Found, Given, agree_on, majority_by_character
from labeling.spans.matching import Score, distance, score, shared
from labeling.spans.model import Relation, Span, Spans, disjoint
from labeling.spans.pairwise import PairAgreement, pairwise_f1
from labeling.spans.tokens import from_bio, to_bio, tokens
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
