"""The second step of signing in at the desk: the code, the security key, or a recovery code.

The right password opened a sign-in that can do nothing else; its token lies in a cookie of its own that only
these pages are sent. With JavaScript a security key answers; a code works without.
"""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api import credentials, problems
from api.dependencies import Asking
from api.signing_in import entering, places
from api.signing_in import sessions as api_sessions
from authz.factors import second_factors, security_keys
from authz.factors.factor_record import KEY
from authz.signing_in import sessions
from authz.signing_in.sessions import SignIn
from database.refusals import Forbidden, NotSignedIn, Refusal
from web import local_addresses, pages, tokens
from web.forms import Sent, sent_form
from web.signing_in import entered as entered_pages

router = APIRouter(include_in_schema=False)

STEP = "/sign-in/second-factor"
COOKIE = "tongban_half"
MAX_CODE, MAX_ANSWER = 64, 20_000


def asked(request: Request, token: str, after: str | None) -> Response:
    """Go on to this step, with the token of what waits for it."""
    answer = pages.moved(request, local_addresses.with_next(STEP, after))
    keep(request, answer, token)
    return answer


def keep(request: Request, answer: Response, token: str) -> None:
    """Let the browser keep the token of what waits, for these pages alone."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(sessions.WAITS.total_seconds()),
        path=STEP,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


@router.get(STEP)
def show(request: Request, caller: Asking) -> Response:
    """The page that asks for the second factor; back to the first step where nothing waits for it."""
    with caller.public() as session:
        return _page(request, session, request.query_params.get("next"))


@router.post(STEP, dependencies=[api_sessions.OneOfFew])
def give(request: Request, caller: Asking, sent: Annotated[Sent, sent_form()]) -> Response:
    """Take a code, or the answer of a security key, and go on."""
    after = sent.get("next")
    try:
        tokens.require(request, sent.token)
        entered = entering.complete(
            request, _token(request), lambda *said: _by(request, sent, *said)
        )
    except entering.FactorTooLate:
        return pages.moved(request, local_addresses.with_next("/sign-in", after))
    except (NotSignedIn, Forbidden) as refusal:
        with caller.public() as session:
            return _page(request, session, after, refusal)
    answer = entered_pages.lead_on(request, entered, after)
    answer.delete_cookie(COOKIE, path=STEP, httponly=True, samesite="strict")
    return answer


def _by(request: Request, sent: Sent, session: Session, half: SignIn) -> str | None:
    """By which factor the form is right."""
    answered = sent.text("answer")[:MAX_ANSWER]
    if not answered:
        code = sent.text("code")[:MAX_CODE]
        return second_factors.code_is_right(session, half.account_id, code)
    place, challenge = places.of(request), half.challenge or b""
    answer = _json(answered)
    return second_factors.key_is_right(session, half.account_id, place, challenge, answer)


def _page(
    request: Request, session: Session, after: str | None, refusal: Refusal | None = None
) -> Response:
    half = entering.awaited(session, _token(request))
    if half is None:
        return pages.moved(request, local_addresses.with_next("/sign-in", after))
    ways = second_factors.ways(session, half.account_id)
    known = second_factors.known_keys(session, half.account_id)
    options = None
    if KEY in ways:
        options = security_keys.asked_to_sign_in(places.of(request), known, half.challenge or b"")
    return pages.page(
        request,
        "factors/step.html",
        status=200 if refusal is None else problems.status_of(refusal),
        ways=ways,
        options=options,
        after=local_addresses.checked(after),
        refused=refusal,
    )


def _token(request: Request) -> str:
    return request.cookies.get(COOKIE, "")[: credentials.MAX_TOKEN_LENGTH]


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
