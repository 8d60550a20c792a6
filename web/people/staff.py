"""The page of staff and posts (人员与岗位): accounts by administrators, appointments by supervisors."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.people import staff as api_staff
from authz import decisions
from authz.acts import Act
from authz.offices import posts
from authz.personnel import staffing
from authz.personnel.staff_entry import AccountEntry, AppointmentEntry
from database import clock
from engine.people import staff
from web import commands, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/staff"
MAX_STAFF_NO = 32


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """The staff by number, a page at a time, and the forms that are open to the reader."""
    after = request.query_params.get("after", "")[:MAX_STAFF_NO] or None
    with caller.reading() as reading:
        lines = staffing.listing(
            reading.session, reading.actor, after=after, limit=staffing.PAGE + 1
        )
        listed = api_staff.listed(reading.session, lines[: staffing.PAGE])
        return pages.page(
            request,
            "staff/list.html",
            reading,
            lines=listed,
            more=listed[-1]["staff_no"] if len(lines) > staffing.PAGE else None,
            posts=posts.POSTS,
            today=clock.today(reading.session).isoformat(),
            may_open=_may(reading, staffing.ACCOUNT),
            may_appoint=_may(reading, staffing.APPOINT),
        )


@router.post(PAGE)
def open_account(
    request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Open an account."""
    given: dict[str, Any] = {
        name: sent.text(name) for name in ("staff_no", "name", "id_no", "agency")
    }
    given["section"] = sent.text("section") or None
    with commands.command(request, caller, sent, alters_authority=True) as command:
        staff.open_account(command.session, command.actor, Body(AccountEntry, given).checked())
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{staff_no}/closing")
def close_account(
    staff_no: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Close an account."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        staff.close_account(command.session, command.actor, staff_no)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/appointments")
def appoint(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Appoint somebody to a post."""
    given: dict[str, Any] = {
        name: sent.text(name) for name in ("staff_no", "post", "from", "basis")
    }
    given["to"] = sent.text("to") or None
    with commands.command(request, caller, sent, alters_authority=True) as command:
        staff.appoint(command.session, command.actor, Body(AppointmentEntry, given).checked())
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/appointments/{appointment_id}/dismissal")
def dismiss(
    appointment_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Take a post back."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        staff.dismiss(command.session, command.actor, api_staff.number(appointment_id))
        return pages.done(command, request, PAGE)


def _may(reading: Reading, step: str) -> bool:
    act = Act(step, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
