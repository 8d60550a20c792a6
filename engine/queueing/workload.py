"""How much waits and how much there is, for whoever watches over the office: numbers, and nobody's data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, not_, select
from sqlalchemy.orm import Session

from authz.offices.agencies import Agency
from database import clock
from database.declarative import table_of
from engine.record import FINAL_STATUSES, OPEN_STATUSES, Case, Task

_CASES, _TASKS = table_of(Case), table_of(Task)
_AGENCIES = table_of(Agency)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one post of one agency: how many tasks, how many past the day that holds, since when."""

    agency: str
    post: str
    waiting: int
    overdue: int
    oldest_at: datetime


def open_cases(session: Session) -> dict[str, int]:
    """How many cases have each open status; its time grows with these."""
    return _counted(session, OPEN_STATUSES)


def ended_cases(session: Session) -> dict[str, int]:
    """How many cases ended in each way; its time grows with all the cases there ever were."""
    return _counted(session, FINAL_STATUSES)


def _counted(session: Session, statuses: Sequence[str]) -> dict[str, int]:
    # Agency by agency, as ix_cases_agency_status begins: only the entries that are counted are read.
    # Grouped instead, PostgreSQL reads the whole table.
    of_agency = [
        select(func.count())
        .where(_CASES.c.agency_code == _AGENCIES.c.code, _CASES.c.status == status)
        .correlate(_AGENCIES)
        .scalar_subquery()
        for status in statuses
    ]
    summed = select(*(func.sum(count) for count in of_agency)).select_from(_AGENCIES)
    counts = session.execute(summed).one()
    return {status: int(count or 0) for status, count in zip(statuses, counts, strict=True)}


def queues(session: Session) -> list[Queue]:
    """The queues in which something waits; its time grows with the tasks that wait, not with all."""
    past = _TASKS.c.due_on < clock.today(session)
    late = case((and_(past, not_(_TASKS.c.halted)), 1), else_=0)
    found = (
        select(
            _TASKS.c.agency_code,
            _TASKS.c.post,
            func.count(),
            func.sum(late),
            func.min(_TASKS.c.opened_at),
        )
        .where(_TASKS.c.closed_at.is_(None))
        .group_by(_TASKS.c.agency_code, _TASKS.c.post)
    )
    return [Queue(*row) for row in session.execute(found)]
