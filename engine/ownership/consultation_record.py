"""Questions about a case to a superior (请示) and their answers (批复): who asked whom what, what was said.

Rows are only added to. An answer's digest covers both texts by their commitments: the archive's manifest
names it. Source: 宁社保发[2014]24号 附2 三(四): what goes beyond one's authority is asked, not refused.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.offices.accounts import Account
from database import digest, suites
from database.clock import moment_text
from database.columns import BigId, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base, table_of
from database.prepared import Prepared
from engine.office_record import Noted
from engine.record import Case


class Consultation(Base):
    """One question: at which step, by whom in which post, to which post; ``question`` is [salt, words]."""

    __tablename__ = "consultations"
    __table_args__ = (UniqueConstraint("case_id", "seq"), APPEND_ONLY)

    consultation_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.case_id"))
    seq: Mapped[int]
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    cycle: Mapped[int]
    step: Mapped[str | None] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(32))
    asked_post: Mapped[str] = mapped_column(String(32))
    question: Mapped[list[str]] = mapped_column(SealedJson("consultations.question"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    asked_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConsultationAnswer(Base):
    """The answer, by somebody who holds the post that was asked; ``answer`` is [salt, words]."""

    __tablename__ = "consultation_answers"
    __table_args__ = (Index(None, "case_id", "consultation_id"), APPEND_ONLY)

    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultations.consultation_id"), primary_key=True, autoincrement=False
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.case_id"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    post: Mapped[str] = mapped_column(String(32))
    on_behalf_of: Mapped[str | None] = mapped_column(String(32))
    answer: Mapped[list[str]] = mapped_column(SealedJson("consultation_answers.answer"))
    answered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    answered_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suite: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))


NOTED: Noted = {
    Consultation: (
        (
            "case_id", "seq", "agency_code", "cycle", "step", "post", "asked_post", "asked_by",
            "asked_person", "asked_at",
        ),
        ("question",),
    ),
    ConsultationAnswer: (
        (
            "case_id", "agency_code", "post", "on_behalf_of", "answered_by", "answered_person",
            "answered_at", "suite", "digest",
        ),
        ("answer",),
    ),
}  # fmt: skip
_QUESTIONS, _ANSWERS = table_of(Consultation), table_of(ConsultationAnswer)
_OPEN = Prepared(
    select(_QUESTIONS.c.consultation_id, _QUESTIONS.c.asked_post)
    .outerjoin(_ANSWERS, _ANSWERS.c.consultation_id == _QUESTIONS.c.consultation_id)
    .where(_QUESTIONS.c.case_id == bindparam("of_case"), _ANSWERS.c.consultation_id.is_(None))
)
# The post that a question about a row of ``Case`` waits for, in a larger statement.
ASKING = (
    select(_QUESTIONS.c.asked_post)
    .outerjoin(_ANSWERS, _ANSWERS.c.consultation_id == _QUESTIONS.c.consultation_id)
    .where(_QUESTIONS.c.case_id == Case.case_id, _ANSWERS.c.consultation_id.is_(None))
    .order_by(_QUESTIONS.c.consultation_id.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)


def waiting(session: Session, case_id: int) -> Any | None:
    """The question of a case that is not answered: ``consultation_id`` and ``asked_post``."""
    return _OPEN.first(session, {"of_case": case_id})


def open_in(session: Session, case_ids: Collection[int]) -> Mapping[int, str]:
    """Of these cases those that wait for an answer, and the post that was asked."""
    asked = (
        select(Consultation.case_id, Consultation.asked_post)
        .outerjoin(
            ConsultationAnswer, ConsultationAnswer.consultation_id == Consultation.consultation_id
        )
        .where(Consultation.case_id.in_(case_ids), ConsultationAnswer.consultation_id.is_(None))
    )
    return {row.case_id: row.asked_post for row in session.execute(asked)} if case_ids else {}


def answer_digest(asked: Consultation, row: Mapping[str, Any]) -> str:
    """The digest of an answer with its question, under the row's suite; no words, only commitments."""
    suite = suites.named(row["suite"])
    said = {
        "case_id": asked.case_id,
        "seq": asked.seq,
        "cycle": asked.cycle,
        "step": asked.step,
        "asked_by": asked.asked_by,
        "asked_post": asked.asked_post,
        "asked_at": moment_text(asked.asked_at),
        "question": digest.commitment(asked.question[0], asked.question[1], suite),
        "answered_by": row["answered_by"],
        "post": row["post"],
        "on_behalf_of": row["on_behalf_of"],
        "answered_at": moment_text(row["answered_at"]),
        "answer": digest.commitment(row["answer"][0], row["answer"][1], suite),
    }
    return digest.digest("consultation", said, suite)


def of_case(session: Session, case: Case) -> list[dict[str, Any]]:
    """Every question of a case with its answer, in order, as answers show them."""
    asked = (
        select(Consultation, ConsultationAnswer)
        .outerjoin(
            ConsultationAnswer, ConsultationAnswer.consultation_id == Consultation.consultation_id
        )
        .where(Consultation.case_id == case.case_id)
        .order_by(Consultation.seq)
    )
    rows = session.execute(asked).all()
    who = {row.asked_by for row, _ in rows} | {said.answered_by for _, said in rows if said}
    named = select(Account.account_id, Account.staff_no, Account.name)
    staff = (
        {
            row.account_id: {"staff_no": row.staff_no, "name": row.name}
            for row in session.execute(named.where(Account.account_id.in_(who)))
        }
        if who
        else {}
    )
    return [
        {
            "seq": row.seq,
            "step": row.step,
            "post": row.post,
            "asked_post": row.asked_post,
            "question": row.question[1],
            "asked_by": staff[row.asked_by],
            "asked_at": moment_text(row.asked_at),
            "answer": None if said is None else said.answer[1],
            "answered_by": None if said is None else staff[said.answered_by],
            "on_behalf_of": None if said is None else said.on_behalf_of,
            "answered_at": None if said is None else moment_text(said.answered_at),
        }
        for row, said in rows
    ]
