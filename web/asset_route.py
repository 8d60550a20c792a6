"""Serves the assets (``/static/…``): public, compressed, kept by browsers for a year."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from database.refusals import NotFound
from web import assets

router = APIRouter(include_in_schema=False)

FOR_GOOD = "public, max-age=31536000, immutable"


@router.get("/static/{name:path}")
def show(name: str, request: Request) -> Response:
    """One asset, by the name that its content gives it."""
    asset = assets.served(assets.PREFIX + name)
    if asset is None:
        raise NotFound
    headers = {"cache-control": FOR_GOOD, "vary": "accept-encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(asset.content, media_type=asset.media_type, headers=headers)
    headers["content-encoding"] = "gzip"
    return Response(asset.compressed, media_type=asset.media_type, headers=headers)
