"""The tables of the outbox: what is to be told to whom, how its delivery stands, and how each ended.

The outbox is how the machine works, so its rows change; what came of a message is the office's record and
only added to. Neither holds an address: it is read where the message is sent.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.office_record import Noted
from engine.record import of_case

WAITING, SENT, DEAD, AGAIN = "waiting", "sent", "dead", "again"
_WAITS, _IS_DEAD = text("state = 'waiting'"), text("state = 'dead'")


class OutboxMessage(Base):
    """One message: to the applicant's contact, or (``post``) to the mailbox of a post of ``of_agency``.

    ``message_key`` names the journal entry it tells of, and is what a receiver may know a second copy by.
    ``agency_code`` is the case's.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','sent','dead')", name="state"),
        Index(
            "ix_outbox_waiting",
            "next_at",
            "message_id",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index(
            "ix_outbox_dead",
            "agency_code",
            "message_id",
            sqlite_where=_IS_DEAD,
            postgresql_where=_IS_DEAD,
        ),
    )

    message_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_key: Mapped[str] = mapped_column(String(48), unique=True)
    case_id: Mapped[int] = mapped_column(of_case(), index=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    kind: Mapped[str] = mapped_column(String(20))
    post: Mapped[str | None] = mapped_column(String(32))
    of_agency: Mapped[str] = mapped_column(String(6))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(2))
    due_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8))
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    lease_no: Mapped[int]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing: Mapped[str | None] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MessageOutcome(Base):
    """How a message ended: sent, dead for a reason, or to be sent again by somebody's order."""

    __tablename__ = "message_outcomes"
    __table_args__ = (
        CheckConstraint("outcome IN ('sent','dead','again')", name="outcome"),
        APPEND_ONLY,
    )

    outcome_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_key: Mapped[str] = mapped_column(String(48), index=True)
    case_no: Mapped[str] = mapped_column(String(24))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    kind: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(40))
    # Of what was sent, so that it can be shown what the applicant was told.
    text_sha256: Mapped[str | None] = mapped_column(String(64))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    MessageOutcome: (
        (
            "message_key", "case_no", "agency_code", "kind", "outcome", "channel", "attempts", "reason",
            "text_sha256", "recorded_by", "recorded_at",
        ),
        (),
    ),
}  # fmt: skip
