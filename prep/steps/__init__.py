"""The verbs, one a file, found and not listed: the file `cast.py` holds the step `Cast` and its function `cast`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from prep.errors import UnusableParameter, nearest
from prep.verb import Step, Verb, built


def verbs() -> list[str]:
    """The names of all verbs, in the order of the alphabet."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__))


def verb_named(name: str) -> Verb[Any]:
    """The function of a verb. Raises UnusableParameter, naming the nearest.

    >>> verb_named("clean_name")
    Traceback (most recent call last):
    prep.errors.UnusableParameter: There is no verb 'clean_name'. Did you mean 'clean_names'?
    """
    known = verbs()
    if name not in known:
        near = nearest(name, known)
        cure = f"Did you mean {near!r}?" if near else f"The verbs are: {', '.join(known)}."
        raise UnusableParameter(f"There is no verb {name!r}. {cure}")
    found: Verb[Any] = getattr(importlib.import_module(f"{__name__}.{name}"), name)
    return found


def step(verb: str, **parameters: Any) -> Step:
    """A step from the name of its verb and its parameters: `step("clean_names", case="snake")`.

    Raises UnusableParameter, naming the nearest, for a verb or a parameter that there is not.
    """
    return built(verb_named(verb).step, **parameters)


def step_from_json(entry: Mapping[str, Any]) -> Step:
    """A step from its entry in a pipeline file: {"verb": "clean_names", "case": "snake"}. Undoes `Step.as_json`.

    Raises UnusableParameter.

    >>> step_from_json({"verb": "clean_names"}).as_json()
    {'verb': 'clean_names'}
    """
    if not isinstance(entry, Mapping) or not isinstance(entry.get("verb"), str):
        raise UnusableParameter(f'A step is written {{"verb": "clean_names", ...}}, not {entry!r}.')
    return step(**{str(name): value for name, value in entry.items()})
