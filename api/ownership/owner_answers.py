"""What answers about owners of cases, questions to superiors and first contacts hold (see ``answers``)."""

from typing import Annotated, Literal

from pydantic import BaseModel, WithJsonSchema

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Superior = Literal["reviewer", "deputy_director", "director", "city_approver", "city_head"]


class StaffNamed(BaseModel):
    """A member of staff."""

    staff_no: str
    name: str


class OwnerShown(StaffNamed):
    """Who answers for a case, since when, and to whom he offered it."""

    since: Moment
    offered_to: StaffNamed | None


class ConsultationShown(BaseModel):
    """A question to a superior with its answer; ``answer`` is null while it waits."""

    seq: int
    step: str | None
    post: str
    asked_post: Superior
    question: str
    asked_by: StaffNamed
    asked_at: Moment
    answer: str | None
    answered_by: StaffNamed | None
    on_behalf_of: str | None
    answered_at: Moment | None


class OwnedCase(BaseModel):
    """A case that one answers for, and what of it wants one's eye."""

    case_no: str
    process: str
    status: str
    risk_level: int
    route: str | None
    agency: str
    received_at: Moment
    accepted_at: Moment
    due_on: Day
    state: Literal[
        "returned", "awaiting_materials", "to_deliver", "asking", "awaited", "in_progress"
    ]
    working_days_left: int


class OfferShown(BaseModel):
    """A case that a colleague offers one."""

    case_no: str
    process: str
    by: str
    reason: str


class OwnedCases(BaseModel):
    """The first of one's cases, how many there are, and what is offered."""

    items: list[OwnedCase]
    count: int
    offers: list[OfferShown]


class QuestionLine(BaseModel):
    """A question that waits for a post of one's own."""

    case_no: str
    process: str
    agency: str
    due_on: Day
    step: str | None
    asked_post: Superior
    asked_by: str
    asked_at: Moment


class QuestionList(BaseModel):
    """The questions that wait, the oldest first."""

    items: list[QuestionLine]


class ContactEndingShown(BaseModel):
    """How a first contact ended; ``taken_by`` is who took the visitor where he belongs."""

    kind: Literal["answer", "referral"]
    text: str
    taken_by: str | None
    ended_by: str
    ended_at: Moment


class ContactShown(BaseModel):
    """A first contact, the visitor masked; ``ending`` is null while it is open."""

    contact_id: int
    agency: str
    visitor: str | None
    matter: str
    belongs_to: str
    due_on: Day
    overdue: bool
    recorded_by: str
    recorded_at: Moment
    ending: ContactEndingShown | None


class ContactPage(BaseModel):
    """A page of first contacts, newest first."""

    items: list[ContactShown]
    next_cursor: str | None
