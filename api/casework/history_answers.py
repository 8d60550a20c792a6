"""What answers about a case's history hold, as the published interface says it (see ``answers``)."""

from typing import Any

from pydantic import BaseModel

from api.answers import Moment


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
    journal: list[JournalShown]
