"""What the applicant takes home, as PDF: receipt, notice of missing materials, and the document itself."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Asking, Caller
from engine import views
from engine.paperwork import documents
from engine.paperwork.papers import NotIssued

router = APIRouter(tags=["documents"], prefix="/api/cases/{case_no}")

_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


@router.get("/receipt.pdf", response_class=Response, responses=_PDF)
def receipt(case_no: str, caller: Asking) -> Response:
    """The receipt (回执单) of a completed case."""
    return _printed(caller, case_no, "receipt")


@router.get("/notice.pdf", response_class=Response, responses=_PDF)
def notice(case_no: str, caller: Asking) -> Response:
    """The notice of missing materials (申请材料补正告知书)."""
    return _printed(caller, case_no, "notice")


@router.get("/acceptance.pdf", response_class=Response, responses=_PDF)
def acceptance(case_no: str, caller: Asking) -> Response:
    """The slip of acceptance (受理通知书) of a case that did not end with the visit."""
    return _printed(caller, case_no, "acceptance")


@router.get("/extension.pdf", response_class=Response, responses=_PDF)
def extension(case_no: str, caller: Asking) -> Response:
    """The notice of longer time (延长办理期限告知书) of a case that was extended."""
    return _printed(caller, case_no, "extension")


@router.get("/document.pdf", response_class=Response, responses=_PDF)
def document(case_no: str, caller: Asking) -> Response:
    """The document the process is for, for example a certificate of enrolment."""
    return _printed(caller, case_no, "certificate")


@router.get("/denial.pdf", response_class=Response, responses=_PDF)
def denial(case_no: str, caller: Asking) -> Response:
    """The decision (不予办理决定书) of a refused case: reason, basis, and what may be done about it."""
    return _printed(caller, case_no, "denial")


def _printed(caller: Caller, case_no: str, kind: str) -> Response:
    with caller.reading() as reading:
        case = views.visible_case(reading.session, reading.actor, case_no)
        issued = documents.latest(reading.session, case_no, kind)
        if issued is None:
            raise NotIssued
        definition = reading.office.catalogue.at(case.definition)
    template = definition.document_template if kind == "certificate" else None
    # Printed after the snapshot is given back: the first page of a process takes a while.
    content = documents.render(issued, template)
    name = f"{case_no}-{kind}.pdf"
    return Response(
        content,
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{name}"'},
    )
