"""The clocks of cases through HTTP: what runs out, stopping a clock, letting it go on, giving longer."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import answers, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from api.queueing.clock_answers import ClockBoard, ClockReasons, Moved
from authz import decisions
from engine import handling, maker, views
from engine.timing import clock_board, clock_orders, clock_reasons, extension
from engine.timing.clock_orders import StopOrder
from engine.timing.extension import ExtensionAsked

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
    CASE + "/clock-stop",
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(StopOrder),
)
def stop(
    case_no: str, body: Annotated[Body[StopOrder], json_of(StopOrder)], caller: Commanding
) -> Response:
    """Stop the clocks of a limited case, for a coded reason and on what is cited."""
    with caller.command(body) as command:
        order = body.checked(lambda: _may(command, case_no, clock_orders.STEP))
        session, office, actor = command.session, command.office, command.actor
        return command.answer(
            views.after(clock_orders.stop(session, office, actor, case_no, order))
        )


@router.post(
    CASE + "/clock-resumption",
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(Nothing),
)
def resume(
    case_no: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Let the clocks go on that an order stopped."""
    with caller.command(body) as command:
        body.checked(lambda: _may(command, case_no, clock_orders.STEP))
        session, office, actor = command.session, command.office, command.actor
        return command.answer(views.after(clock_orders.resume(session, office, actor, case_no)))


@router.post(
    CASE + "/extension",
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(ExtensionAsked),
)
def extend(
    case_no: str, body: Annotated[Body[ExtensionAsked], json_of(ExtensionAsked)], caller: Commanding
) -> Response:
    """Give a limited case longer, once; the applicant is told in writing."""
    with caller.command(body) as command:
        asked = body.checked(lambda: _may(command, case_no, extension.STEP))
        session, office, actor = command.session, command.office, command.actor
        return command.answer(views.after(extension.extend(session, office, actor, case_no, asked)))


def _may(command: Command, case_no: str, step: str) -> None:
    """Refuse before a form error where the case isn't there for this person, or not his to time."""
    work = handling.open_case(command.session, command.office, command.actor, case_no)
    decisions.require(command.session, command.actor, maker.act(work, step))
