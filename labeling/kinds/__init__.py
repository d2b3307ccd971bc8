"""The kinds of question a project can ask, one module each, found by its `KIND` and not listed.

A module without `KIND` is a piece that kinds share.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from labeling.errors import NotFound
from labeling.kinds.kind import COLUMN_TYPES, Category, Kind, Level, Metric, Part, Verdict, Vote

__all__ = [
    "COLUMN_TYPES",
    "Category",
    "Kind",
    "Level",
    "Metric",
    "Part",
    "Verdict",
    "Vote",
    "kind",
    "kinds",
]


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name, in the order of the names.

    >>> "choice" in kinds()
    True
    """
    found: dict[str, Kind] = {}
    for module in sorted(entry.name for entry in pkgutil.iter_modules(__path__)):
        one: Kind | None = getattr(importlib.import_module(f"{__name__}.{module}"), "KIND", None)
        if one is not None:
            found[one.name] = one
    return found


def kind(name: str) -> Kind:
    """The kind of that name. Raises NotFound, naming the nearest.

    >>> kind("choice").title
    'Single choice'
    """
    try:
        return kinds()[name]
    except KeyError:
        raise NotFound("kind", name, kinds(), list_all=True) from None
