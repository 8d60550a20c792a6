"""Meetings as answers show them: the register, one meeting with its agenda, the cases that wait for one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from database.clock import moment_text
from database.refusals import Forbidden
from engine import case_parts, signoffs, views
from engine.city_meetings import meetings
from engine.city_meetings.meeting_record import (
    Meeting,
    MeetingClosing,
    MeetingDecision,
    MeetingItem,
    MeetingMinutes,
)
from engine.city_meetings.resolutions import MEETING_STEP
from engine.record import OPEN_STATUSES, Case, CaseContent, Task
from engine.signoffs import SignOff

PAGE = 50
# A case as it stands: on an open agenda, or decided for good.
_THIS = (MeetingItem.case_no == Case.case_no) & (MeetingItem.cycle == Case.cycle)
_LISTED = (
    select(MeetingItem.item_id)
    .outerjoin(MeetingClosing, MeetingClosing.meeting_id == MeetingItem.meeting_id)
    .where(_THIS, MeetingClosing.meeting_id.is_(None))
    .correlate(Case)
)
_DECIDED = (
    select(MeetingItem.item_id)
    .join(MeetingClosing, MeetingClosing.meeting_id == MeetingItem.meeting_id)
    .join(
        MeetingDecision,
        (MeetingDecision.item_id == MeetingItem.item_id)
        & (MeetingDecision.version == MeetingClosing.version),
    )
    .where(_THIS, MeetingDecision.decision != "postpone")
    .correlate(Case)
)
# The county's last word before the case goes up: its director's, who recommends.
_RECOMMENDING = ("conclude", "endorse", "review")


def listing(session: Session, actor: Actor, before: int | None = None) -> list[dict[str, Any]]:
    """The meetings of one's own office and those below, newest first, one more than a page holds.

    Raises Forbidden for posts that don't read the register.
    """
    decisions.require(session, actor, Act(meetings.READ, agency=actor.agency))
    counted = (
        select(func.count())
        .where(MeetingItem.meeting_id == Meeting.meeting_id)
        .correlate(Meeting)
        .scalar_subquery()
    )
    asked = (
        select(Meeting, MeetingClosing, counted)
        .outerjoin(MeetingClosing, MeetingClosing.meeting_id == Meeting.meeting_id)
        .where(Meeting.agency_code.in_(agencies.tree(session).within(actor.agency)))
        .order_by(Meeting.meeting_id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        asked = asked.where(Meeting.meeting_id < before)
    return [_line(*row) for row in session.execute(asked)]


def shown(session: Session, actor: Actor, meeting_id: int) -> dict[str, Any]:
    """A meeting with its agenda, minutes and decisions. Raises MeetingNotFound, Forbidden."""
    meeting = meetings.get(session, actor, meeting_id)
    decisions.require(session, actor, Act(meetings.READ, agency=meeting.agency_code))
    closing = session.get(MeetingClosing, meeting_id)
    minutes = _minutes(session, meeting, closing)
    listed = meetings.items(session, meeting)
    decided = meetings.decided_in(session, meeting, minutes.version if minutes else 0)
    cases = _cases(session, [item.case_no for item in listed])
    return {
        **_line(meeting, closing, len(listed)),
        "entered_by": _staff_no(session, meeting.entered_by),
        "closed_by": closing and _staff_no(session, closing.closed_by),
        "minutes": minutes
        and {
            "version": minutes.version,
            "attendees": minutes.attendees,
            "scan": minutes.scan,
            "entered_by": _staff_no(session, minutes.entered_by),
            "entered_at": moment_text(minutes.entered_at),
        },
        "items": [
            {
                **cases[item.case_no],
                "place": item.place,
                "present": item.cycle == cases[item.case_no]["cycle"],
                "decision": said and said.decision,
                "words": said and said.words,
                "attendees": said and said.attendees,
            }
            for item in listed
            for said in [decided.get(item.item_id)]
        ],
    }


def waiting(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The cases that wait for the head of one's office and a meeting's decision, nearest due date first.

    Left out: those on an open agenda, and those a meeting has decided and not put off. Raises Forbidden.
    """
    decisions.require(session, actor, Act(meetings.READ, agency=actor.agency))
    found = session.execute(
        select(Case)
        .join(Task, Task.case_id == Case.case_id)
        .where(
            Task.agency_code == actor.agency,
            Task.post == "city_head",
            Task.step == MEETING_STEP,
            Task.closed_at.is_(None),
            Case.status.in_(OPEN_STATUSES),
            (Case.route == "city_meeting") | Case.meeting_required,
            ~_LISTED.exists(),
            ~_DECIDED.exists(),
        )
        .order_by(Case.due_on, Case.case_id)
        .limit(PAGE)
    ).scalars()
    numbers = [case.case_no for case in found]
    cases = _cases(session, numbers)
    return [cases[number] for number in numbers]


def may(session: Session, actor: Actor, act: str, agency: str) -> bool:
    """Whether somebody may do this to the register of an office, for what a page offers."""
    try:
        decisions.require(session, actor, Act(act, agency=agency))
    except Forbidden:
        return False
    return agencies.known(session, agency).kind != "county"


def _line(meeting: Meeting, closing: MeetingClosing | None, count: int) -> dict[str, Any]:
    return {
        "meeting_id": meeting.meeting_id,
        "agency": meeting.agency_code,
        "minutes_no": meeting.minutes_no,
        "date": meeting.held_on.isoformat(),
        "cases": count,
        "entered_how": meeting.entered_how,
        "entered_at": moment_text(meeting.entered_at),
        "closed_at": closing and moment_text(closing.closed_at),
    }


def _minutes(
    session: Session, meeting: Meeting, closing: MeetingClosing | None
) -> MeetingMinutes | None:
    """The minutes that count: those closed over, else the last entered."""
    asked = select(MeetingMinutes).where(MeetingMinutes.meeting_id == meeting.meeting_id)
    if closing is not None:
        asked = asked.where(MeetingMinutes.version == closing.version)
    last = asked.order_by(MeetingMinutes.version.desc()).limit(1)
    return session.execute(last).scalar_one_or_none()


def _cases(session: Session, numbers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What an agenda says of each case: whose it is, masked, and what the county recommends."""
    content = (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle)
    rows = session.execute(
        select(Case, CaseContent.applicant)
        .join(CaseContent, content)
        .where(Case.case_no.in_(numbers))
    ).all()
    recommended = _recommendations(session, [case for case, _ in rows])
    return {
        case.case_no: {
            **views.summary(case),
            "cycle": case.cycle,
            "applicant": case_parts.masked_applicant(applicant),
            "amount_cents": case.amount_cents,
            "recommendation": recommended.get(case.case_id),
        }
        for case, applicant in rows
    }


def _recommendations(session: Session, cases: Sequence[Case]) -> dict[int, dict[str, Any]]:
    """The last sign-off of those who recommend, of each case's present cycle."""
    cycles = {case.case_id: case.cycle for case in cases}
    rows = session.execute(
        select(SignOff)
        .where(
            SignOff.case_id.in_(cycles),
            SignOff.step.in_(_RECOMMENDING),
            SignOff.decision.in_(signoffs.APPROVING),
        )
        .order_by(SignOff.seq)
    ).scalars()
    return {
        row.case_id: {
            "signer": row.signer,
            "post": row.post,
            "agency": row.agency_code,
            "opinion": row.opinion,
            "signed_at": moment_text(row.signed_at),
        }
        for row in rows
        if row.cycle == cycles[row.case_id]
    }


def _staff_no(session: Session, account_id: int) -> str:
    return str(accounts.identify(session, account_id)["staff_no"])
