"""Which completed case was corrected (更正) by which: one row a corrected case, and never a second.

The row stands with the posting that reversed the case; the correction says the same in its signed content.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database.clock import moment_text
from database.columns import BigId, Json, UtcDateTime
from database.declarative import APPEND_ONLY, Base


class CaseCorrection(Base):
    """That a case was corrected by another, why (coded), and which of its papers were recalled."""

    __tablename__ = "case_corrections"
    __table_args__ = (Index(None, "corrected_by", unique=True), APPEND_ONLY)

    correction_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), unique=True)
    # Deferred: a correction that is finished in one request writes its case last.
    corrected_by: Mapped[str] = mapped_column(
        ForeignKey("cases.case_no", deferrable=True, initially="DEFERRED")
    )
    reason: Mapped[str] = mapped_column(String(20))
    papers: Mapped[list[str]] = mapped_column(Json)
    corrected_at: Mapped[datetime] = mapped_column(UtcDateTime)


def of_case(session: Session, case_no: str) -> CaseCorrection | None:
    """How a case was corrected; None where it wasn't."""
    asked = select(CaseCorrection).where(CaseCorrection.case_no == case_no)
    return session.execute(asked).scalar_one_or_none()


def by_case(session: Session, case_no: str) -> CaseCorrection | None:
    """What a case corrected; None where it is no correction, or one that isn't posted."""
    asked = select(CaseCorrection).where(CaseCorrection.corrected_by == case_no)
    return session.execute(asked).scalar_one_or_none()


def of_cases(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """The correction of each of these cases, by number; one that wasn't corrected is left out."""
    if not numbers:
        return {}
    asked = select(CaseCorrection.case_no, CaseCorrection.corrected_by)
    found = session.execute(asked.where(CaseCorrection.case_no.in_(numbers)))
    return {row.case_no: row.corrected_by for row in found}


def counts_again(session: Session, row: CaseCorrection) -> bool:
    """Whether the correction was corrected itself, so that what the case had entered counts again."""
    again = False
    following = of_case(session, row.corrected_by)
    while following is not None:
        again = not again
        following = of_case(session, following.corrected_by)
    return again


def shown(session: Session, row: CaseCorrection | None) -> dict[str, Any] | None:
    """How a case was corrected, as answers say it."""
    if row is None:
        return None
    return {
        "case_no": row.corrected_by,
        "reason": row.reason,
        "papers": list(row.papers),
        "corrected_at": moment_text(row.corrected_at),
        "counts_again": counts_again(session, row),
    }


def undone(session: Session, numbers: Collection[str]) -> set[str]:
    """Of these cases, those whose writing counts no longer: corrected ones, and what corrected them.

    Where a correction was corrected itself, both of these cancel out, and what it had reversed counts again.
    """
    asked = select(CaseCorrection).where(
        or_(CaseCorrection.case_no.in_(numbers), CaseCorrection.corrected_by.in_(numbers))
    )
    found: set[str] = set()
    newest_first = asked.order_by(CaseCorrection.correction_id.desc())
    for row in session.execute(newest_first).scalars():
        if row.corrected_by not in found:
            found |= {row.case_no, row.corrected_by}
    return found
