"""The record of one case as an auditor reads it: entry by entry, verified now, what differs named."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking
from authz.offices import agencies
from database import clock
from oversight.auditing import inspections, timeline
from web import case_labels, pages
from web.audit import words
from web.audit.search import AUDIT
from web.queueing import queue

router = APIRouter(include_in_schema=False)


@router.get(AUDIT + "/cases/{case_no}")
def show(case_no: str, request: Request, caller: Asking) -> Response:
    """The record of a case. Raises CaseNotFound, Forbidden."""
    with caller.reading() as reading:
        session = reading.session
        found = timeline.of(session, reading.office, reading.actor, case_no)
        names = queue.process_names(reading.office)
        return pages.page(
            request,
            "audit/case.html",
            reading,
            record=found,
            case=found.case,
            names=names.get(found.case.process),
            agency=agencies.known(session, found.case.agency_code).name,
            status_text=case_labels.STATUSES[found.case.status],
            raised=inspections.of_case(session, reading.actor, case_no),
            at=clock.now(session),
            words=words,
            labels=case_labels,
        )
