"""What answers about city meetings hold, as the published interface says it (see ``answers``)."""

from typing import Literal

from pydantic import BaseModel, Field

from api.answers import ApplicantShown, CaseLine, Day, Moment
from api.casework.case_meeting_answers import Decided


class Recommendation(BaseModel):
    """The last sign-off of those who recommended a case, as a rule the county's director."""

    signer: str
    post: str
    agency: str
    opinion: str
    signed_at: Moment


class MeetingCase(CaseLine):
    """A case that a meeting is to decide."""

    cycle: int
    applicant: ApplicantShown
    amount_cents: int
    recommendation: Recommendation | None


class AgendaItem(MeetingCase):
    """A case on the agenda, and what was decided on it; ``present``: it was not corrected since."""

    place: int
    present: bool
    decision: Decided | None
    words: str | None
    attendees: list[str] | None = Field(description="who took part, where not everybody did")


class MeetingLine(BaseModel):
    """A meeting in the register; ``entered_how`` tells whether a head's sign-off registered it."""

    meeting_id: int
    agency: str
    minutes_no: str
    date: Day
    cases: int
    entered_how: Literal["desk", "sign_off"]
    entered_at: Moment
    closed_at: Moment | None


class MeetingPage(BaseModel):
    """A page of meetings; ``next_cursor`` is null at the end."""

    items: list[MeetingLine]
    next_cursor: str | None


class MinutesShown(BaseModel):
    """The minutes that count; ``scan`` is null where a sign-off registered the meeting."""

    version: int
    attendees: list[str]
    scan: str | None
    entered_by: str
    entered_at: Moment


class MeetingShown(MeetingLine):
    """A meeting with its agenda, minutes and decisions."""

    entered_by: str
    closed_by: str | None
    minutes: MinutesShown | None
    items: list[AgendaItem]


class MeetingsWanted(BaseModel):
    """The cases that wait for a meeting."""

    items: list[MeetingCase]
