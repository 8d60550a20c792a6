"""Where somebody goes who has just signed in."""

from starlette.requests import Request
from starlette.responses import Response

from api.signing_in import sessions as api_sessions
from api.signing_in.entering import Entered
from authz.signing_in import sessions
from web import local_addresses, navigation, pages


def lead_on(request: Request, entered: Entered, after: str | None) -> Response:
    """There, signed in."""
    answer = pages.moved(request, address_for(request, entered, after))
    api_sessions.set_cookie(request, answer, entered.token)
    return answer


def address_for(request: Request, entered: Entered, after: str | None) -> str:
    """Where one came from, the first page of one's post, or what has to be done before anything."""
    actor, address = entered.actor, local_addresses.checked(after)
    if actor.first_password:
        address = navigation.MINE
    elif entered.stage == sessions.ENROLLING:
        address = navigation.MY_SECURITY
    elif address == "/":
        address = navigation.beginning(request.app, actor.works_as)
    return address
