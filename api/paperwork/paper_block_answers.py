"""What answers about numbered paper hold, as the published interface says it (see ``answers``)."""

from typing import Literal

from pydantic import BaseModel

from api.answers import Moment


class BlockShown(BaseModel):
    """A block of numbers, and how many are used, void, or still out."""

    block_id: int
    agency: str
    window: str
    first: str
    last: str
    reserved_by: str
    reserved_at: Moment
    used: int
    void: int
    out: int


class BlockList(BaseModel):
    """The newest blocks."""

    items: list[BlockShown]


class PaperNumber(BaseModel):
    """What became of a number."""

    paper_no: str
    state: Literal["used", "void", "out"]
    case_no: str | None
    reason: str | None


class BlockNumbers(BlockShown):
    """A block with every number."""

    numbers: list[PaperNumber]


class PaperVoided(BaseModel):
    """A number that was declared void."""

    paper_no: str
    state: Literal["void"]
