"""What answers about second factors hold, as the published interface says it."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.answers import Moment

Kind = Literal["totp", "webauthn"]


class FactorShown(BaseModel):
    """One of one's own second factors."""

    factor_id: int
    kind: Kind
    label: str
    made_at: Moment
    used_at: Moment | None


class FactorList(BaseModel):
    """One's own second factors; ``recovery_codes`` is how many of the sheet still work."""

    items: list[FactorShown]
    recovery_codes: int
    demanded: bool = Field(description="by a post one holds or does for somebody")


class CodesBegun(BaseModel):
    """The secret for the authenticator, as text and as the address its QR code holds; told this once."""

    secret: str
    address: str


class KeyBegun(BaseModel):
    """What the browser is asked: ``navigator.credentials.create`` with these options as JSON."""

    options: dict[str, Any]


class FactorMade(BaseModel):
    """A factor that counts from now on; with the first one the recovery codes, told this once."""

    factor_id: int
    kind: Kind
    recovery_codes: list[str]


class FactorRemoved(BaseModel):
    """A factor that counts no more."""

    factor_id: int


class RecoveryCodes(BaseModel):
    """A new sheet of recovery codes, told this once; those of before count no more."""

    recovery_codes: list[str]


class DemandShown(BaseModel):
    """What an agency says last of a post, for itself and those below it."""

    agency: str
    post: str
    demanded: bool
    basis: str
    entered_by: str
    entered_at: Moment


class DemandList(BaseModel):
    """Which posts were ever spoken of, by agency and post."""

    items: list[DemandShown]


class DemandMade(BaseModel):
    """What was entered."""

    demand_id: int
    agency: str
    post: str
    demanded: bool


class FactorResetAnswer(BaseModel):
    """An application to end somebody's second factors."""

    reset_id: int
    staff_no: str
    ended: bool


class FactorResetShown(BaseModel):
    """An open application."""

    reset_id: int
    staff_no: str
    name: str
    agency: str
    reason: str
    applied_by: str
    applied_at: Moment


class FactorResetList(BaseModel):
    """The open applications, oldest first."""

    items: list[FactorResetShown]
