"""Refusals and failures as a person sees them: what happened, whether data is safe, and one thing to do.

The problem document stays the one source (``api.problems``); for a page it is rendered: as a whole page,
or, where htmx asked, as an alert above a form that keeps everything typed.
"""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import WebSocketRequestValidationError
from starlette.exceptions import WebSocketException
from starlette.requests import Request
from starlette.responses import Response

from api.idempotency import Replayed
from web import local_addresses, pages
from web.texts import mark

Handler = Callable[[Request, Exception], Response]

ALERTS = "#alerts"
NOT_SIGNED_IN = 401
TITLES = {
    400: mark("The request can't be read"),
    401: mark("Sign in first"),
    403: mark("This is not yours to do"),
    404: mark("There is nothing here"),
    405: mark("Not possible at this address"),
    408: mark("The connection was too slow"),
    409: mark("Something has changed meanwhile"),
    413: mark("Too large"),
    429: mark("Too many attempts"),
    422: mark("Some entries need another look"),
    500: mark("Something is wrong on our side"),
    503: mark("Not possible right now"),
}
# Where a refusal leads on to, by its rule: the page that says what could be done about it.
WAYS_ON = {
    "export.limit": {
        "address": "/exports",
        "text": mark("What is left today, and who permits more"),
    }
}
_WEBSOCKETS = (WebSocketException, WebSocketRequestValidationError)


def register(app: FastAPI) -> None:
    """Let every refusal that the API answers as JSON be a page where a person asked for one."""
    for refused, answer in list(app.exception_handlers.items()):
        if refused not in _WEBSOCKETS:
            app.add_exception_handler(refused, _for_people(answer))  # type: ignore[arg-type]


def _for_people(answer: Handler) -> Handler:
    def answered(request: Request, error: Exception) -> Response:
        found = answer(request, error)
        if not _asked_for_a_page(request):
            return found
        content = orjson.loads(bytes(found.body))
        if isinstance(error, Replayed):
            return pages.moved(request, content[pages.LOCATION])
        return refused(request, content)

    return answered


def _asked_for_a_page(request: Request) -> bool:
    if request.url.path.startswith("/api/"):
        # A link to a file leads there; whoever followed it looks at the answer, and no client does.
        return request.headers.get("sec-fetch-mode") == "navigate"
    return "hx-request" in request.headers or "text/html" in request.headers.get("accept", "")


def refused(request: Request, problem: dict[str, Any]) -> Response:
    """A problem as a page, or as an alert above the form that was sent."""
    status = problem["status"]
    sign_in = local_addresses.sign_in(local_addresses.of_page(request))
    values: dict[str, Any] = {
        "problem": {"errors": [], **problem},
        "title": TITLES.get(status, TITLES[409]),
        "sign_in": sign_in,
        "way_on": WAYS_ON.get(problem["rule"]),
    }
    if "hx-request" in request.headers:
        answer = pages.page(request, "parts/refused.html", status=status, **values)
        answer.headers["hx-retarget"] = ALERTS
        answer.headers["hx-reswap"] = "innerHTML"
        return answer
    if status == NOT_SIGNED_IN and request.method == "GET":
        return pages.moved(request, sign_in)
    return pages.page(request, "refused.html", status=status, **values)
