"""The green channel (绿色通道): which cases are taken first, for whom, who approved it, who took it back.

One row a case, and one for the withdrawal of what its approver found unfounded: neither is ever changed.

Nothing that decides reads this: it moves a case forward in lists, and leaves every control where it stands.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.offices.accounts import Account
from database.clock import moment_text
from database.columns import Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.office_record import Noted
from engine.process import Names

CATEGORIES = {
    "far": Names("距离远、往返困难", "comes from far away"),
    "mobility": Names("行动不便", "hard of moving"),
    "elderly": Names("高龄", "of great age"),
    "disabled": Names("残疾", "disabled"),
    "military": Names("军人", "serves in the army"),
    "other": Names("其他（见理由）", "other (see the reason)"),
}


class GreenCase(Base):
    """A case that goes first; ``reason`` may tell of somebody's health and is sealed."""

    __tablename__ = "green_cases"
    __table_args__ = (
        CheckConstraint(
            "category IN ('far','mobility','elderly','disabled','military','other')",
            name="category",
        ),
        APPEND_ONLY,
    )

    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"), index=True)
    category: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Sealed("green_cases.reason"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GreenWithdrawal(Base):
    """That a case goes in its turn again: its approver withdrew the mark, for a reason."""

    __tablename__ = "green_withdrawals"
    __table_args__ = (APPEND_ONLY,)

    case_no: Mapped[str] = mapped_column(ForeignKey("green_cases.case_no"), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"), index=True)
    reason: Mapped[str] = mapped_column(Sealed("green_withdrawals.reason"))
    withdrawn_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    GreenCase: (("agency_code", "category", "approved_by", "approved_at"), ("reason",)),
    GreenWithdrawal: (("agency_code", "withdrawn_by", "withdrawn_at"), ("reason",)),
}


def stands(case_no: Any) -> ColumnElement[bool]:
    """The condition that the case of this number (a column, or a value) goes first now."""
    withdrawn = select(GreenWithdrawal.case_no).where(GreenWithdrawal.case_no == GreenCase.case_no)
    return and_(GreenCase.case_no == case_no, ~withdrawn.exists())


def of_case(session: Session, case_no: str) -> dict[str, Any] | None:
    """What is said of a case's green channel; None where it goes in its turn."""
    found = session.execute(
        select(GreenCase, Account.staff_no)
        .join(Account, Account.account_id == GreenCase.approved_by)
        .where(stands(case_no))
    ).one_or_none()
    if found is None:
        return None
    row, staff_no = found
    return {
        "category": row.category,
        "reason": row.reason,
        "approved_by": staff_no,
        "approved_at": moment_text(row.approved_at),
    }
