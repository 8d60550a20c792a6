"""What answers about messages to applicants and staff hold, as the published interface says it."""

from typing import Annotated, Literal

from pydantic import BaseModel, WithJsonSchema

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


class MessageKind(BaseModel):
    """What a message tells of."""

    code: str
    zh: str
    en: str


class MessageShown(BaseModel):
    """One message, and how its delivery stands; ``post`` is whose mailbox it goes to, of staff."""

    message_id: int
    key: str
    kind: MessageKind
    post: str | None
    channel: Literal["mail"]
    language: Literal["zh", "en"]
    state: Literal["waiting", "sent", "dead"]
    attempts: int
    failing: str | None
    made_at: Moment
    next_at: Moment | None
    ended_at: Moment | None


class CaseMessage(MessageShown):
    """One message about a case; ``address`` is the applicant's, masked."""

    address: str | None


class CaseMessages(BaseModel):
    """The messages about a case."""

    items: list[CaseMessage]


class DeadMessage(MessageShown):
    """One message that was given up, and the case it is about."""

    case_no: str
    agency: str


class DeadMessages(BaseModel):
    """A page of messages that were given up, newest first."""

    items: list[DeadMessage]
    next_cursor: str | None
