"""Open cases that their day has come for while a clock stands still: nobody is late with what may not go on.

A stop leaves ``due_on`` as it was until it ends; whoever counts what is past its day or near it asks here for
the day that still holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, not_, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from engine.record import Case, Task
from engine.timing import clock_states

_TASKS = table_of(Task)


@dataclass(frozen=True, slots=True)
class Still:
    """A case with a clock that stands: due as told, and by the clocks that run; None where none does."""

    due_on: date
    runs_until: date | None
    risk_level: int


def due_by(
    session: Session, wanted: Sequence[Any], until: date, today: date
) -> Mapping[int, Still]:
    """Of these open cases (conditions on ``Case``) those due by ``until`` with a clock that stands, by id.

    Where a step waits whose case runs there is none, so few rows are read however many are late.
    """
    runs = exists().where(
        _TASKS.c.case_id == Case.case_id, _TASKS.c.closed_at.is_(None), not_(_TASKS.c.stopped)
    )
    asked = select(Case).where(*wanted, Case.due_on <= until, ~runs)
    found = {}
    for case in session.execute(asked).scalars():
        clocks = clock_states.all_of(case, today)
        running = [one.due_on for one in clocks if one.light != "stopped"]
        if len(running) < len(clocks):
            found[case.case_id] = Still(case.due_on, min(running, default=None), case.risk_level)
    return found
