"""Addresses that can be no one's: refused before anything looks them up."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from database.refusals import Invalid


class AddressRefused(Invalid):
    """The address holds the character NUL, which no name or number has."""

    rule = "request.address"


class Addresses:
    """ASGI middleware: PostgreSQL can't even compare a text with NUL in it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what can be looked up."""
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            answer = problems.refused(Request(scope), AddressRefused())
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)
