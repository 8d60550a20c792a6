"""Questions to superiors (请示) through HTTP: asked about a case, answered, and what waits for one."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.answers import CaseShown
from api.body import Body, json_of
from api.casework import case_commands
from api.dependencies import Asking, Commanding
from api.ownership.owner_answers import QuestionList
from engine.ownership import consultations
from engine.ownership.consultations import Answer, Question

router = APIRouter(tags=["consultations"], prefix="/api")


@router.get("/consultations", response_model=QuestionList)
def to_answer(caller: Asking) -> Response:
    """The questions that wait for a post one holds, the oldest first."""
    with caller.reading() as reading:
        found = consultations.to_answer(reading.session, reading.actor)
        return reading.answer({"items": found})


@router.post(
    "/cases/{case_no}/consultation",
    status_code=201,
    response_model=CaseShown,
    openapi_extra=openapi.says(Question),
)
def ask(
    case_no: str, body: Annotated[Body[Question], json_of(Question)], caller: Commanding
) -> Response:
    """Ask a superior about an open case, which waits at its step until he answered."""
    with caller.command(body) as command:
        said = body.checked(lambda: case_commands.require_seen(command, case_no))
        consultations.ask(command.session, command.office, command.actor, case_no, said)
        return case_commands.answered(command, case_no, 201)


@router.post(
    "/cases/{case_no}/consultation-answer",
    response_model=CaseShown,
    openapi_extra=openapi.says(Answer),
)
def answer(
    case_no: str, body: Annotated[Body[Answer], json_of(Answer)], caller: Commanding
) -> Response:
    """Answer the question that a case waits with, as a holder of the post that was asked."""
    with caller.command(body) as command:
        said = body.checked(lambda: case_commands.require_seen(command, case_no))
        consultations.answer(command.session, command.office, command.actor, case_no, said)
        return case_commands.answered(command, case_no, 200)
