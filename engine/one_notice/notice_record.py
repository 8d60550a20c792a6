"""The tables of notices to applicants and of the permits of supervisors to give one that comes late."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from database import digest, suites
from database.clock import moment_text
from database.columns import BigId, Json, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.record import of_case

SUPERVISOR = "supervisor"


class NoticePermit(Base):
    """A supervisor's signature that a notice may name what an earlier one kept back, and his reason."""

    __tablename__ = "notice_permits"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        UniqueConstraint("permit_id", "case_id"),
        CheckConstraint("post = 'supervisor'", name="post"),
        APPEND_ONLY,
    )

    permit_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # As a notice's: copies put both before the cases.
    case_id: Mapped[int] = mapped_column(of_case())
    seq: Mapped[int]
    cycle: Mapped[int]
    items: Mapped[list[str]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(40))
    # Salt and words: the record covers their commitment, so they may be erased by law.
    text: Mapped[list[str]] = mapped_column(SealedJson("notice_permits.text"))
    commitment: Mapped[str] = mapped_column(String(64))
    signer: Mapped[str] = mapped_column(String(32))
    signer_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    post: Mapped[str] = mapped_column(String(32))
    on_behalf_of: Mapped[str | None] = mapped_column(String(32))
    grant: Mapped[str] = mapped_column(String(80))
    policy_epoch: Mapped[int]
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suite: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    signature: Mapped[str] = mapped_column(String(128))


class CaseNotice(Base):
    """One notice (补正告知书) of a case: what it names, and which of that an earlier one had kept back."""

    __tablename__ = "case_notices"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        UniqueConstraint("permit_id"),
        ForeignKeyConstraint(
            ["permit_id", "case_id"], ["notice_permits.permit_id", "notice_permits.case_id"]
        ),
        CheckConstraint("(late_count > 0) = (permit_id IS NOT NULL)", name="permitted"),
        Index("ix_case_notices_late", "late_count", "notice_id"),
        Index("ix_case_notices_issued", "issued_at"),
        APPEND_ONLY,
    )

    notice_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(of_case())
    seq: Mapped[int]
    cycle: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    # ``{kind, code, reason}`` each; what the applicant is told in words stands in the document.
    items: Mapped[list[dict[str, str]]] = mapped_column(Json)
    late: Mapped[list[str]] = mapped_column(Json)
    late_count: Mapped[int]
    permit_id: Mapped[int | None] = mapped_column(BigId)
    issued_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


COVERED = (
    "case_no", "seq", "cycle", "items", "reason", "commitment", "signer", "signer_person", "post",
    "on_behalf_of", "grant", "policy_epoch", "key_id",
)  # fmt: skip


def covered(row: dict[str, Any], case_no: str) -> bytes:
    """The bytes that a permit's digest and signature cover. Raises UnknownSuite."""
    said = {name: row[name] for name in COVERED if name != "case_no"}
    said |= {"case_no": case_no, "signed_at": moment_text(row["signed_at"])}
    return digest.covered("notice-permit", said, suites.named(row["suite"]))
