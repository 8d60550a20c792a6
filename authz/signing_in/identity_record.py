"""The rows of sign-ins by another party: whose word counts for which account, and sessions that were ended.

A binding is written once and ends only by a row of its own, as grants do. Who a person is outside stands
sealed; what finds it is a keyed fingerprint over the issuer and his name there.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base


class OutsideIdentity(Base):
    """An identity at an issuer by which one account signs in.

    ``turn`` counts how often this identity was bound before: one that ended may be bound anew, and of two
    that are bound at the same moment the database refuses one.
    """

    __tablename__ = "outside_identities"
    __table_args__ = (
        UniqueConstraint("subject_index", "turn"),
        Index(None, "account_id"),
        APPEND_ONLY,
    )

    identity_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    issuer: Mapped[str] = mapped_column(String(400))
    subject: Mapped[str] = mapped_column(Sealed("outside_identities.subject"))
    subject_index: Mapped[str] = mapped_column(String(64))
    turn: Mapped[int]
    basis: Mapped[str] = mapped_column(Sealed("outside_identities.basis"))
    bound_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdentityEnd(Base):
    """The end of a binding: who ended it, and why."""

    __tablename__ = "outside_identity_ends"
    __table_args__ = (APPEND_ONLY,)

    identity_id: Mapped[int] = mapped_column(
        ForeignKey("outside_identities.identity_id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str] = mapped_column(Sealed("outside_identity_ends.reason"))
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SpentReturn(Base):
    """A return from an issuer that was taken: the same one counts no second time."""

    __tablename__ = "outside_returns"
    __table_args__ = (Index(None, "at"),)

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionEnding(Base):
    """Sessions of somebody that a security administrator ended: one of them, or all (``sign_in_id`` None)."""

    __tablename__ = "session_endings"
    __table_args__ = (Index(None, "account_id"), APPEND_ONLY)

    ending_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    # The sign-in itself is removed a day later.
    sign_in_id: Mapped[int | None] = mapped_column(BigId)
    ended: Mapped[int]
    reason: Mapped[str] = mapped_column(Sealed("session_endings.reason"))
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
