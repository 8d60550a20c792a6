"""The language of a person: Chinese, until the switch in the top bar says otherwise."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import credentials
from web import local_addresses, texts
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

COOKIE = "tongban_language"
A_YEAR = 365 * 24 * 3600


def of(request: Request) -> str:
    """The language this person reads."""
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in texts.LANGUAGES else texts.LANGUAGES[0]


@router.post("/language")
def choose(request: Request, sent: Annotated[Sent, sent_form()]) -> Response:
    """Read on in the other language, on the same page."""
    credentials.require_own_page(request)
    answer = RedirectResponse(local_addresses.checked(sent.get("next")), 303)
    chosen = sent.get("language")
    if chosen in texts.LANGUAGES:
        answer.set_cookie(
            COOKIE,
            chosen,
            max_age=A_YEAR,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return answer
