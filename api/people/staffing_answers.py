"""What the routes of staffing answer, as the published interface says it (see ``answers``)."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.answers import Day, Level, NamesShown
from api.casework.signable_answers import SignableShown


class UnsignableLine(BaseModel):
    """An open case that can't be signed by distinct people, now or from a day on."""

    case_no: str
    process: str
    agency: str
    risk_level: Level
    route: str | None
    due_on: Day
    signable: SignableShown


class Staffing(BaseModel):
    """How many cases are open, can't be signed today, can't be by ``until``; at most 200 of them."""

    as_of: Day
    until: Day
    open_cases: int
    stuck_cases: int
    soon_stuck_cases: int
    items: list[UnsignableLine]


class PostOfNobody(BaseModel):
    """A post that nobody would hold, from a day on."""

    agency: str
    post: str
    from_: Day = Field(alias="from")


class SimulatedRefusal(BaseModel):
    """What a transfer or promotion would be refused by, or what he would lack at his new post."""

    rule: str
    facts: dict[str, Any]


class BusinessLost(BaseModel):
    """Business that these people could handle by a grant, and who of all could still."""

    process: str
    lose: list[str]
    left: int


class Simulation(BaseModel):
    """What a change of authority would stop: cases, or earlier, posts of nobody, business at the window."""

    as_of: Day
    count: int
    items: list[UnsignableLine]
    posts: list[PostOfNobody]
    refusals: list[SimulatedRefusal]
    barred_cases: int
    barred: list[str]
    business: list[BusinessLost]


class LintLine(BaseModel):
    """Something of the registers of authority that wants somebody's eye, and why."""

    kind: Literal[
        "toxic_pair",
        "single_person",
        "grant_ends",
        "post_ends",
        "grant_unused",
        "stand_in_again",
        "held_long",
        "not_qualified",
        "owner_left",
    ]
    agency: str
    reason: NamesShown
    post: str | None = None
    other_post: str | None = None
    section: str | None = None
    staff_no: str | None = None
    grant_id: int | None = None
    to: Day | None = None
    absent: str | None = None
    deputy: str | None = None
    times: int | None = None


class Lint(BaseModel):
    """At most 200 of them."""

    items: list[LintLine]
