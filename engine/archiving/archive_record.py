"""The tables of the archive: volumes and their items, supplements, loans, disposal lists and their steps.

All of them only grow: what stands where, what is out and what was destroyed is read off the rows. The journal
notes each, so that verification holds both against each other.
"""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.archiving.destroyed import DestroyedFile
from engine.office_record import Noted

_OPINIONS = text("kind IN ('appraise','approve')")


class ArchiveVolume(Base):
    """A volume (案卷): cases of one year, category and retention period, numbered without gaps."""

    __tablename__ = "archive_volumes"
    __table_args__ = (
        UniqueConstraint("agency_code", "year", "category", "retention_years", "volume_no"),
        CheckConstraint("volume_no >= 1", name="number"),
        APPEND_ONLY,
    )

    volume_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    year: Mapped[int]
    category: Mapped[str] = mapped_column(String(20))
    retention_years: Mapped[int]
    volume_no: Mapped[int]
    opened_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArchiveItem(Base):
    """A case in its volume (件): its number there, without gaps, and the pages the archivist counted."""

    __tablename__ = "archive_items"
    __table_args__ = (
        UniqueConstraint("case_id"),
        CheckConstraint("item_no >= 1 AND pages >= 1", name="numbers"),
        APPEND_ONLY,
    )

    volume_id: Mapped[int] = mapped_column(
        ForeignKey("archive_volumes.volume_id"), primary_key=True
    )
    item_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("archive_manifests.case_id"))
    pages: Mapped[int]
    filed_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArchiveSupplement(Base):
    """A piece brought to a file that lacked it (补充): its scan, or the paper now in the folder."""

    __tablename__ = "archive_supplements"
    __table_args__ = (
        UniqueConstraint("case_id", "code"),
        CheckConstraint(
            "form = 'scan' AND file IS NOT NULL OR form = 'paper' AND file IS NULL", name="form"
        ),
        ForeignKeyConstraint(["file", "agency_code"], ["files.digest", "files.agency_code"]),
        APPEND_ONLY,
    )

    supplement_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("archive_manifests.case_id"))
    code: Mapped[str] = mapped_column(String(40))
    form: Mapped[str] = mapped_column(String(10))
    file: Mapped[str | None] = mapped_column(String(64))
    agency_code: Mapped[str] = mapped_column(String(6))
    reason: Mapped[str] = mapped_column(Sealed("archive_supplements.reason"))
    added_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArchiveLoan(Base):
    """A file read in the archive (``read``) or lent out of it until a day (``lend``): to whom, what for."""

    __tablename__ = "archive_loans"
    __table_args__ = (
        CheckConstraint(
            "kind = 'lend' AND due_on IS NOT NULL OR kind = 'read' AND due_on IS NULL", name="kind"
        ),
        Index(None, "case_id", "loan_id"),
        Index(None, "agency_code", "loan_id"),
        APPEND_ONLY,
    )

    loan_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    case_id: Mapped[int] = mapped_column(ForeignKey("archive_items.case_id"))
    kind: Mapped[str] = mapped_column(String(10))
    borrower: Mapped[str] = mapped_column(Sealed("archive_loans.borrower"))
    purpose: Mapped[str] = mapped_column(Sealed("archive_loans.purpose"))
    due_on: Mapped[date | None] = mapped_column(Date)
    lent_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    lent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArchiveReturn(Base):
    """That a file which was lent is back."""

    __tablename__ = "archive_returns"
    __table_args__ = (APPEND_ONLY,)

    loan_id: Mapped[int] = mapped_column(ForeignKey("archive_loans.loan_id"), primary_key=True)
    taken_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    returned_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DisposalList(Base):
    """A list of files whose retention is over (鉴定销毁清册); it is kept for ever, whatever became of it."""

    __tablename__ = "disposal_lists"
    __table_args__ = (Index(None, "agency_code", "list_id"), APPEND_ONLY)

    list_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    cases: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DisposalItem(Base):
    """One file of a disposal list."""

    __tablename__ = "disposal_items"
    __table_args__ = (Index(None, "case_id"), APPEND_ONLY)

    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_lists.list_id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("archive_items.case_id"))


class DisposalStep(Base):
    """What somebody said of a disposal list, or did about it.

    ``appraise`` (鉴定, three people), ``approve`` (审批, a fourth), ``reject`` (it ends there), ``destroy``.
    """

    __tablename__ = "disposal_steps"
    __table_args__ = (
        UniqueConstraint("list_id", "seq"),
        CheckConstraint("kind IN ('appraise','approve','reject','destroy')", name="kind"),
        Index(
            "uq_disposal_steps_person",
            "list_id",
            "person_id",
            unique=True,
            sqlite_where=_OPINIONS,
            postgresql_where=_OPINIONS,
        ),
        APPEND_ONLY,
    )

    step_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_lists.list_id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    opinion: Mapped[str] = mapped_column(Sealed("disposal_steps.opinion"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DisposalWitness(Base):
    """One of the two who watch a list being carried out (监销人); whoever carries it out is a third."""

    __tablename__ = "disposal_witnesses"
    __table_args__ = (APPEND_ONLY,)

    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_lists.list_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("natural_persons.person_id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    ArchiveVolume: (
        (
            "agency_code", "year", "category", "retention_years", "volume_no", "opened_by",
            "opened_at",
        ),
        (),
    ),
    ArchiveItem: (("case_id", "pages", "filed_by", "filed_at"), ()),
    ArchiveSupplement: (
        ("case_id", "code", "form", "file", "agency_code", "added_by", "added_at"),
        ("reason",),
    ),
    ArchiveLoan: (
        ("agency_code", "case_id", "kind", "due_on", "lent_by", "lent_at"),
        ("borrower", "purpose"),
    ),
    ArchiveReturn: (("taken_by", "returned_at"), ()),
    DisposalList: (("agency_code", "cases", "digest", "made_by", "made_at"), ()),
    DisposalItem: (("case_id",), ()),
    DisposalStep: (
        ("list_id", "seq", "kind", "account_id", "person_id", "at"),
        ("opinion",),
    ),
    DisposalWitness: (("account_id", "at"), ()),
    DestroyedFile: ((), ()),
}  # fmt: skip
