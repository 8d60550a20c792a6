"""What a board looks at: one agency, some of its business, a day and the thirty that end with it.

Every figure is read within this, by an index on agency and time: how many cases there ever were must not
matter.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, extract, func, literal, true
from sqlalchemy.orm import Session

from database.clock import OFFICE_ZONE, day_ends
from database.declarative import table_of
from engine.record import AGENCY, Case

DAYS = 30
CASES = table_of(Case)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures, of which day.

    ``categories`` and ``processes`` are None for the whole office, else what a section serves; ``named`` is
    whether figures of a single person are told with his name.
    """

    agency: str
    day: date
    today: date
    named: bool
    categories: Collection[str] | None = None
    processes: Collection[str] | None = None

    @property
    def first(self) -> date:
        """The first of the thirty days that end with the day."""
        return self.day - timedelta(days=DAYS - 1)

    def of_day(self, moment: ColumnElement[Any]) -> ColumnElement[bool]:
        """That a moment lies in the day."""
        return and_(moment >= _begins(self.day), moment < day_ends(self.day))

    def of_days(self, moment: ColumnElement[Any]) -> ColumnElement[bool]:
        """That a moment lies in the thirty days."""
        return and_(moment >= _begins(self.first), moment < day_ends(self.day))

    def served(self) -> ColumnElement[bool]:
        """That a case belongs to what is looked at, as far as sections go."""
        return true() if self.categories is None else CASES.c.category.in_(self.categories)

    def business(self) -> ColumnElement[bool]:
        """That a case is some applicant's and this agency's: the office's own registers are no business."""
        return and_(
            CASES.c.agency_code == self.agency, CASES.c.subject_kind != AGENCY, self.served()
        )


def seconds(session: Session, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The whole seconds of a moment, to be subtracted from another's."""
    found = extract("epoch", moment)
    # SQLite's own answer is whole already, and not every build of it can floor.
    return found if _is_sqlite(session) else cast(func.floor(found), BigInteger)


def office_day(session: Session, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day at the office of a moment, to be grouped by; its text begins with the ISO date.

    Asia/Shanghai has kept eight hours ahead of UTC since 1991.
    """
    if _is_sqlite(session):
        return func.date(moment, literal("+8 hours"))
    return func.date(func.timezone(literal(str(OFFICE_ZONE)), moment))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE_ZONE).astimezone(UTC)
