"""What one auditor may read: his agency and those below it; and the days he asks about, as moments."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock
from database.refusals import Invalid, NotFound
from engine.journal import JournalEntry
from engine.record import Case

AUDIT = "audit"
PAGE = 50


class DaysReversed(Invalid):
    """The last day lies before the first: exchange them."""

    rule = "audit.days"


class StreamNotFound(NotFound):
    """There is no such case or agency, or it is not yours to audit."""

    rule = "audit.stream_not_found"


class StaffNotFound(NotFound):
    """There is no such member of staff, or he is not yours to audit."""

    rule = "audit.staff_not_found"


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to a day of the office's calendar, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def hold(
        self, column: ColumnElement[Any] | InstrumentedAttribute[Any]
    ) -> list[ColumnElement[bool]]:
        """The conditions that a moment lies within. Raises DaysReversed."""
        if self.first and self.last and self.last < self.first:
            raise DaysReversed
        found: list[ColumnElement[bool]] = []
        if self.first is not None:
            found.append(column >= begins(self.first))
        if self.last is not None and self.last < date.max:
            found.append(column < begins(self.last + timedelta(days=1)))
        return found


ALWAYS = Days()


@dataclass(frozen=True, slots=True)
class Scope:
    """The agencies an auditor reads; ``everything`` where that is the whole office."""

    codes: tuple[str, ...]
    everything: bool

    def cases(self) -> ColumnElement[bool]:
        """Which cases he reads."""
        return true() if self.everything else Case.agency_code.in_(self.codes)

    def entries(self) -> ColumnElement[bool]:
        """Which journal entries he reads: those of his agencies and of their cases."""
        if self.everything:
            return true()
        mine = exists().where(Case.case_no == JournalEntry.stream, Case.agency_code.in_(self.codes))
        return or_(JournalEntry.stream.in_(self.codes), mine)


def of(session: Session, actor: Actor) -> Scope:
    """What an auditor reads. Raises Forbidden for other posts, naming who could."""
    decisions.require(session, actor, Act(AUDIT, agency=actor.agency))
    return _below(session, actor.agency)


def within(session: Session, actor: Actor, agency: str | None) -> Scope:
    """As ``of``, of one of his agencies and those below it. Raises AgencyNotFound for any other."""
    scope = of(session, actor)
    if agency is None:
        return scope
    if agency not in scope.codes:
        raise agencies.AgencyNotFound
    return _below(session, agency)


def begins(day: date) -> datetime:
    """The moment at which a day of the office begins, in UTC."""
    if day.year <= 1:
        return datetime(1, 1, 1, tzinfo=UTC)
    return datetime.combine(day, time(), clock.OFFICE_ZONE).astimezone(UTC)


def before(column: InstrumentedAttribute[int], cursor: str | None) -> ColumnElement[bool]:
    """The rows that come after a page which ended at ``cursor``, the newest first."""
    if cursor is None:
        return true()
    return column < int(cursor) if cursor.isdecimal() else false()


def _below(session: Session, agency: str) -> Scope:
    codes = agencies.below(session, agency)
    return Scope(tuple(codes), everything=len(codes) == len(agencies.codes(session)))
