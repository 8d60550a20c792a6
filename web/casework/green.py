"""The green channel (绿色通道) at the desk: approved from the page of a case, and counted on a page."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding
from engine import green_channel
from engine.green_channel import GreenEntry, GreenWithdrawalRequest
from engine.green_record import CATEGORIES
from web import commands, pages
from web.casework.case import CASES
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/green-channel"


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """How many cases of one's own office and those below went first, by category."""
    with caller.reading() as reading:
        return pages.page(
            request,
            "green.html",
            reading,
            counts=green_channel.counted(reading.session, reading.actor),
            categories=CATEGORIES,
        )


@router.post(CASES + "/{case_no}/green-channel")
def approve(
    case_no: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Let a case go first, then show it again."""
    given = {name: sent.text(f"green.{name}") for name in ("category", "reason")}
    with commands.command(request, caller, sent) as command:
        entry = Body(GreenEntry, given).checked()
        green_channel.approve(command.session, command.office, command.actor, case_no, entry)
        return pages.done(command, request, f"{CASES}/{case_no}")


@router.post(CASES + "/{case_no}/green-channel/withdrawal")
def withdraw(
    case_no: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Let a case go in its turn again, then show it."""
    given = {"reason": sent.text("green.reason")}
    with commands.command(request, caller, sent) as command:
        asked = Body(GreenWithdrawalRequest, given).checked()
        green_channel.withdraw(command.session, command.office, command.actor, case_no, asked)
        return pages.done(command, request, f"{CASES}/{case_no}")
