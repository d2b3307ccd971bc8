"""The description of the API: FastAPI's own, the desk's plain routes beside it, one shape of error for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

if TYPE_CHECKING:
    from fastapi import FastAPI

PREFIX = "/api/v1"
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["type", "message"],
            "properties": {
                "type": {"type": "string", "description": "what kind of thing went wrong, such as Stale or NotFound"},
                "message": {"type": "string", "description": "a sentence for a person, saying what to do"},
            },
            "additionalProperties": True,
        }
    },
}


def schema(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _make(app)
    return app.openapi_schema


def _make(app: FastAPI) -> dict[str, Any]:
    from web.api import desk_paths

    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, openapi_version="3.1.0"
    )
    found = made.get("paths", {})
    made["paths"] = {path: call for path, call in found.items() if path.startswith(PREFIX)} | desk_paths.paths()
    parts = made.setdefault("components", {})
    parts.setdefault("schemas", {})["Error"] = ERROR
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "a token of yours, `assay_…`"},
        "session": {"type": "apiKey", "in": "cookie", "name": app.state.cookie},
    }
    made["security"] = [{"token": []}, {"session": []}]
    refusal = {
        "description": "It was refused; nothing was changed.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = refusal
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    made["paths"] = dict(sorted(made["paths"].items()))
    return made
