"""Signing in and out at the browser; works without JavaScript, and returns to where one was."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import credentials, problems
from api import sessions as api_sessions
from api.dependencies import Asking, Caller, Commanding
from database.refusals import Forbidden, NotSignedIn, Refusal
from web import commands, demo_accounts, local_addresses, navigation, pages, tokens
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

SIGN_IN = "/sign-in"
# As the API's sign-in takes them.
MAX_STAFF_NO = 32
MAX_PASSWORD = 128


@router.get(SIGN_IN)
def show(request: Request, caller: Asking) -> Response:
    """The sign-in page."""
    staff_no = request.query_params.get("staff_no", "")[:MAX_STAFF_NO]
    return _page(request, caller, staff_no, request.query_params.get("next"))


@router.post(SIGN_IN, dependencies=[api_sessions.OneOfFew])
def sign_in(request: Request, caller: Asking, sent: Annotated[Sent, sent_form()]) -> Response:
    """Sign in, and go on to the page one came from, or to the first page of one's post."""
    staff_no, after = sent.text("staff_no")[:MAX_STAFF_NO], sent.get("next")
    try:
        tokens.require(request, sent.token)
        token, actor = api_sessions.enter(
            request, staff_no, (sent.get("password") or "")[:MAX_PASSWORD]
        )
    except (NotSignedIn, Forbidden) as refusal:
        return _page(request, caller, staff_no, after, refusal)
    address = local_addresses.checked(after)
    if actor.first_password:
        address = navigation.MINE
    elif address == "/":
        address = navigation.beginning(request.app, actor.works_as)
    answer = pages.moved(request, address)
    api_sessions.set_cookie(request, answer, token)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """End this session, here and now, on every node."""
    with commands.command(request, caller, sent, keyed=False, first_password=True) as command:
        api_sessions.leave(command, request)
    answer = pages.moved(request, SIGN_IN)
    api_sessions.drop_cookie(answer)
    return answer


def _page(
    request: Request,
    caller: Caller,
    staff_no: str,
    after: str | None,
    refusal: Refusal | None = None,
) -> Response:
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
    )


def _on_this_machine(request: Request) -> bool:
    """Whether demo accounts would work for whoever asks."""
    try:
        credentials.require_loopback(request)
    except credentials.NotOnThisMachine:
        return False
    return True
