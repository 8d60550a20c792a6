"""The resolution of a city meeting (处务会议), which the city head's sign-off carries where demanded."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from database.clock import office_date
from engine.applications import field_error
from engine.handling import Handling
from engine.process import IsoDate

MEETING_STEP = "city_conclude"
REJECTING = frozenset({"refuse", "refused", "reject", "rejected", "不同意", "否决"})


class Resolution(BaseModel):
    """What a city meeting (处务会议) decided on this case, as its minutes say."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    minutes_no: str = Field(min_length=1, max_length=40)
    date: IsoDate
    attendees: list[str] | str
    decision: str = Field(min_length=1, max_length=200)


def errors(
    work: Handling, step: str, decision: str, resolution: Resolution | None
) -> list[dict[str, Any]]:
    """What is wrong with the resolution of a sign-off, or that it is missing."""
    meeting = work.case.route == "city_meeting" or work.case.meeting_required
    if resolution is None:
        if step == MEETING_STEP and meeting and decision == "approve":
            text = "this case needs the city meeting's resolution: minutes_no, date, attendees, decision"
            return [field_error("resolution", text, rule="resolution.missing")]
        return []
    if step != MEETING_STEP:
        return [
            field_error(
                "resolution",
                "only the city head's sign-off carries one",
                rule="resolution.not_here",
            )
        ]
    found = []
    if not _attendees(resolution):
        found.append(
            field_error("resolution.attendees", "name who attended", rule="resolution.attendees")
        )
    if resolution.date > office_date(work.now):
        text = "lies in the future: check the minutes"
        found.append(field_error("resolution.date", text, rule="resolution.date"))
    if decision == "approve" and resolution.decision.lower() in REJECTING:
        text = "the meeting did not pass it: return or refuse the case"
        found.append(field_error("resolution.decision", text, rule="resolution.decision"))
    return found


def _attendees(resolution: Resolution) -> list[str]:
    listed = resolution.attendees
    names = listed if isinstance(listed, list) else [listed]
    return [name for name in names if name.strip()]
