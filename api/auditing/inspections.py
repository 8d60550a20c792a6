"""Inspections through HTTP: samples drawn by auditors, findings, the agency's answers, their closing."""

import argparse
import sys
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.responses import Response

from api import composition, cursors, openapi
from api.auditing.inspection_answers import FindingPage, InspectionFinding, SamplePage, SampleShown
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from api.settings import Settings
from authz import decisions
from authz.acts import Act
from authz.offices import agencies
from database.refusals import Invalid
from oversight.auditing import inspections, samples
from oversight.auditing.inspections import FindingNotFound, FindingRequest, StepRequest
from oversight.auditing.samples import SampleNotFound, SampleRequest

router = APIRouter(tags=["audit"], prefix="/api/audit")

MAX_DIGITS = 15
_SAMPLES, _FINDINGS = "audit-samples", "audit-findings"
Cursor = Annotated[str | None, Query()]


@router.get("/samples", response_model=SamplePage)
def list_samples(caller: Asking, cursor: Cursor = None) -> Response:
    """The samples of the auditor's agencies, newest first, a page at a time."""
    position = cursors.position(_SAMPLES, cursor)
    with caller.reading() as reading:
        page = samples.listing(reading.session, reading.actor, position)
        return reading.answer({**page, "next_cursor": cursors.seal(_SAMPLES, page["next_cursor"])})


@router.post(
    "/samples",
    status_code=201,
    response_model=SampleShown,
    openapi_extra=openapi.says(SampleRequest),
)
def draw_sample(
    body: Annotated[Body[SampleRequest], json_of(SampleRequest)], caller: Commanding
) -> Response:
    """Draw a sample from a seal and an announced seed; anybody can draw the same again."""
    with caller.command(body) as command:
        asked = body.checked(lambda: _may_inspect(command))
        sample_id = samples.draw(command.session, command.actor, asked)
        return command.answer(samples.get(command.session, command.actor, sample_id), 201)


@router.get("/samples/{sample_id}", response_model=SampleShown)
def show_sample(sample_id: str, caller: Asking) -> Response:
    """One sample with its cases."""
    with caller.reading() as reading:
        found = samples.get(reading.session, reading.actor, number(sample_id, SampleNotFound))
        return reading.answer(found)


@router.get("/findings", response_model=FindingPage)
def list_findings(caller: Asking, cursor: Cursor = None) -> Response:
    """The findings about one's agencies, newest first, a page at a time."""
    position = cursors.position(_FINDINGS, cursor)
    with caller.reading() as reading:
        page = inspections.listing(reading.session, reading.actor, position)
        return reading.answer({**page, "next_cursor": cursors.seal(_FINDINGS, page["next_cursor"])})


@router.post(
    "/findings",
    status_code=201,
    response_model=InspectionFinding,
    openapi_extra=openapi.says(FindingRequest),
)
def raise_finding(
    body: Annotated[Body[FindingRequest], json_of(FindingRequest)], caller: Commanding
) -> Response:
    """Raise a finding on a case of a sample, or a lead on any case."""
    with caller.command(body) as command:
        asked = body.checked(lambda: _may_inspect(command))
        finding_id = inspections.raise_finding(command.session, command.actor, asked)
        return command.answer(inspections.get(command.session, command.actor, finding_id), 201)


@router.get("/findings/{finding_id}", response_model=InspectionFinding)
def show_finding(finding_id: str, caller: Asking) -> Response:
    """One finding with what became of it."""
    with caller.reading() as reading:
        wanted = number(finding_id, FindingNotFound)
        return reading.answer(inspections.get(reading.session, reading.actor, wanted))


@router.post(
    "/findings/{finding_id}/answer",
    response_model=InspectionFinding,
    openapi_extra=openapi.says(StepRequest),
)
def answer_finding(
    finding_id: str,
    body: Annotated[Body[StepRequest], json_of(StepRequest)],
    caller: Commanding,
) -> Response:
    """Answer a finding as the agency's supervisor: what was put right."""
    with caller.command(body) as command:
        wanted = number(finding_id, FindingNotFound)
        shown = inspections.get(command.session, command.actor, wanted)
        said = body.checked(lambda: _may_answer(command, shown["agency"]))
        inspections.answer(command.session, command.actor, wanted, said.text)
        return command.answer(inspections.get(command.session, command.actor, wanted))


@router.post(
    "/findings/{finding_id}/return",
    response_model=InspectionFinding,
    openapi_extra=openapi.says(StepRequest),
)
def return_answer(
    finding_id: str,
    body: Annotated[Body[StepRequest], json_of(StepRequest)],
    caller: Commanding,
) -> Response:
    """Return the agency's answer: what is still wrong."""
    return _judged(finding_id, "returned", body, caller)


@router.post(
    "/findings/{finding_id}/closing",
    response_model=InspectionFinding,
    openapi_extra=openapi.says(StepRequest),
)
def close_finding(
    finding_id: str,
    body: Annotated[Body[StepRequest], json_of(StepRequest)],
    caller: Commanding,
) -> Response:
    """Close a finding that was answered."""
    return _judged(finding_id, "closed", body, caller)


def _judged(finding_id: str, kind: str, body: Body[StepRequest], caller: Commanding) -> Response:
    with caller.command(body) as command:
        wanted = number(finding_id, FindingNotFound)
        inspections.get(command.session, command.actor, wanted)
        said = body.checked(lambda: _may_inspect(command))
        inspections.judge(command.session, command.actor, wanted, kind, said.text)
        return command.answer(inspections.get(command.session, command.actor, wanted))


def number(said: str, missing: type[FindingNotFound | SampleNotFound]) -> int:
    """An id from an address. Raises ``missing`` for what is none."""
    if not (said.isascii() and said.isdecimal()) or len(said) > MAX_DIGITS:
        raise missing
    return int(said)


def redraw(arguments: argparse.Namespace, chosen: Settings) -> int:
    """``tongban sample``: draw a sample again and print it, one case a line.

    Raises SealNotFound, AgencyNotFound, Invalid.
    """
    try:
        asked = SampleRequest.model_validate(
            {
                "seal_no": arguments.seal,
                "seed": arguments.seed,
                "per_stratum": arguments.size,
                "first_on": arguments.first,
                "last_on": arguments.last,
            }
        )
    except ValidationError as failed:
        raise Invalid(str(failed)) from failed
    opened = composition.open_office(chosen)
    try:
        with opened.sessions.reading() as session:
            agency = arguments.agency
            agencies.get(session, agency)
            found = samples.redraw(session, asked, agency)
    finally:
        opened.sessions.engine.dispose()
    out = sys.stdout
    out.write(f"# seal {found.seal.seal_no} root {found.seal.root} eligible {found.eligible}\n")
    for place, one in enumerate(found.drawn, start=1):
        case = one.case
        out.write(
            f"{place}\t{case.case_no}\t{case.risk_level}\t{case.process}\t{case.teller}\t{one.mark}\n"
        )
    return 0


def _may_inspect(command: Command) -> None:
    """Refuse before a form error whoever doesn't inspect."""
    act = Act(samples.INSPECT, agency=command.actor.agency)
    decisions.require(command.session, command.actor, act)


def _may_answer(command: Command, agency: str) -> None:
    """Refuse before a form error whoever doesn't answer for the agency."""
    act = Act(inspections.RECTIFY, agency=agency)
    decisions.require(command.session, command.actor, act)
