"""Owners of cases (全程代理) through HTTP: one's own cases, handing one over, ordering it, taking it."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.answers import CaseShown
from api.body import Body, json_of
from api.casework import case_commands
from api.dependencies import Asking, Commanding
from api.ownership.owner_answers import OwnedCases
from engine.ownership import owned_cases, owners
from engine.ownership.owners import TransferAnswer, TransferRequest

router = APIRouter(tags=["owners"], prefix="/api")

Transfer = Annotated[Body[TransferRequest], json_of(TransferRequest)]


@router.get("/owned-cases", response_model=OwnedCases)
def mine(caller: Asking) -> Response:
    """The cases that one answers for until their paper is delivered, and those one is offered."""
    with caller.reading() as reading:
        return reading.answer(owned_cases.mine(reading.session, reading.actor))


@router.post(
    "/cases/{case_no}/owner-offer",
    status_code=201,
    response_model=CaseShown,
    openapi_extra=openapi.says(TransferRequest),
)
def offer(case_no: str, body: Transfer, caller: Commanding) -> Response:
    """Offer a case of one's own to a colleague; it is his when he takes it."""
    with caller.command(body) as command:
        asked = body.checked(lambda: case_commands.require_seen(command, case_no))
        owners.offer(command.session, command.office, command.actor, case_no, asked)
        return case_commands.answered(command, case_no, 201)


@router.post(
    "/cases/{case_no}/owner-order",
    status_code=201,
    response_model=CaseShown,
    openapi_extra=openapi.says(TransferRequest),
)
def order(case_no: str, body: Transfer, caller: Commanding) -> Response:
    """Give a case another owner at once, as its supervisor."""
    with caller.command(body) as command:
        asked = body.checked(lambda: case_commands.require_seen(command, case_no))
        owners.order(command.session, command.office, command.actor, case_no, asked)
        return case_commands.answered(command, case_no, 201)


@router.post(
    "/cases/{case_no}/owner-answer",
    response_model=CaseShown,
    openapi_extra=openapi.says(TransferAnswer),
)
def answer(
    case_no: str, body: Annotated[Body[TransferAnswer], json_of(TransferAnswer)], caller: Commanding
) -> Response:
    """Take a case that one is offered, or leave it with its owner."""
    with caller.command(body) as command:
        said = body.checked(lambda: case_commands.require_seen(command, case_no))
        owners.answer(command.session, command.office, command.actor, case_no, said)
        return case_commands.answered(command, case_no, 200)
