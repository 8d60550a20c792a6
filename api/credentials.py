"""What a request proves about where it comes from: its token, its page, its machine.

The cookie is sent by the browser whatever page asks, so a request that changes something by cookie
must come from our own pages (SameSite=Strict is the first wall, this the second).
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import Request

from database.refusals import Forbidden

COOKIE = "tongban_session"
MAX_TOKEN_LENGTH = 200
FORWARDED = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)


class CrossSite(Forbidden):
    """This request came from another site's page and was not done."""

    rule = "session.cross_site"


class NotOnThisMachine(Forbidden):
    """Demo accounts work only on this machine itself, not over the network or behind a proxy."""

    rule = "session.demo_loopback_only"


def token(request: Request) -> str | None:
    """The session token, from ``Authorization: Bearer`` or else from the cookie."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        found = request.cookies.get(COOKIE, "")
    else:
        # Where both come, the cookie doesn't count: a page that sets this header is our own.
        scheme, _, given = authorization.partition(" ")
        found = given.strip() if scheme.lower() == "bearer" else ""
    return found if 0 < len(found) <= MAX_TOKEN_LENGTH else None


def require_same_origin(request: Request) -> None:
    """Raise CrossSite where the cookie would act for another site's page."""
    if "authorization" in request.headers or COOKIE not in request.cookies:
        return
    require_own_page(request)


def require_own_page(request: Request) -> None:
    """Raise CrossSite for a request of another site's page.

    Every browser sends Origin with a POST, and most send Sec-Fetch-Site, which no page can forge. A
    program sends neither, and holds the cookie because it signed in; the cookie is SameSite=Strict.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossSite
        return
    origin = request.headers.get("origin")
    if origin is None:
        return
    if urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise CrossSite


def require_loopback(request: Request) -> None:
    """Raise NotOnThisMachine unless the request comes from this machine, and from no proxy on it."""
    if not _is_here(request):
        raise NotOnThisMachine


def address(request: Request) -> str | None:
    """Where a request comes from, to count failures by; None for this machine itself.

    Behind a proxy it is the proxy's: what a header says of the address before it, anybody may write.
    """
    return None if _is_here(request) else (request.client.host if request.client else "")


def _is_here(request: Request) -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        peer = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    mapped = peer.ipv4_mapped if isinstance(peer, ipaddress.IPv6Address) else None
    return (mapped or peer).is_loopback
