"""What answers about outside identities and others' sessions hold, as the published interface says it."""

from pydantic import BaseModel, Field

from api.answers import Moment


class IdentityShown(BaseModel):
    """An outside identity by which somebody signs in."""

    identity_id: int
    staff_no: str
    name: str
    agency: str
    issuer: str
    subject: str = Field(description="who he is there")
    basis: str
    bound_by: str
    bound_at: Moment


class IdentityList(BaseModel):
    """The bindings that count, of the agencies in one's care."""

    items: list[IdentityShown]


class IdentityMade(BaseModel):
    """A binding that counts from now on."""

    identity_id: int
    staff_no: str


class IdentityEnded(BaseModel):
    """A binding that counts no more."""

    identity_id: int


class SessionShown(BaseModel):
    """A session of somebody's; ``outside`` where another party's word began it."""

    session_id: int
    opened_at: Moment
    last_seen_at: Moment
    expires_at: Moment
    outside: bool


class SessionList(BaseModel):
    """Somebody's sessions that count, newest first."""

    items: list[SessionShown]


class SessionsEnded(BaseModel):
    """How many sessions were ended."""

    staff_no: str
    ended: int


class KeyOpened(BaseModel):
    """Whether this session can sign now."""

    signs: bool
