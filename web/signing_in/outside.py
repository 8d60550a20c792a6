"""Signing in by another party at the browser: sent there by a link, and the page one comes back to.

It is a page with a link that goes on by itself, not a redirect: our cookies are SameSite=Strict, and a
browser that was sent here from elsewhere would not bring them along. All of it works without JavaScript.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import Asking
from api.outside import entering
from api.outside.entering import RETURN
from api.outside.refusals import NoIssuer
from api.signing_in import sessions as api_sessions
from authz.signing_in import sessions
from database.refusals import Refusal
from web import headers, local_addresses, pages
from web.signing_in import entered as entered_pages
from web.signing_in import factor_step, sign_in

router = APIRouter(include_in_schema=False)

BEGIN = "/sign-in/outside"
COOKIE = "tongban_outside"
MAX_VALUE = 2_000


@router.get(BEGIN, dependencies=[api_sessions.OneOfFew])
def begin(request: Request, caller: Asking) -> Response:
    """Send the browser to the other party; it comes back to the page it came from."""
    after = local_addresses.checked(request.query_params.get("next"))
    try:
        address, kept = entering.begin(request, after)
    except NoIssuer:
        return pages.moved(request, sign_in.SIGN_IN)
    except Refusal as refusal:
        return sign_in.page(request, caller, "", after, refusal)
    answer = RedirectResponse(address, pages.MOVED, headers=headers.PAGE)
    answer.set_cookie(
        COOKIE,
        kept,
        max_age=int(sessions.WAITS_OUTSIDE.total_seconds()),
        path=BEGIN,
        httponly=True,
        # It has to come along when the other party sends the browser back.
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.get(RETURN, dependencies=[api_sessions.OneOfFew])
def come_back(request: Request, caller: Asking) -> Response:
    """Let in whoever the other party vouches for, or say why not."""
    said = {name: value[:MAX_VALUE] for name, value in request.query_params.items()}
    try:
        returned = entering.complete(request, request.cookies.get(COOKIE, ""), said)
    except NoIssuer:
        return pages.moved(request, sign_in.SIGN_IN)
    except Refusal as refusal:
        answer = sign_in.page(request, caller, "", None, refusal)
    else:
        answer = _welcome(request, returned)
    answer.delete_cookie(COOKIE, path=BEGIN, httponly=True, samesite="lax")
    return answer


def _welcome(request: Request, returned: entering.Returned) -> Response:
    entered = returned.entered
    after = local_addresses.checked(returned.after)
    waits = entered.stage == sessions.AWAITED
    address = (
        local_addresses.with_next(factor_step.STEP, after)
        if waits
        else entered_pages.address_for(request, entered, after)
    )
    answer = pages.page(request, "outside/welcome.html", address=address)
    if waits:
        factor_step.keep(request, answer, entered.token)
    else:
        api_sessions.set_cookie(request, answer, entered.token)
    return answer
