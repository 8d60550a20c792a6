"""Where an auditor begins: cases by what is known of them, by number, person, business, level or day."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.auditing.audit_queries import CaseQuery
from api.dependencies import Asking
from authz.offices import agencies
from oversight.auditing import case_search
from web import case_labels, pages
from web.audit import asking
from web.queueing import queue

router = APIRouter(include_in_schema=False)

AUDIT = "/audit"
_LIST = "audit-cases"


@router.get(AUDIT)
def show(request: Request, caller: Asking) -> Response:
    """A page of cases; a whole case number leads straight to its record."""
    with caller.reading() as reading:
        sought = asking.asked(request, CaseQuery)
        position = asking.position(_LIST, request)
        page = case_search.search(reading.session, reading.actor, sought.wanted(), position)
        query = asking.kept(request)
        items = page["items"]
        if len(items) == 1 and items[0]["case_no"] == query.get("q"):
            return pages.moved(request, f"{AUDIT}/cases/{items[0]['case_no']}")
        codes = agencies.below(reading.session, reading.actor.agency)
        known = {code: agencies.known(reading.session, code).name for code in codes}
        return pages.page(
            request,
            "audit/search.html",
            reading,
            items=items,
            next_cursor=cursors.seal(_LIST, page["next_cursor"]),
            first=position is None,
            query=query,
            agencies=known,
            home=known[reading.actor.agency],
            processes=queue.process_names(reading.office),
            statuses=case_labels.STATUSES,
        )
