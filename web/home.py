"""Where a day begins: ``/`` leads to the first page of one's post, ``/me`` says who one is here."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding
from api.signing_in import sessions as api_sessions
from web import commands, navigation, pages, tokens
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)


@router.get("/")
def begin(request: Request, caller: Asking) -> Response:
    """Lead on to the first page, or to the sign-in page."""
    with caller.reading() as reading:
        return pages.moved(request, navigation.beginning(request.app, reading.actor.works_as))


@router.get(navigation.MINE)
def me(request: Request, caller: Asking) -> Response:
    """Who one is signed in as, and what one's keyboard does."""
    with caller.reading(first_password=True) as reading:
        return pages.page(request, "me.html", reading, sign_ins=api_sessions.shown(reading))


# As the API takes it.
MAX_PASSWORD = 128


@router.post(navigation.MINE + "/sessions/end", dependencies=[api_sessions.OneOfFew])
def end_session(
    request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """End another session of one's own, with the password."""
    with caller.reading() as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
    proof = caller.own_password((sent.get("password") or "")[:MAX_PASSWORD])
    with commands.command(request, caller, sent) as command:
        api_sessions.end(command, sent.text("session_id"), proof)
        return pages.done(command, request, navigation.MINE)
