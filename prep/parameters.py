"""Whether a step's parameters are of the types that its fields say. Knows no verb."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from prep.errors import UnusableParameter, nearest


def check_parameters(step: Any) -> None:
    """Raises UnusableParameter for the first value that is not of its field's type; names what would be."""
    hints = _hints(type(step))
    for one in fields(step):
        value, hint = getattr(step, one.name), hints[one.name]
        if not fits(value, hint):
            verb = getattr(step, "verb", type(step).__name__)
            raise UnusableParameter(f"{verb}: {one.name}={value!r} is not known. {_cure(value, hint)}")


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is of a type, deeply for lists and mappings; True is no whole number.

    >>> fits(["a"], Sequence[str]), fits("a", Sequence[str]), fits(True, int), fits("b", Literal["a"])
    (True, False, False, False)
    """
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any or hint is object:
        return True
    if origin in {Union, types.UnionType}:
        return any(fits(value, one) for one in inner)
    if origin is Literal:
        return any(value is one or (type(value) is type(one) and value == one) for one in inner)
    if origin is tuple:
        return isinstance(value, list | tuple) and len(value) == len(inner) and all(map(fits, value, inner))
    if origin in {list, Sequence}:
        return isinstance(value, list | tuple) and all(fits(one, inner[0]) for one in value)
    if origin in {dict, Mapping}:
        return isinstance(value, Mapping) and all(
            fits(key, inner[0]) and fits(one, inner[1]) for key, one in value.items()
        )
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return value is None if hint is type(None) else isinstance(value, hint)


def choices(hint: Any) -> list[str]:
    """The words that a type allows, if it is one of words.

    >>> choices(Literal["a", "b"] | None)
    ['a', 'b']
    """
    if get_origin(hint) is Literal:
        return [str(one) for one in get_args(hint)]
    if get_origin(hint) in {Union, types.UnionType}:
        return [word for one in get_args(hint) for word in choices(one)]
    return []


def said(hint: Any) -> str:
    """A type in words.

    >>> said(str | Sequence[str] | None), said(Mapping[str, float])
    ('text, a list of text or null', 'a mapping of text to a number')
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        words = [said(one) for one in inner]
        return ", ".join(words[:-1]) + f" or {words[-1]}"
    if origin is Literal:
        return " or ".join(repr(one) for one in inner)
    if origin in {list, Sequence}:
        return f"a list of {said(inner[0])}"
    if origin is tuple:
        return f"a list of {len(inner)}: {', '.join(said(one) for one in inner)}"
    if origin in {dict, Mapping}:
        return f"a mapping of {said(inner[0])} to {said(inner[1])}"
    plain = {str: "text", int: "a whole number", float: "a number", bool: "true or false", type(None): "null"}
    return plain.get(hint, "any value" if hint in {Any, object} else str(getattr(hint, "__name__", hint)))


def _hints(step: type) -> dict[str, Any]:
    return get_type_hints(step)


def _cure(value: Any, hint: Any) -> str:
    words = choices(hint)
    near = nearest(value, words) if isinstance(value, str) else None
    return f"Did you mean {near!r}?" if near else f"Give {said(hint)}."
