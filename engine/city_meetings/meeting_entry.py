"""What the meeting's desk writes into the register: a meeting with its agenda, and its minutes."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.applications import field_error
from engine.process import IsoDate

MOST_CASES, MOST_PEOPLE = 60, 60
CaseNo = Annotated[str, Field(min_length=1, max_length=24)]
Name = Annotated[str, Field(min_length=1, max_length=50)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)


class MeetingEntry(_Strict):
    """A meeting: the number of its minutes (unique within the office and year), its day, its cases."""

    minutes_no: str = Field(min_length=1, max_length=40)
    date: IsoDate
    cases: list[CaseNo] = Field(default_factory=list, max_length=MOST_CASES)


class AgendaEntry(_Strict):
    """Further cases for the agenda."""

    cases: list[CaseNo] = Field(min_length=1, max_length=MOST_CASES)


class CaseDecision(_Strict):
    """What was decided on one case; ``attendees`` only where not everybody took part in it (回避)."""

    case_no: CaseNo
    decision: Literal["approve", "refuse", "return", "postpone"]
    words: str = Field(default="", max_length=200)
    attendees: list[Name] | None = Field(default=None, min_length=1, max_length=MOST_PEOPLE)


class MinutesEntry(_Strict):
    """The minutes: who attended, the scan's digest, and a decision on every case of the agenda."""

    attendees: list[Name] = Field(min_length=1, max_length=MOST_PEOPLE)
    scan: str = Field(pattern="^[0-9a-f]{64}$")
    decisions: list[CaseDecision] = Field(max_length=MOST_CASES)

    def errors(self, agenda: set[str]) -> list[dict[str, Any]]:
        """What doesn't fit an agenda: each of its cases is decided once, by people who attended."""
        found, seen = [], set[str]()
        for place, said in enumerate(self.decisions):
            if said.case_no not in agenda or said.case_no in seen:
                text = "is not on the agenda, or decided twice"
                found.append(
                    field_error(f"decisions.{place}.case_no", text, rule="meeting.not_on_agenda")
                )
            if not set(said.attendees or ()) <= set(self.attendees):
                text = "names somebody who did not attend"
                found.append(
                    field_error(f"decisions.{place}.attendees", text, rule="meeting.attendees")
                )
            seen.add(said.case_no)
        if agenda - seen:
            text = f"leave undecided: {', '.join(sorted(agenda - seen))}"
            found.append(field_error("decisions", text, rule="meeting.undecided"))
        return found
