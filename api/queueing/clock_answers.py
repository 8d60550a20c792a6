"""What answers say of running clocks, as the published interface says it (see ``answers``)."""

from typing import Literal

from pydantic import BaseModel, Field

from api.answers import ClockName, Day, Level, Status


class ClockStanding(BaseModel):
    """The clock of a case that matters most today; ``light``: amber from 50 % of its days, red from 80 %."""

    clock: ClockName
    due_on: Day
    used_percent: int
    light: Literal["green", "amber", "red", "overdue", "stopped"]
    stopped_for: str | None


class ClockLine(BaseModel):
    """An open case and how its clock stands."""

    case_no: str
    process: str
    agency: str
    status: Status
    risk_level: Level
    due_on: Day
    clock: ClockStanding


class ClockBoard(BaseModel):
    """How many cases are open and past their day; of these at most 200, due first."""

    as_of: Day
    open_cases: int
    past_due: int
    calendar_missing: int | None = Field(
        description="the year whose published calendar should be loaded by now"
    )
    items: list[ClockLine]


class MovedLine(BaseModel):
    """An open case whose due day the calendar of now gives otherwise than was told."""

    case_no: str
    process: str
    agency: str
    due_on: Day
    counted_again: Day


class Moved(BaseModel):
    """At most 200 of them."""

    as_of: Day
    items: list[MovedLine]


class StopReasonShown(BaseModel):
    """A reason that stops these clocks, and what it rests on."""

    code: str
    zh: str
    en: str
    clocks: list[ClockName]
    basis: str
    verified: bool


class ExtensionReasonShown(BaseModel):
    """A reason for giving a case longer."""

    code: str
    zh: str
    en: str


class ClockReasons(BaseModel):
    """What may be chosen where a clock is stopped or a case is given longer."""

    stop: list[StopReasonShown]
    extension: list[ExtensionReasonShown]
