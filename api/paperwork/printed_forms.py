"""Forms to print and sign by hand, as PDF: the 审批表 of a case, the 申请表 of an application."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.dependencies import Asking
from authz import decisions
from authz.acts import Act
from engine import offered
from engine.applications import Application
from engine.paperwork import printed_forms
from engine.paperwork.printed_forms import PrintedForm

router = APIRouter(tags=["documents"])

_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


@router.get("/api/cases/{case_no}/approval-form", response_class=Response, responses=_PDF)
def approval_form(case_no: str, caller: Asking) -> Response:
    """The 审批表 of a case as it stands now: form, changes, calculation, every opinion; masked."""
    with caller.reading() as reading:
        form = printed_forms.approval(reading.session, reading.office, reading.actor, case_no)
    return answer(form, f"{case_no}-approval-form.pdf")


@router.post(
    "/api/processes/{code}/application-form",
    response_class=Response,
    responses=_PDF,
    openapi_extra=openapi.says(Application, keyed=False),
)
def application_form(
    code: str, body: Annotated[Body[Application], json_of(Application)], caller: Asking
) -> Response:
    """The 申请表 of what ``POST /api/cases`` would accept, for its applicant to sign; stores nothing."""
    with caller.reading() as reading:
        definition = offered.process(reading.session, reading.office, reading.actor, code)
        agency, category = reading.actor.agency, definition.category
        act = Act("accept", agency=agency, process=code, category=category)
        given = body.checked(lambda: decisions.require(reading.session, reading.actor, act))
        form = printed_forms.application(
            reading.session, reading.office, reading.actor, code, given
        )
    return answer(form, f"{code}-application-form.pdf")


def answer(form: PrintedForm, name: str) -> Response:
    """A form as an answer; to be called once the snapshot is given back."""
    disposition = f'inline; filename="{name}"'
    headers = {"content-disposition": disposition}
    return Response(form.pdf(), media_type="application/pdf", headers=headers)
