"""What is known of each annotator's work, and when it is enough for a person to look. Judges nobody on one signal.

One noun a file: gold and shares, agreement with the others, the crowd's model, pace, runs, favourites, repeats, drift,
copying; `engine` puts them together. `labeling.audit(answers, gold=…)` may be called as it stands: the package is its
own function. Importing it loads nothing heavy.

>>> import labeling
>>> labeling.audit({"item": [1], "annotator": ["ann"], "label": ["x"]})[0].word
'not known yet'
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labeling.audit.crowd import spammer_score
    from labeling.audit.discoveries import benjamini_hochberg, e_benjamini_hochberg
    from labeling.audit.drift import page_cusum
    from labeling.audit.engine import FEWEST_COMPARED_ALONE, FEWEST_GOLD, audit
    from labeling.audit.favourites import jensen_shannon
    from labeling.audit.runs import run_chance
    from labeling.audit.sequential import Sprt
    from labeling.audit.shares import below_threshold, wilson
    from labeling.audit.signals import EVIDENCE, Evidence, Signal, Word
    from labeling.audit.standing import Audit, Copying, Standing, Stretch, UnderVersion

_HOME = {
    "Audit": "standing",
    "Copying": "standing",
    "EVIDENCE": "signals",
    "Evidence": "signals",
    "FEWEST_COMPARED_ALONE": "engine",
    "FEWEST_GOLD": "engine",
    "Signal": "signals",
    "Sprt": "sequential",
    "Standing": "standing",
    "Stretch": "standing",
    "UnderVersion": "standing",
    "Word": "signals",
    "audit": "engine",
    "below_threshold": "shares",
    "benjamini_hochberg": "discoveries",
    "e_benjamini_hochberg": "discoveries",
    "jensen_shannon": "favourites",
    "page_cusum": "drift",
    "run_chance": "runs",
    "spammer_score": "crowd",
    "wilson": "shares",
}

__all__ = [
    "EVIDENCE",
    "FEWEST_COMPARED_ALONE",
    "FEWEST_GOLD",
    "Audit",
    "Copying",
    "Evidence",
    "Signal",
    "Sprt",
    "Standing",
    "Stretch",
    "UnderVersion",
    "Word",
    "audit",
    "below_threshold",
    "benjamini_hochberg",
    "e_benjamini_hochberg",
    "jensen_shannon",
    "page_cusum",
    "run_chance",
    "spammer_score",
    "wilson",
]


class _Package(ModuleType):
    """The package, which is also the function of its name: `import labeling.audit` must not hide labeling.audit()."""

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """labeling.audit.engine.audit."""
        return __getattr__("audit")(*args, **keywords)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


sys.modules[__name__].__class__ = _Package
