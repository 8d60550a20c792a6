"""Warnings of running clocks: half and 80 % used to the post a case waits for, overdue to the supervisor.

Each is a row and an entry of the case's journal, made once for a clock, a stage and a due day; where the day
moves, by a stop or an extension, its stages are warned of again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, String, UniqueConstraint, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock
from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, Base, table_of
from database.prepared import Prepared
from engine import stored
from engine.journal import Chain
from engine.outgoing import outbox
from engine.outgoing.message_plan import Plan
from engine.record import FINAL_STATUSES, Case, of_case
from engine.timing import clock_states
from engine.timing.clock_states import Standing

SUPERVISOR = "supervisor"
PAGE = 200


class ClockWarning(Base):
    """One warning, for whoever holds this post at the case's agency."""

    __tablename__ = "clock_warnings"
    __table_args__ = (
        UniqueConstraint("case_id", "clock", "stage", "due_on"),
        CheckConstraint("clock IN ('promised','statutory')", name="clock"),
        CheckConstraint("stage IN ('half','near','overdue')", name="stage"),
        APPEND_ONLY,
    )

    warning_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(of_case())
    clock: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date] = mapped_column(Date)
    post: Mapped[str] = mapped_column(String(32))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)


_WARNINGS, _CASES = table_of(ClockWarning), table_of(Case)
_INSERT = Prepared(insert(_WARNINGS))
_OPEN = (
    select(_CASES.c.case_id, _CASES.c.case_no, _CASES.c.due_on, _CASES.c.deadline)
    .where(_CASES.c.case_id > bindparam("after"), _CASES.c.finished_at.is_(None))
    .order_by(_CASES.c.case_id)
    .limit(PAGE)
)


def due(session: Session, after: int) -> tuple[list[str], int | None]:
    """The numbers of the open cases after this one that lack a warning, a page of them; where to go on.

    None where there are no more.
    """
    today = clock.today(session)
    rows = session.execute(_OPEN, {"after": after}).all()
    wanted = {row.case_id: _stages(row, today) for row in rows}
    there = _there(session, [case_id for case_id, stages in wanted.items() if stages])
    found = [
        row.case_no
        for row in rows
        if any((row.case_id, *_key(one)) not in there for one in wanted[row.case_id])
    ]
    return found, rows[-1].case_id if len(rows) == PAGE else None


def warn(session: Session, plan: Plan, case_no: str) -> int:
    """Raise what a case lacks of warnings, under its lock; how many. Again: none.

    Of what is overdue the supervisor is told, where the ``plan`` has a mailbox of his.
    """
    this = select(Case).where(Case.case_no == case_no).with_for_update()
    case = session.execute(this).scalar_one()
    if case.status in FINAL_STATUSES:
        return 0
    there = _there(session, [case.case_id])
    stages = _stages(case, clock.today(session))
    lacking = [one for one in stages if (case.case_id, *_key(one)) not in there]
    if not lacking:
        return 0
    now = clock.now(session)
    tasks = stored.open_tasks(session, case.case_id)
    waits_for = tasks[0].post if tasks else case.handled_post or "teller"
    chain = Chain(case.case_no, case.journal_seq, case.journal_head)
    for one in lacking:
        stage, post = str(one.stage), SUPERVISOR if one.stage == "overdue" else waits_for
        told = {"clock": one.clock, "stage": stage, "due_on": one.due_on.isoformat(), "post": post}
        row = {**told, "due_on": one.due_on, "case_id": case.case_id, "raised_at": now}
        _INSERT.write(session, row)
        chain.append(now, case.agency_code, "clock_warning", detail=told)
    outbox.keep(session, plan, case, chain, now)
    return len(lacking)


def of(session: Session, case_id: int) -> list[ClockWarning]:
    """The warnings of a case, in the order in which they were raised."""
    found = select(ClockWarning).where(ClockWarning.case_id == case_id)
    return list(session.execute(found.order_by(ClockWarning.warning_id)).scalars())


def _stages(case: Any, today: date) -> list[Standing]:
    return [one for one in clock_states.all_of(case, today) if one.stage is not None]


def _key(one: Standing) -> tuple[str, str | None, date]:
    return one.clock, one.stage, one.due_on


def _there(session: Session, case_ids: Sequence[int]) -> set[tuple[Any, ...]]:
    if not case_ids:
        return set()
    columns = (_WARNINGS.c.case_id, _WARNINGS.c.clock, _WARNINGS.c.stage, _WARNINGS.c.due_on)
    rows = session.execute(select(*columns).where(_WARNINGS.c.case_id.in_(case_ids)))
    return {tuple(row) for row in rows}
