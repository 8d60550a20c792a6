"""What answers about the green channel hold, as the published interface says it (see ``answers``)."""

from typing import Annotated, Literal

from pydantic import BaseModel, WithJsonSchema

Category = Literal["far", "mobility", "elderly", "disabled", "military", "other"]
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


class GreenShown(BaseModel):
    """Why a case goes first, and who approved it."""

    category: Category
    reason: str
    approved_by: str
    approved_at: Moment


class GreenCount(BaseModel):
    """How many cases of a category there were, how many have ended, how many went back into their turn."""

    category: Category
    cases: int
    ended: int
    withdrawn: int


class GreenCounts(BaseModel):
    """The counts of every category."""

    items: list[GreenCount]
