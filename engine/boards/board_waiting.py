"""What waits now: by post and person, since when; and the cases that are past their day or nearly."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from authz.offices import accounts
from database.clock import moment_text
from database.declarative import table_of
from engine.boards.board_scope import CASES, Scope
from engine.record import OPEN_STATUSES, Case, Task
from engine.rules.risk_file import HIGH
from engine.timing import clock_states, still_cases, workdays
from engine.timing.still_cases import Still

# Working days before its last in which a limited case is at risk; instant business always ends on its day.
AT_RISK_DAYS = 2
LISTED = 50
_TASKS = table_of(Task)
_ONE_DAY = timedelta(days=1)


def backlog(session: Session, scope: Scope) -> list[dict[str, Any]]:
    """The waiting steps of each post, those claimed by the person who claimed them; without names by post.

    ``overdue`` are past the day of a clock that runs, as in the queue of that name. The sums are those of
    ``workload.queues``.
    """
    late = case((and_(_TASKS.c.due_on < scope.today, not_(_TASKS.c.halted)), 1), else_=0)
    held = [_TASKS.c.claimed_by] if scope.named else []
    counted = (
        select(_TASKS.c.post, func.count(), func.sum(late), func.min(_TASKS.c.opened_at), *held)
        .join(CASES, CASES.c.case_id == _TASKS.c.case_id)
        .where(_TASKS.c.agency_code == scope.agency, _TASKS.c.closed_at.is_(None), scope.served())
        .group_by(_TASKS.c.post, *held)
    )
    lines = [
        {
            "post": post,
            "staff": accounts.identify(session, claimed[0]) if any(claimed) else None,
            "waiting": count,
            "overdue": int(overdue),
            "oldest_at": moment_text(oldest),
        }
        for post, count, overdue, oldest, *claimed in session.execute(counted)
    ]
    return sorted(lines, key=lambda line: (line["post"], (line["staff"] or {}).get("staff_no", "")))


def due(session: Session, scope: Scope) -> dict[str, Any]:
    """How many open cases there are, are past their day or at risk, and at most 50 of these, due first.

    What stands still is neither, until its clock goes on.
    """
    soon = _soon(scope.today)
    wanted = (
        CASES.c.agency_code == scope.agency,
        CASES.c.finished_at.is_(None),
        CASES.c.status.in_(OPEN_STATUSES),
        scope.served(),
    )
    late = CASES.c.due_on < scope.today
    risky = and_(~late, CASES.c.due_on <= soon, CASES.c.risk_level == HIGH)
    of = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in (late, risky)]
    every, overdue, at_risk = session.execute(select(func.count(), *of).where(*wanted)).one()
    still = still_cases.due_by(session, wanted, soon, scope.today)
    counted = Counter[str | None]({"overdue": int(overdue), "at_risk": int(at_risk)})
    counted.subtract(_what(one.due_on, one.risk_level, scope.today, soon) for one in still.values())
    counted.update(
        _what(one.runs_until, one.risk_level, scope.today, soon) for one in still.values()
    )
    listed = (
        select(Case)
        .where(*wanted, or_(late, risky), CASES.c.due_on <= soon)
        .order_by(CASES.c.due_on, CASES.c.case_id)
        .limit(LISTED + len(still))
    )
    shown = [
        one
        for one in session.execute(listed).scalars()
        if one.case_id not in still or _runs_out(still[one.case_id], scope.today, soon)
    ]
    return {
        "open_cases": every,
        "overdue": counted["overdue"],
        "at_risk": counted["at_risk"],
        "items": [_line(one, scope.today) for one in shown[:LISTED]],
    }


def _runs_out(one: Still, today: date, soon: date) -> bool:
    return _what(one.runs_until, one.risk_level, today, soon) is not None


def _what(due_on: date | None, risk_level: int, today: date, soon: date) -> str | None:
    """What a case is that is due then; None: neither late nor at risk."""
    if due_on is None or due_on > soon:
        return None
    if due_on < today:
        return "overdue"
    return "at_risk" if risk_level == HIGH else None


def _line(found: Case, today: date) -> dict[str, Any]:
    return {
        "case_no": found.case_no,
        "process": found.process,
        "status": found.status,
        "risk_level": found.risk_level,
        "due_on": found.due_on.isoformat(),
        "clock": clock_states.of_case(found, today).said(),
    }


def _soon(today: date) -> date:
    """The last day on which a case that is due then is at risk today."""
    day, left = today, AT_RISK_DAYS
    while left:
        day += _ONE_DAY
        # Without the calendar of a year to come, its days are taken for worked: sooner warned than late.
        left -= not workdays.loaded(day.year) or workdays.is_working_day(day)
    return day
