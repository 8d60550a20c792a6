"""What answers about a case's history hold, as the published interface says it (see ``answers``)."""

from typing import Any, Literal

from pydantic import BaseModel

from api.answers import ClockName, Day, Moment


class SignOffShown(BaseModel):
    """One signed decision; ``void`` where a correction began the chain again."""

    seq: int
    step: str
    post: str
    signer: str
    on_behalf_of: str | None
    decision: str
    opinion: str
    reasons: list[str]
    resolution: dict[str, Any] | None
    signed_at: Moment
    cycle: int
    void: bool
    grant: str
    suite: str
    key_id: str
    digest: str
    signature: str


class ClockOrderShown(BaseModel):
    """One signed order to the clocks: a stop, the end of a stop, or more days."""

    seq: int
    act: Literal["stop", "resume", "extend"]
    stop_no: int | None
    clocks: list[ClockName]
    reason: str
    legal_basis: str
    basis: str
    days: int | None
    effective_on: Day
    due_on: Day
    post: str
    agency_code: str
    signer: str
    on_behalf_of: str | None
    grant: str
    signed_at: Moment
    suite: str
    key_id: str
    digest: str
    signature: str


class JournalShown(BaseModel):
    """One thing that happened."""

    seq: int
    at: Moment
    actor: str | None
    post: str | None
    agency: str | None
    action: str
    rule: str | None
    detail: dict[str, Any]
    digest: str


class History(BaseModel):
    """Who signed what, and everything that happened, in order."""

    case_no: str
    sign_offs: list[SignOffShown]
    clock_orders: list[ClockOrderShown]
    journal: list[JournalShown]
