"""How much a request may send: by its Content-Length, and by counting, since that header may lie."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from database.refusals import Invalid

MAX_BODY_BYTES = 1024 * 1024
# A scan may have 20 MiB; the rest is the multipart frame around it.
MAX_UPLOAD_BYTES = 21 * 1024 * 1024
UPLOADS = ("/api/files", "/api/lists", "/desk/lists", "/meetings/scans")


class BodyTooLarge(Invalid):
    """The body is larger than this address takes."""

    rule = "body.too_large"


class BodySize:
    """ASGI middleware that never lets more in than the address takes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse at once what announces too much; count the rest while it comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = MAX_UPLOAD_BYTES if scope["path"] in UPLOADS else MAX_BODY_BYTES
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced[:20]) > limit:
            answer = problems.refused(Request(scope), _too_large(limit))
            answer.headers["connection"] = "close"
            await answer(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        await self.app(scope, counted, send)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"The body is larger than {limit // 1024} KiB, the most this address takes."
    )
