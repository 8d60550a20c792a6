"""The auditors' fixed lists on screen, a page at a time, with the way to their files."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.auditing import audit_lists
from api.auditing.audit_lists import ListQuery
from api.dependencies import Asking
from oversight.auditing import scope
from oversight.auditing.lists import catalogue, sheets
from web import pages
from web.audit import asking
from web.audit.search import AUDIT

router = APIRouter(include_in_schema=False)

LISTS = AUDIT + "/lists"


@router.get(LISTS)
def show_all(request: Request, caller: Asking) -> Response:
    """Which lists there are, and what each covers."""
    with caller.reading() as reading:
        scope.of(reading.session, reading.actor)
        lists = list(catalogue.lists().values())
        return pages.page(request, "audit/lists.html", reading, lists=lists)


@router.get(LISTS + "/{code}")
def show(code: str, request: Request, caller: Asking) -> Response:
    """A page of a list. Raises ListNotFound, Forbidden, DaysReversed."""
    with caller.reading() as reading:
        session = reading.session
        one = catalogue.get(code)
        sought = asking.asked(request, ListQuery)
        wanted = catalogue.asked(session, reading.office, reading.actor, sought.on, sought.days())
        position = asking.position(audit_lists.listing_of(one), request)
        page = catalogue.page(session, one, wanted, position)
        return pages.page(
            request,
            "audit/list.html",
            reading,
            one=one,
            on=wanted.on,
            rows=[
                [
                    (column, sheets.said(column, value))
                    for column, value in zip(one.columns, row, strict=True)
                ]
                for row in page.rows
            ],
            next_cursor=cursors.seal(audit_lists.listing_of(one), page.after),
            first=position is None,
            query=asking.kept(request),
        )
