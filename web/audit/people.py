"""One member of staff as an auditor reads him, and the journal of everybody."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.auditing.audit_queries import EntryQuery
from api.dependencies import Asking
from authz.offices import agencies
from oversight.auditing import person, trail
from web import pages
from web.audit import asking, words
from web.audit.search import AUDIT
from web.queueing import queue

router = APIRouter(include_in_schema=False)

_ACTS, _JOURNAL = "audit-acts", "audit-journal"
MAX_STAFF_NO = 32


@router.get(AUDIT + "/people")
def find(request: Request, caller: Asking) -> Response:
    """Where the search for a person leads."""
    with caller.reading():
        staff_no = request.query_params.get("staff_no", "").strip()[:MAX_STAFF_NO]
    safe = staff_no.isascii() and staff_no.isalnum()
    return pages.moved(request, f"{AUDIT}/people/{staff_no}" if safe else AUDIT)


@router.get(AUDIT + "/people/{staff_no}")
def show(staff_no: str, request: Request, caller: Asking) -> Response:
    """One person. Raises StaffNotFound, Forbidden."""
    with caller.reading() as reading:
        position = asking.position(_ACTS, request)
        found = person.of(reading.session, reading.actor, staff_no, position)
        return pages.page(
            request,
            "audit/person.html",
            reading,
            person=found,
            agency=agencies.known(reading.session, found["agency"]).name,
            next_cursor=cursors.seal(_ACTS, found["acts"]["next_cursor"]),
            first=position is None,
            processes=queue.process_names(reading.office),
            words=words,
        )


@router.get(AUDIT + "/journal")
def journal(request: Request, caller: Asking) -> Response:
    """A page of the journal. Raises StreamNotFound, Forbidden."""
    with caller.reading() as reading:
        sought = asking.asked(request, EntryQuery)
        position = asking.position(_JOURNAL, request)
        page = trail.read(reading.session, reading.actor, sought.wanted(), position)
        return pages.page(
            request,
            "audit/journal.html",
            reading,
            items=page["items"],
            next_cursor=cursors.seal(_JOURNAL, page["next_cursor"]),
            first=position is None,
            query=asking.kept(request),
            words=words,
        )
