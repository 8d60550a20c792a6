"""The resolution of a city meeting (处务会议), which the city head's sign-off carries where demanded.

It is what the register of meetings says of the case. A sign-off that says it where no meeting is registered
registers the meeting; one that says otherwise than the register is refused.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from database.clock import office_date
from engine.applications import field_error
from engine.city_meetings import meeting_record, meeting_sign_offs
from engine.city_meetings.meeting_record import BY_SIGN_OFF, Meeting
from engine.handling import Handling
from engine.process import IsoDate
from engine.record import Task

MEETING_STEP = "city_conclude"
# What minutes call a decision, as far as it is one word; whatever else they say is the head's to read.
SAID = {
    "approve": frozenset({"approve", "approved", "agree", "agreed", "pass", "passed"})
    | {"同意", "通过"},
    "refuse": frozenset({"refuse", "refused", "reject", "rejected"})
    | {"不同意", "否决", "不予通过", "未通过"},
    "return": frozenset({"return", "returned", "退回"}),
    "postpone": frozenset({"postpone", "postponed", "缓议", "暂缓"}),
}


class Resolution(BaseModel):
    """What a city meeting (处务会议) decided on this case, as its minutes say."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    minutes_no: str = Field(min_length=1, max_length=40)
    date: IsoDate
    attendees: list[str] | str
    decision: str = Field(min_length=1, max_length=200)


def required(work: Handling) -> bool:
    """Whether a case takes a meeting's decision."""
    return work.case.route == "city_meeting" or work.case.meeting_required


def errors(
    work: Handling, task: Task, decision: str, resolution: Resolution | None
) -> list[dict[str, Any]]:
    """What is wrong with the resolution of a sign-off, or that it is missing."""
    if task.step != MEETING_STEP:
        return [] if resolution is None else [_wrong("", "not_here")]
    if resolution is None:
        return _by_register(work, decision)
    found = _of_itself(work, decision, resolution)
    return found or _against_register(work, task, decision, resolution)


def signed(
    work: Handling, task: Task, decision: str, resolution: Resolution | None
) -> dict[str, Any] | None:
    """What the sign-off covers: the registered decision on this case, or what the head says it was.

    What he says is registered here, where no meeting is; ``agency`` tells whose register has it. Nothing in
    it depends on when it is asked for: a signature made elsewhere is asked for twice.
    """
    if task.step != MEETING_STEP:
        return None
    if resolution is None:
        standing = meeting_record.standing(work.session, work.case)
        if standing is None:
            return None
        meeting, minutes, decided = standing
        return {
            "minutes_no": meeting.minutes_no,
            "date": meeting.held_on.isoformat(),
            "attendees": meeting_record.attendees(minutes, decided),
            "decision": meeting_record.words(decided),
            "agency": meeting.agency_code,
        }
    meeting_sign_offs.register(
        work,
        task.agency_code,
        (resolution.minutes_no, resolution.date),
        _attendees(resolution),
        (code(resolution.decision) or decision, resolution.decision),
    )
    return {**resolution.model_dump(mode="json"), "agency": task.agency_code}


def code(said: str) -> str | None:
    """The decision that a word stands for; None for a sentence."""
    return next((code for code, words in SAID.items() if said.lower() in words), None)


def _by_register(work: Handling, decision: str) -> list[dict[str, Any]]:
    """What keeps a sign-off without a resolution from resting on the register."""
    if decision != "approve":
        return []
    standing = meeting_record.standing(work.session, work.case)
    if standing is not None:
        passed = standing[2].decision == "approve"
        return [] if passed else [_wrong("decision", "decision")]
    return [_wrong("", "missing")] if required(work) else []


def _of_itself(work: Handling, decision: str, resolution: Resolution) -> list[dict[str, Any]]:
    found = []
    if not _attendees(resolution):
        found.append(_wrong("attendees", "attendees"))
    if resolution.date > office_date(work.now):
        found.append(_wrong("date", "date"))
    if decision == "approve" and code(resolution.decision) not in (None, "approve"):
        found.append(_wrong("decision", "decision"))
    return found


def _against_register(
    work: Handling, task: Task, decision: str, resolution: Resolution
) -> list[dict[str, Any]]:
    """What the register says otherwise: of this case, of the meeting with this number, of its agenda."""
    session, case = work.session, work.case
    meeting = meeting_record.by_number(
        session, task.agency_code, resolution.date, resolution.minutes_no
    )
    on_agenda = meeting_record.on_agenda(session, case)
    if on_agenda is not None:
        return [_wrong("minutes_no", "on_agenda")]
    standing = meeting_record.standing(session, case)
    if standing is not None:
        held, _, decided = standing
        this = meeting is not None and meeting.meeting_id == held.meeting_id
        # What was put off comes before a later meeting; all else is decided.
        if this or decided.decision != "postpone":
            return _as_decided(held, decided.decision, decision, resolution)
    if meeting is None:
        return []
    if meeting.entered_how != BY_SIGN_OFF:
        return [_wrong("minutes_no", "not_on_agenda")]
    return [] if meeting.held_on == resolution.date else [_wrong("date", "differs")]


def _as_decided(
    meeting: Meeting, decided: str, decision: str, resolution: Resolution
) -> list[dict[str, Any]]:
    """Whether a resolution says of a decided case what its meeting did."""
    if meeting.minutes_no != resolution.minutes_no:
        return [_wrong("minutes_no", "differs")]
    if meeting.held_on != resolution.date:
        return [_wrong("date", "differs")]
    if decision == "approve" and decided != "approve":
        return [_wrong("decision", "decision")]
    said = code(resolution.decision)
    return [] if said in (None, decided) else [_wrong("decision", "differs")]


_TEXTS = {
    "missing": "this case needs the city meeting's resolution: minutes_no, date, attendees, decision",
    "not_here": "only the city head's sign-off carries one",
    "attendees": "name who attended",
    "date": "lies in the future: check the minutes",
    "decision": "the meeting did not pass it: return or refuse the case",
    "differs": "the register of meetings says otherwise: leave the resolution out, or say the same",
    "on_agenda": "the case is on the agenda of a meeting that is not closed: close that one first",
    "not_on_agenda": "the meeting with this number was registered without this case",
}


def _wrong(field: str, rule: str) -> dict[str, Any]:
    name = f"resolution.{field}" if field else "resolution"
    return field_error(name, _TEXTS[rule], rule=f"resolution.{rule}")


def _attendees(resolution: Resolution) -> list[str]:
    listed = resolution.attendees
    names = listed if isinstance(listed, list) else [listed]
    return [name for name in names if name.strip()]
