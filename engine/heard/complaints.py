"""Complaints (投诉) by whoever holds a paper of the office: numbered, recorded, and asked about by number.

Here one is received; who follows it up, and its answer, are the service hall's. Source: 宁社保发 001 三
(逐件登记); GB/T 27768-2011 8.3 (the complainant is told of course and result). The days to answer are to be
confirmed: local rules differ.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock
from database.clock import office_date
from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import Conflict, NotFound
from engine import case_numbers, journal, office_record
from engine.heard.paper_holders import Held
from engine.office_record import Noted
from engine.process import Names
from engine.timing import deadlines

PREFIX = "TS"
ANSWER_DAYS = 15
MOST_WORDS = 1000
# Of one case: more than this is no longer read one by one, and the window is the place for it.
MOST = 5
ABOUT: Mapping[str, Names] = {
    "manner": Names("服务态度", "how I was treated"),
    "delay": Names("办理拖延", "it takes too long"),
    "materials": Names("要求多余材料", "I was asked for needless papers"),
    "fee": Names("收取费用", "I was asked for money"),
    "decision": Names("不服办理结果", "I don't accept the decision"),
    "other": Names("其他", "something else"),
}


class Complaint(Base):
    """One complaint; ``form_key`` is its form's, so that a form sent twice is one complaint."""

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("case_no", "form_key"),
        CheckConstraint(
            "about IN ('manner','delay','materials','fee','decision','other')", name="about"
        ),
        Index(None, "agency_code", "complaint_id"),
        Index("ix_complaints_received", "agency_code", "received_at"),
        APPEND_ONLY,
    )

    complaint_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    case_no: Mapped[str] = mapped_column(String(24))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    teller: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    about: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Sealed("complaints.words"))
    contact: Mapped[str | None] = mapped_column(Sealed("complaints.contact"))
    form_key: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[date] = mapped_column(Date)


NOTED: Noted = {
    Complaint: (
        ("number", "case_no", "agency_code", "form_key", "received_at", "answer_by"),
        ("teller", "about", "words", "contact"),
    ),
}


class ComplaintNotFound(NotFound):
    """No complaint has this number: compare it with the sheet you were given."""

    rule = "complaint.not_found"


class TooManyComplaints(Conflict):
    """Five complaints were made about this business: they are being dealt with. Speak to the office."""

    rule = "complaint.too_many"


class ComplaintMade(BaseModel):
    """What a client complains of; ``contact`` is where he wants the answer, and may be left out."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    about: Literal["manner", "delay", "materials", "fee", "decision", "other"]
    words: str = Field(min_length=1, max_length=MOST_WORDS)
    contact: str = Field(default="", max_length=100)


def make(session: Session, held: Held, made: ComplaintMade, form_key: str) -> Complaint:
    """Receive a complaint under a number of its own. Raises TooManyComplaints."""
    journal.hold_office(session, held.agency)
    mine = Complaint.case_no == held.number
    sent = select(Complaint).where(mine, Complaint.form_key == form_key)
    found = session.execute(sent).scalar_one_or_none()
    if found is not None:
        return found
    counted = select(func.count()).select_from(Complaint).where(mine)
    if session.execute(counted).scalar_one() >= MOST:
        raise TooManyComplaints
    now = clock.now(session)
    row = {
        "number": PREFIX + case_numbers.new(session, held.agency, now),
        "case_no": held.number,
        "agency_code": held.agency,
        "teller": held.teller,
        "about": made.about,
        "words": made.words,
        "contact": made.contact or None,
        "form_key": form_key,
        "received_at": now,
        "answer_by": deadlines.counted(office_date(now), ANSWER_DAYS).due_on,
    }
    new: Complaint = session.execute(insert(Complaint).returning(Complaint), [row]).scalar_one()
    office_record.note(session, held.agency, "complained", [new], noted=NOTED)
    return new


def of(session: Session, held: Held, number: str) -> Complaint:
    """A complaint of whoever holds the paper that it was made with. Raises ComplaintNotFound."""
    asked = select(Complaint).where(
        Complaint.number == number.strip().upper(), Complaint.case_no == held.number
    )
    found = session.execute(asked).scalar_one_or_none()
    if found is None:
        raise ComplaintNotFound
    return found
