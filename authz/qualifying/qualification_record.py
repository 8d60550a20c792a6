"""The register of qualifications (培训与资格登记): who was trained and certified, and which post needs what.

Entered, never edited: a wrong entry is struck out by one of its own, a changed duty by a later one.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.offices.posts import POSTS
from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base

TRAINING, CERTIFICATE = "training", "certificate"
PASSED, FAILED = "passed", "failed"
_KIND = f"kind IN ('{TRAINING}','{CERTIFICATE}')"
_LISTED = ",".join(f"'{post}'" for post in POSTS)


class QualificationRecord(Base):
    """One training or certificate of a natural person: of which subject, since when, until when it counts.

    ``done_on`` is the day of the training, or the first day of the certificate; ``hours`` are lessons.
    """

    __tablename__ = "qualification_records"
    __table_args__ = (
        CheckConstraint(_KIND, name="kind"),
        CheckConstraint(f"result IN ('{PASSED}','{FAILED}')", name="result"),
        CheckConstraint("valid_to IS NULL OR valid_to >= done_on", name="dates"),
        Index(None, "person_id", "kind", "subject"),
        APPEND_ONLY,
    )

    record_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(40))
    done_on: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    hours: Mapped[int | None]
    result: Mapped[str] = mapped_column(String(16))
    certificate_no: Mapped[str | None] = mapped_column(
        Sealed("qualification_records.certificate_no")
    )
    basis: Mapped[str] = mapped_column(String(400))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QualificationVoid(Base):
    """That an entry was wrong: from the moment this was entered it counts for nothing."""

    __tablename__ = "qualification_voids"
    __table_args__ = (APPEND_ONLY,)

    void_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(
        ForeignKey("qualification_records.record_id"), unique=True
    )
    reason: Mapped[str] = mapped_column(String(400))
    voided_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    voided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QualificationDuty(Base):
    """From when to when a post takes a training or certificate; the newest entry of the three counts."""

    __tablename__ = "qualification_duties"
    __table_args__ = (
        CheckConstraint(_KIND, name="kind"),
        CheckConstraint(f"post IN ({_LISTED})", name="post"),
        CheckConstraint("binds_to IS NULL OR binds_to >= binds_from", name="dates"),
        APPEND_ONLY,
    )

    duty_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(40))
    binds_from: Mapped[date] = mapped_column(Date)
    binds_to: Mapped[date | None] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(String(400))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


def counting(session: Session, persons: Collection[int]) -> Sequence[QualificationRecord]:
    """The passed entries of these natural persons that nobody struck out, in the order of their days."""
    struck = exists().where(QualificationVoid.record_id == QualificationRecord.record_id)
    asked = (
        select(QualificationRecord)
        .where(
            QualificationRecord.person_id.in_(persons),
            QualificationRecord.result == PASSED,
            ~struck,
        )
        .order_by(QualificationRecord.done_on, QualificationRecord.record_id)
    )
    return session.execute(asked).scalars().all()


def duties(session: Session) -> Sequence[QualificationDuty]:
    """The duties that count, of past and future days as well."""
    newest = select(func.max(QualificationDuty.duty_id)).group_by(
        QualificationDuty.post, QualificationDuty.kind, QualificationDuty.subject
    )
    asked = select(QualificationDuty).where(QualificationDuty.duty_id.in_(newest))
    return session.execute(asked.order_by(QualificationDuty.duty_id)).scalars().all()
