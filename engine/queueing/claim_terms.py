"""How long a claim counts (认领时效): a task that somebody took and left alone is its post's again.

Nothing sweeps them: whoever reads or acts asks whether the claim still counts. Queues say the hours.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from database.declarative import table_of
from engine.queueing import queue_file
from engine.record import Task
from engine.rules.risk_file import HIGH

_TASKS = table_of(Task)


def lapsed(task: Task, now: datetime) -> bool:
    """Whether a task is claimed by somebody who has held it for too long."""
    if task.claimed_at is None:
        return False
    return task.claimed_at < now - _hours(limited=task.risk_level == HIGH)


def has_lapsed(now: datetime) -> ColumnElement[bool]:
    """As ``lapsed``, asked of the database."""
    limited = _TASKS.c.risk_level == HIGH
    return or_(
        and_(limited, _TASKS.c.claimed_at < now - _hours(limited=True)),
        and_(~limited, _TASKS.c.claimed_at < now - _hours(limited=False)),
    )


def _hours(*, limited: bool) -> timedelta:
    said = queue_file.in_use().claims_lapse_after_hours
    return timedelta(hours=said.limited if limited else said.instant)
