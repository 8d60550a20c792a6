"""What answers about staff hold, as the published interface says it."""

from typing import Literal

from pydantic import BaseModel, Field

from api.answers import Day, Moment


class AccountAnswer(BaseModel):
    """An account that was opened or closed."""

    staff_no: str
    active: bool


class AppointmentAnswer(BaseModel):
    """A post that was given or taken back."""

    appointment_id: int
    staff_no: str
    post: str
    agency: str
    status: Literal["held", "dismissed"]


class AppointmentShown(BaseModel):
    """A post that somebody holds or will hold."""

    appointment_id: int
    post: str
    since: Day = Field(alias="from")
    until: Day | None = Field(alias="to")


class FirstPasswordShown(BaseModel):
    """A first password that its owner didn't change yet: until when it counts, and whether it is over."""

    until: Moment | None
    expired: bool


class StaffShown(BaseModel):
    """A member of staff with his posts; ``first_password`` as long as nobody changed it."""

    staff_no: str
    name: str
    agency: str
    section: str | None
    active: bool
    first_password: FirstPasswordShown | None
    appointments: list[AppointmentShown]


class StaffPage(BaseModel):
    """A page of the staff."""

    items: list[StaffShown]
    next_cursor: str | None


class SignInShown(BaseModel):
    """One of one's own sign-ins; ``this`` is the one that asks."""

    session_id: int
    opened_at: Moment
    last_seen_at: Moment
    expires_at: Moment
    this: bool
    browser: str | None = Field(description="firefox/windows, program")
    outside: bool = Field(description="whether another party's word opened it")


class SignInEnded(BaseModel):
    """One of one's own sign-ins that ended."""

    session_id: int


class SignInList(BaseModel):
    """One's own sign-ins that still count, newest first."""

    items: list[SignInShown]
