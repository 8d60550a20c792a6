"""What surrounds every answer: a request id, one line in the access log, headers browsers obey."""

import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.monitoring import logs, meters
from database.identifiers import new_id

# An API answer is data: nothing in it may run, be framed, be guessed at or be kept by the browser.
HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}

_log = logging.getLogger("tongban.access")


def _complete(headers: MutableHeaders) -> None:
    """Add what an answer doesn't say itself, and its request id."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers["x-request-id"] = logs.request_id.get() or ""


class Envelope:
    """The outermost layer: gives the request its id, logs how it ended and counts it.

    The log names the path's template, never the path: addresses hold numbers of cases and people.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, completing the answer's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        logs.request_id.set(new_id())
        began = time.perf_counter_ns()
        meters.begun()
        status = 500

        async def completed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(MutableHeaders(scope=message))
            await send(message)

        try:
            await self.app(scope, receive, completed)
        finally:
            route = getattr(scope.get("route"), "path", None)
            passed = time.perf_counter_ns() - began
            meters.answered(scope["method"], route, status, passed)
            fields = {
                "method": scope["method"],
                "route": route,
                "status": status,
                "milliseconds": round(passed / 1_000_000, 1),
            }
            _log.info("request", extra={"fields": fields})
