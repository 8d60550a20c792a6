"""What was asked and decided about erasing persons: rows that stay when everything they are about is gone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.archiving.destroyed import ErasedFile
from engine.office_record import Noted


class ErasureRequest(Base):
    """Somebody asked that a person's values be erased; ``key_id`` is the key they are to be moved to.

    ``basis`` is ``retention`` (over, and the files disposed of), ``court`` (an order) or ``request`` (the
    person's own, by law); ``reason`` names the document.
    """

    __tablename__ = "erasure_requests"
    __table_args__ = (
        CheckConstraint("basis IN ('retention','court','request')", name="basis"),
        Index(None, "agency_code"),
        Index(None, "person_id"),
        APPEND_ONLY,
    )

    request_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"))
    key_id: Mapped[str] = mapped_column(String(32))
    basis: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Sealed("erasure_requests.reason"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    asked_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Erasure(Base):
    """How a request was decided; ``key_id`` is the key whose secret was destroyed, where it was approved.

    By this row everything else tells what was erased from what was altered.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint("agreed = (key_id IS NOT NULL)", name="agreed"),
        CheckConstraint("agreed = (person_id IS NOT NULL)", name="person"),
        Index(None, "agency_code"),
        APPEND_ONLY,
    )

    request_id: Mapped[int] = mapped_column(
        ForeignKey("erasure_requests.request_id"), primary_key=True, autoincrement=False
    )
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("persons.person_id"), unique=True)
    key_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    agreed: Mapped[bool]
    opinion: Mapped[str] = mapped_column(Sealed("erasures.opinion"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    decided_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    ErasureRequest: (
        ("agency_code", "person_id", "key_id", "basis", "asked_by", "asked_person", "asked_at"),
        ("reason",),
    ),
    Erasure: (
        (
            "agency_code", "person_id", "key_id", "agreed", "decided_by", "decided_person",
            "decided_at",
        ),
        ("opinion",),
    ),
    ErasedFile: (("request_id",), ()),
}  # fmt: skip
