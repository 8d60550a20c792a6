"""Where the desk is for a browser: what its security keys are bound to."""

from urllib.parse import urlsplit

from starlette.requests import Request

from authz.factors.security_keys import Place

# What a request without a readable Host is of: keys enrolled so answer nowhere else.
NOWHERE = "localhost"


def of(request: Request) -> Place:
    """The office's address where it is set, else that of the request.

    A security key answers only to the host it was enrolled for: a forged Host header finds none.
    """
    said: str | None = request.app.state.address
    origin = said or f"{request.url.scheme}://{request.headers.get('host', '').lower()}"
    try:
        host = urlsplit(origin).hostname or NOWHERE
    except ValueError:
        host = NOWHERE
    return Place(origin, host)
