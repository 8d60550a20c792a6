"""A case on one page: where it stands, what it changes, who signed it; its scans and its verification."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking
from authz import decisions
from authz.acts import Act
from engine import views
from engine.record import CaseContent
from engine.scans import files, signed_scans
from engine.scans.files import FileNotFound
from oversight import verification
from oversight.findings import Finding
from web import languages, pages, scan_answer
from web.casework import case_page
from web.queueing import queue

router = APIRouter(include_in_schema=False)

CASES = "/cases"


@router.get(CASES + "/{case_no}")
def show(case_no: str, request: Request, caller: Asking) -> Response:
    """The page of a case; after a signature it offers the next one that waits."""
    with caller.reading() as reading:
        signed = "signed" in request.query_params
        found = case_page.shown(reading, case_no, languages.of(request))
        return pages.page(
            request,
            "case/page.html",
            reading,
            **found,
            just_signed=signed,
            following=queue.following(reading, case_no) if signed else None,
        )


@router.get(CASES + "/{case_no}/verification")
def verify(case_no: str, request: Request, caller: Asking) -> Response:
    """What recomputing the case from its record finds, as a part of its page. Raises Forbidden."""
    with caller.reading() as reading:
        session = reading.session
        case = views.visible_case(session, reading.actor, case_no)
        act = Act("verify", agency=case.agency_code, category=case.category)
        decisions.require(session, reading.actor, act)
        notes: list[Finding] = []
        found = verification.verify_case(session, reading.office, case_no, noted=notes.append)
        return pages.part(
            request,
            "case/verified.html",
            reading,
            findings=[finding.shown() for finding in found],
            notes=notes,
            last_digest=case.journal_head,
            sign_offs=case.sign_off_count,
            entries=case.journal_seq,
        )


@router.get(CASES + "/{case_no}/scans/{digest}")
def scan(case_no: str, digest: str, caller: Asking) -> Response:
    """A scan of this case's materials or of its signed form. Raises CaseNotFound, FileNotFound."""
    with caller.reading() as reading:
        session = reading.session
        case = views.visible_case(session, reading.actor, case_no)
        content = session.get_one(CaseContent, (case.case_id, case.cycle))
        known = {row["file"] for row in content.materials}
        known |= {row["file"] for row in signed_scans.of_case(session, case.case_id)}
        if digest not in known:
            raise FileNotFound
        agencies = [case.agency_code, reading.actor.agency]
        found, kind = files.read(session, agencies, digest, reading.office.scans)
    return scan_answer.of(found, kind)
