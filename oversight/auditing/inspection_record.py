"""The tables of inspections (季度检查, 抽查): samples and their cases, findings, and what became of them.

All of them only grow: how a finding stands is folded from its steps. The journal notes their rows, so that
verification holds both against each other; a sample's cases are drawn again instead.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.office_record import Noted


class Sample(Base):
    """A random sample of the cases accepted under a seal: whoever has seal and seed draws the same."""

    __tablename__ = "samples"
    __table_args__ = (
        CheckConstraint("per_stratum > 0 AND eligible >= 0", name="counts"),
        Index(None, "agency_code", "sample_id"),
        APPEND_ONLY,
    )

    sample_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    of_agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    seal_no: Mapped[int] = mapped_column(ForeignKey("seals.seal_no"))
    root: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(80))
    per_stratum: Mapped[int]
    first_on: Mapped[date | None] = mapped_column(Date)
    last_on: Mapped[date | None] = mapped_column(Date)
    eligible: Mapped[int]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SampleItem(Base):
    """One case of a sample, with its stratum and the mark by which it was drawn."""

    __tablename__ = "sample_items"
    __table_args__ = (UniqueConstraint("sample_id", "case_no"), APPEND_ONLY)

    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.sample_id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"))
    risk_level: Mapped[int]
    process: Mapped[str] = mapped_column(String(40))
    teller: Mapped[str] = mapped_column(String(32))
    mark: Mapped[str] = mapped_column(String(64))


class AuditFinding(Base):
    """What an auditor found wrong with a case, of a sample or by itself (核查线索)."""

    __tablename__ = "audit_findings"
    __table_args__ = (
        CheckConstraint("kind IN ('finding','lead')", name="kind"),
        Index(None, "agency_code", "finding_id"),
        Index(None, "case_no"),
        Index(None, "sample_id"),
        APPEND_ONLY,
    )

    finding_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("samples.sample_id"))
    text: Mapped[str] = mapped_column(Sealed("audit_findings.text"))
    raised_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    raised_agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Rectification(Base):
    """A step of putting it right (整改): the agency's answer, the auditor's return of it or his closing."""

    __tablename__ = "rectifications"
    __table_args__ = (
        CheckConstraint("kind IN ('answered','returned','closed')", name="kind"),
        UniqueConstraint("finding_id", "seq"),
        Index(
            "uq_rectifications_closed",
            "finding_id",
            unique=True,
            sqlite_where=text("kind = 'closed'"),
            postgresql_where=text("kind = 'closed'"),
        ),
        APPEND_ONLY,
    )

    step_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("audit_findings.finding_id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(Sealed("rectifications.said"))
    by_account: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    Sample: (
        (
            "agency_code", "of_agency", "seal_no", "root", "seed", "per_stratum", "first_on", "last_on",
            "eligible", "drawn_by", "drawn_at",
        ),
        (),
    ),
    AuditFinding: (
        ("kind", "case_no", "agency_code", "sample_id", "raised_by", "raised_agency", "raised_at"),
        ("text",),
    ),
    Rectification: (("finding_id", "seq", "kind", "by_account", "at"), ("said",)),
}  # fmt: skip
