"""The register of leaves (请假登记) and of desks left for a while (暂离): added to, never edited.

A leave counts from its confirmation and until it is ended; either is a row of its own.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Date, ForeignKey, Index, and_, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from authz import spans
from authz.spans import Span, Spans
from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base


class Leave(Base):
    """A natural person's leave, both days included, entered through one of his accounts.

    ``kind`` and ``permitted_by`` may tell of somebody's health: they are sealed.
    """

    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="dates"),
        Index(None, "person_id", "valid_to"),
        Index(None, "agency_code", "valid_to"),
        APPEND_ONLY,
    )

    leave_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    kind: Mapped[str] = mapped_column(Sealed("leaves.kind"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    permitted_by: Mapped[str] = mapped_column(Sealed("leaves.permitted_by"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LeaveConfirmation(Base):
    """That a leave was permitted, by a supervisor: from this moment it counts."""

    __tablename__ = "leave_confirmations"
    __table_args__ = (APPEND_ONLY,)

    confirmation_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    leave_id: Mapped[int] = mapped_column(ForeignKey("leaves.leave_id"), unique=True)
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LeaveEnd(Base):
    """A leave withdrawn, or its end before its last day (销假), from the moment it was entered."""

    __tablename__ = "leave_ends"
    __table_args__ = (APPEND_ONLY,)

    end_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    leave_id: Mapped[int] = mapped_column(ForeignKey("leaves.leave_id"), unique=True)
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskPause(Base):
    """Somebody left his desk; whoever isn't back by ``away_from`` counts as absent for the rest of that day.

    The moment is kept with the row, so that another limit later doesn't change what was lawful.
    """

    __tablename__ = "desk_pauses"
    __table_args__ = (
        CheckConstraint("away_from >= began_at", name="moments"),
        Index(None, "person_id", "began_at"),
        Index(None, "began_at"),
        APPEND_ONLY,
    )

    pause_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    contact: Mapped[str] = mapped_column(Sealed("desk_pauses.contact"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    away_from: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskPauseEnd(Base):
    """That he is back."""

    __tablename__ = "desk_pause_ends"
    __table_args__ = (APPEND_ONLY,)

    end_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pause_id: Mapped[int] = mapped_column(ForeignKey("desk_pauses.pause_id"), unique=True)
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


def counts() -> ColumnElement[bool]:
    """Which leaves count on their days: confirmed, and not ended."""
    confirmed = exists().where(LeaveConfirmation.leave_id == Leave.leave_id)
    ended = exists().where(LeaveEnd.leave_id == Leave.leave_id)
    return and_(confirmed, ~ended)


def on_leave(person: InstrumentedAttribute[int], on: date) -> ColumnElement[bool]:
    """Whether the natural person of this column is on leave on a day."""
    return exists().where(
        Leave.person_id == person, Leave.valid_from <= on, Leave.valid_to >= on, counts()
    )


def days_of(session: Session, persons: Collection[int] | None, since: date) -> dict[int, Spans]:
    """The days of leave of natural persons, of leaves not over on a day; None asks for everybody's."""
    asked = select(Leave.person_id, Leave.valid_from, Leave.valid_to).where(
        Leave.valid_to >= since, counts()
    )
    if persons is not None:
        asked = asked.where(Leave.person_id.in_(persons))
    found: dict[int, list[Span]] = {}
    for person_id, first, last in session.execute(asked):
        found.setdefault(person_id, []).append((first, last))
    return {person_id: spans.union(days) for person_id, days in found.items()}
