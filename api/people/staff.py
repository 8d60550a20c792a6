"""Staff through HTTP: an administrator opens and closes accounts, a supervisor gives and takes posts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from api.people.staff_answers import AccountAnswer, AppointmentAnswer, StaffPage
from authz import decisions
from authz.acts import Act
from authz.offices import accounts
from authz.offices.posts import PostHolding
from authz.personnel import staffing
from authz.personnel.staff_entry import AccountEntry, AppointmentEntry
from authz.personnel.staffing import AppointmentNotFound, StaffLine
from database import clock
from database.clock import moment_text
from engine.people import first_passwords, staff

router = APIRouter(tags=["staff"])

MAX_DIGITS = 18
_LIST = "staff"


@router.get("/api/accounts", response_model=StaffPage)
def list_staff(caller: Asking, cursor: str | None = None) -> Response:
    """The accounts of one's own agency and its subordinates by staff number, with their posts."""
    with caller.reading() as reading:
        lines = staffing.listing(
            reading.session,
            reading.actor,
            after=cursors.position(_LIST, cursor),
            limit=staffing.PAGE + 1,
        )
        more = len(lines) > staffing.PAGE
        last = lines[staffing.PAGE - 1].account.staff_no if more else None
        page = {
            "items": listed(reading.session, lines[: staffing.PAGE]),
            "next_cursor": cursors.seal(_LIST, last),
        }
        return reading.answer(page)


@router.post(
    "/api/accounts",
    status_code=201,
    response_model=AccountAnswer,
    openapi_extra=openapi.says(AccountEntry),
)
def open_account(
    body: Annotated[Body[AccountEntry], json_of(AccountEntry)], caller: Commanding
) -> Response:
    """Open an account without a password; its owner sets one with the code of two people."""
    with caller.command(body, alters_authority=True) as command:
        entry = body.checked(lambda: _may(command, staffing.ACCOUNT))
        staff.open_account(command.session, command.actor, entry)
        return command.answer({"staff_no": entry.staff_no, "active": True}, 201)


@router.post(
    "/api/accounts/{staff_no}/closing",
    response_model=AccountAnswer,
    openapi_extra=openapi.says(Nothing),
)
def close_account(
    staff_no: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Close an account: it may do nothing more, and its sessions end at once, on every node."""
    with caller.command(body, alters_authority=True) as command:
        body.checked(lambda: _may(command, staffing.ACCOUNT))
        staff.close_account(command.session, command.actor, staff_no)
        return command.answer({"staff_no": staff_no, "active": False})


@router.post(
    "/api/appointments",
    status_code=201,
    response_model=AppointmentAnswer,
    openapi_extra=openapi.says(AppointmentEntry),
)
def appoint(
    body: Annotated[Body[AppointmentEntry], json_of(AppointmentEntry)], caller: Commanding
) -> Response:
    """Appoint somebody to a post of his agency; today's counts in the very next request."""
    with caller.command(body, alters_authority=True) as command:
        entry = body.checked(lambda: _may(command, staffing.APPOINT))
        holding = staff.appoint(command.session, command.actor, entry)
        return command.answer(_appointment(command, holding), 201)


@router.post(
    "/api/appointments/{appointment_id}/dismissal",
    response_model=AppointmentAnswer,
    openapi_extra=openapi.says(Nothing),
)
def dismiss(
    appointment_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Take a post back, at once and on every node."""
    with caller.command(body, alters_authority=True) as command:
        body.checked(lambda: _may(command, staffing.APPOINT))
        holding = staff.dismiss(command.session, command.actor, number(appointment_id))
        return command.answer(_appointment(command, holding))


def number(appointment_id: str) -> int:
    """The id of an appointment as it stands in an address. Raises AppointmentNotFound."""
    fits = appointment_id.isascii() and appointment_id.isdecimal()
    if not fits or len(appointment_id) > MAX_DIGITS:
        raise AppointmentNotFound
    return int(appointment_id)


def listed(session: Session, lines: Sequence[StaffLine]) -> list[dict[str, Any]]:
    """Accounts with their posts, and until when a first password counts that nobody changed yet."""
    ends = first_passwords.ends(session, [line.account for line in lines])
    now = clock.now(session)
    return [shown(line, _first_password(line, ends, now)) for line in lines]


def _first_password(
    line: StaffLine, ends: Mapping[int, datetime | None], now: datetime
) -> dict[str, Any] | None:
    if line.account.account_id not in ends:
        return None
    until = ends[line.account.account_id]
    expired = until is None or until <= now
    return {"until": None if until is None else moment_text(until), "expired": expired}


def shown(line: StaffLine, first_password: Mapping[str, Any] | None) -> dict[str, Any]:
    """One account and its posts."""
    account = line.account
    return {
        "first_password": first_password,
        "staff_no": account.staff_no,
        "name": account.name,
        "agency": account.agency_code,
        "section": account.section,
        "active": account.active,
        "appointments": [
            {
                "appointment_id": holding.holding_id,
                "post": holding.post,
                "from": holding.valid_from.isoformat(),
                "to": holding.valid_to and holding.valid_to.isoformat(),
            }
            for holding in line.holdings
        ],
    }


def _appointment(command: Command, holding: PostHolding) -> dict[str, Any]:
    return {
        "appointment_id": holding.holding_id,
        "staff_no": accounts.get(command.session, holding.account_id).staff_no,
        "post": holding.post,
        "agency": holding.agency_code,
        "status": "held" if holding.revoked_at is None else "dismissed",
    }


def _may(command: Command, step: str) -> None:
    """Refuse before a form error whom this isn't open to."""
    decisions.require(command.session, command.actor, Act(step, agency=command.actor.agency))
