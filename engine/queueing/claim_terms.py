"""How long a claim counts (认领时效): a task that somebody took and left alone is its post's again.

Nothing sweeps them: whoever reads or acts asks whether the claim still counts. Queues say the hours.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_

from database.declarative import table_of
from engine.queueing import queue_file
from engine.record import Task
from engine.rules.risk_file import HIGH

_TASKS = table_of(Task)


_LIMITED, _INSTANT = "limited_claims_since", "instant_claims_since"
_IS_LIMITED = _TASKS.c.risk_level == HIGH
# As ``lapsed``, asked of the database with ``moments``.
HAS_LAPSED = or_(
    and_(_IS_LIMITED, _TASKS.c.claimed_at < bindparam(_LIMITED)),
    and_(~_IS_LIMITED, _TASKS.c.claimed_at < bindparam(_INSTANT)),
)


def lapsed(task: Any, now: datetime) -> bool:
    """Whether a task, or a row with its level and claim, is held by somebody for too long."""
    if task.claimed_at is None:
        return False
    claimed_at: datetime = task.claimed_at
    return claimed_at < now - _hours(limited=task.risk_level == HIGH)


def moments(now: datetime) -> Mapping[str, Any]:
    """What ``HAS_LAPSED`` is asked with: since when a claim must have been made to count now."""
    return {_LIMITED: now - _hours(limited=True), _INSTANT: now - _hours(limited=False)}


def _hours(*, limited: bool) -> timedelta:
    said = queue_file.in_use().claims_lapse_after_hours
    return timedelta(hours=said.limited if limited else said.instant)
