"""The desk's part of the OpenAPI document: its endpoints are plain ones, so it is written here."""

from __future__ import annotations

from typing import Any

from labeling.model import SKIP_REASONS
from web.api.desk import BASE, ENDPOINTS, MOST_HELD, PARAMETERS

_whole, _text, _truth = {"type": "integer"}, {"type": "string"}, {"type": "boolean"}
_list = {"type": "array", "items": _whole}
_HOLD = {"type": "integer", "minimum": 1, "maximum": MOST_HELD, "default": 2, "description": "how many items to hold"}
_ANSWER = {"description": "the answer as the project's kind wants it: a label for choice, a number for rating"}
BODIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "hand-out": ({"hold": _HOLD}, []),
    "submit": (
        {
            "assignment": _whole,
            "key": {**_text, "description": "made up once for each answer, so that a retry cannot save it twice"},
            "answer": _ANSWER,
            "flagged": _truth,
            "comment": _text,
            "active_ms": {**_whole, "description": "how long the annotator was at it"},
            "hold": _HOLD,
        },
        ["assignment", "key", "answer"],
    ),
    "revise": (
        {
            "assignment": _whole,
            "key": _text,
            "answer": _ANSWER,
            "revision": {**_whole, "description": "the one that was looked at"},
            "flagged": _truth,
            "comment": _text,
        },
        ["assignment", "key", "answer", "revision"],
    ),
    "skip": (
        {"assignment": _whole, "reason": {**_text, "enum": list(SKIP_REASONS)}, "note": _text, "hold": _HOLD},
        ["assignment", "reason"],
    ),
    "release": ({"assignments": _list}, ["assignments"]),
    "renew": ({"assignments": _list}, ["assignments"]),
    "acknowledge": ({"version": _whole, "hold": _HOLD}, ["version"]),
}


def paths() -> dict[str, Any]:
    """The desk's part of the OpenAPI document."""
    name = {"name": "name", "in": "path", "required": True, "schema": _text, "description": "the project"}
    out: dict[str, Any] = {}
    for path, (method, endpoint) in ENDPOINTS.items():
        parameters = [name]
        parameters += [{"name": one, "in": "query", "schema": _whole} for one in PARAMETERS.get(path, ())]
        operation: dict[str, Any] = {
            "tags": ["desk"],
            "summary": (endpoint.__doc__ or "").strip(),
            "operationId": "desk_" + path.replace("-", "_"),
            "parameters": parameters,
            "responses": {"200": {"description": "Done", "content": {"application/json": {"schema": {}}}}},
        }
        if path in BODIES:
            properties, required = BODIES[path]
            body = {"type": "object", "properties": properties, "required": required}
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        out[f"{BASE}/{path}"] = {method.lower(): operation}
    return out
