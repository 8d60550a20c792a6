"""What answers about tasks hold, as the published interface says it (see ``answers``)."""

from typing import Literal

from pydantic import BaseModel

from api.answers import Day, Level, Moment
from api.casework.green_answers import Category
from api.queueing.clock_answers import ClockStanding


class TaskLine(BaseModel):
    """One line of a worklist; who holds it and who answers for its case by staff number.

    ``due_on`` is the day that holds: of the clocks that run the nearest. ``stopped_clocks`` stand still.
    ``asking`` is the post that a question about the case waits for. ``offered_wider_from`` is since when a
    level-2 review that nobody claimed is offered to more posts than the reviewer's.
    """

    task_id: str
    case_no: str
    process: str
    step: str
    post: str
    agency: str
    risk_level: Level
    route: str | None
    due_on: Day
    step_due_on: Day | None
    working_days_left: int
    clock: ClockStanding
    stopped_clocks: list[Literal["promised", "statutory"]]
    claimed_by: str | None
    green: Category | None
    owner: str | None
    asking: str | None
    offered_wider_from: Moment | None


class TaskPage(BaseModel):
    """A page of the worklist; ``count`` is exact up to a thousand."""

    items: list[TaskLine]
    next_cursor: str | None
    count: int
