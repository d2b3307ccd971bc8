"""Objects in JSON that name a key twice: parsers keep the last value and say nothing. Knows no file."""

from __future__ import annotations

import json
import re
from typing import Any

_APART = re.compile(r'"[ \t\r\n]+:').search


class RepeatedKey(ValueError):
    """An object names `key` twice."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the key {key[:60]!r} stands twice in one object")


def refuse_repeated(text: str, value: Any) -> None:
    r"""Raise RepeatedKey where the JSON `text`, of which `value` was read, names a key twice in one object.

    Cheap where it does not: where no colon stands apart from its quote, there are never more keys than `":` in the
    text; so where the value has as many, none was lost. Only else is the text read again.

    >>> refuse_repeated('{"a": 1, "b": {"a": "x:y"}}', {"a": 1, "b": {"a": "x:y"}})
    >>> refuse_repeated('{"a": 1, "a": 2}', {"a": 2})
    Traceback (most recent call last):
    prep.json_keys.RepeatedKey: the key 'a' stands twice in one object
    """
    if text.count('":') == _keys(value) and not _APART(text):
        return
    json.loads(text, object_pairs_hook=_distinct)


def _keys(value: Any) -> int:
    kind = type(value)
    if kind is dict:
        found = len(value)
        for one in value.values():
            if type(one) is dict or type(one) is list:
                found += _keys(one)
        return found
    found = 0
    if kind is list:
        for one in value:
            if type(one) is dict or type(one) is list:
                found += _keys(one)
    return found


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen = set()
        for key, _ in pairs:
            if key in seen:
                raise RepeatedKey(key)
            seen.add(key)
    return made
