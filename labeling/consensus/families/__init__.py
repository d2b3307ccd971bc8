"""The methods, one family a file; a module here with a METHOD (or METHODS) is found, not listed."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from labeling.consensus.fit import Method
from labeling.errors import NotFound


@cache
def methods() -> dict[str, Method]:
    """Every method by its name.

    >>> "majority" in methods(), methods()["dawid_skene"].source
    (True, 'Dawid & Skene (1979)')
    """
    found: dict[str, Method] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for method in getattr(module, "METHODS", None) or [module.METHOD]:
            found[method.name] = method
    return found


def method_named(name: str) -> Method:
    """The method of this name or alias. Raises NotFound with the nearest there is."""
    known = methods()
    wanted = str(name).strip().lower().replace("-", "_").replace(" ", "_")
    for method in known.values():
        if wanted == method.name or wanted in method.aliases:
            return method
    raise NotFound(
        "method", name, [*known, *(alias for method in known.values() for alias in method.aliases)], list_all=True
    )
