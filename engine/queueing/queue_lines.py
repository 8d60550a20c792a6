"""The lines of a queue: tasks with what a line shows of their cases, read in one statement and as plain rows.

Who answers for a case and which post a question about it waits for come along: asked by themselves they
were two statements more, each as dear as this one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from authz import widening
from authz.offices.accounts import Account
from database import clock
from database.clock import moment_text
from database.declarative import table_of
from database.prepared import Prepared
from engine import green_record
from engine.green_record import GreenCase
from engine.ownership import consultation_record, owner_record
from engine.queueing import claim_terms
from engine.record import Case, Task
from engine.timing import clock_states, deadlines

_TASKS, _CASES, _HOLDERS = table_of(Task), table_of(Case), table_of(Account)
OF_CASES = _TASKS.join(_CASES, _CASES.c.case_id == _TASKS.c.case_id)
# Of both tables' fifty columns those that a line shows or is ordered by. ``due_on`` is the day that holds;
# ``risk_level`` of a task repeats its case's, the level that is shown is the case's own.
_LINES = (
    select(
        _TASKS.c.task_id,
        _TASKS.c.step,
        _TASKS.c.post,
        _TASKS.c.agency_code,
        _TASKS.c.due_on,
        _TASKS.c.step_due_on,
        _TASKS.c.claimed_at,
        _TASKS.c.opened_at,
        _TASKS.c.closed_at,
        _TASKS.c.in_turn,
        _TASKS.c.risk_level,
        _CASES.c.risk_level.label("level"),
        _CASES.c.case_no,
        _CASES.c.process,
        _CASES.c.route,
        _CASES.c.received_at,
        _CASES.c.deadline,
        _HOLDERS.c.staff_no.label("holder"),
        GreenCase.category.label("green"),
        owner_record.STAFF_NO.label("owner"),
        consultation_record.ASKING.label("asking"),
    )
    .select_from(OF_CASES)
    .outerjoin(_HOLDERS, _HOLDERS.c.account_id == _TASKS.c.claimed_by)
    .outerjoin(GreenCase, green_record.stands(_CASES.c.case_no))
)
_LINE = Prepared(_LINES.where(_TASKS.c.task_id == bindparam("of_task")))


def lines() -> Select[Any]:
    """The statement to choose among, for ``views``."""
    return _LINES


def of_task(session: Session, task_id: str) -> dict[str, Any]:
    """The line of one task that is there."""
    return views(session, _LINE.all(session, {"of_task": task_id}))[0]


def views(session: Session, found: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines as answers show them; ``claimed_by`` is the staff number of who claimed it."""
    now = clock.now(session)
    today = clock.office_date(now)
    # Counted once a day, not a line: a page is ordered by them, and a backlog is long overdue.
    days = {line.due_on for line in found}
    left = {day: deadlines.working_days_left(today, day) for day in days}
    return [_view(line, now, left[line.due_on]) for line in found]


def _wider(line: Any, now: datetime) -> str | None:
    """Since when a review that nobody took is offered wider; None of what isn't."""
    since = widening.of_task(line)
    taken = line.claimed_at is not None and not claim_terms.lapsed(line, now)
    return None if since is None or since > now or taken else moment_text(since)


def _view(line: Any, now: datetime, days_left: int) -> dict[str, Any]:
    return {
        "task_id": line.task_id,
        "case_no": line.case_no,
        "process": line.process,
        "step": line.step,
        "post": line.post,
        "agency": line.agency_code,
        "risk_level": line.level,
        "route": line.route or None,
        "due_on": line.due_on.isoformat(),
        "step_due_on": None if line.step_due_on is None else line.step_due_on.isoformat(),
        "working_days_left": days_left,
        "clock": clock_states.of_case(line, clock.office_date(now)).said(),
        "stopped_clocks": clock_states.stopped(line),
        "claimed_by": None if claim_terms.lapsed(line, now) else line.holder,
        "green": line.green,
        "owner": line.owner,
        "asking": line.asking,
        "offered_wider_from": _wider(line, now),
    }
