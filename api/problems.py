"""Every answer that says no: one table from refusal to status, one shape (RFC 9457).

Routes hold no ``try``: a refusal travels up to here. Defects answer 500 without a word about the
inside and are logged whole under the request's id.
"""

import logging
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from api import failures
from api.idempotency import Replayed
from api.monitoring import logs, meters
from database.refusals import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    Refusal,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[Refusal], int] = {
    NotSignedIn: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    Unavailable: 503,
}
TITLES = {
    400: "The request can't be read",
    401: "Sign in first",
    403: "You may not do this",
    404: "Not here, or not yours to see",
    405: "Not possible at this address",
    408: "The request came too slowly",
    409: "The state has changed",
    429: "Too many attempts",
    413: "The request is too large",
    415: "Not a kind of content this address takes",
    422: "What was sent does not fit",
    500: "A defect",
    503: "Not possible right now",
}
# How a request is wrong before anyone looks at what it says; every other refusal goes by its family.
STATUS_BY_RULE = {
    "body.too_large": 413,
    "body.too_slow": 408,
    "body.media_type": 415,
    "body.not_an_object": 422,
    "session.locked": 429,
    "request.address": 400,
    "idempotency.key_missing": 400,
    "idempotency.key_malformed": 400,
}
_UNREADABLE = "body."
_RESERVED = frozenset({"type", "title", "status", "detail", "rule", "who_can", "errors"})

_log = logging.getLogger("tongban.edge")


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    if refusal.rule in STATUS_BY_RULE:
        return STATUS_BY_RULE[refusal.rule]
    if refusal.rule.startswith(_UNREADABLE):
        return 400
    for family in type(refusal).__mro__:
        if family in STATUS:
            return STATUS[family]
    return 409


def document(status: int, rule: str, detail: str, **members: Any) -> Response:
    """A problem document, counted by its rule."""
    meters.refused(rule)
    content = {
        "type": f"urn:tongban:rule:{rule}",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
        "rule": rule,
        "who_can": [],
        **members,
        "request_id": logs.request_id.get(),
    }
    answer = Response(orjson.dumps(content), status, media_type=MEDIA_TYPE)
    if status == 401:  # noqa: PLR2004
        answer.headers["www-authenticate"] = "Bearer"
    if status == 503:  # noqa: PLR2004
        answer.headers["retry-after"] = "1"
    return answer


def refused(request: Request, refusal: Exception) -> Response:
    """The answer to a refusal."""
    del request
    if not isinstance(refusal, Refusal):
        raise refusal
    members: dict[str, Any] = {
        name: value for name, value in refusal.facts.items() if name not in _RESERVED
    }
    if refusal.errors:
        members["errors"] = refusal.errors
    members["who_can"] = refusal.who_can
    return document(status_of(refusal), refusal.rule, refusal.detail, **members)


def _not_routed(request: Request, error: Exception) -> Response:
    """No such address, or not with this method: what the framework itself refuses."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:  # noqa: PLR2004
        return document(404, "route.not_found", f"There is nothing at {request.url.path}.")
    if error.status_code == 405:  # noqa: PLR2004
        answer = document(405, "route.method", f"{request.method} is not possible at this address.")
        answer.headers["allow"] = ", ".join(_methods(request))
        return answer
    return document(error.status_code, "request.refused", str(error.detail))


def _methods(request: Request) -> list[str]:
    """What is possible at this address; the framework names only the first of its routes."""
    asked = {name: request.scope[name] for name in ("type", "path", "root_path", "headers")}
    return [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(
            route.matches({**asked, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def _bad_parameters(request: Request, error: Exception) -> Response:
    """A path or query parameter that doesn't fit."""
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [
        {
            "field": ".".join(str(part) for part in wrong["loc"]),
            "message": wrong["msg"],
            "rule": f"parameter.{wrong['type']}",
        }
        for wrong in error.errors()
    ]
    return refused(
        request,
        Invalid("Some parameters don't fit.", rule="parameter.invalid", errors=errors),
    )


def _failed(request: Request, error: Exception) -> Response:
    """The database or the disk failed: say which way, or treat it as the defect it is."""
    unavailable = failures.explained(error)
    if unavailable is None:
        return _defect(request, error)
    _log.error("%s", unavailable.rule, exc_info=error)
    return refused(request, unavailable)


def _defect(request: Request, error: Exception) -> Response:
    """A defect: nothing was committed, everything is in the log, nothing about it in the answer."""
    del request
    _log.error("defect", exc_info=error)
    return document(
        500,
        "defect",
        "Something is wrong inside; nothing was done. Tell the administrator the request_id.",
    )


def _gone(request: Request, error: Exception) -> Response:
    """The client hung up while it was sending."""
    del request, error
    return document(400, "request.incomplete", "The request broke off.")


def _replayed(request: Request, replayed: Exception) -> Response:
    """A request that was answered before gets that answer again."""
    del request
    if not isinstance(replayed, Replayed):
        raise replayed
    return replayed.answer


def register(app: FastAPI) -> None:
    """Let the application answer refusals, failures and defects by this table."""
    app.add_exception_handler(Replayed, _replayed)
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(HTTPException, _not_routed)
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(ClientDisconnect, _gone)
    for failure in (DBAPIError, PoolExhausted, OSError):
        app.add_exception_handler(failure, _failed)
    app.add_exception_handler(Exception, _defect)
