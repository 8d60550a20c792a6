"""Findings of inspections on the desk: auditors raise and close them, supervisors answer for their agency."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.auditing.inspections import number
from api.dependencies import Asking, Commanding
from authz.offices import agencies
from engine import applications
from oversight.auditing import inspections
from oversight.auditing.inspections import FindingNotFound, FindingRequest, StepRequest
from web import commands, pages
from web.audit import asking
from web.audit.asking import SearchInvalid
from web.audit.search import AUDIT
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

FINDINGS = AUDIT + "/findings"
_LIST = "audit-findings"
STATUSES = {
    "open": mark("waits for the agency's answer"),
    "answered": mark("answered, waits for the auditor"),
    "returned": mark("answer returned, waits for the agency"),
    "closed": mark("closed"),
}
STEPS = {
    "answered": mark("Answer of the agency"),
    "returned": mark("Returned by the auditor"),
    "closed": mark("Closed by the auditor"),
}


@router.get(FINDINGS)
def show_all(request: Request, caller: Asking) -> Response:
    """A page of findings about the reader's agencies."""
    with caller.reading() as reading:
        position = asking.position(_LIST, request)
        page = inspections.listing(reading.session, reading.actor, position)
        codes = {item["agency"] for item in page["items"]}
        return pages.page(
            request,
            "audit/findings.html",
            reading,
            items=page["items"],
            next_cursor=cursors.seal(_LIST, page["next_cursor"]),
            first=position is None,
            agencies={code: agencies.known(reading.session, code).name for code in codes},
            statuses=STATUSES,
        )


@router.post(FINDINGS)
def raise_one(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Raise a finding on a case of a sample, or a lead."""
    with commands.command(request, caller, sent) as command:
        said = {"case_no": sent.text("case_no"), "text": sent.text("text")}
        sample_id = sent.text("sample_id")
        try:
            asked = FindingRequest.model_validate(
                {**said, "sample_id": int(sample_id)} if sample_id.isdecimal() else said
            )
        except ValidationError as failed:
            raise SearchInvalid(errors=applications.field_errors(failed)) from failed
        finding_id = inspections.raise_finding(command.session, command.actor, asked)
        return pages.done(command, request, f"{FINDINGS}/{finding_id}")


@router.get(FINDINGS + "/{finding_id}")
def show(finding_id: str, request: Request, caller: Asking) -> Response:
    """One finding and what became of it. Raises FindingNotFound, Forbidden."""
    with caller.reading() as reading:
        wanted = number(finding_id, FindingNotFound)
        found = inspections.get(reading.session, reading.actor, wanted)
        return pages.page(
            request,
            "audit/finding.html",
            reading,
            finding=found,
            agency=agencies.known(reading.session, found["agency"]).name,
            audits="auditor" in reading.actor.works_as,
            statuses=STATUSES,
            steps=STEPS,
        )


@router.post(FINDINGS + "/{finding_id}/steps")
def step(
    finding_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Answer a finding, return the answer or close it; the form's button says which."""
    with commands.command(request, caller, sent) as command:
        wanted = number(finding_id, FindingNotFound)
        inspections.get(command.session, command.actor, wanted)
        try:
            text = StepRequest.model_validate({"text": sent.text("text")}).text
        except ValidationError as failed:
            raise SearchInvalid(errors=applications.field_errors(failed)) from failed
        kind = sent.text("kind")
        if kind == "answered":
            inspections.answer(command.session, command.actor, wanted, text)
        else:
            inspections.judge(command.session, command.actor, wanted, kind, text)
        return pages.done(command, request, f"{FINDINGS}/{wanted}")
