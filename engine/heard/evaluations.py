"""Evaluations (好差评): one of each service, by whoever holds its paper, in five grades.

The two low grades say whether rule or service was the cause. Source: 国办发〔2019〕51号 (one service, one
evaluation; 谁办理、谁负责). Whoever was rated never sees a single one (``feedback``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock
from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import Conflict, Invalid
from engine import journal, office_record
from engine.applications import field_error
from engine.heard.paper_holders import Held
from engine.office_record import Noted
from engine.process import Names

# The last two are 差评: each is worked on (``feedback`` lists them).
GRADES: Mapping[int, Names] = {
    5: Names("非常满意", "very satisfied"),
    4: Names("满意", "satisfied"),
    3: Names("基本满意", "rather satisfied"),
    2: Names("不满意", "dissatisfied"),
    1: Names("非常不满意", "very dissatisfied"),
}
LOW = 2
# Whoever is dissatisfied with the rules doesn't blame who applied them: it is counted apart.
POLICY = "policy"
CAUSES: Mapping[str, Names] = {
    POLICY: Names("政策规定", "the rules"),
    "service": Names("服务质量", "the service"),
}
MOST_WORDS = 500


class Evaluation(Base):
    """What was thought of one service; ``words`` may name people and are sealed."""

    __tablename__ = "evaluations"
    __table_args__ = (
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        CheckConstraint(
            "(grade <= 2) = (cause IS NOT NULL) AND cause IN ('policy','service')", name="cause"
        ),
        Index(None, "agency_code", "evaluation_id"),
        Index("ix_evaluations_given", "agency_code", "given_at"),
        APPEND_ONLY,
    )

    evaluation_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(String(24), unique=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    process: Mapped[str] = mapped_column(String(40))
    teller: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    grade: Mapped[int]
    cause: Mapped[str | None] = mapped_column(String(10))
    words: Mapped[str | None] = mapped_column(Sealed("evaluations.words"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


# The grade is hidden too: more people read the journal than may see what one client thought of a teller.
NOTED: Noted = {
    Evaluation: (
        ("case_no", "agency_code", "process", "given_at"),
        ("teller", "grade", "cause", "words"),
    ),
}


class NotOver(Conflict):
    """This business goes on still: it can be evaluated when it is done or refused."""

    rule = "evaluation.not_over"


class EvaluatedAlready(Conflict):
    """This service was evaluated already: each is evaluated once."""

    rule = "evaluation.once"


class EvaluationGiven(BaseModel):
    """What a client thinks of a service; the low grades need a cause, the others have none."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    grade: int = Field(ge=1, le=5)
    cause: Literal["policy", "service"] | None = None
    words: str = Field(default="", max_length=MOST_WORDS)


def give(session: Session, held: Held, given: EvaluationGiven) -> Evaluation:
    """Record the evaluation of a service that is over; said again just so, it is the one that is there.

    Raises NotOver, EvaluatedAlready, Invalid.
    """
    if not held.ended:
        raise NotOver
    low = given.grade <= LOW
    if low and given.cause is None:
        error = field_error("cause", "say what the cause was", rule="evaluation.cause")
        raise Invalid("Please say what the cause was.", errors=[error])
    journal.hold_office(session, held.agency)
    found = session.execute(
        select(Evaluation).where(Evaluation.case_no == held.number)
    ).scalar_one_or_none()
    said = {
        "grade": given.grade,
        "cause": given.cause if low else None,
        "words": given.words or None,
    }
    if found is not None:
        if {name: getattr(found, name) for name in said} == said:
            return found
        raise EvaluatedAlready
    row = {
        "case_no": held.number,
        "agency_code": held.agency,
        "process": held.process,
        "teller": held.teller,
        "given_at": clock.now(session),
        **said,
    }
    made: Evaluation = session.execute(insert(Evaluation).returning(Evaluation), [row]).scalar_one()
    office_record.note(session, held.agency, "evaluated", [made], noted=NOTED)
    return made
