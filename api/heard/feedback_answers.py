"""What answers about evaluations and complaints hold, as the published interface says it."""

from typing import Annotated, Literal

from pydantic import BaseModel, WithJsonSchema

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]


class Grade(BaseModel):
    """One of the five grades."""

    code: Literal[1, 2, 3, 4, 5]
    zh: str
    en: str


class Cause(BaseModel):
    """Whether the rules or the service were the cause."""

    code: Literal["policy", "service"]
    zh: str
    en: str


class Matter(BaseModel):
    """What a complaint is about."""

    code: Literal["manner", "delay", "materials", "fee", "decision", "other"]
    zh: str
    en: str


class GradeCount(BaseModel):
    """How many services were given a grade; ``policy`` of them because of the rules."""

    grade: Grade
    count: int
    policy: int


class LowGrade(BaseModel):
    """A low grade, and of whose service; ``of_case`` is false of an application refused at the window."""

    case_no: str
    of_case: bool
    process: str
    agency: str
    teller: str
    grade: Grade
    cause: Cause
    words: str | None
    given_at: Moment


class ComplaintShown(BaseModel):
    """A complaint that was received; ``of_case`` as of a low grade."""

    number: str
    case_no: str
    of_case: bool
    agency: str
    teller: str
    about: Matter
    words: str
    contact: str | None
    received_at: Moment
    answer_by: Day


class FeedbackShown(BaseModel):
    """What is open, and the counts of all grades."""

    low_grades: list[LowGrade]
    complaints: list[ComplaintShown]
    counts: list[GradeCount]


class OwnFeedback(BaseModel):
    """One's own grades in counts, but those due to the rules; none while there are fewer than ``fewest``."""

    fewest: int
    counts: list[GradeCount]
