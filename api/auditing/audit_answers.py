"""What the routes of the audit trail answer (see ``answers``)."""

from typing import Any

from pydantic import BaseModel, Field

from api.answers import CaseLine, Day, Moment


class AuditedCase(CaseLine):
    """One case as auditors find it: who accepted it and who signed last."""

    accepted_by: str
    sign_offs: int
    last_signer: str | None
    finished_at: Moment | None
    late_entry: bool


class AuditedCasePage(BaseModel):
    """A page of cases."""

    items: list[AuditedCase]
    next_cursor: str | None


class AuditEntry(BaseModel):
    """One journal entry of a case or of an agency."""

    entry_id: int
    stream: str
    seq: int
    at: Moment
    staff_no: str | None
    post: str | None
    agency: str
    action: str
    rule: str | None
    detail: dict[str, Any]
    digest: str


class AuditEntryPage(BaseModel):
    """A page of the journal, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None


class AuditedHolding(BaseModel):
    """A post as it is or was held."""

    post: str
    agency: str
    section: str | None
    valid_from: Day
    valid_to: Day | None
    revoked_at: Moment | None


class AuditedGrant(BaseModel):
    """A grant, who gave it and who took it back."""

    grant_id: int
    status: str
    staff_no: str | None
    post: str | None
    agency: str
    process: str | None
    handling: str | None = Field(alias="class")
    act: str
    valid_from: Day
    valid_to: Day | None
    amount_limit_cents: int | None
    basis: str
    granted_by: str
    granted_at: Moment
    revoked_by: str | None
    revoked_at: Moment | None


class AuditedPerson(BaseModel):
    """One member of staff: posts, grants, sign-ins, denied attempts, all acts."""

    staff_no: str
    name: str
    agency: str
    section: str | None
    active: bool
    other_accounts: list[str]
    posts: list[AuditedHolding]
    grants_received: list[AuditedGrant]
    grants_given: list[AuditedGrant]
    sign_ins: list[AuditEntry]
    denied: list[AuditEntry]
    acts: AuditEntryPage
