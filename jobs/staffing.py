"""Looks every morning which open cases can't be signed by distinct people any more, or soon can't.

Before the window opens, so that somebody can still be named or appointed: it warns, it stops nothing.
"""

from datetime import time
from typing import Any

from engine.foresight import staffing
from engine.foresight.staffing import Report
from jobs.job import Job, Outcome, Turn

NAME = "staffing"
AT = time(6, 30)
# So many case numbers are listed; all of them are counted.
LISTED = 20


def job() -> Job:
    """The job of the morning."""
    return Job(NAME, run, at=AT)


def run(turn: Turn) -> Outcome:
    """Look at all open cases in one reading; it gives a sign after every page of them."""
    told: dict[str, Any] = {}
    with turn.sessions.reading() as session:
        for found in staffing.sweep(session, turn.office):
            told = _told(found)
            turn.go_on()
    return Outcome(told)


def _told(found: Report) -> dict[str, Any]:
    return {
        "open_cases": found.open_cases,
        "stuck": found.stuck,
        "soon_stuck": found.soon,
        "first": [case.case_no for case, _ in found.first()[:LISTED]],
    }
