"""Where a day begins: ``/`` leads to the first page of one's post, ``/me`` says who one is here."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking
from web import navigation, pages

router = APIRouter(include_in_schema=False)


@router.get("/")
def begin(request: Request, caller: Asking) -> Response:
    """Lead on to the first page, or to the sign-in page."""
    with caller.reading() as reading:
        return pages.moved(request, navigation.beginning(request.app, reading.actor.works_as))


@router.get(navigation.MINE)
def me(request: Request, caller: Asking) -> Response:
    """Who one is signed in as, and what one's keyboard does."""
    with caller.reading() as reading:
        return pages.page(request, "me.html", reading)
