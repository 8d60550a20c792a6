"""Warns of clocks that run out, every morning, and says where next year's calendar is missing.

Each case's warnings are a transaction of their own and are raised once, so a turn that a dead worker left is
taken up by whoever ticks next.
"""

from datetime import time

from database import clock
from engine.timing import calendar_alarm, clock_warnings
from jobs.job import Job, Outcome, Turn

NAME = "clocks"
AT = time(0, 20)


def job() -> Job:
    """The job of the night: whatever a day used up is told before the window opens."""
    return Job(NAME, run, at=AT)


def run(turn: Turn) -> Outcome:
    """Go through all open cases, a page at a time."""
    begun = turn.place is not None
    after: int | None = int(turn.place or 0)
    raised = int(turn.result.get("warned", 0)) if begun else 0
    while after is not None:
        with turn.sessions.reading() as session:
            lacking, further = clock_warnings.due(session, after)
        for case_no in lacking:
            turn.go_on()
            with turn.sessions.command() as session:
                raised += clock_warnings.warn(session, turn.office.messages, case_no)
        turn.go_on()
        after = further
        if after is not None and turn.is_long():
            return Outcome({"warned": raised}, str(after))
    today = clock.office_date(turn.sessions.clock.now())
    return Outcome({"warned": raised, "calendar_missing": calendar_alarm.missing(today)})
