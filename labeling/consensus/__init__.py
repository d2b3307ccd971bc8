"""Consensus: one label an item from the answers of many, with a confidence that means what it says. Knows no store.

Importing this package loads nothing heavy; what it offers is loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labeling.consensus.confidence import Calibration, calibration
    from labeling.consensus.diagnostics import Diagnostics
    from labeling.consensus.engine import ConsensusArrays, consensus
    from labeling.consensus.families import methods
    from labeling.consensus.fit import Method
    from labeling.consensus.frames import Consensus, aggregate
    from labeling.consensus.warm import Warm

__all__ = [
    "Calibration",
    "Consensus",
    "ConsensusArrays",
    "Diagnostics",
    "Method",
    "Warm",
    "aggregate",
    "calibration",
    "consensus",
    "methods",
]

_HOME = {
    "Calibration": "confidence",
    "Consensus": "frames",
    "ConsensusArrays": "engine",
    "Diagnostics": "diagnostics",
    "Method": "fit",
    "Warm": "warm",
    "aggregate": "frames",
    "calibration": "confidence",
    "consensus": "engine",
    "methods": "families",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
