"""What the supervisors' board answers, as the published interface says it (see ``answers``)."""

from typing import Literal

from pydantic import BaseModel, Field

from api.answers import Day, Level, Moment, Status
from api.people.colleagues import Colleague
from api.people.window_answers import WindowShown
from api.queueing.clock_answers import ClockStanding


class DayCounts(BaseModel):
    """What was done on a day, and what waits now."""

    accepted: int
    completed: int
    refused: int
    withdrawn: int
    waiting: int = Field(description="open cases of now, whenever they were accepted")


class LevelLine(DayCounts):
    """The day of one level."""

    risk_level: Level


class Totals(DayCounts):
    """The whole day; ``received`` is what was accepted and what was turned away at a window."""

    received: int
    turned_away: int


class WindowLine(DayCounts):
    """The day of who accepted at which window, by level; ``risk_level`` is null for what was turned away.

    ``window_id`` is null where no window was open, and for what was turned away.
    """

    window_id: int | None
    staff: Colleague | None
    risk_level: Level | None
    turned_away: int


class DueLine(BaseModel):
    """An open case that is past its day or nearly, and how its clock stands."""

    case_no: str
    process: str
    status: Status
    risk_level: Level
    due_on: Day
    clock: ClockStanding


class Due(BaseModel):
    """How many cases are open, past their day or at risk; at most 50 of these, due first."""

    open_cases: int
    overdue: int
    at_risk: int = Field(description="limited cases that are due within two working days")
    items: list[DueLine]


class BacklogLine(BaseModel):
    """The waiting steps of a post; ``staff`` is who claimed them, null for what nobody did."""

    post: str
    staff: Colleague | None
    waiting: int
    overdue: int
    oldest_at: Moment


class Figures(BaseModel):
    """How many there were, their median, and what nine of ten stay at or below."""

    count: int
    median_seconds: int
    p90_seconds: int


class Measured(BaseModel):
    """Until a step was claimed, from then to its end, and from receipt to completion."""

    waited: Figures | None
    handled: Figures | None
    lasted: Figures | None


class TimesLine(BaseModel):
    """A step of a process; ``whole`` is the case from receipt to completion."""

    process: str
    step: str
    day: Measured
    days: Measured = Field(description="over the thirty days that end with the day")


class TrendLine(BaseModel):
    """What was accepted and what ended on a day."""

    day: Day
    accepted: int
    completed: int
    refused: int
    withdrawn: int
    turned_away: int


class LateReason(BaseModel):
    """Entries from paper for one coded reason."""

    code: Literal["outage", "network", "visit", "other"]
    count: int


class LateEntries(BaseModel):
    """Cases entered from paper, on the day and in the thirty days."""

    day: int
    days: int
    by_code: list[LateReason]


class FaultCount(BaseModel):
    """How often notices named something for this reason."""

    kind: Literal["material", "field"]
    reason: str
    zh: str
    en: str
    count: int


class NoticeCounts(BaseModel):
    """Notices of the thirty days; ``late`` named what an earlier one had kept back."""

    notices: int
    late: int
    faults: list[FaultCount]


class GradeCount(BaseModel):
    """How often a grade was given to a service; ``policy`` of them because of the rules."""

    grade: Literal[5, 4, 3, 2, 1]
    zh: str
    en: str
    count: int
    policy: int


class Heard(BaseModel):
    """What holders of papers thought in the thirty days, the best grade first."""

    evaluations: list[GradeCount]
    complaints: int


class Board(BaseModel):
    """An agency's day and the thirty days that end with it."""

    as_of: Moment
    agency: str
    day: Day
    named: bool = Field(description="whether figures of single people are told")
    totals: Totals
    levels: list[LevelLine]
    windows: list[WindowLine]
    standing: list[WindowShown] = Field(
        description="the windows of now, and those of the lines; none where single people are not told"
    )
    due: Due
    backlog: list[BacklogLine]
    times: list[TimesLine]
    trend: list[TrendLine]
    late_entries: LateEntries
    notices: NoticeCounts
    heard: Heard
