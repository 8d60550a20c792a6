"""The documents of a case as a list: look at one, print it again, record that it was delivered."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding, Reading
from api.paperwork import paper_answers
from authz import decisions
from engine import handling, maker, views
from engine.paperwork import documents, papers
from engine.paperwork.papers import DeliveryRecord

router = APIRouter(tags=["documents"], prefix="/api/cases/{case_no}/documents")

_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


@router.get("", response_model=paper_answers.Papers)
def listed(case_no: str, caller: Asking) -> Response:
    """Every document of a case, the oldest first, with its deliveries."""
    with caller.reading() as reading:
        return reading.answer(_listed(reading, case_no))


@router.get("/{number}.pdf", response_class=Response, responses=_PDF)
def show(case_no: str, number: str, caller: Asking) -> Response:
    """One document of a case by its number, as it was issued."""
    with caller.reading() as reading:
        case = views.visible_case(reading.session, reading.actor, case_no)
        issued = papers.named(reading.session, case_no, number)
        definition = reading.office.catalogue.at(case.definition)
    template = definition.document_template if issued.kind == "certificate" else None
    # Printed after the snapshot is given back: the first page of a process takes a while.
    content = documents.render(issued, template)
    headers = {"content-disposition": f'inline; filename="{issued.number}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post(
    "/{number}/printing", response_model=paper_answers.Printed, openapi_extra=openapi.says(Nothing)
)
def print_again(
    case_no: str,
    number: str,
    body: Annotated[Body[Nothing], json_of(Nothing)],
    caller: Commanding,
) -> Response:
    """Journal that a document is printed to be handed out; the answer says where its PDF is."""
    with caller.command(body) as command:
        body.checked(lambda: _may(command, case_no))
        session, office, actor = command.session, command.office, command.actor
        return command.answer(papers.print_again(session, office, actor, case_no, number))


@router.post(
    "/{number}/deliveries",
    status_code=201,
    response_model=paper_answers.Papers,
    openapi_extra=openapi.says(DeliveryRecord),
)
def deliver(
    case_no: str,
    number: str,
    body: Annotated[Body[DeliveryRecord], json_of(DeliveryRecord)],
    caller: Commanding,
) -> Response:
    """Record that a document was delivered (送达): at the window, by post or electronically."""
    with caller.command(body) as command:
        given = body.checked(lambda: _may(command, case_no))
        session, office, actor = command.session, command.office, command.actor
        papers.deliver(session, office, actor, case_no, number, given)
        return command.answer(_listed(command, case_no), 201)


def _listed(reading: Reading, case_no: str) -> dict[str, Any]:
    case = views.visible_case(reading.session, reading.actor, case_no)
    return {"items": papers.of_case(reading.session, case)}


def _may(command: Command, case_no: str) -> None:
    work = handling.open_case(command.session, command.office, command.actor, case_no)
    decisions.require(command.session, command.actor, maker.act(work, papers.STEP))
