"""What couldn't be delivered, on one page: why, and for the system's administrator "send again"."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding
from api.heard import undelivered as api_undelivered
from authz import decisions
from authz.acts import Act
from engine.outgoing import undelivered
from web import commands, pages
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

PAGE = "/undelivered"
STATES: Mapping[str, str] = {
    "waiting": mark("being sent"),
    "sent": mark("handed to the mail server"),
    "dead": mark("not delivered"),
}


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """The newest of them. Raises Forbidden."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        act = Act(undelivered.SEND_AGAIN, agency=actor.agency)
        return pages.page(
            request,
            "messages/undelivered.html",
            reading,
            listed=undelivered.dead(session, actor)["items"],
            may_send=decisions.may(session, actor, act) is not None,
        )


@router.post(PAGE + "/{message_id}/sending")
def send_again(
    message_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Let one be tried anew, and come back to the list."""
    with commands.command(request, caller, sent) as command:
        api_undelivered.again(command, message_id)
        return pages.done(command, request, PAGE)


def about(session: Any, case_id: int) -> list[dict[str, Any]]:
    """What was sent about a case, for its page."""
    return [{**one, "said": STATES[one["state"]]} for one in undelivered.of_case(session, case_id)]
