"""Labeling: projects, answers, agreement, audit and consensus. No HTTP, no HTML; importing it loads nothing heavy.

From a notebook, on any frame with columns item, annotator and label:

>>> import labeling
>>> table = {"item": [1, 1, 2, 2], "annotator": ["a", "b", "a", "b"], "label": ["x", "x", "y", "y"]}
>>> labeling.aggregate(table, method="majority").labels["label"].to_list()
['x', 'y']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labeling.agreement import (
        Coefficient,
        brennan_prediger,
        cohen_kappa,
        conger_kappa,
        fleiss_kappa,
        gwet_ac1,
        gwet_ac2,
        krippendorff_alpha,
        percent_agreement,
        scott_pi,
        weighted_kappa,
    )
    from labeling.answers import Answers
    from labeling.audit import audit
    from labeling.consensus import Consensus, aggregate, calibration

_AGREEMENT = (
    "Coefficient",
    "brennan_prediger",
    "cohen_kappa",
    "conger_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "krippendorff_alpha",
    "percent_agreement",
    "scott_pi",
    "weighted_kappa",
)
_HOME = {
    **dict.fromkeys(_AGREEMENT, "labeling.agreement"),
    "Answers": "labeling.answers",
    "Consensus": "labeling.consensus.frames",
    "aggregate": "labeling.consensus.frames",
    "calibration": "labeling.consensus.confidence",
}

__all__ = [
    "Answers",
    "Coefficient",
    "Consensus",
    "aggregate",
    "audit",
    "brennan_prediger",
    "calibration",
    "cohen_kappa",
    "conger_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "krippendorff_alpha",
    "percent_agreement",
    "scott_pi",
    "weighted_kappa",
]


def __getattr__(name: str) -> Any:
    if name == "audit":  # the package labeling.audit is itself the function of its name
        return importlib.import_module("labeling.audit")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
