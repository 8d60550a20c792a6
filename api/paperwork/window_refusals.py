"""Refusals at the window (不予受理): recorded with reason and rule, and the decision as PDF."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.casework import cases
from api.dependencies import Asking, Commanding
from api.paperwork import paper_answers
from engine import window_refusals
from engine.paperwork import documents
from engine.paperwork.papers import NotIssued
from engine.window_refusals import RefusalRequest

router = APIRouter(tags=["documents"], prefix="/api/window-refusals")

_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


@router.post(
    "",
    status_code=201,
    response_model=paper_answers.WindowRefusalShown,
    openapi_extra=openapi.says(RefusalRequest),
)
def refuse(
    body: Annotated[Body[RefusalRequest], json_of(RefusalRequest)], caller: Commanding
) -> Response:
    """Turn an application away in writing: reason, rule, and what may be done about it."""
    with caller.command(body) as command:
        given = body.checked(lambda: cases.may_accept(command, body.raw))
        row = window_refusals.refuse(command.session, command.office, command.actor, given)
        return command.answer(window_refusals.shown(command.session, row), 201)


@router.get("/{number}", response_model=paper_answers.WindowRefusalShown)
def show(number: str, caller: Asking) -> Response:
    """One refusal, its applicant masked."""
    with caller.reading() as reading:
        row = window_refusals.found(reading.session, reading.actor, number)
        return reading.answer(window_refusals.shown(reading.session, row))


@router.get("/{number}/decision.pdf", response_class=Response, responses=_PDF)
def decision(number: str, caller: Asking) -> Response:
    """The decision (不予受理决定书) that the applicant takes home."""
    with caller.reading() as reading:
        window_refusals.found(reading.session, reading.actor, number)
        issued = documents.latest(reading.session, number, window_refusals.KIND)
        if issued is None:
            raise NotIssued
    headers = {"content-disposition": f'inline; filename="{issued.number}.pdf"'}
    return Response(documents.render(issued), media_type="application/pdf", headers=headers)
