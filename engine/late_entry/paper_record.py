"""Numbered paper (离线受理单) for days without power or network, and what was entered from it afterwards.

Numbers are reserved in blocks, in advance; each is used by one case, declared void, or still out. Rows are
only added to.
"""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from stdnum.iso7064 import mod_11_10

from database.columns import BigId, Json, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, ONLY_GROWS, Base
from engine.office_record import Noted
from engine.process import Names
from engine.record import Case

# Why business is entered afterwards; the codes stay.
CODES = {
    "outage": Names("停电", "no power"),
    "network": Names("断网", "no network"),
    "visit": Names("上门服务", "a visit to the client"),
    "other": Names("其他（见说明）", "other (see the reason)"),
}
# Agency, P, running number of the agency, check digit: told from whatever else was written on paper.
_NUMBER = re.compile(r"(\d{6})P(\d{6})\d")


class PaperBlock(Base):
    """A block of numbers for one window; both ends are included."""

    __tablename__ = "paper_blocks"
    __table_args__ = (
        UniqueConstraint("agency_code", "first_no"),
        CheckConstraint("first_no >= 1 AND last_no >= first_no", name="numbers"),
        APPEND_ONLY,
    )

    block_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    window: Mapped[str] = mapped_column(String(20))
    first_no: Mapped[int]
    last_no: Mapped[int]
    reserved_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaperVoid(Base):
    """A number that will never be used: spoiled, torn, or not needed."""

    __tablename__ = "paper_voids"
    __table_args__ = (APPEND_ONLY,)

    void_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    paper_no: Mapped[str] = mapped_column(String(14), unique=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    reason: Mapped[str] = mapped_column(Sealed("paper_voids.reason"))
    voided_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    voided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaperEntry(Base):
    """A case entered from paper: its number, why, and the images of the paper with its signatures.

    ``reserved`` is false for a number that the office did not reserve: such stand apart in its accounts.
    """

    __tablename__ = "paper_entries"
    __table_args__ = (
        Index(
            "uq_paper_entries_reserved",
            "paper_no",
            unique=True,
            sqlite_where=text("reserved"),
            postgresql_where=text("reserved"),
        ),
        Index("ix_paper_entries_entered", "agency_code", "entered_at"),
        {"info": ONLY_GROWS},
    )

    entry_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), unique=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    paper_no: Mapped[str] = mapped_column(String(40))
    reserved: Mapped[bool]
    code: Mapped[str | None] = mapped_column(String(10))
    images: Mapped[list[str]] = mapped_column(Json)
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    PaperBlock: (
        ("agency_code", "window", "first_no", "last_no", "reserved_by", "reserved_at"),
        (),
    ),
    PaperVoid: (("paper_no", "agency_code", "voided_by", "voided_at"), ("reason",)),
    PaperEntry: (
        (
            "case_no",
            "agency_code",
            "paper_no",
            "reserved",
            "code",
            "images",
            "entered_by",
            "entered_at",
        ),
        (),
    ),
}


def number(agency: str, running: int) -> str:
    """A paper's number as it is printed."""
    return f"{agency}P{running:06d}{mod_11_10.calc_check_digit(f'{agency}{running:06d}')}"


def running(paper_no: str, agency: str) -> int | None:
    """The running number that a paper's number holds; None where it is no number of this agency's paper."""
    found = _NUMBER.fullmatch(paper_no)
    if found is None or found[1] != agency:
        return None
    held = int(found[2])
    return held if number(agency, held) == paper_no else None


def is_ours(paper_no: str) -> bool:
    """Whether a number has the form of reserved ones, whosever it is, right or mistyped."""
    return _NUMBER.fullmatch(paper_no) is not None


def block_of(session: Session, paper_no: str, agency: str) -> PaperBlock | None:
    """The block of an agency that a number was reserved in."""
    held = running(paper_no, agency)
    if held is None:
        return None
    return session.execute(
        select(PaperBlock).where(
            PaperBlock.agency_code == agency,
            PaperBlock.first_no <= held,
            PaperBlock.last_no >= held,
        )
    ).scalar_one_or_none()


def spent(session: Session, paper_no: str) -> PaperEntry | PaperVoid | None:
    """What a reserved number was used for, or its being void; None while it is out."""
    used = select(PaperEntry).where(PaperEntry.paper_no == paper_no, PaperEntry.reserved)
    found = session.execute(used).scalar_one_or_none()
    if found is not None:
        return found
    voided = select(PaperVoid).where(PaperVoid.paper_no == paper_no)
    return session.execute(voided).scalar_one_or_none()


def of_case(session: Session, case: Case) -> dict[str, Any]:
    """What a case says of the paper it was entered from; of those from before the register, less."""
    kept = select(PaperEntry).where(PaperEntry.case_no == case.case_no)
    found = session.execute(kept).scalar_one_or_none()
    return {
        "paper_no": case.paper_no,
        "reason": case.late_entry_reason,
        "code": found and found.code,
        "images": list(found.images) if found else [],
    }
