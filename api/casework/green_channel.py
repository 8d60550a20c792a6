"""The green channel (绿色通道) through HTTP: approved for a case, and counted."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.answers import CaseShown
from api.body import Body, json_of
from api.casework import case_commands
from api.casework.green_answers import GreenCounts
from api.dependencies import Asking, Commanding
from engine import green_channel
from engine.green_channel import GreenEntry, GreenWithdrawalRequest

router = APIRouter(tags=["green channel"], prefix="/api")


@router.post(
    "/cases/{case_no}/green-channel",
    status_code=201,
    response_model=CaseShown,
    openapi_extra=openapi.says(GreenEntry),
)
def approve(
    case_no: str, body: Annotated[Body[GreenEntry], json_of(GreenEntry)], caller: Commanding
) -> Response:
    """Let a case go first: it moves forward in every list, and is signed and posted as any other."""
    with caller.command(body) as command:
        entry = body.checked(lambda: case_commands.require_seen(command, case_no))
        green_channel.approve(command.session, command.office, command.actor, case_no, entry)
        return case_commands.answered(command, case_no, 201)


@router.post(
    "/cases/{case_no}/green-channel/withdrawal",
    response_model=CaseShown,
    openapi_extra=openapi.says(GreenWithdrawalRequest),
)
def withdraw(
    case_no: str,
    body: Annotated[Body[GreenWithdrawalRequest], json_of(GreenWithdrawalRequest)],
    caller: Commanding,
) -> Response:
    """Let a case go in its turn again: only whoever approved its green channel, with a reason."""
    with caller.command(body) as command:
        request = body.checked(lambda: case_commands.require_seen(command, case_no))
        green_channel.withdraw(command.session, command.office, command.actor, case_no, request)
        return case_commands.answered(command, case_no, 200)


@router.get("/green-channel", response_model=GreenCounts)
def counted(caller: Asking) -> Response:
    """How many cases of one's own office and those below went first, by category."""
    with caller.reading() as reading:
        return reading.answer({"items": green_channel.counted(reading.session, reading.actor)})
