"""Signing in and out at the browser; works without JavaScript, and returns to where one was."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import credentials, problems
from api.dependencies import Asking, Caller, Commanding
from api.outside import entering as outside_entering
from api.signing_in import entering
from api.signing_in import sessions as api_sessions
from authz.signing_in import sessions
from database.refusals import Forbidden, NotSignedIn, Refusal
from web import commands, local_addresses, pages, tokens
from web.forms import Sent, sent_form
from web.signing_in import demo_accounts, factor_step
from web.signing_in import entered as entered_pages

router = APIRouter(include_in_schema=False)

SIGN_IN = "/sign-in"
# As the API's sign-in takes them.
MAX_STAFF_NO = 32
MAX_PASSWORD = 128


@router.get(SIGN_IN)
def show(request: Request, caller: Asking) -> Response:
    """The sign-in page."""
    staff_no = request.query_params.get("staff_no", "")[:MAX_STAFF_NO]
    return page(request, caller, staff_no, request.query_params.get("next"))


@router.post(SIGN_IN, dependencies=[api_sessions.OneOfFew])
def sign_in(request: Request, caller: Asking, sent: Annotated[Sent, sent_form()]) -> Response:
    """Sign in, and go on to the page one came from, or to the first page of one's post."""
    staff_no, after = sent.text("staff_no")[:MAX_STAFF_NO], sent.get("next")
    try:
        tokens.require(request, sent.token)
        entered = entering.enter(
            request, staff_no, (sent.get("password") or "")[:MAX_PASSWORD], at_desk=True
        )
    except (NotSignedIn, Forbidden) as refusal:
        return page(request, caller, staff_no, after, refusal)
    if entered.stage == sessions.AWAITED:
        return factor_step.asked(request, entered.token, after)
    return entered_pages.lead_on(request, entered, after)


@router.post("/sign-out")
def sign_out(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """End this session, here and now, on every node."""
    with commands.command(
        request, caller, sent, keyed=False, alters_authority=True, first_password=True
    ) as command:
        outside = api_sessions.leave(command, request)
    elsewhere = outside_entering.ending(request, outside=outside)
    if elsewhere is None:
        answer = pages.moved(request, SIGN_IN)
    else:
        answer = pages.page(request, "outside/left.html", address=elsewhere)
    api_sessions.drop_cookie(answer)
    return answer


def page(
    request: Request,
    caller: Caller,
    staff_no: str,
    after: str | None,
    refusal: Refusal | None = None,
) -> Response:
    """The sign-in page, with what was refused before."""
    demo: list[dict[str, Any]] = []
    if _on_this_machine(request):
        with caller.public() as session:
            demo = demo_accounts.by_post(session)
    known = {person["staff_no"] for group in demo for person in group["people"]}
    return pages.page(
        request,
        "sign_in.html",
        status=200 if refusal is None else problems.status_of(refusal),
        demo=demo,
        staff_no=staff_no,
        # On a demo server a click on an account is enough, with JavaScript or without.
        password=demo_accounts.PASSWORD if staff_no in known and refusal is None else "",
        after=local_addresses.checked(after),
        refused=refusal,
        session_ended=after is not None and credentials.COOKIE in request.cookies,
        outside=request.app.state.provider is not None,
    )


def _on_this_machine(request: Request) -> bool:
    """Whether demo accounts would work for whoever asks."""
    try:
        credentials.require_loopback(request)
    except credentials.NotOnThisMachine:
        return False
    return True
