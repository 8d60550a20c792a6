"""What answers about leaves, left desks and named signers hold, as the published interface says it."""

from typing import Literal

from pydantic import BaseModel, Field

from api.answers import Day, Moment


class LeaveAnswer(BaseModel):
    """A leave that was entered, confirmed or ended; ``entered`` waits for its confirmation."""

    leave_id: int
    status: Literal["entered", "pending", "effective", "over", "ended"]


class LeaveShown(LeaveAnswer):
    """One leave. ``kind`` and ``permitted_by`` are told to himself and to supervisors alone."""

    staff_no: str
    name: str
    agency: str
    since: Day = Field(alias="from")
    until: Day = Field(alias="to")
    kind: Literal["annual", "sick", "personal", "official", "training", "other"] | None
    permitted_by: str | None
    entered_at: Moment


class LeavePage(BaseModel):
    """A page of the register of leaves."""

    items: list[LeaveShown]
    next_cursor: str | None


class PauseAnswer(BaseModel):
    """Whether somebody left his desk; he counts as absent from ``away_from`` on, unless he is back before."""

    paused: bool
    away_from: Moment | None


class NamingAnswer(BaseModel):
    """A signer who was named for a county, or whose naming was ended."""

    naming_id: int
    status: Literal["pending", "effective", "over", "ended"]


class NamingShown(NamingAnswer):
    """One naming: who may sign which post's steps of a county, from when to when, by what document."""

    staff_no: str
    post: str
    agency: str
    since: Day = Field(alias="from")
    until: Day = Field(alias="to")
    basis: str
    registered_by: str
    registered_at: Moment
    ended_at: Moment | None


class NamingPage(BaseModel):
    """A page of the register of named signers."""

    items: list[NamingShown]
    next_cursor: str | None
