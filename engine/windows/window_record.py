"""The tables of windows: the register, the turns of tellers at them, and what happened in a turn.

Rows are only added to; ``open_windows`` is a reading of them that holds who sits where, so that the database
itself refuses two people at one window and one person at two. Source: GB/T 27768-2011 7.2.1 (窗口分工和职责).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.office_record import Noted
from engine.process import Names

COMPREHENSIVE, ACCESSIBLE, KIOSK = "comprehensive", "accessible", "kiosk"
# What a window is for. Nobody sits at a kiosk.
PURPOSES = {
    COMPREHENSIVE: Names("综合业务", "all business"),
    ACCESSIBLE: Names("无障碍", "accessible"),
    KIOSK: Names("自助终端", "self-service kiosk"),
}
PAUSED, RESUMED, CLOSED = "paused", "resumed", "closed"
# Why a turn ended: by whoever sat there, by a supervisor, or by itself.
BY_TELLER, BY_ORDER, SIGNED_OUT, NO_SESSION, DAY_OVER = (
    "closed",
    "ordered",
    "signed_out",
    "no_session",
    "day_over",
)


class Window(Base):
    """A window of an agency under its number, from a day on; without ``valid_to`` until it is ended."""

    __tablename__ = "windows"
    __table_args__ = (
        CheckConstraint("purpose IN ('comprehensive','accessible','kiosk')", name="purpose"),
        CheckConstraint("valid_to >= valid_from", name="dates"),
        Index(None, "agency_code", "window_id"),
        APPEND_ONLY,
    )

    window_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    number: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(16))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WindowEnd(Base):
    """That a window is no more, from the moment this was entered, and why."""

    __tablename__ = "window_ends"
    __table_args__ = (APPEND_ONLY,)

    window_id: Mapped[int] = mapped_column(
        ForeignKey("windows.window_id"), primary_key=True, autoincrement=False
    )
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    reason: Mapped[str] = mapped_column(Sealed("window_ends.reason"))
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WindowTurn(Base):
    """Somebody opened a window (开窗): from then on he sits at it, at the longest until the day ends."""

    __tablename__ = "window_turns"
    __table_args__ = (Index(None, "agency_code", "opened_on"), APPEND_ONLY)

    turn_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("windows.window_id"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    opened_on: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WindowEvent(Base):
    """What happened in a turn: ``paused`` with its reason, ``resumed``, or ``closed`` with its cause.

    ``account_id`` is None where it closed by itself.
    """

    __tablename__ = "window_events"
    __table_args__ = (
        CheckConstraint("kind IN ('paused','resumed','closed')", name="kind"),
        CheckConstraint("(kind = 'paused') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("(kind = 'closed') = (cause IS NOT NULL)", name="cause"),
        APPEND_ONLY,
    )

    turn_id: Mapped[int] = mapped_column(
        ForeignKey("window_turns.turn_id"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    kind: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Sealed("window_events.reason"))
    cause: Mapped[str | None] = mapped_column(String(12))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OpenWindow(Base):
    """Who sits at a window now: one row for each turn that isn't closed. It can be made again from these."""

    __tablename__ = "open_windows"

    window_id: Mapped[int] = mapped_column(
        ForeignKey("windows.window_id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), unique=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("window_turns.turn_id"), unique=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    opened_on: Mapped[date] = mapped_column(Date)


NOTED: Noted = {
    Window: (
        (
            "agency_code", "number", "name", "purpose", "valid_from", "valid_to", "entered_by",
            "entered_at",
        ),
        (),
    ),
    WindowEnd: (("agency_code", "ended_by", "ended_at"), ("reason",)),
    WindowTurn: (
        ("window_id", "agency_code", "account_id", "person_id", "opened_on", "opened_at"),
        (),
    ),
    WindowEvent: (("agency_code", "kind", "cause", "account_id", "at"), ("reason",)),
}  # fmt: skip
