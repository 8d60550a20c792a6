"""First contacts (首问登记): who came with what that is not ours, and how it ended for him.

A contact ends with an answer, or with a referral to whom a colleague took him. Rows are only added to.
Source: 宁社保发[2014]24号 二(一) 首问负责制.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.office_record import Noted


class FirstContact(Base):
    """Who was asked first, what about, to whom it belongs; ``visitor`` is who came, where he said so."""

    __tablename__ = "first_contacts"
    __table_args__ = (Index(None, "agency_code", "contact_id"), APPEND_ONLY)

    contact_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    visitor: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("first_contacts.visitor"))
    matter: Mapped[str] = mapped_column(Sealed("first_contacts.matter"))
    belongs_to: Mapped[str] = mapped_column(Sealed("first_contacts.belongs_to"))
    due_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContactEnding(Base):
    """How a contact ended: an ``answer``, or a ``referral`` with the colleague who took him there."""

    __tablename__ = "contact_endings"
    __table_args__ = (
        CheckConstraint("kind IN ('answer','referral')", name="kind"),
        CheckConstraint("(kind = 'referral') = (taken_by IS NOT NULL)", name="accompanied"),
        APPEND_ONLY,
    )

    contact_id: Mapped[int] = mapped_column(
        ForeignKey("first_contacts.contact_id"), primary_key=True, autoincrement=False
    )
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Sealed("contact_endings.text"))
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    FirstContact: (
        ("agency_code", "due_on", "recorded_by", "recorded_at"),
        ("visitor", "matter", "belongs_to"),
    ),
    ContactEnding: (("agency_code", "kind", "taken_by", "ended_by", "ended_at"), ("text",)),
}
