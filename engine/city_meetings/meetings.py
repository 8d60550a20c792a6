"""Keeping the register of city meetings (处务会议): its desk opens, fills in and records; the head closes.

Source: 陕社保发[2016]27号 §12 (经市处处务会议研究的, 处长签字). A meeting decides; what posts is still each
case's own chain of signatures, the head's last.
"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account
from database import clock
from database.declarative import Base
from database.refusals import Conflict, Forbidden, Invalid, NotFound
from engine import handling, journal, office_record
from engine.applications import field_error
from engine.city_meetings import meeting_agenda, meeting_record
from engine.city_meetings.meeting_entry import AgendaEntry, MeetingEntry, MinutesEntry
from engine.city_meetings.meeting_record import (
    BY_DESK,
    NOTED,
    Meeting,
    MeetingClosing,
    MeetingDecision,
    MeetingItem,
    MeetingMinutes,
)
from engine.office import Office
from engine.scans import files

ENTER, CLOSE, READ = "enter_meeting", "close_meeting", "read_meetings"


class MeetingNotFound(NotFound):
    """There is no such meeting, or it is not yours to see."""

    rule = "meeting.not_found"


class NoMeetingsHere(Invalid):
    """A county holds no city meeting: its cases go to the meeting of the office above."""

    rule = "meeting.not_here"


class NumberTaken(Conflict):
    """Minutes of this year have this number already: no two meetings of an office share one."""

    rule = "meeting.number_taken"


class MeetingClosed(Conflict):
    """This meeting is closed: its decisions stand as they are."""

    rule = "meeting.closed"


class NotRecorded(Conflict):
    """The minutes are not entered, or leave a case of the agenda undecided: nothing to close yet."""

    rule = "meeting.not_recorded"


class ClosedByRecorder(Forbidden):
    """Whoever entered the minutes doesn't close the meeting: its head does, having read them."""

    rule = "meeting.same_person"


def open_meeting(session: Session, office: Office, actor: Actor, entry: MeetingEntry) -> Meeting:
    """Open a meeting with the number of its minutes, its day and its agenda.

    Raises Forbidden, NoMeetingsHere, NumberTaken, Invalid naming each case that doesn't belong on it.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(ENTER, agency=actor.agency))
    if agencies.known(session, actor.agency).kind == "county":
        raise NoMeetingsHere
    works = meeting_agenda.fitting(session, office, actor, entry.cases)
    meeting_no = (actor.agency, entry.date, entry.minutes_no)
    if meeting_record.by_number(session, *meeting_no) is not None:
        raise NumberTaken(facts={"minutes_no": entry.minutes_no})
    row = {
        "agency_code": actor.agency,
        "year": entry.date.year,
        "minutes_no": entry.minutes_no,
        "held_on": entry.date,
        "entered_how": BY_DESK,
        "entered_by": actor.account_id,
        "entered_at": clock.now(session),
    }
    meeting: Meeting = meeting_record.add(session, Meeting, row)
    _note(
        session,
        actor,
        meeting,
        "meeting_opened",
        [meeting, *meeting_agenda.put(actor, meeting, works)],
    )
    return meeting


def add_cases(
    session: Session, office: Office, actor: Actor, meeting_id: int, entry: AgendaEntry
) -> Meeting:
    """Put more cases on the agenda of an open meeting. Raises as ``open_meeting``, MeetingClosed."""
    epoch.hold(session)
    meeting = require(session, actor, meeting_id, ENTER)
    works = meeting_agenda.fitting(session, office, actor, entry.cases)
    journal.hold_office(session, meeting.agency_code)
    _require_open(session, meeting)
    _note(session, actor, meeting, "meeting_agenda", meeting_agenda.put(actor, meeting, works))
    return meeting


def record(session: Session, actor: Actor, meeting_id: int, entry: MinutesEntry) -> Meeting:
    """Enter the minutes: who attended, the scan, what was decided on each case; again while it is open.

    Raises MeetingNotFound, Forbidden, MeetingClosed, FileUnknown, or Invalid naming what is wrong.
    """
    epoch.hold(session)
    meeting = require(session, actor, meeting_id, ENTER)
    journal.hold_office(session, meeting.agency_code)
    _require_open(session, meeting)
    files.check(session, [entry.scan], meeting.agency_code)
    listed = items(session, meeting)
    by_case = {item.case_no: item for item in listed}
    wrong = entry.errors(set(by_case))
    if meeting.held_on > clock.today(session):
        wrong.append(field_error("date", "the meeting is still to come", rule="meeting.date"))
    if wrong:
        raise Invalid("The minutes don't fit the agenda; each field says why.", errors=wrong)
    this = {"version": _last_version(session, meeting) + 1}
    row = {
        **this,
        "meeting_id": meeting.meeting_id,
        "attendees": entry.attendees,
        "scan": entry.scan,
        "entered_by": actor.account_id,
        "entered_at": clock.now(session),
    }
    rows: list[Base] = [meeting_record.add(session, MeetingMinutes, row)]
    for said in entry.decisions:
        decided = {
            **this,
            "item_id": by_case[said.case_no].item_id,
            "decision": said.decision,
            "words": said.words,
            "attendees": said.attendees,
        }
        rows.append(meeting_record.add(session, MeetingDecision, decided))
    _note(session, actor, meeting, "meeting_recorded", rows)
    return meeting


def close(session: Session, office: Office, actor: Actor, meeting_id: int) -> Meeting:
    """Close a meeting over its last minutes: from now on its decisions count, each told by its case.

    Raises MeetingNotFound, Forbidden, MeetingClosed, NotRecorded, ClosedByRecorder.
    """
    epoch.hold(session)
    meeting = require(session, actor, meeting_id, CLOSE)
    listed = items(session, meeting)
    numbers = sorted({item.case_no for item in listed})
    opened = [handling.open_case(session, office, actor, case_no) for case_no in numbers]
    journal.hold_office(session, meeting.agency_code)
    _require_open(session, meeting)
    version = _last_version(session, meeting)
    decided = decided_in(session, meeting, version)
    if not version or set(decided) != {item.item_id for item in items(session, meeting)}:
        raise NotRecorded(facts={"meeting_id": meeting_id})
    _another_person(session, actor, meeting, version)
    row = {
        "meeting_id": meeting_id,
        "version": version,
        "closed_by": actor.account_id,
        "closed_at": clock.now(session),
    }
    closing = meeting_record.add(session, MeetingClosing, row)
    codes = {item.case_no: decided[item.item_id].decision for item in listed}
    for work in opened:
        said = {"minutes_no": meeting.minutes_no, "decided": codes[work.case.case_no]}
        work.note("meeting_decided", meeting=meeting_id, **said)
        handling.save_journal(work)
    _note(session, actor, meeting, "meeting_closed", [closing])
    return meeting


def items(session: Session, meeting: Meeting) -> Sequence[MeetingItem]:
    """The agenda, in order."""
    mine = select(MeetingItem).where(MeetingItem.meeting_id == meeting.meeting_id)
    return session.execute(mine.order_by(MeetingItem.place)).scalars().all()


def decided_in(session: Session, meeting: Meeting, version: int) -> dict[int, MeetingDecision]:
    """What a version of the minutes decides, by item."""
    found = (
        select(MeetingDecision)
        .join(MeetingItem, MeetingItem.item_id == MeetingDecision.item_id)
        .where(MeetingItem.meeting_id == meeting.meeting_id, MeetingDecision.version == version)
    )
    return {row.item_id: row for row in session.execute(found).scalars()}


def get(session: Session, actor: Actor, meeting_id: int) -> Meeting:
    """A meeting of one's own office or one below. Raises MeetingNotFound."""
    found = session.get(Meeting, meeting_id)
    if found is None or found.agency_code not in agencies.tree(session).within(actor.agency):
        raise MeetingNotFound
    return found


def require(session: Session, actor: Actor, meeting_id: int, act: str) -> Meeting:
    """A meeting to which the actor may do this. Raises MeetingNotFound, Forbidden."""
    meeting = get(session, actor, meeting_id)
    decisions.require(session, actor, Act(act, agency=meeting.agency_code))
    return meeting


def _require_open(session: Session, meeting: Meeting) -> None:
    if session.get(MeetingClosing, meeting.meeting_id) is not None:
        raise MeetingClosed(facts={"meeting_id": meeting.meeting_id})


def _another_person(session: Session, actor: Actor, meeting: Meeting, version: int) -> None:
    """Whoever entered these minutes, under whichever account, does not close them."""
    recorder = (
        select(Account.person_id)
        .join(MeetingMinutes, MeetingMinutes.entered_by == Account.account_id)
        .where(MeetingMinutes.meeting_id == meeting.meeting_id, MeetingMinutes.version == version)
    )
    if session.execute(recorder).scalar_one() == actor.person_id:
        raise ClosedByRecorder


def _last_version(session: Session, meeting: Meeting) -> int:
    mine = MeetingMinutes.meeting_id == meeting.meeting_id
    found = session.execute(select(func.max(MeetingMinutes.version)).where(mine)).scalar_one()
    return found or 0


def _note(
    session: Session, actor: Actor, meeting: Meeting, action: str, rows: Sequence[Base]
) -> None:
    detail = {"meeting": meeting.meeting_id, "minutes_no": meeting.minutes_no}
    office_record.note(
        session, meeting.agency_code, action, rows, actor=actor, detail=detail, noted=NOTED
    )
