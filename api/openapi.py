"""The published interface: FastAPI's document, with the bodies we read ourselves and the problem shape."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api import credentials, problems
from api.body import Nothing
from database.refusals import InvariantBroken

_SCHEMAS = "#/components/schemas/"
_METHODS = ("get", "post", "put", "patch", "delete")
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Yours, one a request, the same when you repeat it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457: why the request was refused, and who could act.",
    "required": ["type", "title", "status", "detail", "rule"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "rule": {"type": "string", "description": "stable id of the rule that refused"},
        "who_can": {"type": "array", "items": {"type": "object"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("field", "message", "rule")},
            },
        },
        "request_id": {"type": ["string", "null"]},
    },
}


def says(model: type[BaseModel] | None = None, *, keyed: bool = True) -> dict[str, Any]:
    """``openapi_extra`` of a command: the body's model, and whether it takes an Idempotency-Key."""
    extra: dict[str, Any] = {"parameters": [_KEY]} if keyed else {}
    if model is not None and model is not Nothing:
        schema = model.model_json_schema(ref_template=_SCHEMAS + "{model}")
        extra["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return extra


def publish(app: FastAPI) -> None:
    """Let ``/api/openapi.json`` answer the whole document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": credentials.COOKIE},
    }
    problem = {"schema": {"$ref": _SCHEMAS + "Problem"}}
    for path in found["paths"].values():
        for method in _METHODS:
            if method in path:
                _complete(path[method], schemas)
                path[method].setdefault("responses", {})["default"] = {
                    "description": "Refused",
                    "content": {problems.MEDIA_TYPE: problem},
                }
    return found


def _complete(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Move a body's model and the models it uses to where all models are."""
    # Parameters that don't fit answer as every refusal does.
    operation.get("responses", {}).pop("422", None)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        if "title" in schema:
            for name, model in [*schema.pop("$defs", {}).items(), (schema["title"], schema)]:
                if schemas.setdefault(name, model) != model:
                    raise InvariantBroken(f"two shapes are published as {name}: rename one")
            content["schema"] = {"$ref": _SCHEMAS + schema["title"]}
