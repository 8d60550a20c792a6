"""A meeting registered by the head's own sign-off: where no desk entered one, the signature is the entry."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from database.declarative import Base
from engine import office_record
from engine.city_meetings import meeting_record
from engine.city_meetings.meeting_record import (
    BY_SIGN_OFF,
    NOTED,
    Meeting,
    MeetingClosing,
    MeetingDecision,
    MeetingItem,
    MeetingMinutes,
)
from engine.handling import Handling

REGISTERED = "meeting_registered"


def register(
    work: Handling,
    agency: str,
    number: tuple[str, date],
    attendees: list[str],
    decided: tuple[str, str],
) -> None:
    """Register the meeting and its decision on this case, as far as they aren't yet.

    ``number`` is that of the minutes with the day; ``decided`` the decision's code and the minutes' words.
    Whoever calls this has seen that nothing registered says otherwise (``resolutions.errors``).
    """
    session, case = work.session, work.case
    minutes_no, held_on = number
    standing = meeting_record.standing(session, case)
    meeting = meeting_record.by_number(session, agency, held_on, minutes_no)
    if standing is not None and meeting is not None and standing[0] is meeting:
        return
    rows: list[Base] = []
    if meeting is None:
        meeting = _held(work, rows, agency, number, attendees)
    _decided(work, rows, meeting, attendees, decided)
    detail = {"meeting": meeting.meeting_id, "minutes_no": minutes_no, "case_no": case.case_no}
    office_record.note(
        session, agency, REGISTERED, rows, actor=work.actor, detail=detail, noted=NOTED
    )


def _held(
    work: Handling, rows: list[Base], agency: str, number: tuple[str, date], attendees: list[str]
) -> Meeting:
    """The meeting, its minutes without a scan, and its closing, at once."""
    minutes_no, held_on = number
    meeting: Meeting = _add(
        work,
        rows,
        Meeting,
        agency_code=agency,
        year=held_on.year,
        minutes_no=minutes_no,
        held_on=held_on,
        entered_how=BY_SIGN_OFF,
        **_entered(work),
    )
    this = {"meeting_id": meeting.meeting_id, "version": 1}
    _add(work, rows, MeetingMinutes, **this, attendees=attendees, scan=None, **_entered(work))
    closed = {"closed_by": work.actor.account_id, "closed_at": work.now}
    _add(work, rows, MeetingClosing, **this, **closed)
    return meeting


def _decided(
    work: Handling,
    rows: list[Base],
    meeting: Meeting,
    attendees: list[str],
    decided: tuple[str, str],
) -> None:
    """The case as one of the meeting's, and what it decided."""
    last = select(func.max(MeetingItem.place)).where(MeetingItem.meeting_id == meeting.meeting_id)
    item = _add(
        work,
        rows,
        MeetingItem,
        meeting_id=meeting.meeting_id,
        place=(work.session.execute(last).scalar_one() or 0) + 1,
        case_no=work.case.case_no,
        cycle=work.case.cycle,
        **_entered(work),
    )
    code, words = decided
    this = {"item_id": item.item_id, "version": 1, "attendees": attendees}
    _add(work, rows, MeetingDecision, **this, decision=code, words=words)


def _entered(work: Handling) -> dict[str, Any]:
    return {"entered_by": work.actor.account_id, "entered_at": work.now}


def _add(work: Handling, rows: list[Base], model: Any, **values: Any) -> Any:
    made = meeting_record.add(work.session, model, values)
    rows.append(made)
    return made
