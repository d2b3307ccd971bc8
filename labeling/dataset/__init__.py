"""From a project to a dataset that can be stood behind: consensus and rulings, checked by a schema, frozen.

`check` says what would be in it and what is wrong; `freeze` writes it when nothing is.
"""

from labeling.dataset.checking import gaps, verify
from labeling.dataset.freezing import Frozen, check, freeze, put_tag
from labeling.dataset.gather import Choices, gather
from labeling.dataset.removing import delete, erase, retain, would_erase
from labeling.dataset.report import Check, Gate, NotValid

__all__ = [
    "Check",
    "Choices",
    "Frozen",
    "Gate",
    "NotValid",
    "check",
    "delete",
    "erase",
    "freeze",
    "gaps",
    "gather",
    "put_tag",
    "retain",
    "verify",
    "would_erase",
]
