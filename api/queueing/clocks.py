"""The clocks of cases through HTTP: what runs out, stopping a clock, letting it go on, giving longer.

Who orders signs what he orders (``clock_signing``): with a key held elsewhere in two steps.
"""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import answers, openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from api.queueing import clock_signing, preparing
from api.queueing.clock_answers import ClockBoard, ClockReasons, Moved
from api.queueing.clock_signing import Extending, OrderToSign, Resuming, Stopping
from api.queueing.preparing import ToSign
from authz import decisions
from database.refusals import InvariantBroken
from engine import handling, maker, views
from engine.prepared_signatures import Prepared
from engine.timing import (
    clock_board,
    clock_orders,
    clock_reasons,
    extension,
    prepared_clock_orders,
)

router = APIRouter(tags=["clocks"], prefix="/api")
CASE = "/cases/{case_no}"


@router.get("/clocks", response_model=ClockBoard)
def board(caller: Asking) -> Response:
    """The open cases of one's agency and its subordinates that are due first, each with its light."""
    with caller.reading() as reading:
        return reading.answer(clock_board.report(reading.session, reading.actor))


@router.get("/clocks/moved", response_model=Moved)
def moved(caller: Asking) -> Response:
    """The open cases that a changed calendar makes due another day than was told."""
    with caller.reading() as reading:
        found = clock_board.moved_shown(reading.session, reading.office, reading.actor)
        return reading.answer(found)


@router.get("/clocks/reasons", response_model=ClockReasons)
def reasons(caller: Asking) -> Response:
    """Why a clock may be stopped and a case given longer, each with what it rests on."""
    with caller.reading() as reading:
        return reading.answer(clock_reasons.shown())


@router.post(
    CASE + "/clock-stop", response_model=answers.CaseShown, openapi_extra=openapi.says(Stopping)
)
def stop(
    case_no: str, body: Annotated[Body[Stopping], json_of(Stopping)], caller: Commanding
) -> Response:
    """Stop the clocks of a limited case, for a coded reason and on what is cited."""
    by = clock_signing.said_in(caller, body)
    with caller.command(body) as command:
        order = body.checked(lambda: _may(command, case_no, clock_orders.STEP)).order()
        return command.answer(views.after(clock_signing.give(command, case_no, order, by)))


@router.post(
    CASE + "/clock-resumption",
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(Resuming),
)
def resume(
    case_no: str, body: Annotated[Body[Resuming], json_of(Resuming)], caller: Commanding
) -> Response:
    """Let the clocks go on that an order stopped."""
    by = clock_signing.said_in(caller, body)
    with caller.command(body) as command:
        body.checked(lambda: _may(command, case_no, clock_orders.STEP))
        return command.answer(views.after(clock_signing.give(command, case_no, None, by)))


@router.post(
    CASE + "/extension", response_model=answers.CaseShown, openapi_extra=openapi.says(Extending)
)
def extend(
    case_no: str, body: Annotated[Body[Extending], json_of(Extending)], caller: Commanding
) -> Response:
    """Give a limited case longer, once; the applicant is told in writing."""
    by = clock_signing.said_in(caller, body)
    with caller.command(body) as command:
        order = body.checked(lambda: _may(command, case_no, extension.STEP)).order()
        return command.answer(views.after(clock_signing.give(command, case_no, order, by)))


@router.post(
    CASE + "/clock-signing", response_model=ToSign, openapi_extra=openapi.says(OrderToSign)
)
def prepare(
    case_no: str, body: Annotated[Body[OrderToSign], json_of(OrderToSign)], caller: Commanding
) -> Response:
    """Prepare an order for a key held elsewhere; the order itself with its signature then gives it."""
    by = clock_signing.said_in(caller, body)
    if by.proof is not None:
        caller.note_password(by.proof)
    try:
        with caller.command(body) as command:
            longer = isinstance(body.raw, dict) and body.raw.get("extension") is not None
            step = extension.STEP if longer else clock_orders.STEP
            order = body.checked(lambda: _may(command, case_no, step)).order()
            clock_signing.stage(command, case_no, order, by)
            raise InvariantBroken("an order was carried out without its signature")
    except Prepared as found:
        # The first transaction is gone, with all it did to arrive at the bytes.
        with caller.command(body) as command:
            until = prepared_clock_orders.keep(command.session, command.actor, case_no, found)
            return command.answer(preparing.shown(found, until))


def _may(command: Command, case_no: str, step: str) -> None:
    """Refuse before a form error where the case isn't there for this person, or not his to time."""
    work = handling.open_case(command.session, command.office, command.actor, case_no)
    decisions.require(command.session, command.actor, maker.act(work, step))
