"""Checks city heads' sign-offs against the register of meetings: what was signed is what was decided.

That rows of the register were altered, added or removed is found against the journal (``office_rows``); here
a sign-off and the register are held against each other, both of which may have been rewritten together.
"""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.city_meetings.meeting_record import (
    Meeting,
    MeetingClosing,
    MeetingDecision,
    MeetingItem,
)
from engine.city_meetings.resolutions import MEETING_STEP
from engine.signoffs import APPROVING, SignOff
from oversight.findings import Finding, Findings

PAGE = 500


def check(session: Session) -> Findings:
    """Every resolution that was signed since the register is kept has its meeting, and is what it decided."""
    last = 0
    while page := _page(session, last):
        for row in page:
            last = row.sign_off_id
            # What was signed before there was a register names no agency whose register has it.
            if row.resolution and "agency" in row.resolution:
                yield from _signed(session, row, row.resolution)
        session.expunge_all()


def _page(session: Session, after: int) -> list[SignOff]:
    asked = select(SignOff).where(SignOff.step == MEETING_STEP, SignOff.sign_off_id > after)
    return list(session.execute(asked.order_by(SignOff.sign_off_id).limit(PAGE)).scalars())


def _signed(session: Session, row: SignOff, said: dict[str, Any]) -> Findings:
    name = f"sign_offs#{row.seq}"
    found = session.execute(
        select(MeetingDecision.decision)
        .join(MeetingItem, MeetingItem.item_id == MeetingDecision.item_id)
        .join(Meeting, Meeting.meeting_id == MeetingItem.meeting_id)
        .join(
            MeetingClosing,
            (MeetingClosing.meeting_id == Meeting.meeting_id)
            & (MeetingClosing.version == MeetingDecision.version),
        )
        .where(
            Meeting.agency_code == said["agency"],
            Meeting.held_on == date.fromisoformat(said["date"]),
            Meeting.minutes_no == said["minutes_no"],
            MeetingItem.case_no == row.case_no,
            MeetingItem.cycle == row.cycle,
        )
    ).scalar_one_or_none()
    if found is None:
        yield Finding(row.case_no, name, "resolution", "meeting.unregistered", said["minutes_no"])
        return
    if row.decision in APPROVING and found != "approve":
        yield Finding(row.case_no, name, "resolution", "meeting.not_passed", row.decision, found)
