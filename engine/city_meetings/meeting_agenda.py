"""The agenda of a meeting: which cases may stand on it, and putting them there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz.actors import Actor
from database.declarative import Base
from database.refusals import Invalid
from engine import handling
from engine.applications import field_error
from engine.city_meetings import meeting_record, resolutions
from engine.city_meetings.meeting_record import Meeting, MeetingItem
from engine.handling import CaseNotFound, Handling
from engine.office import Office
from engine.record import FINAL_STATUSES


def fitting(
    session: Session, office: Office, actor: Actor, case_nos: Sequence[str]
) -> list[Handling]:
    """These cases under lock, in one order for everybody, as the agenda lists them.

    Raises Invalid naming each that doesn't wait for this office's head and a meeting, or is on an agenda.
    """
    wrong: list[dict[str, Any]] = []
    found: dict[str, Handling] = {}
    places = {case_no: place for place, case_no in enumerate(case_nos)}
    for case_no in sorted(places):
        try:
            found[case_no] = handling.open_case(session, office, actor, case_no)
        except CaseNotFound:
            wrong.append(_case_error(places[case_no], "there is no such case", rule="meeting.case"))
            continue
        wrong += _unfit(found[case_no], actor.agency, places[case_no])
    if wrong:
        raise Invalid("Some cases don't belong on this agenda; each says why.", errors=wrong)
    return [found[case_no] for case_no in places]


def _unfit(work: Handling, agency: str, place: int) -> list[dict[str, Any]]:
    waits = [(task.step, task.agency_code) for task in work.tasks if task.closed_at is None]
    ended = work.case.status in FINAL_STATUSES
    if ended or not resolutions.required(work) or (resolutions.MEETING_STEP, agency) not in waits:
        text = "does not wait for a meeting and this office's head"
        return [_case_error(place, text, rule="meeting.case")]
    standing = meeting_record.standing(work.session, work.case)
    listed = meeting_record.on_agenda(work.session, work.case) is not None
    if listed or (standing is not None and standing[2].decision != "postpone"):
        text = "is on an agenda already, or decided"
        return [_case_error(place, text, rule="meeting.case_listed")]
    return []


def _case_error(place: int, text: str, *, rule: str) -> dict[str, Any]:
    return field_error(f"cases.{place}", text, rule=rule)


def put(actor: Actor, meeting: Meeting, works: Sequence[Handling]) -> list[Base]:
    """Put the cases on the agenda, behind those that are on it, and tell it in each case's journal."""
    if not works:
        return []
    session = works[0].session
    last = select(func.max(MeetingItem.place)).where(MeetingItem.meeting_id == meeting.meeting_id)
    place = session.execute(last).scalar_one() or 0
    rows: list[Base] = []
    for work in works:
        place += 1
        row = {
            "meeting_id": meeting.meeting_id,
            "place": place,
            "case_no": work.case.case_no,
            "cycle": work.case.cycle,
            "entered_by": actor.account_id,
            "entered_at": work.now,
        }
        rows.append(meeting_record.add(session, MeetingItem, row))
        work.note("meeting_listed", meeting=meeting.meeting_id, minutes_no=meeting.minutes_no)
        handling.save_journal(work)
    return rows
