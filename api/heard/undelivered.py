"""What applicants and staff were sent: of a case, and what couldn't be delivered (the dead letters)."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import cursors, openapi
from api.archiving.archive import MAX_DIGITS
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from api.heard.message_answers import CaseMessages, DeadMessages, MessageShown
from authz import decisions
from authz.acts import Act
from engine import views
from engine.outgoing import undelivered
from engine.outgoing.undelivered import SEND_AGAIN, MessageNotFound

router = APIRouter(tags=["messages"], prefix="/api")

_LIST = "undelivered"


@router.get("/cases/{case_no}/told", response_model=CaseMessages)
def of_case(case_no: str, caller: Asking) -> Response:
    """The messages about a case, the oldest first; addresses masked."""
    with caller.reading() as reading:
        case = views.visible_case(reading.session, reading.actor, case_no)
        return reading.answer({"items": undelivered.of_case(reading.session, case.case_id)})


@router.get("/undelivered", response_model=DeadMessages)
def dead(caller: Asking, cursor: str | None = None) -> Response:
    """Messages that were given up, newest first, each with its reason."""
    with caller.reading() as reading:
        at = cursors.position(_LIST, cursor)
        page = undelivered.dead(reading.session, reading.actor, at)
        return reading.answer(cursors.sealed_page(_LIST, page))


@router.post(
    "/undelivered/{message_id}/sending",
    response_model=MessageShown,
    openapi_extra=openapi.says(Nothing),
)
def send_again(
    message_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Let a message that was given up be tried anew."""
    with caller.command(body) as command:
        body.checked(lambda: _may(command))
        return command.answer(again(command, message_id))


def again(command: Command, message_id: str) -> dict[str, Any]:
    """Send one again, for this route and the desk's page. Raises MessageNotFound for what is no number."""
    if not (message_id.isascii() and message_id.isdecimal()) or len(message_id) > MAX_DIGITS:
        raise MessageNotFound
    return undelivered.send_again(command.session, command.actor, int(message_id))


def _may(command: Command) -> None:
    """Refuse before a form error whom no message is to be sent again by."""
    act = Act(SEND_AGAIN, agency=command.actor.agency)
    decisions.require(command.session, command.actor, act)
