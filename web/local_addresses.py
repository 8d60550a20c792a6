"""Addresses to go on to, which came with a request and so may be anybody's: only our own pages count."""

from urllib.parse import quote, urlsplit

from starlette.requests import Request

LONGEST = 500


def checked(text: str | None) -> str:
    """The address, where it leads to a page of this desk; else the first page."""
    if text is None or len(text) > LONGEST or not text.startswith("/") or text.startswith("//"):
        return "/"
    parts = urlsplit(text)
    unsafe = parts.scheme or parts.netloc or "\\" in text or any(c < " " for c in text)
    return "/" if unsafe or parts.path.startswith(("/api/", "/static/")) else text


def of_page(request: Request) -> str:
    """The address of the page that this request is for, or was sent from."""
    if request.method == "GET" and "hx-request" not in request.headers:
        query = request.url.query
        return request.url.path + (f"?{query}" if query else "")
    sent_from = urlsplit(
        request.headers.get("hx-current-url") or request.headers.get("referer", "")
    )
    return checked(sent_from.path + (f"?{sent_from.query}" if sent_from.query else ""))


def sign_in(after: str) -> str:
    """The sign-in page that afterwards returns to an address."""
    return with_next("/sign-in", after if after != "/sign-in" else None)


def with_next(page: str, after: str | None) -> str:
    """A page that afterwards leads on to an address, where that is one of our own."""
    address = checked(after)
    return page if address == "/" else f"{page}?next={quote(address, safe='/')}"
