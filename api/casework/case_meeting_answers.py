"""What the answer about a case says of its city meeting, as published (see ``answers``)."""

from typing import Annotated, Literal

from pydantic import BaseModel, WithJsonSchema

Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Decided = Literal["approve", "refuse", "return", "postpone"]


class MeetingOfCase(BaseModel):
    """What the register of meetings says of a case; ``decision`` is null while it is on an agenda."""

    meeting_id: int
    minutes_no: str
    date: Day
    decision: Decided | None
    words: str | None
