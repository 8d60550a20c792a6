"""A scan as the browser gets it: shown, never run, and a PDF framed by our own pages only."""

from starlette.responses import Response

PDF = "application/pdf"
# Data may run nothing; the browser's own viewer of PDFs still opens it within a frame of ours.
FRAMED = {
    "content-security-policy": "default-src 'none'; object-src 'self'; frame-ancestors 'self'",
    "x-frame-options": "SAMEORIGIN",
}


def of(content: bytes, kind: str) -> Response:
    """The answer that shows a stored file; ``kind`` is its media type, found out when it was stored."""
    framed = FRAMED if kind == PDF else {}
    return Response(content, media_type=kind, headers={"content-disposition": "inline", **framed})
