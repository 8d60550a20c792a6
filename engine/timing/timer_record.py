"""The timers of open cases: which deadline of the guide a case waits for, since when, and when it is over.

The due moment is this engine's own, by its clock and calendar; SpiffWorkflow never learns it. A row is made
when a case gets to a timer and closed once, when the timer has elapsed or is waited for no more.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    CheckConstraint,
    Date,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from database.clock import moment_text
from database.columns import BigId, Json, UtcDateTime
from database.declarative import Base, table_of
from database.prepared import Prepared
from engine.bpmn import Waiting
from engine.defining.guides import AwaitedDeadline
from engine.handling import Handling
from engine.record import of_case
from engine.timing import deadlines

Outcome = Literal["elapsed", "dropped"]


class CaseTimer(Base):
    """One timer of a case, the ``number``-th; ``outcome`` is None while it runs.

    ``due_on`` is its last day, ``due_at`` the moment that day is over at the office.
    """

    __tablename__ = "case_timers"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("outcome IN ('elapsed','dropped')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed"),
        CheckConstraint("due_at > started_at", name="due_at"),
        Index(
            "ix_case_timers_due",
            "due_at",
            "timer_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    timer_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(of_case())
    number: Mapped[int]
    token: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    derivation: Mapped[dict[str, Any]] = mapped_column(Json)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))


_TIMERS = table_of(CaseTimer)
_INSERT = Prepared(insert(_TIMERS))
_CLOSE = Prepared(update(_TIMERS).where(_TIMERS.c.timer_id == bindparam("this_timer")))
_OPEN = Prepared(
    select(_TIMERS)
    .where(_TIMERS.c.case_id == bindparam("of_case"), _TIMERS.c.closed_at.is_(None))
    .order_by(_TIMERS.c.number)
)


def running(session: Session, case_id: int) -> list[CaseTimer]:
    """The timers of a case that run, in the order they began."""
    return _OPEN.records(session, CaseTimer, {"of_case": case_id})


def align(work: Handling, waiting: Collection[Waiting]) -> None:
    """Begin the timers that the case has got to, and close those it waits for no more."""
    if not work.definition.model.timers:
        return
    awaited = {entry.token: entry.name for entry in waiting if entry.kind == "timer"}
    begun = running(work.session, work.case.case_id)
    for timer in begun:
        if timer.token not in awaited:
            close(work, timer, "dropped")
    known = {timer.token for timer in begun}
    for token, name in awaited.items():
        if token not in known:
            _begin(work, token, name)


def close(work: Handling, timer: CaseTimer, outcome: Outcome) -> None:
    """Note that a timer has elapsed, or is waited for no more."""
    row = {"this_timer": timer.timer_id, "closed_at": work.now, "outcome": outcome}
    _CLOSE.write(work.session, row)
    work.note_automatic(f"timer_{outcome}", timer=timer.name, number=timer.number)


def last_day(deadline: AwaitedDeadline, begun_at: datetime) -> deadlines.Deadline:
    """The last day of a deadline of the guide, begun at this moment. Raises CalendarYearMissing."""
    return deadlines.awaited(begun_at, deadline.days, deadline.unit)


def _begin(work: Handling, token: str, name: str) -> None:
    session, case_id = work.session, work.case.case_id
    counted = select(func.count()).select_from(_TIMERS).where(_TIMERS.c.case_id == case_id)
    number = session.execute(counted).scalar_one() + 1
    deadline = last_day(work.definition.guide.deadlines[name], work.now)
    due_at = deadlines.over_at(deadline.due_on)
    row = {
        "case_id": case_id,
        "number": number,
        "token": token,
        "name": name,
        "started_at": work.now,
        "due_on": deadline.due_on,
        "due_at": due_at,
        "derivation": dict(deadline.derivation),
    }
    _INSERT.write(session, row)
    work.note_automatic(
        "timer_started",
        timer=name,
        number=number,
        due_on=deadline.due_on.isoformat(),
        due_at=moment_text(due_at),
    )
