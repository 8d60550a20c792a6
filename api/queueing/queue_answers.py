"""What answers about queues hold, as the published interface says it (see ``answers``)."""

from pydantic import BaseModel

from api.answers import NamesShown
from api.queueing.task_answers import TaskLine


class SavedShown(BaseModel):
    """A saved choice of filters; ``post`` is the one that it is shared with."""

    saved_id: int
    name: str
    queue: str
    asked: dict[str, str]
    post: str | None
    saved_by: str


class QueueShown(BaseModel):
    """A queue and how much it holds: exact where not ``more``."""

    code: str
    names: NamesShown
    count: int
    more: bool


class QueuesShown(BaseModel):
    """The queues that the caller's posts see, and what was saved for them."""

    items: list[QueueShown]
    saved: list[SavedShown]


class QueuePage(BaseModel):
    """A page of a queue, with what leads onward and back from it."""

    items: list[TaskLine]
    next_cursor: str | None
    previous_cursor: str | None


class ClaimResult(BaseModel):
    """One row of a bulk claim: whether it is now the caller's, else the rule that refused it."""

    task_id: str
    case_no: str | None
    claimed: bool
    rule: str | None


class ClaimResults(BaseModel):
    """A result for every task, in the order asked."""

    items: list[ClaimResult]
