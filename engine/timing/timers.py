"""Timers that are due: which there are, and letting a case run on once one has elapsed.

Nobody acts here: the engine does, by its own clock. ``jobs`` asks for what is due and lets each elapse in a
transaction of its own; to do so twice, or from several nodes at once, does it once.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from database import clock
from database.declarative import table_of
from database.prepared import Prepared
from database.refusals import Conflict, NotFound
from engine import handling, progress
from engine.handling import Handling
from engine.office import Office
from engine.record import Case
from engine.timing import timer_record
from engine.timing.timer_record import CaseTimer

_TIMERS, _CASES = table_of(CaseTimer), table_of(Case)
_DUE = Prepared(
    select(_TIMERS.c.timer_id, _CASES.c.case_no, _TIMERS.c.name, _TIMERS.c.due_at)
    .join(_CASES, _CASES.c.case_id == _TIMERS.c.case_id)
    .where(_TIMERS.c.closed_at.is_(None), _TIMERS.c.due_at <= bindparam("now"))
    .order_by(_TIMERS.c.due_at, _TIMERS.c.timer_id)
    .limit(bindparam("at_most"))
)


class TimerNotDue(Conflict):
    """This timer runs on: its last day isn't over."""

    rule = "timer.not_due"


class TimerNotFound(NotFound):
    """There is no such timer of this case."""

    rule = "timer.not_found"


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose time is over while its case still waits for it."""

    timer_id: int
    case_no: str
    name: str
    due_at: datetime


def due(session: Session, now: datetime, limit: int) -> list[Due]:
    """The timers that are over at this moment, the longest first, at most ``limit``."""
    rows = _DUE.all(session, {"now": now, "at_most": limit})
    return [Due(row.timer_id, row.case_no, row.name, row.due_at) for row in rows]


def elapse(session: Session, office: Office, case_no: str, timer_id: int) -> Handling | None:
    """Let a timer that is over elapse, and its case run on; None where that was done, or isn't awaited now.

    Raises TimerNotDue before its time by the session's clock, TimerNotFound for another case's.
    """
    work = handling.open_by_engine(session, office, case_no)
    timer = session.get(CaseTimer, timer_id, populate_existing=True)
    if timer is None or timer.case_id != work.case.case_id:
        raise TimerNotFound
    if timer.closed_at is not None:
        return None
    if clock.now(session) < timer.due_at:
        raise TimerNotDue(facts={"case_no": case_no, "due_at": clock.moment_text(timer.due_at)})
    work.case.sequence += 1
    timer_record.close(work, timer, "elapsed")
    work.require_run().complete(timer.token, {})
    progress.advance(work)
    handling.save(work)
    return work
