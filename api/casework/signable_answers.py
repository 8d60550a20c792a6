"""What answers say of whether a case can still be signed (see ``answers``)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


class StepOfPost(BaseModel):
    """A step that waits for people: its post and where."""

    step: str
    post: str
    agency: str


class Candidate(BaseModel):
    """Somebody who would make it possible, and ``how``: he comes back, stands in, is named or appointed."""

    staff_no: str
    name: str
    agency: str
    how: Literal["back", "stand_in", "naming", "appointment"]


class OfferedWider(BaseModel):
    """A review that lacks people is offered wider (扩大派送): from when, and who is there for it then.

    ``from`` is null of one that doesn't wait yet: its minutes begin when it does.
    """

    from_: Moment | None = Field(alias="from")
    who_can: list[dict[str, Any]]


class SignableShown(BaseModel):
    """Whether distinct people are there for all that is left to sign (还能签齐吗).

    ``from``: the first day from which there aren't, if nothing is signed before; null where there is none.
    ``steps`` lack people together, ``step`` is the last of them; ``who_can`` are there for it.
    ``offered_wider`` is said where people lack but for those whom a review is offered to then.
    """

    possible: bool
    from_: Day | None = Field(alias="from")
    step: str | None
    steps: list[StepOfPost]
    who_can: list[dict[str, Any]]
    could: list[Candidate]
    offered_wider: OfferedWider | None
